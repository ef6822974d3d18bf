"""The process that asks partners: there where federation is on, and never missed for long."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from partner_rig import CONTACT, run
from faulty_partner import FaultyPartner, reply, rows, sending

from live import Live, wait_until
from partnered import with_partners
from samgraf.federation.desk.client import Client
from samgraf.sparql.federated.partner_error import Fault, PartnerError

MODULE = "samgraf.federation.desk"
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are looked up in /proc"
)


class Alone:
    """Run the process by itself, as the supervisor would."""

    def __init__(self, release: Path, path: Path, **settings: str):
        environ = os.environ | {f"SAMGRAF_{n.upper()}": v for n, v in settings.items()}
        self.path = path
        self.process = subprocess.Popen(
            [sys.executable, "-m", "samgraf.child", MODULE, str(release), str(path)],
            env=environ,
            stderr=subprocess.PIPE,
        )
        assert wait_until(path.exists), self.process.stderr.read()

    def __enter__(self) -> Client:
        return Client(self.path)

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def resident(self) -> int:
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * 4096


@pytest.fixture
def release_of(release_dir, tmp_path):
    """Return a function that gives a release with partners at addresses."""
    return lambda **told: with_partners(release_dir, tmp_path / "partnered", **told)


@pytest.fixture
def alone(release_of, tmp_path):
    """Return a function that starts the process for partners at addresses."""
    started = []

    def start(**told) -> Alone:
        settings = {"contact": CONTACT, "partner_hosts": "127.0.0.1"}
        started.append(Alone(release_of(**told), tmp_path / "desk.sock", **settings))
        return started[-1]

    yield start
    for process in started:
        process.__exit__()


def seconds_until(fails) -> float:
    """Return the seconds in which ``fails()`` fails."""
    began = time.monotonic()
    with pytest.raises(PartnerError):
        fails()
    return time.monotonic() - began


async def gather(*work):
    return await asyncio.gather(*work, return_exceptions=True)


def test_a_reply_comes_whole_through_the_socket(partner, alone):
    values = [f"{n} æ\n" for n in range(2345)]
    partner.mode = sending(reply(rows(*values)))
    client = Client(alone(it=partner.url).path)

    async def twice():
        return await client.ask("it", "S", 30.0, 5000), await client.ask("it", "S", 30.0, 5000)

    first, second = run(twice)
    assert first.variables == ("x",)
    assert [row for (row,) in first.rows] == [f'"{n} æ\\n"' for n in range(2345)]
    assert (first.cached, first.size) == (False, len(reply(rows(*values)).split(b"\r\n\r\n")[1]))
    assert second == first._replace(cached=True, size=0)
    assert abs(first.at - time.time()) < 60


def test_faults_come_through_the_socket_as_they_are(partner, alone):
    partner.mode = "429"
    client = Client(alone(it=partner.url).path)
    with pytest.raises(PartnerError) as error:
        run(lambda: client.ask("it", "S", 30.0, 10))
    assert error.value.fault is Fault.BUSY
    assert 5 < error.value.retry_after <= 30
    (state,) = run(client.states)
    assert state["last"]["fault"] == "busy"
    assert (state["partner"], state["outcomes"]) == ("it", {"busy": 1})


def test_nobody_else_may_use_the_socket(partner, alone):
    assert stat.S_IMODE(alone(it=partner.url).path.stat().st_mode) == 0o600


def test_two_web_processes_share_the_partners_limits_and_requests(partner, alone):
    def slow(partner, sock, request):
        time.sleep(0.2)
        sock.sendall(reply(rows("x")))

    partner.mode = slow
    path = alone(it={"endpoint": partner.url, "parallel": 2}).path
    clients = Client(path), Client(path)

    async def ask():
        same = [c.ask("it", "SELECT same", 30.0, 10) for c in clients]
        other = [c.ask("it", f"SELECT {n}", 30.0, 10) for n, c in enumerate(clients * 3)]
        return await gather(*same, *other)

    told = run(ask)
    assert all(len(answer.rows) == 1 for answer in told), told
    assert len(partner.requests) == 7
    assert partner.most == 2


def test_hanging_up_closes_the_partners_connection(partner, alone):
    partner.mode = "hung"
    client = Client(alone(it=partner.url).path)

    async def leave():
        asking = asyncio.ensure_future(client.ask("it", "S", 30.0, 10))
        while not partner.answering:
            await asyncio.sleep(0.01)
        asking.cancel()
        began = time.monotonic()
        while partner.open:
            await asyncio.sleep(0.005)
            assert time.monotonic() - began < 10.0  # long before the deadline

    run(leave)


@pytest.mark.parametrize("mode", ["hung", "slow", "endless headers", "killed", "no answer"])
def test_a_client_hears_by_its_deadline(partner, alone, mode):
    partner.mode = mode
    client = Client(alone(it=partner.url).path)
    assert seconds_until(lambda: run(lambda: client.ask("it", "S", 0.7, 10))) < 1.5


def test_a_process_that_hangs_is_not_waited_for_past_the_deadline(partner, alone):
    process = alone(it=partner.url)
    process.process.send_signal(signal.SIGSTOP)

    def ask():
        with pytest.raises(PartnerError) as error:
            run(lambda: Client(process.path).ask("it", "S", 0.5, 10))
        assert error.value.fault is Fault.TIMEOUT
        raise error.value

    assert seconds_until(ask) < 1.7


def test_a_process_that_is_away_is_told_clearly(tmp_path, monkeypatch):
    monkeypatch.setattr("samgraf.federation.desk.client.AWAY", 0.2)
    client = Client(tmp_path / "nothing.sock")
    with pytest.raises(PartnerError) as error:
        run(lambda: client.ask("it", "S", 5.0, 10))
    assert error.value.fault is Fault.UNREACHABLE
    assert run(client.states) == []


def test_memory_stays_bounded_whatever_comes(partner, alone):
    process = alone(it={"endpoint": partner.url, "parallel": 1, "deadline": 60})
    client = Client(process.path)
    run(lambda: client.ask("it", "first", 30.0, 10))
    before, most = process.resident(), 0

    async def ask(seconds):
        nonlocal most
        asking = asyncio.ensure_future(gather(client.ask("it", "S", seconds, 50_000)))
        while not asking.done():
            most = max(most, process.resident())
            await asyncio.sleep(0.01)
        (error,) = await asking
        assert isinstance(error, PartnerError)
        return error.fault

    for mode, fault in (
        ("endless", Fault.TOO_LARGE),
        ("laughs", Fault.FORMAT),
        ("gzip bomb", Fault.FORMAT),
        (sending(reply(b'{"x":[' + b"[]," * 5_000_000)), Fault.FORMAT),
        (sending(reply(rows(*["x"] * 200_000))), Fault.TOO_LARGE),
    ):
        partner.mode = mode
        assert run(lambda: ask(59.0)) is fault
    assert most - before < 256 * 2**20


def test_others_are_answered_while_a_large_answer_is_read(partner, alone):
    large = reply(rows(*["some words of a label"] * 40_000))
    with FaultyPartner(sending(large)) as slow:
        client = Client(alone(it=partner.url, large=slow.url).path)

        async def both():
            big = asyncio.ensure_future(client.ask("large", "S", 30.0, 50_000))
            waits, number = [], 0
            while not big.done():
                began = time.monotonic()
                await client.ask("it", f"S {number}", 30.0, 10)
                waits.append(time.monotonic() - began)
                number += 1
            return len((await big).rows), sorted(waits)

        count, waits = run(both)
    assert count == 40_000
    assert len(waits) >= 3
    assert waits[len(waits) // 2] < 0.5


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


def socket_of(server: Live) -> Path:
    (command,) = (c for c in server.processes().values() if MODULE in c)
    return Path(command.split()[-1])


def test_a_server_asks_partners_and_tells_of_it(live, asked):
    query = "SELECT ?x { SERVICE <it> { <u:s> <u:p> ?x } }"
    status, _, body = live.ask(query)
    assert status == 200, body
    assert [r["x"]["value"] for r in json.loads(body)["results"]["bindings"]] == ["one", "two"]
    _, _, metrics = live.get("/metrics")
    assert b'samgraf_partner_requests_total{partner="it",outcome="ok"} 1\n' in metrics
    assert b'samgraf_partner_answers{partner="it"} 1\n' in metrics
    assert b"bad" not in metrics


def test_a_killed_process_comes_back_while_asks_fail_cleanly(live, asked):
    path = socket_of(live)
    client, told, ends = Client(path), [], False
    asked.mode = sending(reply(rows("x")))

    async def load(number):
        count = 0
        while not ends:
            count += 1
            try:
                answer = await client.ask("it", f"S {number} {count}", 30.0, 10)
                told.append(answer.rows == [('"x"',)])
            except PartnerError as error:
                told.append(error.fault)

    async def under_load():
        nonlocal ends
        loading = [asyncio.ensure_future(load(number)) for number in range(4)]
        for _ in range(3):
            before = told.count(True)
            while told.count(True) <= before + 20:
                await asyncio.sleep(0.01)
            for process in live.find(MODULE):
                os.kill(process, signal.SIGKILL)
            await asyncio.sleep(0.2)
        ends = True
        await asyncio.gather(*loading)

    run(under_load)
    assert set(told) <= {True, Fault.UNREACHABLE}
    assert told.count(True) > 60

    async def next_one():
        return await client.ask("it", "next", 30.0, 10)

    assert wait_until(lambda: live.find(MODULE))
    assert run(next_one).rows == [('"x"',)]
    assert live.get("/health")[0] == 200


def test_a_new_release_has_a_process_of_its_own(live, asked):
    before = live.find(MODULE)
    live.process.send_signal(signal.SIGHUP)
    assert wait_until(lambda: (after := live.find(MODULE)) and not after & before)
    asked.mode = "answer"
    assert live.ask("SELECT ?x { SERVICE <it> { <u:s> <u:p> ?x } }")[0] == 200


def test_the_process_ends_with_its_parent(live):
    (process,) = live.find(MODULE)
    live.process.kill()
    _, err = live.process.communicate()
    told = "The partner bad is left out: 'http://0x7f.1/' is no address of a partner: "
    lines = {line for line in err.splitlines() if line.startswith("The partner")}
    assert lines == {f"{told}its host is neither a name nor a plain IP address."}

    def gone() -> bool:
        try:
            return "Z" in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1][:3]
        except OSError:
            return True

    assert wait_until(gone)


def test_there_is_no_process_where_nobody_is_named_to_write_to(release_of, partner):
    with Live("--release", release_of(it=partner.url)) as server:
        assert server.find(MODULE) == set()
        status, _, _ = server.ask("SELECT ?x { SERVICE <it> { <u:s> <u:p> ?x } }")
        assert status == 400
    assert partner.connections == 0
