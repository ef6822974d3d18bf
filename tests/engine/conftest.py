"""A store and a fork server over the small release, for the tests of the engines."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from worker_rig import Rig

from samgraf.engine.local import LocalEngine
from samgraf.release import open_release, read_manifest

if not sys.platform.startswith("linux"):
    collect_ignore_glob = ["test_worker_*.py"]


@pytest.fixture(scope="session")
def engine(release_dir: Path) -> LocalEngine:
    return LocalEngine(open_release(release_dir), read_manifest(release_dir)["prefixes"])


@pytest.fixture(scope="session")
def rig(release_dir: Path) -> Iterator[Rig]:
    """Return a running fork server."""
    yield from started(release_dir)


@pytest.fixture
def own_rig(release_dir: Path) -> Iterator[Rig]:
    """Return a fork server that a test may kill."""
    yield from started(release_dir)


def started(release: Path) -> Iterator[Rig]:
    # a folder with a short name: paths of sockets are bounded
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="sgw-") as folder:
        rig = Rig(release, Path(folder))
        rig.start()
        try:
            yield rig
        finally:
            rig.stop()
