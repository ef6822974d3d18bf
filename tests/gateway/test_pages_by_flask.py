"""Pages through the bridge: the application sees the request, the client its answer."""

import asyncio
import json

import pytest

from samgraf import limits
from samgraf.gateway.pages import threaded, waiter
from samgraf.gateway.telemetry import Telemetry
from samgraf.sparql.problems import ProblemError


@pytest.fixture
def seen(front):
    """Return a function that asks for a page and returns answer and what the page was told."""
    told = {}

    def application(environ, start):
        told.update(environ, body=environ["wsgi.input"].read())
        start(told.get("status", "200 OK"), [("Content-Type", "text/plain"), ("X-Own", "1")])
        return [b"whole ", b"page"]

    front.runtime.pages = threaded(application)

    def ask(path="/page", **how):
        response = front.open(path, **how)
        return response, told

    ask.told = told
    return ask


def test_request_arrives_as_it_was_sent(seen):
    response, told = seen(
        "/a/%C3%A6%20b",
        method="POST",
        data=b"x=1",
        query_string="q=%C3%A6&r",
        headers={"Accept-Language": "nn", "Content-Type": "text/x"},
    )
    assert response.data == b"whole page"
    assert response.headers["X-Own"] == "1"
    assert told["REQUEST_METHOD"] == "POST"
    assert told["PATH_INFO"].encode("latin-1").decode() == "/a/\u00e6 b"
    assert told["QUERY_STRING"] == "q=%C3%A6&r"
    assert told["HTTP_ACCEPT_LANGUAGE"] == "nn"
    assert (told["CONTENT_TYPE"], told["CONTENT_LENGTH"]) == ("text/x", "3")
    assert told["body"] == b"x=1"
    assert told["REMOTE_ADDR"] == "127.0.0.1"


def test_path_arrives_as_it_was_sent_too(seen):
    assert seen("/a%2Fb/%25")[1]["REQUEST_URI"] == "/a%2Fb/%25"


def test_headers_of_one_name_are_joined(seen):
    _, told = seen(headers=[("Accept", "a/b"), ("Accept", "c/d")])
    assert told["HTTP_ACCEPT"] == "a/b, c/d"


def test_header_with_an_underscore_does_not_pass_for_another(seen):
    _, told = seen(headers=[("x_forwarded_for", "192.0.2.1")])
    assert "HTTP_X_FORWARDED_FOR" not in told


def test_framing_headers_and_ranges_do_not_reach_the_application(seen):
    _, told = seen(headers=[("Transfer-Encoding", "chunked"), ("Range", "bytes=0-1")])
    assert {"HTTP_TRANSFER_ENCODING", "HTTP_RANGE"}.isdisjoint(told)
    assert told["CONTENT_LENGTH"] == "0"


def test_head_has_the_length_and_no_body(seen):
    response, _ = seen(method="HEAD")
    assert response.data == b""
    assert response.headers["Content-Length"] == "10"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_status_without_a_body_sends_none(seen, status):
    seen.told["status"] = status
    response, _ = seen()
    assert (response.status, response.data) == (status.upper(), b"")


def test_application_that_fails_is_500(front, caplog):
    def fails(environ, start):
        raise ZeroDivisionError("secret")

    front.runtime.pages = threaded(fails)
    response = front.get("/page")
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert b"secret" not in response.data
    assert "secret" in caplog.text


def test_body_is_closed(front):
    class Pieces(list):
        closed = False

        def close(self):
            self.closed = True

    pieces = Pieces([b"x"])

    def application(environ, start):
        start("200 OK", [])
        return pieces

    front.runtime.pages = threaded(application)
    front.get("/page")
    assert pieces.closed


class Slow:
    """Answer as the engine beneath does, and say that it took long."""

    def __init__(self, engine):
        self._engine = engine

    async def answer(self, request, media_type):
        answer = await self._engine.answer(request, media_type)
        answer.seconds = 7.0
        return answer

    async def close(self):
        await self._engine.close()


def test_query_time_of_a_page_is_the_clients(front, monkeypatch):
    service = front.service
    service.engine = Slow(service.engine)
    records = []
    monkeypatch.setattr(Telemetry, "finished", lambda self, record: records.append(record))
    query = {"query": "SELECT * { ?s ?p ?o }"}
    front.get(query_string=query, headers={"Accept": "text/html"})
    assert records[0].query_seconds >= 7.0
    assert (records[0].outcome, records[0].format, records[0].form) == ("ok", "html", "SELECT")
    assert records[0].query == query["query"]


def test_pages_know_the_release(front):
    release = json.loads(front.get("/health").data)["release"]
    assert release in front.get("/").text


def test_nothing_is_waited_for_on_a_loop_that_has_ended():
    loop = asyncio.new_event_loop()

    async def work():
        return 1

    try:
        with pytest.raises(ProblemError, match="about to end"):
            waiter(loop)(work())
    finally:
        loop.close()


def test_file_is_sent_from_the_loop_and_as_long_as_it_was_said(front, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "PAGE_FILE_BYTES", 10)
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1_000_000)

    def application(environ, start):
        length = environ["QUERY_STRING"] or "1000000"
        start("200 OK", [("X-Sendfile", str(file)), ("Content-Length", length)])
        return []

    front.runtime.pages = threaded(application)
    answer = front.get("/file")
    assert answer.data == file.read_bytes()
    assert "X-Sendfile" not in answer.headers
    head = front.head("/file")
    assert (head.data, head.headers["Content-Length"]) == (b"", "1000000")
    # one that has changed since is not told to be what it was
    assert front.get("/file?999999").status_code == 503
