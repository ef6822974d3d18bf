"""The pages over real contents, each read once for all tests of pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from samgraf.engine.in_process_service import in_process_service
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
