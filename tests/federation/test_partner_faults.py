"""Whatever a partner does, the one who asked has word of it by the deadline."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest
from faulty_partner import MODES, FaultyPartner, reply, rows, sending
from partner_rig import Resolver, ask, client_of, open_connections, run

from samgraf.sparql.federated.faults import Fault, PartnerError

pytestmark = pytest.mark.usefixtures("rigged")
DEADLINE = 2.0
PATIENCE = 25.0  # seconds where the fault comes before any deadline, however busy the machine
FAULTS = {
    "killed": Fault.UNREACHABLE,
    "hung": Fault.TIMEOUT,
    "slow": Fault.TIMEOUT,
    "html": Fault.FORMAT,
    "html called json": Fault.FORMAT,
    "429": Fault.BUSY,
    "503 dated": Fault.BUSY,
    "500": Fault.STATUS,
    "redirect": Fault.STATUS,
    "truncated": Fault.FORMAT,
    "laughs": Fault.FORMAT,
    "endless": Fault.TOO_LARGE,
    "length too long": Fault.UNREACHABLE,
    "length too short": Fault.FORMAT,
    "no length": Fault.FORMAT,
    "endless headers": Fault.UNREACHABLE,
    "endless continue": Fault.TIMEOUT,
    "gzip bomb": Fault.FORMAT,
    "not http": Fault.TIMEOUT,
    "no answer": Fault.UNREACHABLE,
    "boolean": Fault.FORMAT,
    "not utf-8": Fault.FORMAT,
}


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def fault_in_time(client, seconds: float = DEADLINE) -> PartnerError:
    with pytest.raises(PartnerError) as error:
        run(lambda: ask(client, seconds=seconds))
    assert str(error.value).isprintable()
    return error.value


def test_every_way_to_fail_is_tried():
    assert set(FAULTS) == set(MODES) - {"answer"}


@pytest.mark.parametrize("mode", FAULTS)
@pytest.mark.parametrize("whose", ["asker", "record"])
def test_each_fault_is_told_by_the_deadline(partner, mode, whose):
    partner.mode = mode
    seconds = PATIENCE if FAULTS[mode] is not Fault.TIMEOUT else DEADLINE
    told = {"deadline": 40.0 if whose == "asker" else seconds}
    before = resident() if Path("/proc/self/statm").exists() else 0
    error = fault_in_time(client_of(partner.url, **told), seconds if whose == "asker" else 40.0)
    assert error.fault is FAULTS[mode], str(error)
    if error.fault is Fault.TIMEOUT:
        # of the two deadlines, the shorter one
        assert f"within {DEADLINE:g} s" in str(error)
    if before:
        assert resident() - before < 256 * 2**20


def test_what_a_partner_said_is_told_in_few_printable_words(partner):
    partner.mode = "html"
    assert "text/html: 'Busy Try later .'" in str(fault_in_time(client_of(partner.url), PATIENCE))
    partner.mode = sending(reply(("æ\x1b[31m\u202e" * 500).encode(), "502 B", "text/plain"))
    assert len(str(fault_in_time(client_of(partner.url), PATIENCE))) < 250


def test_a_partner_that_does_not_accept_is_given_up():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        waiting = [socket.socket() for _ in range(4)]
        try:
            for sock in waiting:  # until the queue is full, so that connecting hangs
                sock.setblocking(False)
                sock.connect_ex(listener.getsockname())
            assert fault_in_time(client_of(url)).fault is Fault.TIMEOUT
        finally:
            for sock in waiting:
                sock.close()


def test_a_partner_that_is_not_there_is_told_at_once():
    with socket.socket() as bound:  # so that nobody else listens there meanwhile
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        error = fault_in_time(client_of(f"http://127.0.0.1:{port}/"), PATIENCE)
    assert error.fault is Fault.UNREACHABLE


def test_a_look_up_that_hangs_holds_up_nobody(partner):
    looked, over = [], threading.Event()

    def hang(*_: object, **__: object) -> list:
        looked.append(1)
        over.wait(PATIENCE)
        return []

    client = client_of("http://hangs.example.org/", allowed=(), resolve=hang, parallel=2)

    async def several() -> None:
        asked = (ask(client, f"SELECT {n}", 0.5) for n in range(6))
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert not over.is_set()  # nobody waited for the look-up
        assert all(isinstance(error, PartnerError) for error in told)
        assert len(looked) == 1
        over.set()

    run(several)


def test_a_name_that_nobody_knows_is_told():
    def unknown(*_: object, **__: object) -> list:
        raise socket.gaierror(-2, "Name or service not known")

    error = fault_in_time(
        client_of("http://gone.example.org/", allowed=(), resolve=unknown), PATIENCE
    )
    assert error.fault is Fault.UNREACHABLE
    assert "name is not known" in str(error)


def test_tls_to_a_partner_that_speaks_none_is_told(partner):
    error = fault_in_time(client_of(partner.url.replace("http:", "https:")), PATIENCE)
    assert error.fault is Fault.UNREACHABLE


def test_a_handshake_that_stalls_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = fault_in_time(client_of(f"https://127.0.0.1:{silent.getsockname()[1]}/"))
    assert error.fault is Fault.TIMEOUT


@pytest.fixture
def certified(monkeypatch, tmp_path):
    """Return the server's side of TLS for ``localhost``, which this process is made to trust."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    subprocess.run(
        [openssl, *made, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_certificate_is_checked_against_the_name_that_was_asked_for(certified):
    with FaultyPartner(tls=certified) as partner:
        right = f"https://localhost:{partner.port}/"
        assert len(run(lambda: ask(client_of(right, ("localhost",)))).rows) == 2
        # pinned to the same address, the name stays what is proved
        wrong = client_of(
            f"https://other.test:{partner.port}/", ("other.test",), Resolver(["127.0.0.1"])
        )
        error = fault_in_time(wrong, PATIENCE)
        assert error.fault is Fault.UNREACHABLE
        assert "cannot be trusted" in str(error)
        assert len(partner.requests) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(certified, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with FaultyPartner(tls=certified) as partner:
        client = client_of(f"https://localhost:{partner.port}/", ("localhost",))
        error = fault_in_time(client, PATIENCE)
    assert "cannot be trusted" in str(error)


def half_an_answer(partner: FaultyPartner, sock: socket.socket, request: object) -> None:
    """Send half of an answer, and hang."""
    whole = reply(rows("one", "two"))
    sock.sendall(whole[: len(whole) // 2])
    MODES["hung"](partner, sock, request)


@pytest.mark.parametrize("again", [None, 0, 1, 2], ids="again after {}".format)
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
def test_no_connection_is_left_open_whenever_a_request_is_cancelled(certified, secure, again):
    """Cancel at each turn of the event loop, once or twice, until half of the answer came."""

    async def cancel_after(turns: int) -> None:
        asking = asyncio.create_task(ask(client_of(url, ("localhost",))))
        for _ in range(turns):
            await asyncio.sleep(0.0002)
        asking.cancel()
        if again is not None:
            for _ in range(again):
                await asyncio.sleep(0)
            asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await open_connections() == [], f"cancelled after {turns} turns"

    async def cancel_at_each_turn() -> None:
        turns = 0
        while len(partner.requests) < 5:
            await cancel_after(turns)
            turns += 1

    with FaultyPartner(half_an_answer, tls=certified if secure else None) as partner:
        url = partner.url.replace("127.0.0.1", "localhost")
        run(cancel_at_each_turn)


def test_stray_bytes_after_an_answer_do_not_become_the_next_one(partner):
    forged = reply(rows("forged"))
    partner.mode = sending(reply(rows("true")) + forged)
    client = client_of(partner.url)

    async def twice() -> list[list[tuple]]:
        first = await ask(client, "SELECT 1")
        await asyncio.sleep(0.05)
        partner.mode = sending(reply(rows("also true")))
        return [first.rows, (await ask(client, "SELECT 2")).rows]

    assert run(twice) == [[('"true"',)], [('"also true"',)]]


def test_a_connection_is_used_again(partner):
    client = client_of(partner.url)

    async def several() -> None:
        for number in range(5):
            await ask(client, f"SELECT {number}")

    run(several)
    assert (len(partner.requests), partner.connections) == (5, 1)


def test_a_partner_that_hung_up_an_idle_connection_is_asked_over_a_new_one(partner):
    once = sending(reply(rows("x")), hang_up=True)
    partner.mode = once
    client = client_of(partner.url)

    async def twice() -> None:
        await ask(client, "SELECT 1")
        await ask(client, "SELECT 2")

    run(twice)
    assert partner.connections == 2
