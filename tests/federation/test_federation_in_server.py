"""A server asks its partners and tells of it, from the process that takes requests."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from pathlib import Path
from urllib.parse import urlencode

import pytest
from faulty_partner import FaultyPartner, reply, rows, sending
from partner_rig import CONTACT, ask, client_of, run

from live import Live, wait_until
from partnered import with_partners
from samgraf import limits
from samgraf.federation.partner_http import MemoryBudget
from samgraf.sparql.federated.faults import Fault, PartnerError

QUERY = "SELECT ?x { SERVICE <it> { <u:s> <u:p> ?x } }"


async def gather(*work):
    return await asyncio.gather(*work, return_exceptions=True)


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is looked up in /proc")
def test_memory_stays_bounded_whatever_comes(partner):
    client = client_of(partner.url, deadline=60)
    run(lambda: ask(client, "first"))
    before, most = resident(), 0

    async def fault():
        nonlocal most
        asking = asyncio.ensure_future(gather(ask(client, seconds=59.0, most=50_000)))
        while not asking.done():
            most = max(most, resident())
            await asyncio.sleep(0.01)
        (error,) = await asking
        assert isinstance(error, PartnerError)
        return error.fault

    for mode, expected in (
        ("endless", Fault.TOO_LARGE),
        ("laughs", Fault.FORMAT),
        ("gzip bomb", Fault.FORMAT),
        (sending(reply(b'{"x":[' + b"[]," * 5_000_000)), Fault.FORMAT),
        (sending(reply(rows(*["x"] * 200_000))), Fault.TOO_LARGE),
    ):
        partner.mode = mode
        assert run(fault) is expected
    assert most - before < 256 * 2**20


def test_answers_that_are_read_at_once_are_bounded_together(partner, monkeypatch):
    monkeypatch.setattr(limits, "PARTNER_TRANSFER_BYTES", 3_000_000)
    partner.mode = sending(reply(rows(*["x" * 1000] * 1000)))
    client = client_of(partner.url, parallel=8)
    told = run(lambda: gather(*(ask(client, f"SELECT {n}") for n in range(8))))
    faults = [error.fault for error in told if isinstance(error, PartnerError)]
    assert set(faults) <= {Fault.BUSY}
    assert len(faults) < 8  # those that there is room for are answered
    # and all of the memory is given back
    assert len(run(lambda: ask(client, "SELECT last")).rows) == 1000


def test_a_budget_is_shared_and_given_back():
    budget = MemoryBudget(100, "Answers")
    with budget.share() as first:
        first(60)
        with budget.share() as second:
            second(40)
            with pytest.raises(PartnerError, match="all the memory") as error:
                second(1)
            assert (error.value.fault, error.value.retry_after) == (Fault.BUSY, 1.0)
            assert budget.used == 60
        with pytest.raises(PartnerError, match="more than 100 bytes") as error:
            first(41)
        assert error.value.fault is Fault.TOO_LARGE
    assert budget.used == 0


def test_others_are_answered_while_a_large_answer_is_read(partner):
    large = reply(rows(*["some words of a label"] * 40_000))
    with FaultyPartner(sending(large)) as slow:
        small, big = client_of(partner.url), client_of(slow.url)

        async def both():
            reading = asyncio.ensure_future(ask(big, "S", most=50_000))
            answered = 0
            while not reading.done():
                await ask(small, f"S {answered}")
                answered += 1
            return len((await reading).rows), answered

        count, answered = run(both)
    assert count == 40_000
    assert answered >= 3


@pytest.fixture(scope="module")
def asked():
    """Return the partner of the server that the tests below share."""
    with FaultyPartner() as partner:
        yield partner


@pytest.fixture(scope="module")
def live(release_dir, asked, tmp_path_factory):
    """Return a server whose release has one partner that answers, and one that is refused."""
    folder = tmp_path_factory.mktemp("live") / "release"
    release = with_partners(release_dir, folder, it=asked.url, bad="http://0x7f.1/")
    with Live("--release", release, contact=CONTACT, partner_hosts="127.0.0.1") as server:
        yield server


def test_a_server_asks_partners_and_tells_of_it(live, asked):
    status, _, body = live.ask(QUERY)
    assert status == 200, body
    assert [r["x"]["value"] for r in json.loads(body)["results"]["bindings"]] == ["one", "two"]
    told = live.get("/metrics")[2]
    assert b'samgraf_partner_requests_total{outcome="ok",partner="it"} 1.0\n' in told
    assert b'samgraf_partner_answers{partner="it"} 1.0\n' in told
    assert b"bad" not in told


def test_a_client_that_leaves_ends_the_request_to_the_partner(live, asked):
    asked.mode = "hung"
    with socket.create_connection(("127.0.0.1", live.port)) as sock:
        fields = urlencode({"query": QUERY.replace("u:p", "u:q")})
        sock.sendall(f"GET /sparql?{fields} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert wait_until(lambda: asked.answering)
    assert wait_until(lambda: not asked.open)
    asked.mode = "answer"


def test_a_new_release_is_asked_for_as_the_old_one_was(live, asked):
    live.process.send_signal(signal.SIGHUP)
    asked.mode = "answer"
    assert live.ask(QUERY)[0] == 200


def test_a_partner_whose_address_is_refused_is_told_once_on_the_way_up(live):
    live.process.terminate()
    _, err = live.process.communicate()
    told = "The partner bad is left out: 'http://0x7f.1/' is no address of a partner: "
    lines = {line for line in err.splitlines() if "is left out" in line}
    assert lines == {f"{told}its host is neither a name nor a plain IP address."}


def test_nobody_is_asked_where_nobody_is_named_to_write_to(release_dir, tmp_path, partner):
    release = with_partners(release_dir, tmp_path / "partnered", it=partner.url)
    with Live("--release", release) as server:
        status, _, _ = server.ask(QUERY)
        assert status == 400
    assert partner.connections == 0
