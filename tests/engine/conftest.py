import pytest

from samgraf.engine.local import LocalEngine
from samgraf.release import open_release, read_manifest


@pytest.fixture(scope="session")
def engine(release_dir):
    return LocalEngine(open_release(release_dir), read_manifest(release_dir)["prefixes"])
