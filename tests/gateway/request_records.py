"""Records of requests for the tests of what is counted and logged."""

from samgraf.gateway.rate_limit import Client
from samgraf.gateway.request_log import RequestRecord
from samgraf.sparql.problems import RequestOutcome

AWAY = Client("0123456789ab", local=False)
RECORD = RequestRecord(
    client=AWAY,
    method="GET",
    path="/sparql",
    status=200,
    seconds=0.012,
    query_seconds=0.01,
    bytes=100,
    cache="miss",
    outcome=RequestOutcome.OK,
    query="ASK {}",
    form="ASK",
    format="json",
    release="f" * 64,
)


def record(**changes):
    return RECORD._replace(**changes)
