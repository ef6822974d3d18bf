import pytest

from front_client import FrontClient
from samgraf.settings import Settings


@pytest.fixture
def front(tmp_path, release_dir):
    """Return a client of a front over the tiny release, with an empty cache."""
    made = FrontClient(tmp_path, release_dir, Settings(max_query_bytes=20_000))
    yield made
    made.close()
