"""Where federation is on, a query still reaches partners only, however it spells an address."""

from __future__ import annotations

import http.client
from urllib.parse import urlencode

import pytest
from calls import ADDRESSES, CALLS
from sending import Listener

from live import Live
from partnered import with_partners

ANSWERS = {200, 400, 502, 503}


@pytest.fixture(scope="module")
def listener():
    found = Listener()
    yield found
    found.close()


@pytest.fixture(scope="module")
def live(release_dir, tmp_path_factory):
    release = with_partners(
        release_dir, tmp_path_factory.mktemp("on") / "release", near="https://partner.invalid/"
    )
    # even the listener's own host may hold partners: that makes none of it
    settings = {"contact": "mailto:test@example.org", "partner_hosts": "127.0.0.1,localhost"}
    with Live("--release", release, **settings) as server:
        yield server


def status_of(connection, query: str, method: str) -> int:
    fields = urlencode({"query": query, "timeout": 2})
    if method == "GET":
        connection.request("GET", f"/sparql?{fields}")
    else:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sparql", fields, form)
    answer = connection.getresponse()
    answer.read()
    return answer.status


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("spelling", CALLS)
def test_no_spelling_of_a_call_reaches_an_address_that_is_no_partner(
    live, listener, spelling, method
):
    addresses = ADDRESSES if spelling in ("plain", "variable") else ADDRESSES[:2]
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    for address in addresses:
        query = CALLS[spelling].replace("@U", address.replace("@P", str(listener.port)))
        status = status_of(connection, query, method)
        assert status in ANSWERS, address
        if spelling in ("plain", "variable", "silent", "in OPTIONAL"):
            assert status == 400, address
    connection.close()
    assert listener.connections == 0


def test_server_lives(live):
    assert live.count() > 0
    assert live.process.poll() is None
