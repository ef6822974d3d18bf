"""No client holds a connection, memory or the end of the server for ever."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from types import SimpleNamespace

import pytest
from http_server import body_of, respond
from raw_client import request

from samgraf import limits
from samgraf.gateway.http_bounds import ByteBudget, Connections

PATIENCE = 20.0
KEPT = SimpleNamespace(lines=lambda: b"content-length: 4\r\n\r\n", body=b"kept")


async def plain(scope, receive, send):
    path = scope["raw_path"]
    if path == b"/slow":
        await asyncio.sleep(4)
    if path == b"/unread":
        await respond(send, 413, b"too long")
        return
    body = await body_of(receive)
    size = 20_000_000 if path == b"/large" else 3
    await respond(send, 200, b"x" * size if not body else str(len(body)).encode())


@pytest.fixture
def brief(monkeypatch):
    """Have clients wait for all times 2 s: longer than a test's own part takes."""
    for name in ("HEAD", "IDLE", "LINGER", "SLOW_READER"):
        monkeypatch.setattr(limits, f"{name}_SECONDS", 2.0)
    monkeypatch.setattr(limits, "SWEEP_SECONDS", 0.1)


@pytest.fixture
def server(run, brief):
    return run(plain)


def closes(client):
    client.socket.settimeout(PATIENCE)
    return client.rest() == b""


# times


def test_client_that_says_nothing_is_closed(server):
    with server.connect() as client:
        assert closes(client)


def test_request_that_does_not_come_to_its_end_is_408(server):
    with server.connect() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: h\r\nX: ")
        answer = client.answer()
        assert answer.status == 408
        assert json.loads(answer.body)["status"] == 408
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
        client.send(request("/large"))
        client.file.peek(1)
        assert server.comes_true(lambda: not server.open_connections)


def test_client_that_trickles_is_cut(server):
    with server.connect(buffer=4096) as client:
        client.send(request("/large"))
        while server.open_connections:
            with contextlib.suppress(OSError):
                client.socket.recv(100)
            time.sleep(0.2)


def test_client_that_reads_slowly_is_not(run, brief, monkeypatch):
    monkeypatch.setattr(limits, "SLOW_READER_SECONDS", 5.0)
    server = run(plain)
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


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
def test_answer_reaches_a_client_that_is_still_sending(server, connection):
    with server.connect() as client:
        more = (f"Connection: {connection}", "Content-Length: 50000000")
        client.send(request("/unread", "POST", *more))
        for _ in range(10):
            client.send(b"x" * 1_000_000)
        answer = client.answer()
        assert (answer.status, answer.body) == (413, b"too long")
        # what nobody reads is not taken for long
        assert server.comes_true(lambda: not server.open_connections)


def test_client_that_waits_to_be_asked_for_its_body_is_asked(server):
    with server.connect() as client:
        client.send(request("/", "POST", "Expect: 100-continue", "Content-Length: 5"))
        assert client.file.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert client.file.readline() == b"\r\n"
        assert client.ask(b"12345").body == b"5"


# bytes


def test_head_that_never_ends_is_431(server):
    with server.connect() as client, contextlib.suppress(ConnectionError):
        client.send(b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"a" * 10_000_000)
    with server.connect() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"a" * 70_000)
        assert client.answer().status == 431


def test_trailer_that_never_ends_is_431(server):
    chunks = b"3\r\nabc\r\n0\r\nX: " + b"a" * 1_000_000
    with server.connect() as client:
        client.send(request("/", "POST", "Transfer-Encoding: chunked"))
        client.send(chunks)
        assert client.answer().status == 431


def test_unfinished_heads_are_counted_over_all_clients(run, brief):
    budget = ByteBudget(100_000)
    server = run(plain, connections=Connections(budget=budget))
    half = b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"a" * 40_000
    with server.connect() as one, server.connect() as two, server.connect() as three:
        for client in (one, two):
            client.send(half)
        assert server.comes_true(lambda: budget.used > 80_000)
        three.send(half)
        assert three.answer().status == 503
        one.send(b"\r\n\r\n")
        assert one.answer().status == 200
        assert server.comes_true(lambda: budget.used < 50_000)
    assert server.comes_true(lambda: budget.used == 0)


def test_requests_that_wait_are_counted_over_all_clients(run):
    budget = ByteBudget(400_000)
    server = run(plain, connections=Connections(budget=budget))
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(server.connect()) for _ in range(3)]
        for client in clients:
            client.send(request("/slow") + request("/", "POST", body=b"x" * 1000) * 100)
        statuses = [client.answer().status for client in clients]
        assert statuses == [200] * 3
        assert any(answers_until_closed(client)[-1] == 503 for client in clients)
    assert server.comes_true(lambda: budget.used == 0)


def answers_until_closed(client):
    statuses = [200]
    with contextlib.suppress(Exception):
        while len(statuses) < 101 and statuses[-1] == 200:
            statuses.append(client.answer().status)
    return statuses


def test_body_that_nobody_takes_waits_in_the_system(run):
    taken, go_on = [], asyncio.Event()

    async def application(scope, receive, send):
        await go_on.wait()
        taken.append(len(await body_of(receive)))
        await respond(send)

    server = run(application)
    with server.connect() as client:
        client.send(request("/", "POST", "Content-Length: 40000000"))
        client.socket.settimeout(1)
        sent = as_much_as_goes(client.socket, 40_000_000)
        assert sent < 40_000_000
        server.call(go_on.set)
        client.socket.settimeout(20)
        client.send(b"x" * (40_000_000 - sent))
        assert client.answer().status == 200
    assert taken == [40_000_000]


