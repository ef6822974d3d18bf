"""How answers are sent: whole, framed by the rules, or cut so that nobody takes them for whole."""

from __future__ import annotations

import asyncio
import http.client

import pytest
from raw_client import request
from samgraf.gateway.http import ProtocolClosedError


def answering(answer):
    """Return an application that calls ``answer(scope, proto)``."""

    async def application(scope, proto):
        found = answer(scope, proto)
        if found is not None:
            await found

    return application


def test_answers_come_in_the_order_of_requests_whichever_is_ready_first(run):
    async def application(scope, proto):
        await asyncio.sleep(0.05 if scope.path == "/0" else 0)
        proto.response_bytes(200, [], scope.path.encode())

    def at_once(scope, proto):
        if scope.path in ("/1", "/3"):
            proto.response_bytes(200, [], scope.path.encode())
            return True
        return False

    server = run(application, at_once=at_once)
    with server.connect() as client:
        client.send(b"".join(request(f"/{n}") for n in range(5)))
        assert [client.answer().body for _ in range(5)] == [b"/0", b"/1", b"/2", b"/3", b"/4"]


def test_hundreds_of_answers_that_are_there_at_once_need_no_deep_stack(run):
    def at_once(scope, proto):
        proto.response_bytes(200, [], b"x")
        return True

    server = run(answering(lambda *_: None), at_once=at_once)
    with server.connect() as client:
        client.send(request("/") * 2000)
        assert [client.answer().body for _ in range(2000)] == [b"x"] * 2000


@pytest.mark.parametrize("status", [200, 404])
def test_head_has_the_length_of_get_and_no_body(run, status):
    server = run(answering(lambda s, p: p.response_bytes(status, [], b"abc")))
    with server.connect() as client:
        for method, body in (("GET", b"abc"), ("HEAD", b""), ("GET", b"abc")):
            answer = client.ask(request("/", method), method)
            assert (answer.status, answer.body) == (status, body)
            assert answer.headers["Content-Length"] == "3"


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_never_have_a_body_nor_its_length(run, status):
    server = run(answering(lambda s, p: p.response_bytes(status, [("etag", '"a"')], b"abc")))
    with server.connect() as client:
        answer = client.ask(request("/"))
        assert (answer.status, answer.body, answer.headers["Content-Length"]) == (status, b"", None)
        assert client.ask(request("/")).headers["ETag"] == '"a"'


def test_empty_answer_tells_that_it_is_empty(run):
    server = run(answering(lambda s, p: p.response_empty(200, [])))
    with server.connect() as client:
        assert client.ask(request("/")).headers["Content-Length"] == "0"


def test_every_answer_is_dated(run):
    server = run(answering(lambda s, p: p.response_bytes(200, [], b"")))
    with server.connect() as client:
        assert client.ask(request("/")).headers["Date"].endswith(" GMT")


KEPT = {
    b"GET / HTTP/1.1\r\nHost: h\r\n\r\n": (True, None),
    b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n": (False, "close"),
    b"GET / HTTP/1.0\r\n\r\n": (False, "close"),
    b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n": (True, "keep-alive"),
}


@pytest.mark.parametrize(("sent", "kept"), KEPT.items())
def test_connection_stays_as_the_client_wishes(run, sent, kept):
    server = run(answering(lambda s, p: p.response_bytes(200, [], b"abc")))
    with server.connect() as client:
        answer = client.ask(sent)
        assert (answer.body, answer.headers["Connection"]) == (b"abc", kept[1])
        if kept[0]:
            assert client.ask(sent).body == b"abc"
        else:
            assert client.rest() == b""


async def streaming(scope, proto):
    stream = proto.response_stream(200, [])
    for piece in (b"ab", b"", b"c" * 100_000):
        await stream.send_bytes(piece)


def test_stream_comes_in_chunks_and_the_connection_stays(run):
    server = run(streaming)
    with server.connect() as client:
        for _ in range(2):
            answer = client.ask(request("/"))
            assert answer.body == b"ab" + b"c" * 100_000
            assert answer.headers["Transfer-Encoding"] == "chunked"


