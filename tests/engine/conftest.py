import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sparql"))
from small_release import write_release


@pytest.fixture(scope="session")
def release_dir(tmp_path_factory):
    return write_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def engine(release_dir):
    from samgraf.engine.local import LocalEngine
    from samgraf.release import open_release, read_manifest

    return LocalEngine(open_release(release_dir), read_manifest(release_dir)["prefixes"])
