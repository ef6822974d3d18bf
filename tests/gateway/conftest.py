import pytest
from http_server import Running

from gateway_client import GatewayClient
from samgraf.settings import Settings


@pytest.fixture
def front(release_dir):
    """Return a client of a gateway over the tiny release, with an empty cache."""
    made = GatewayClient(release_dir, Settings(max_query_bytes=20_000))
    yield made
    made.close()


@pytest.fixture
def run():
    """Return what starts a server; all are ended afterwards."""
    running = []

    def start(answer, **how):
        running.append(Running(answer, **how))
        return running[-1]

    yield start
    for each in running:
        each.end()
