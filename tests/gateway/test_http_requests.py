"""What is read of a request, and what is refused: RFC 9112."""

from __future__ import annotations

import contextlib
import json

import pytest
from http_server import body_of, respond
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_client import request

from samgraf import limits


async def echo(scope, receive, send):
    """Tell what was read."""
    headers = [(n.decode(), v.decode("latin-1")) for n, v in scope["headers"]]
    told = {
        "method": scope["method"],
        "path": scope["raw_path"].decode(),
        "query": scope["query_string"].decode(),
        "version": scope["http_version"],
        "host": dict(headers).get("host"),
        "headers": headers,
        "body": ((await body_of(receive)) or b"").decode("latin-1"),
    }
    await respond(send, 200, json.dumps(told).encode())


@pytest.fixture
def echoing(run):
    return run(echo)


def told(answer):
    assert answer.status == 200, answer
    return json.loads(answer.body)


REFUSED = {
    "no request at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
    "unknown method": (b"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    "bare line feeds": (b"GET / HTTP/1.1\nHost: h\n\n", 400),
    "folded header": (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400),
    "space before the colon": (b"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400),
    "NUL in a header": (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", 400),
    "space in the target": (b"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    "bytes beyond ASCII in the target": (b"GET /\xc3\xa5 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    "target with a user": (b"GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    "target of another scheme": (b"GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    "length and chunks": (
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        400,
    ),
    "two lengths": (
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        400,
    ),
    "two equal lengths": (
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        400,
    ),
    "signed length": (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc", 400),
    "chunks not last": (
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        400,
    ),
    "chunk whose size is no number": (
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        400,
    ),
    "another version": (b"GET / HTTP/3.7\r\nHost: h\r\n\r\n", 400),
    "the oldest version": (b"GET /\r\n\r\n", 505),
    "the beginning of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "a tunnel": (b"CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n", 501),
    "long target": (request("/" + "a" * 70_000), 414),
    "long header": (request("/", "GET", "X: " + "a" * 70_000), 431),
    "many headers": (request("/", "GET", *["X: a"] * 120), 431),
}


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED)
def test_refused_and_the_connection_ended(echoing, sent, status):
    with echoing.connect() as client:
        answer = client.ask(sent)
        assert answer.status == status
        assert answer.headers["Connection"] == "close"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert json.loads(answer.body)["status"] == status
        assert client.rest() == b""


def test_what_came_before_a_bad_request_is_answered(echoing):
    with echoing.connect() as client:
        client.send(request("/first") + request("/second") + b"nonsense\r\n\r\n" + request("/no"))
        assert told(client.answer())["path"] == "/first"
        assert told(client.answer())["path"] == "/second"
        assert client.answer().status == 400
        assert client.rest() == b""


def test_a_request_in_single_bytes_is_read(echoing):
    with echoing.connect() as client:
        for byte in request("/a?b=c", "POST", body=b"xyz"):
            client.send(bytes([byte]))
        answer = told(client.answer())
        assert (answer["path"], answer["query"], answer["body"]) == ("/a", "b=c", "xyz")


def test_headers_are_in_lower_case_and_in_order(echoing):
    with echoing.connect() as client:
        answer = told(client.ask(request("/", "GET", "X-B: 2", "x-a: 1", "X-b: \xe5")))
        assert answer["headers"] == [["host", "h"], ["x-b", "2"], ["x-a", "1"], ["x-b", "\xe5"]]


def test_headers_behind_a_body_are_no_headers(echoing):
    chunks = b"3\r\nabc\r\n0\r\nX-Forwarded-For: evil\r\n\r\n"
    with echoing.connect() as client:
        answer = told(client.ask(request("/", "POST", "Transfer-Encoding: chunked") + chunks))
        assert answer["body"] == "abc"
        assert "x-forwarded-for" not in dict(answer["headers"])
        assert told(client.ask(request("/next")))["headers"] == [["host", "h"]]


@pytest.mark.parametrize("method", ["GET", "POST", "QUERY", "OPTIONS", "DELETE", "PROPFIND"])
def test_methods_are_left_to_the_application(echoing, method):
    with echoing.connect() as client:
        assert told(client.ask(request("/", method)))["method"] == method


TARGETS = {
    "/": ("/", ""),
    "/a/b?c=d&e=%20": ("/a/b", "c=d&e=%20"),
    "/s%C3%B8k?q=%C3%B8": ("/s%C3%B8k", "q=%C3%B8"),
    "/a%2Fb%3Fc": ("/a%2Fb%3Fc", ""),
    "/a#b?c": ("/a", ""),
    "/%ff": ("/%ff", ""),
    "//a": ("//a", ""),
    "http://example.org": ("/", ""),
    "http://example.org?a": ("/", "a"),
    "HTTP://example.org:81/a?b": ("/a", "b"),
}


@pytest.mark.parametrize(("target", "read"), TARGETS.items())
def test_target_is_read_as_it_was_sent(echoing, target, read):
    with echoing.connect() as client:
        found = told(client.ask(request(target)))
    assert (found["path"], found["query"]) == read


def test_the_host_of_a_target_goes_before_the_header(echoing):
    with echoing.connect() as client:
        assert told(client.ask(request("http://other/x")))["host"] == "other"


@pytest.mark.parametrize("length", ["0", "00", "3"])
def test_an_upgrade_is_answered_in_http_1_1_and_the_connection_ended(echoing, length):
    upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    with echoing.connect() as client:
        sent = request("/a", "POST", *upgrade, f"Content-Length: {length}") + b"abc"[: int(length)]
        client.send(sent + b"PRI * HTTP/2.0")
        answer = client.answer()
        assert told(answer)["path"] == "/a"
        assert answer.headers["Connection"] == "close"
        assert client.rest() == b""


@pytest.mark.parametrize("coding", ["gzip", "chunked", "gzip, chunked"])
def test_an_upgrade_with_a_transfer_coding_is_answered(echoing, coding):
    upgrade = ("Connection: Upgrade", "Upgrade: x", f"Transfer-Encoding: {coding}")
    with echoing.connect() as client:
        client.send(request("/a", "GET", *upgrade) + b"0\r\n\r\n")
        assert told(client.answer())["path"] == "/a"


def test_more_than_may_wait_are_told_so_after_the_others(run, monkeypatch):
    monkeypatch.setattr(limits, "PIPELINED", 20)

    async def named(scope, receive, send):
        await respond(send, 200, scope["raw_path"])

    server = run(named)
    with server.connect() as client:
        client.send(b"".join(request(f"/{n}") for n in range(60)))
        answers = []
        while not answers or answers[-1].status == 200:
            answers.append(client.answer())
        assert answers[-1].status == 429
        bodies = [answer.body for answer in answers[:-1]]
        assert bodies == [b"/%d" % n for n in range(len(bodies))]
        assert len(bodies) == 21
        assert client.rest() == b""


SEVERAL = [
    request("/0"),
    request("/1", "POST", body=b"x" * 300),
    request("/2", "POST", "Transfer-Encoding: chunked") + b"2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n",
    request("/3", "HEAD"),
    request("/4", "POST", body=b"abc"),
    request("/5"),
]


def test_however_a_stream_of_requests_is_cut_the_answers_are_the_same(run):
    server = run(echo)
    stream = b"".join(SEVERAL)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.integers(1, len(stream) - 1), max_size=12, unique=True).map(sorted))
    def check(places):
        with server.connect() as client:
            for start, end in zip([0, *places], [*places, len(stream)], strict=True):
                client.send(stream[start:end])
            found = [client.answer("HEAD" if n == 3 else "GET") for n in range(len(SEVERAL))]
        assert [a.status for a in found] == [200] * len(SEVERAL)
        bodies = [json.loads(a.body)["body"] for n, a in enumerate(found) if n != 3]
        assert bodies == ["", "x" * 300, "abcde", "abc", ""]

    check()


def test_no_stream_of_bytes_stops_the_server(run):
    server = run(echo)
    pieces = st.sampled_from(
        [*SEVERAL, b"GET ", b"/", b" HTTP/1.1\r\n", b"Host: h\r\n", b"\r\n", b"\0", b"\xff" * 9]
    )

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(pieces | st.binary(max_size=40), max_size=12))
    def check(sent):
        reset = contextlib.suppress(ConnectionResetError, BrokenPipeError)
        with server.connect() as client, reset:
            client.send(b"".join(sent))
        with server.connect() as client:
            assert told(client.ask(request("/still")))["path"] == "/still"

    check()
