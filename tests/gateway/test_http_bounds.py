"""No client holds a connection, memory or the end of the server for ever."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
import threading
import time

import pytest
from raw_client import request
from samgraf.gateway.http import Bounds, ProtocolClosedError

PATIENCE = 20.0
#: Longer than the test's own part takes on a busy machine, shorter than it waits.
BRIEF = Bounds(
    head_seconds=2.0,
    idle_seconds=2.0,
    writing_seconds=2.0,
    farewell_seconds=2.0,
    waiting_body=100_000,
)


async def plain(scope, proto):
    if scope.path == "/slow":
        await asyncio.sleep(4)
    if scope.path == "/unread":
        proto.response_bytes(413, [], b"too long")
        return
    body = await proto()
    size = 20_000_000 if scope.path == "/large" else 3
    proto.response_bytes(200, [], b"x" * size if not body else str(len(body)).encode())


@pytest.fixture
def server(run):
    return run(plain, bounds=BRIEF)


@pytest.fixture
def refusals():
    return []


@pytest.fixture
def counted(run, refusals):
    return run(plain, bounds=BRIEF, on_refused=lambda *told: refusals.append(told))


def closes(client):
    client.socket.settimeout(PATIENCE)
    return client.rest() == b""


def test_client_that_says_nothing_is_closed(server):
    with server.connect() as client:
        assert closes(client)


def test_request_that_does_not_come_to_its_end_is_408(server):
    with server.connect() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: h\r\nX: ")
        assert client.answer().status == 408
        assert closes(client)


def test_header_that_drips_is_408_all_the_same(server):
    with server.connect() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: h\r\nX: ")
        client.socket.settimeout(0.1)
        told = b""
        for _ in range(300):
            try:
                client.send(b"a")
                told += client.socket.recv(4096)
                if told:
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert b" 408 " in told


def test_idle_connection_is_closed_and_a_busy_one_is_not(server):
    with server.connect() as client, server.connect() as busy:
        client.ask(request("/"))
        busy.send(request("/slow"))
        assert closes(client)
        assert busy.answer().status == 200


def test_client_that_does_not_read_is_cut(server):
    with server.connect(buffer=4096) as client:
        began = time.monotonic()
        client.send(request("/large"))
        client.file.peek(1)
        assert server.comes_true(lambda: not server.server.connections)
        assert time.monotonic() - began > 1.9


def test_client_that_reads_slowly_is_not(run):
    server = run(plain, bounds=dataclasses.replace(BRIEF, writing_seconds=5.0))
    with server.connect(buffer=65536) as client:
        client.send(request("/large"))
        began, taken = time.monotonic(), 0
        while piece := client.socket.recv(1_000_000):
            taken += len(piece)
            if taken > 20_000_000:
                break
            if time.monotonic() - began < 8:
                time.sleep(0.1)
        assert taken > 20_000_000


def test_answer_reaches_a_client_that_is_still_sending(server):
    with server.connect() as client:
        head = request("/unread", "POST", "Content-Length: 50000000")
        client.send(head + b"x" * 1_000_000)
        answer = client.answer()
        assert (answer.status, answer.body) == (413, b"too long")
        assert answer.headers["Connection"] == "close"


def test_client_that_waits_to_be_asked_for_its_body_is_asked(server):
    with server.connect() as client:
        client.send(request("/", "POST", "Expect: 100-continue", "Content-Length: 5"))
        assert client.file.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert client.file.readline() == b"\r\n"
        assert client.ask(b"12345").body == b"5"


def test_client_whose_body_is_not_wanted_is_told_instead(server):
    with server.connect() as client:
        client.send(request("/unread", "POST", "Expect: 100-continue", "Content-Length: 5"))
        assert client.answer().status == 413


def test_body_that_nobody_takes_waits_in_the_system(run):
    taken, go_on = [], asyncio.Event()

    async def application(scope, proto):
        await go_on.wait()
        async for piece in proto:
            taken.append(len(piece))
        proto.response_bytes(200, [], b"")

    server = run(application, bounds=BRIEF)
    with server.connect() as client:
        client.send(request("/", "POST", "Content-Length: 40000000"))
        client.socket.settimeout(1)
        sent = as_much_as_goes(client.socket, 40_000_000)
        assert sent < 40_000_000
        (connection,) = server.server.connections
        assert connection._reader.receiving._size < 1_000_000
        server._loop.call_soon_threadsafe(go_on.set)
        client.socket.settimeout(20)
        client.send(b"x" * (40_000_000 - sent))
        assert client.answer().status == 200
    assert sum(taken) == 40_000_000


def as_much_as_goes(connection, most):
    """Send until nobody takes any more; return how much that was."""
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < most:
            sent += connection.send(b"x" * 1_000_000)
    return sent


@pytest.mark.parametrize("broken", [b"zz\r\n", b""])
def test_application_hears_that_a_body_will_not_come(run, broken):
    heard = []

    async def application(scope, proto):
        try:
            await proto()
        except ProtocolClosedError:
            heard.append("closed")
            raise

    server = run(application, bounds=BRIEF)
    with server.connect() as client:
        client.send(request("/", "POST", "Transfer-Encoding: chunked") + b"3\r\nabc\r\n" + broken)
        if broken:
            assert client.answer().status == 400
        else:
            client.socket.shutdown(socket.SHUT_RDWR)
        assert server.comes_true(lambda: heard)
    assert heard == ["closed"]


def test_more_connections_than_may_be_are_told_so(run):
    server = run(plain, bounds=Bounds(connections=5))
    held = [server.connect() for _ in range(5)]
    for client in held:
        assert client.ask(request("/")).status == 200
    with server.connect() as client:
        assert client.answer().status == 503
    for client in held:
        client.__exit__()
    assert server.comes_true(lambda: not server.server.connections)
    with server.connect() as client:
        assert client.ask(request("/")).status == 200


def test_stopping_answers_what_was_asked_and_closes_the_rest(run):
    server = run(plain)
    with server.connect() as idle, server.connect() as busy, server.connect() as last:
        idle.ask(request("/"))
        busy.send(request("/slow"))
        assert last.ask(request("/")).status == 200
        assert server.comes_true(server.is_asked)
        server.call(server.server.stop(PATIENCE))
        answer = busy.answer()
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert idle.rest() == b""
        with pytest.raises(OSError):  # noqa: PT011 - refused or reset
            server.connect()


def test_stopping_does_not_wait_for_ever(run):
    async def endless(scope, proto):
        await asyncio.sleep(60)

    server = run(endless)
    with server.connect() as client:
        client.send(request("/"))
        assert server.comes_true(server.is_asked)
        began = time.monotonic()
        server.call(server.server.stop(0.3))
        assert time.monotonic() - began < PATIENCE
        assert client.rest() == b""
    assert not server.server.tasks


def test_a_flood_of_requests_lets_others_have_their_turn(run):
    turns = []

    def at_once(scope, proto):
        turns.append(scope.path)
        proto.response_bytes(200, [], b"")
        return True

    server = run(plain, at_once=at_once)
    with server.connect() as flood, server.connect() as other:
        flood.ask(request("/first"))
        other.ask(request("/first"))
        # both are there when the loop looks: the flood is read piece by piece
        server.call(hold_up(lambda: (flood.send(request("/flood") * 5000), other.send(LAST))))
        assert other.answer().status == 200
        assert [flood.answer().status for _ in range(5000)] == [200] * 5000
    assert turns.count("/flood") == 5000
    assert turns.index("/last") < 1500


LAST = request("/last")


async def hold_up(meanwhile):
    """Keep the loop busy until something has happened in another thread."""
    thread = threading.Thread(target=meanwhile)
    thread.start()
    thread.join(PATIENCE)


def test_whoever_counts_is_told_of_what_is_refused(counted, refusals):
    sent = {
        b"nonsense\r\n\r\n": (400, ""),
        b"GET /a?b HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n": (400, "/a?b"),
        request("/b", "GET", "X: " + "a" * 70_000): (431, "/b"),
        b"GET /c HTTP/1.1\r\nHost: h\r\nX: ": (408, "/c"),
    }
    for data, (status, target) in sent.items():
        with counted.connect() as client:
            assert client.ask(data).status == status
            assert client.rest() == b""
        assert refusals.pop() == (status, client.name, target)
    with counted.connect() as client:
        assert client.ask(request("/d")).status == 200
    assert refusals == []


def test_whoever_counts_is_told_of_connections_that_find_no_room(run, refusals):
    counting = run(
        plain, bounds=Bounds(connections=2), on_refused=lambda *told: refusals.append(told)
    )
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            client = stack.enter_context(counting.connect())
            client.ask(request("/"))
        late = stack.enter_context(counting.connect())
        assert late.answer().status == 503
        assert counting.comes_true(lambda: refusals)
    assert refusals == [(503, late.name, "")]
