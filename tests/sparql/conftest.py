import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sparql"))
from small_release import write_release


@pytest.fixture(scope="session")
def release_dir(tmp_path_factory):
    return write_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def app(release_dir):
    from samgraf.settings import Settings
    from samgraf.web import create_app

    return create_app(release_dir, Settings(max_query_bytes=20_000))


@pytest.fixture
def client(app):
    return app.test_client()
