"""What a request to the endpoint may take, and what becomes of one that fails or is left."""

import asyncio
import threading

import pytest

from gateway_client import DIRECT, HTML, TINY, Exchange, GatewayClient, ask, response_of
from samgraf import limits
from samgraf.gateway.http_bounds import ByteBudget
from samgraf.gateway.pages import threaded
from samgraf.settings import Settings


def send(front, pieces, method="POST", **headers):
    scope, _ = front.request(method=method, data=b"", content_type=DIRECT)
    kept = [(n, v) for n, v in scope["headers"] if n != b"content-length"]
    more = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    scope["headers"] = kept + more
    exchange = Exchange(pieces=pieces)
    front.run(front.call(scope, exchange))
    return response_of(exchange)


def test_body_in_chunks_is_read(front):
    pieces = [TINY[:5].encode(), TINY[5:].encode()]
    assert send(front, pieces, transfer_encoding="chunked").json["boolean"] is True


def test_body_in_endless_chunks_is_413(front):
    pieces = [b"#" * 1000] * 2000
    assert send(front, pieces, transfer_encoding="chunked").status_code == 413


@pytest.mark.parametrize("length", ["999999999", "9" * 400, "-1", "x", "1.0"])
def test_body_whose_length_is_too_much_or_none_is_413(front, length):
    assert send(front, [b""], content_length=length).status_code == 413


def test_body_in_a_coding_is_refused(front):
    assert send(front, [b"x"], content_encoding="gzip").status_code == 415
    assert send(front, [b"x"], transfer_encoding="gzip, chunked").status_code == 501


def test_body_that_never_comes_is_408(front, monkeypatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.05)
    scope, _ = front.request(method="POST", data=b"x" * 10, content_type=DIRECT)
    exchange = Exchange(pieces=())
    front.run(front.call(scope, exchange))
    assert exchange.status == 408


def test_bodies_that_wait_are_counted_over_all_clients(release_dir):
    budget = ByteBudget(1000)
    made = GatewayClient(release_dir, Settings(), budget)
    try:
        pieces = [b"#" * 600] * 3
        assert send(made, pieces, transfer_encoding="chunked").status_code == 503
        assert budget.used == 0
        assert send(made, [TINY.encode()], transfer_encoding="chunked").status_code == 200
    finally:
        made.close()


def test_client_that_goes_before_its_body_is_whole_is_no_error(front, caplog):
    scope, _ = front.request(method="POST", data=b"x" * 10, content_type=DIRECT)
    exchange = Exchange(pieces=())
    exchange.leave()
    front.run(front.call(scope, exchange))
    assert exchange.status is None
    assert caplog.text == ""


def test_client_that_goes_while_the_page_of_its_error_is_made_is_no_error(front, caplog):
    started, go = threading.Event(), threading.Event()

    def application(environ, start):
        started.set()
        go.wait(60)
        start("400 Bad Request", [("Content-Type", "text/html")])
        return [b"x"]

    front.runtime.pages = threaded(application)
    scope, exchange = front.request(query_string={"query": "nonsense"}, headers=HTML)
    task = front.loop.create_task(front.call(scope, exchange))
    front.run(asyncio.to_thread(started.wait, 60))
    exchange.leave()
    front.run(task)
    go.set()
    # the page's thread waits for the loop to take its answer
    front.run(asyncio.to_thread(front.runtime.pages.executor.shutdown))
    assert exchange.status is None
    assert caplog.text == ""
    counted = front.get("/metrics").text
    assert 'samgraf_queries_total{format="other",outcome="gone"} 1.0' in counted


def test_page_of_an_error_that_fails_is_500(front, caplog):
    front.runtime.pages = None
    assert ask(front, "nonsense", Accept="text/html").status_code == 500
    assert "A request failed." in caplog.text


def test_keys_of_kept_answers_are_bounded(front):
    for number in range(200):
        assert ask(front, TINY, Accept_Language=f"en, x-{number}" + "a" * 3000).status_code == 200
    assert front.service.cache.bytes < 300_000
    before = front.service.cache.bytes
    assert ask(front, TINY, Accept_Language="a" * 60_000).status_code == 200
    assert front.service.cache.bytes == before


def test_large_answers_at_once_are_bounded(front, monkeypatch):
    monkeypatch.setattr(limits, "STREAMS", 0)
    monkeypatch.setattr(limits, "COMPRESS_AT_ONCE", 10)
    monkeypatch.setattr(limits, "CACHE_SHARE", 10_000_000)
    assert ask(front).status_code == 503


def test_failure_inside_is_500_and_told_to_no_one(front, caplog):
    front.service.prepare = None
    response = ask(front)
    assert response.status_code == 500
    assert "NoneType" not in response.data.decode()
    assert "NoneType" in caplog.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