def test_stream_to_an_old_client_ends_with_the_connection(run):
    server = run(streaming)
    with server.connect() as client:
        client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        head, _, body = client.rest().partition(b"\r\n\r\n")
        assert body == b"ab" + b"c" * 100_000
        assert b"transfer-encoding" not in head
        assert b"connection: close" in head


def told_length(length):
    async def application(scope, proto):
        stream = proto.response_stream(200, [("content-length", str(length))])
        await stream.send_bytes(b"abc")

    return application


def test_stream_whose_length_is_told_has_that_length(run):
    server = run(told_length(3))
    with server.connect() as client:
        assert client.ask(request("/")).body == b"abc"
        assert client.ask(request("/")).body == b"abc"


@pytest.mark.parametrize("length", [2, 4])
def test_stream_of_another_length_is_cut(run, length, caplog):
    server = run(told_length(length))
    with server.connect() as client, pytest.raises(http.client.IncompleteRead):
        client.ask(request("/"))
    assert "than its head said" in caplog.text


def test_stream_that_fails_is_cut(run, caplog):
    async def application(scope, proto):
        await proto.response_stream(200, []).send_bytes(b"abc")
        raise RuntimeError("in the middle")

    server = run(application)
    with server.connect() as client, pytest.raises(http.client.IncompleteRead):
        client.ask(request("/"))
    assert "in the middle" in caplog.text


def test_file_comes_whole(run, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 5000)
    server = run(answering(lambda s, p: p.response_file(200, [], str(file))))
    with server.connect() as client:
        for _ in range(2):
            answer = client.ask(request("/"))
            assert answer.body == file.read_bytes()
            assert answer.headers["Content-Length"] == str(256 * 5000)
        assert client.ask(request("/", "HEAD"), "HEAD").headers["Content-Length"] == str(256 * 5000)


def test_file_that_is_not_there_is_500(run, tmp_path, caplog):
    server = run(answering(lambda s, p: p.response_file(200, [], str(tmp_path / "none"))))
    with server.connect() as client:
        assert client.ask(request("/")).status == 500
    assert "FileNotFoundError" in caplog.text


async def failing(scope, proto):
    raise RuntimeError("secret")


async def silent(scope, proto):
    pass


@pytest.mark.parametrize("application", [failing, silent])
def test_application_that_fails_or_says_nothing_is_500(run, application, caplog):
    server = run(application)
    with server.connect() as client:
        answer = client.ask(request("/"))
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (500, "*")
        assert b"secret" not in answer.body
    assert "A request failed" in caplog.text


def test_at_once_that_fails_is_500(run, caplog):
    def at_once(scope, proto):
        raise RuntimeError("secret")

    server = run(silent, at_once=at_once)
    with server.connect() as client:
        assert client.ask(request("/")).status == 500


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b", "\u0141"])
def test_header_that_would_break_out_of_its_line_is_500(run, value, caplog):
    server = run(answering(lambda s, p: p.response_bytes(200, [("x", value)], b"")))
    with server.connect() as client:
        answer = client.ask(request("/"))
        assert (answer.status, answer.headers["Set-Cookie"]) == (500, None)


def test_second_answer_is_refused_and_the_first_stands(run, caplog):
    def twice(scope, proto):
        proto.response_bytes(200, [], b"first")
        proto.response_bytes(200, [], b"second")

    server = run(answering(twice))
    with server.connect() as client:
        assert client.ask(request("/")).body == b"first"
        assert client.ask(request("/")).body == b"first"
    assert "has been answered" in caplog.text


def test_stream_to_a_client_that_went_ends(run):
    ended = []

    async def application(scope, proto):
        stream = proto.response_stream(200, [])
        try:
            while True:
                await stream.send_bytes(b"x" * 65536)
        except ProtocolClosedError:
            ended.append("stream")
            raise

    server = run(application)
    with server.connect() as client:
        client.send(request("/"))
        client.file.read(100)
    assert server.comes_true(lambda: ended == ["stream"])


def test_application_hears_that_its_client_went(run):
    heard = []

    async def application(scope, proto):
        await proto.client_disconnect()
        heard.append(scope.path)

    server = run(application)
    with server.connect() as client:
        client.send(request("/gone"))
        assert server.comes_true(server.is_asked)
    assert server.comes_true(lambda: heard == ["/gone"])
    assert server.comes_true(lambda: not server.server.connections and not server.server.tasks)
