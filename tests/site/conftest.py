"""The pages over real contents, each read once for all tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from samgraf.build.cached import cached_release
from samgraf.engine.in_process_service import in_process_service
from samgraf.release import read_manifest
from samgraf.release.kept import keep_release
from samgraf.release.manifest import MANIFEST, manifest_bytes
from samgraf.settings import Settings
from samgraf.site import create_app


@pytest.fixture(scope="session", autouse=True)
def _patient() -> Iterator[None]:
    """Have readers wait for a search as long as a busy machine may take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("samgraf.limits.SEARCH_WAIT", 60.0)
        patch.setattr("samgraf.limits.SEARCH_SECONDS", 60.0)
        yield


@pytest.fixture(scope="session")
def study_app(release: Path) -> Flask:
    """Return the application over the real content."""
    return create_app(in_process_service(release, Settings()))


@pytest.fixture(scope="session")
def bees_app(other_release: Path) -> Flask:
    """Return the application over the small unrelated content."""
    return create_app(in_process_service(other_release, Settings()))


@pytest.fixture
def study(study_app: Flask) -> FlaskClient:
    """Return a client of the real content."""
    return study_app.test_client()


@pytest.fixture
def bees(bees_app: Flask) -> FlaskClient:
    """Return a client of the small unrelated content."""
    return bees_app.test_client()


class Past(NamedTuple):
    """A release that is served, one that was before, and the hash of one that is gone."""

    settings: Settings
    folder: Path
    new: str
    old_folder: Path
    old: str
    gone: str


@pytest.fixture(scope="session")
def past(other_release: Path, tmp_path_factory: pytest.TempPathFactory, root: Path) -> Past:
    """Return two releases of the small unrelated content; in the old one a hive is called else."""
    folder = tmp_path_factory.mktemp("past")
    content = Path(shutil.copytree(root / "tests" / "fixtures" / "other", folder / "content"))
    for name in ("data/places.ttl", "ontology/questions/forage.csv"):
        path = content / name
        path.write_text(path.read_text().replace("northern hive", "hive in the north"))
    settings = Settings(cache_dir=folder / "cache")
    before = cached_release(content, settings)
    old = keep_release(before, settings, datetime(2026, 12, 1, tzinfo=UTC))
    new = Path(shutil.copytree(other_release, folder / "new"))
    manifest = read_manifest(new)
    manifest.pop("manifest_sha256")
    gone = "a" * 64
    entry = {"version": "0.9", "date": "2026-11-01", "release": gone, "content": gone}
    (new / MANIFEST).write_bytes(manifest_bytes({**manifest, "released": [entry]}))
    keep_release(new, settings, datetime(2026, 12, 8, tzinfo=UTC))
    return Past(settings, new, manifest["release"], old, read_manifest(old)["release"], gone)
