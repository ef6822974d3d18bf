import pytest

from gateway_client import GatewayClient
from samgraf.settings import Settings


@pytest.fixture
def front(release_dir):
    """Return a client of a gateway over the tiny release, with an empty cache."""
    made = GatewayClient(release_dir, Settings(max_query_bytes=20_000))
    yield made
    made.close()
