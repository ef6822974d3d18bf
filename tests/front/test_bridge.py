"""Pages through the bridge: the application sees the request, the client its answer."""

import asyncio
import json

import pytest

from front_client import scope_of
from samgraf.gateway.flask_bridge import Threads, environ_of
from samgraf.sparql.problems import ProblemError


@pytest.fixture
def seen(front):
    """Return a function that asks for a page and returns answer and what the page was told."""
    told = {}

    def application(environ, start):
        told.update(environ, body=environ["wsgi.input"].read())
        start(told.get("status", "200 OK"), [("Content-Type", "text/plain"), ("X-Own", "1")])
        return [b"whole ", b"page"]

    front.serving.app = application

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


def environ(*headers):
    made = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": ""}
    return environ_of(scope_of(made, headers), b"", {})


def test_headers_of_one_name_are_joined():
    told = environ(("Accept", "a/b"), ("Accept", "c/d"), ("Cookie", "a=1"), ("Cookie", "b=2"))
    assert told["HTTP_ACCEPT"] == "a/b,c/d"
    assert told["HTTP_COOKIE"] == "a=1; b=2"


def test_header_with_an_underscore_does_not_pass_for_another():
    assert "HTTP_X_FORWARDED_FOR" not in environ(("x_forwarded_for", "192.0.2.1"))


def test_framing_headers_do_not_reach_the_application():
    told = environ(("Transfer-Encoding", "chunked"), ("Content-Length", "7"))
    assert "HTTP_TRANSFER_ENCODING" not in told
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

    front.serving.app = fails
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

    front.serving.app = application
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
    service = front.serving.service
    service.engine = Slow(service.engine)
    records = []
    monkeypatch.setattr(front.front._watch, "done", records.append)
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
    threads = Threads(loop)

    async def work():
        return 1

    try:
        with pytest.raises(ProblemError, match="about to end"):
            threads.wait(work())
    finally:
        threads.close()
        loop.close()
