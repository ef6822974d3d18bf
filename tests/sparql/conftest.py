"""What the tests of the protocol ask."""

import pytest

from gateway_client import GatewayClient
from samgraf.settings import Settings


@pytest.fixture(scope="module")
def client(release_dir):
    made = GatewayClient(release_dir, Settings(max_query_bytes=20_000))
    yield made
    made.close()