def as_much_as_goes(connection, most):
    """Send until nobody takes any more; return how much that was."""
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < most:
            sent += connection.send(b"x" * 1_000_000)
    return sent


def test_application_hears_that_its_reader_is_gone_whatever_waits_behind_the_request(run):
    gone = threading.Event()

    async def answer(scope, receive, send):
        await body_of(receive)
        left = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200})
        while not left.done():
            piece = {"type": "http.response.body", "body": b"x" * 65_536, "more_body": True}
            await send(piece)
            await asyncio.sleep(0)
        gone.set()

    with run(answer).connect() as client:
        client.send(3 * request())
        assert client.socket.recv(12) == b"HTTP/1.1 200"
    assert gone.wait(PATIENCE)


@pytest.mark.parametrize("broken", [b"zz\r\n", b""])
def test_application_hears_that_a_body_will_not_come(run, brief, broken):
    heard = []

    async def application(scope, receive, send):
        heard.append(await body_of(receive))

    server = run(application)
    with server.connect() as client:
        client.send(request("/", "POST", "Transfer-Encoding: chunked") + b"3\r\nabc\r\n" + broken)
        if broken:
            assert client.answer().status == 400
        else:
            client.socket.shutdown(socket.SHUT_RDWR)
        assert server.comes_true(lambda: heard)
    assert heard == [None]


# numbers


def test_a_new_connection_takes_the_place_of_the_oldest_idle_one(run):
    server = run(plain, connections=Connections(3))
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(server.connect()) for _ in range(3)]
        for client in held:
            assert client.ask(request("/")).status == 200
        assert held[0].ask(request("/")).status == 200
        late = stack.enter_context(server.connect())
        assert late.ask(request("/")).status == 200
        assert closes(held[1])
        for client in (held[0], held[2], late):
            assert client.ask(request("/")).status == 200


def test_more_connections_than_may_be_are_503_where_none_is_idle(run):
    server = run(plain, connections=Connections(2))
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(server.connect()) for _ in range(2)]
        for client in held:
            client.send(request("/slow"))
        assert server.comes_true(lambda: not server.connections.idle)
        late = stack.enter_context(server.connect())
        assert late.answer().status == 503
        assert [client.answer().status for client in held] == [200, 200]


# the end


def test_stopping_answers_what_was_asked_and_closes_the_rest(run):
    server = run(plain)
    with server.connect() as idle, server.connect() as busy:
        idle.ask(request("/"))
        busy.send(request("/slow"))
        assert server.comes_true(lambda: len(server.connections.idle) == 1)
        server.end()
        answer = busy.answer()
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert idle.rest() == b""
        with pytest.raises(OSError):  # noqa: PT011 - refused or reset
            server.connect()


# kept answers, and who counts


def test_kept_answers_are_given_in_order_with_the_others(run):
    async def named(scope, receive, send):
        await asyncio.sleep(0.05 if scope["raw_path"] == b"/0" else 0)
        await respond(send, 200, scope["raw_path"])

    server = run(named, recall=lambda path, *_: KEPT if path == b"/kept" else None)
    paths = ["/kept", "/kept", "/0", "/kept", "/1"]
    with server.connect() as client:
        client.send(b"".join(map(request, paths)))
        bodies = [client.answer().body for _ in paths]
    # behind an answer that takes its time, the application gives them in their turn
    assert bodies == [b"kept", b"kept", b"/0", b"/kept", b"/1"]


def test_head_and_body_of_an_answer_come_together(run):
    server = run(plain)
    with server.connect() as client:
        client.socket.settimeout(PATIENCE)
        for _ in range(20):
            client.send(request("/"))
            piece = client.socket.recv(65_536)
            assert piece.startswith(b"HTTP/1.1 200 ")
            assert piece.endswith(b"\r\n\r\nxxx")


def test_a_flood_of_requests_lets_others_have_their_turn(run):
    turns = []

    def recall(path, *_):
        turns.append(path)
        return KEPT

    async def kept(scope, receive, send):
        await respond(send, 200, b"kept")

    server = run(kept, recall=recall)
    with server.connect() as flood, server.connect() as other:
        flood.ask(request("/first"))
        other.ask(request("/first"))

        # both are there when the loop looks
        def flooding():
            flood.send(request("/flood") * 300)
            other.send(request("/last"))

        server.call(lambda: hold_up(flooding))
        assert other.answer().status == 200
        assert [flood.answer().status for _ in range(300)] == [200] * 300
    assert turns.index(b"/last") <= 2 + 2 * limits.AT_ONCE


def hold_up(meanwhile):
    """Keep the loop busy until something has happened in another thread."""
    thread = threading.Thread(target=meanwhile)
    thread.start()
    thread.join(PATIENCE)


def test_whoever_counts_is_told_of_what_is_refused(server):
    sent = {
        b"nonsense\r\n\r\n": (400, b""),
        request("/b", "GET", "X: " + "a" * 70_000): (431, b"/b"),
        b"GET /c HTTP/1.1\r\nHost: h\r\nX: ": (408, b"/c"),
    }
    refusals = server.application.refusals
    for data, (status, target) in sent.items():
        with server.connect() as client:
            name = client.socket.getsockname()
            assert client.ask(data).status == status
            assert client.rest() == b""
        assert refusals.pop() == (status, name, target)
    with server.connect() as client:
        assert client.ask(request("/d")).status == 200
    assert refusals == []
