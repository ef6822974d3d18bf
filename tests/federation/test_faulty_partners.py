"""Whatever a partner does, a query ends by its deadline, and no gap goes without a label."""

from __future__ import annotations

import http.client
import json
import time
from urllib.parse import urlencode

import pytest
from faulty_partner import MODES, FaultyPartner

from live import Live, wait_until
from partnered import with_partners

SECONDS = 4.0
OVERRUN = 1.0  # on a machine that does other things too
#: Where nothing else tells of the fault than the deadline; others have time enough.
LATE = {"hung", "slow", "not http", "endless continue"}
ENOUGH = 19.0
JSON = "application/sparql-results+json"
WELL = {"answer"}


def name_of(mode: str) -> str:
    return "p-" + "".join(c if c.isalnum() else "-" for c in mode)


@pytest.fixture(scope="module")
def partners():
    held = {name_of(mode): FaultyPartner(mode) for mode in MODES}
    held["p-away"] = FaultyPartner()
    for name, partner in held.items():
        if name != "p-away":
            partner.__enter__()
    held["p-away"].__exit__()
    yield held
    for name, partner in held.items():
        if name != "p-away":
            partner.__exit__()


@pytest.fixture(scope="module")
def live(partners, release_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("faulty") / "release"
    told = {name: {"endpoint": p.url, "deadline": 30.0} for name, p in partners.items()}
    release = with_partners(release_dir, folder, **told)
    with Live(
        "--release", release, contact="mailto:test@example.org", partner_hosts="127.0.0.1"
    ) as server:
        yield server


def ask(live, mode, service, **more):
    name, seconds = name_of(mode), SECONDS if mode in LATE else ENOUGH
    query = f'SELECT * {{ VALUES ?y {{ 1 2 }} {service} <{name}> {{ BIND("one" AS ?x) }} }}'
    fields = urlencode({"query": query, "timeout": seconds, **more})
    began = time.monotonic()
    status, headers, body = live.get(f"/sparql?{fields}", JSON)
    assert time.monotonic() - began < seconds + OVERRUN
    return status, headers, json.loads(body)


@pytest.mark.parametrize("mode", [*MODES, "away"])
def test_fault_is_an_error_that_names_the_partner_and_silence_is_told(live, mode):
    name = name_of(mode)
    status, headers, told = ask(live, mode, "SERVICE")
    if mode in WELL:
        assert (status, len(told["results"]["bindings"])) == (200, 4)
        assert headers["Samgraf-Partners"] == f"{name};outcome=ok;rows=2;requests=1"
    else:
        assert status in (502, 503)
        assert headers["Content-Type"] == "application/problem+json"
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert f"The partner {name} gave no answer: " in told["detail"]
        assert told["partners"][0]["outcome"] == "failed"
        assert (
            f"{name};outcome=failed;fault={told['partners'][0]['fault']};"
            in (headers["Samgraf-Partners"])
        )
    for service, more in (("SERVICE SILENT", {}), ("SERVICE", {"partial": "allow"})):
        status, headers, told = ask(live, mode, service, **more)
        assert status == 200
        if mode not in WELL:
            assert [set(row) for row in told["results"]["bindings"]] == [{"y"}, {"y"}]
            assert told["partners"][0]["outcome"] == "failed"
            assert "outcome=failed" in headers["Samgraf-Partners"]


def test_request_to_a_partner_ends_with_the_client_that_wanted_it(live, partners):
    partner = partners[name_of("hung")]
    assert wait_until(lambda: not partner.open)
    query = 'SELECT * { SERVICE <p-hung> { BIND("gone" AS ?x) } }'
    connection = http.client.HTTPConnection("127.0.0.1", live.port)
    connection.request("GET", f"/sparql?{urlencode({'query': query})}")
    came = wait_until(lambda: partner.open)
    connection.close()
    assert came
    assert wait_until(lambda: not partner.open, 15.0)  # before the query's own time is over


def test_server_answers_as_ever_afterwards(live):
    assert live.count() > 0
    assert live.process.poll() is None
