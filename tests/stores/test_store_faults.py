"""What a store does wrong is told plainly, in time, and never passed on as an answer."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
import store_servers
from fake_store import fake_store

from samgraf import limits
from samgraf.engine.remote.client import StoreError
from samgraf.engine.remote.engine import RemoteEngine
from samgraf.engine.remote.publish import publish
from samgraf.errors import UsageError
from samgraf.progress import Silent
from samgraf.release import read_manifest
from samgraf.release.serialise import UnwritableResultError
from samgraf.settings import Settings
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import (
    EngineBusyError,
    QueryRequest,
    QuerySyntaxError,
    QueryTimeoutError,
    ResultTooLargeError,
)
from samgraf.sparql.problems import problem_of

JSON = "application/sparql-results+json"
TRIPLES = "application/n-triples"
SELECT = "SELECT ?s WHERE { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
PASSWORD = "not-to-be-told"
PATIENCE = 30.0  # waited out only where a test fails
EMPTY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'


@pytest.fixture(scope="module")
def manifest(release_dir):
    return read_manifest(release_dir)


def ask(url, manifest, query=SELECT, media_type=JSON, settings=None, **bounds):
    async def run():
        engine = RemoteEngine(url, manifest, settings or Settings())
        try:
            answer = await engine.answer(QueryRequest(query=query, **bounds), media_type)
            return answer.read()
        finally:
            await engine.close()

    return asyncio.run(run())


def answering(*arguments, **headers):
    return fake_store(lambda handler, body: handler.send(*arguments, **headers))


def test_good_answer_passes(manifest):
    with answering(200, EMPTY, JSON) as store:
        assert ask(store.url, manifest) == EMPTY
        method, _, headers, _ = store.seen[0]
    assert method == "POST"
    assert headers["Content-Type"].startswith("application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("status", "body", "media_type", "told"),
    [
        (200, b"<html>hello</html>", "text/html", "text/html instead of"),
        (200, EMPTY, "", "no media type instead of"),
        (200, EMPTY[:-3], JSON, "broken"),
        (200, b"", JSON, "broken"),
        (200, b'{"head":{},"boolean":true}', JSON, "another question"),
        (200, EMPTY + b"The operation was cancelled", JSON, "broken"),
        (500, b"Disk full\nat some.java.Class", "text/plain", "failed (500): Disk full"),
        (500, b"<html>secret</html>", "text/html", "failed (500)"),
        (502, b"", "", "failed (502)"),
        (404, b"", "", "failed (404)"),
        (206, EMPTY, JSON, "failed (206)"),
    ],
)
def test_wrong_answer_is_thrown_away_and_told(manifest, status, body, media_type, told):
    with answering(status, body, media_type) as store, pytest.raises(StoreError) as error:
        ask(store.url, manifest)
    assert told in str(error.value)
    assert "secret" not in str(error.value)
    assert problem_of(error.value).status == 503


def test_broken_graph_is_thrown_away(manifest):
    half = b"<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> <http://e"
    with answering(200, half, TRIPLES) as store, pytest.raises(StoreError, match="broken"):
        ask(store.url, manifest, CONSTRUCT, "text/turtle")


def test_what_is_held_in_memory_is_bounded_for_each_client_and_in_all(manifest, monkeypatch):
    monkeypatch.setattr(limits, "SPOOLED_PER_CLIENT", 1)
    monkeypatch.setattr(limits, "SPOOLED_RESULTS", 2)

    async def run(store):
        settings = Settings(max_result_bytes=len(EMPTY) + 1)
        engine = RemoteEngine(store.url, manifest, settings)

        def asked(client):
            return engine.answer(QueryRequest(query=SELECT, client=client), JSON)

        first = await asked("a")
        with pytest.raises(EngineBusyError):
            await asked("a")
        second = await asked("b")
        with pytest.raises(EngineBusyError):
            await asked("")
        assert engine.stats()["spooled_bytes"] == 2 * len(EMPTY)
        first.close()
        first.close()
        assert (await asked("a")).read() == EMPTY  # and left to be forgotten
        second.close()
        assert engine.stats()["spooled_bytes"] == 0
        # of many at once, some are answered
        many = await asyncio.gather(*map(asked, "abcdefgh"), return_exceptions=True)
        assert {type(each) for each in many} == {EngineBusyError, type(first)}
        await engine.close()

    with answering(200, EMPTY, JSON) as store:
        asyncio.run(run(store))


def test_format_of_the_wrong_kind_is_refused(manifest):
    triple = b"<http://e/a> <http://e/b> <http://e/c> .\n"
    for query, media_type, *sent in (
        (SELECT, TRIPLES, EMPTY, JSON),
        (CONSTRUCT, JSON, triple, TRIPLES),
    ):
        with answering(200, *sent) as store, pytest.raises(UnwritableResultError):
            ask(store.url, manifest, query, media_type)


def test_graph_without_an_end_is_thrown_away(manifest):
    def act(handler, body):
        handler.send_response(200)
        handler.send_header("Content-Type", TRIPLES)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(b"<http://e/a> <http://e/b> <http://e/c> .\n")

    with fake_store(act) as store, pytest.raises(StoreError, match="where its answer ends"):
        ask(store.url, manifest, CONSTRUCT, TRIPLES)


@pytest.mark.parametrize("chunked", [True, False])
def test_answer_that_breaks_off_is_thrown_away(manifest, chunked):
    def act(handler, body):
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        name, value = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", "9999")
        handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(EMPTY), EMPTY) if chunked else EMPTY)
        handler.close_connection = True

    with fake_store(act) as store, pytest.raises(StoreError, match="broke off"):
        ask(store.url, manifest)


def test_truncation_that_only_a_header_tells_is_seen(manifest):
    with (
        answering(200, EMPTY, JSON, X_SPARQL_MaxRows="10000") as store,
        pytest.raises(StoreError, match="cuts at 10000 rows"),
    ):
        ask(store.url, manifest)


def test_part_at_the_stores_time_limit_is_seen(manifest):
    with (
        answering(200, EMPTY, JSON, X_SQL_State="S1TAT") as store,
        pytest.raises(StoreError, match="its own time limit"),
    ):
        ask(store.url, manifest)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_refused_and_not_followed(manifest, status):
    with (
        answering(200, EMPTY, JSON) as other,
        answering(status, b"", "", Location=other.url) as store,
    ):
        with pytest.raises(StoreError, match="Redirects are not followed"):
            ask(store.url, manifest)
        assert other.seen == []


def test_proxy_of_the_environment_is_not_used(manifest, monkeypatch):
    with answering(200, EMPTY, JSON) as proxy, answering(200, EMPTY, JSON) as store:
        monkeypatch.setenv("http_proxy", proxy.url)
        ask(store.url, manifest)
        assert (len(proxy.seen), len(store.seen)) == (0, 1)


def test_huge_answer_is_capped(manifest):
    sent = []

    def act(handler, body):
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        try:
            for _ in range(10_000):
                handler.wfile.write(piece)
                sent.append(len(piece))
        except OSError:
            handler.close_connection = True

    with fake_store(act) as store, pytest.raises(ResultTooLargeError) as error:
        ask(store.url, manifest, settings=Settings(max_result_bytes=1_000_000))
    assert error.value.limit == 1_000_000
    assert sum(sent) < 100_000_000


def test_requests_own_bound_goes_below_the_setting(manifest):
    with answering(200, EMPTY + b" " * 5000, JSON) as store:
        assert ask(store.url, manifest) == EMPTY
        with pytest.raises(ResultTooLargeError):
            ask(store.url, manifest, max_bytes=1000)


def test_silent_store_is_left_at_the_deadline(manifest):
    with fake_store(lambda handler, body: handler.wait_for_hang_up()) as store:
        with pytest.raises(QueryTimeoutError) as error:
            ask(store.url, manifest, timeout=0.5)
        assert error.value.seconds == 0.5
        assert store.hung_up.wait(PATIENCE)
    assert problem_of(error.value).status == 503


def test_dripping_store_is_left_at_the_deadline(manifest):
    def act(handler, body):
        try:
            for _ in range(200):
                handler.wfile.write(b"H")
                if handler.server.release.wait(0.05):
                    break
        except OSError:
            handler.server.hung_up.set()
        handler.close_connection = True

    with fake_store(act) as store:
        with pytest.raises(QueryTimeoutError):
            ask(store.url, manifest, settings=Settings(query_timeout=2.0), timeout=60.0)
        assert store.hung_up.wait(PATIENCE)


def test_cancelling_closes_the_connection(manifest):
    async def run(store):
        engine = RemoteEngine(store.url, manifest, Settings())
        task = asyncio.create_task(engine.answer(QueryRequest(query=SELECT), JSON))
        while not store.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(store.hung_up.wait, PATIENCE)
        await engine.close()
        return engine.stats()

    with fake_store(lambda handler, body: handler.wait_for_hang_up()) as store:
        stats = asyncio.run(run(store))
    assert (stats["busy"], stats["waiting"]) == (0, 0)


def test_waiting_queries_are_bounded(manifest):
    async def run(store):
        engine = RemoteEngine(store.url, manifest, Settings(slow_workers=1, queue=1))
        tasks = [
            asyncio.create_task(engine.answer(QueryRequest(query=SELECT), JSON)) for _ in range(2)
        ]
        await asyncio.sleep(0)
        with pytest.raises(EngineBusyError):
            await engine.answer(QueryRequest(query=SELECT), JSON)
        assert engine.stats()["waiting"] == 1
        store.release.set()
        bodies = [(await task).read() for task in tasks]
        await engine.close()
        return bodies

    def act(handler, body):
        handler.server.release.wait(PATIENCE)
        handler.send(200, EMPTY, JSON)

    with fake_store(act) as store:
        assert asyncio.run(run(store)) == [EMPTY, EMPTY]


def test_store_that_is_busy_is_told_as_busy(manifest):
    with (
        answering(429, b"", "", Retry_After="7") as store,
        pytest.raises(EngineBusyError) as error,
    ):
        ask(store.url, manifest)
    assert error.value.retry_after == 7


def test_idle_connection_that_the_store_closed_is_replaced(manifest):
    def act(handler, body):
        handler.send(200, EMPTY, JSON)
        handler.close_connection = True  # without having said so

    async def run(store):
        engine = RemoteEngine(store.url, manifest, Settings())
        for _ in range(3):
            answer = await engine.answer(QueryRequest(query=SELECT), JSON)
            assert answer.read() == EMPTY
        await engine.close()

    with fake_store(act) as store:
        asyncio.run(run(store))
        assert len(store.seen) == 3


@pytest.mark.parametrize("chunked", [True, False])
def test_connection_is_used_again(manifest, chunked):
    ports = set()

    def act(handler, body):
        ports.add(handler.client_address[1])
        if not chunked:
            handler.send(200, EMPTY, JSON)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(EMPTY), EMPTY))

    async def run(store):
        engine = RemoteEngine(store.url, manifest, Settings())
        for _ in range(3):
            assert (await engine.answer(QueryRequest(query=SELECT), JSON)).read() == EMPTY
        await engine.close()

    with fake_store(act) as store:
        asyncio.run(run(store))
    assert len(ports) == 1


def test_address_of_the_store_is_not_told_to_clients(manifest):
    with store_servers.closed_port() as port, pytest.raises(StoreError) as error:
        ask(f"http://127.0.0.1:{port}/query", manifest)
    assert str(port) not in str(error.value)


def test_syntax_error_is_found_before_the_store_is_asked(manifest):
    query = "SELECT ?s\nWHERE { ex:a ex:b"
    with answering(200, EMPTY, JSON) as store, pytest.raises(QuerySyntaxError) as error:
        ask(store.url, manifest, query, base="https://example.org/")
    assert (error.value.line, store.seen) == (2, [])


def test_query_that_the_store_does_not_take_is_refused_in_its_words(manifest):
    words = b"transitive start not given\nstack: secret"
    with (
        answering(400, words, "text/plain") as store,
        pytest.raises(RefusedQueryError, match="this query: transitive start not given") as error,
    ):
        ask(store.url, manifest)
    assert "secret" not in str(error.value)
    assert problem_of(error.value).status == 400


def test_basic_password_is_sent_when_asked_for_only(manifest):
    def act(handler, body):
        if "Authorization" in handler.headers:
            handler.send(200, EMPTY, JSON)
        else:
            handler.send(401, b"", "", WWW_Authenticate='Basic realm="x"')

    with fake_store(act) as store:
        settings = Settings(store_user="ann", store_password=PASSWORD)
        assert ask(store.url, manifest, settings=settings) == EMPTY
        sent = [headers.get("Authorization") for _, _, headers, _ in store.seen]
        assert sent == [None, "Basic YW5uOm5vdC10by1iZS10b2xk"]
        with pytest.raises(StoreError, match="SAMGRAF_STORE_USER") as error:
            ask(store.url, manifest)
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize(
    "url",
    ["", "localhost:8080", "ftp://x/", "http://", "http://u:p@x/", "http://x/#f", "http://x:y/"],
)
def test_what_is_no_address_is_refused(manifest, url):
    with pytest.raises(UsageError):
        RemoteEngine(url, manifest, Settings())


def test_refused_connection_is_told(manifest):
    with (
        store_servers.closed_port() as port,
        pytest.raises(StoreError, match="cannot be reached"),
    ):
        ask(f"http://127.0.0.1:{port}/query", manifest)


async def start(url, manifest):
    engine = RemoteEngine(url, manifest, Settings())
    try:
        await engine.start()
    finally:
        await engine.close()


def test_release_that_is_not_there_is_told_at_the_start(manifest):
    nothing = b'{"head":{"vars":["release"]},"results":{"bindings":[]}}'
    with (
        answering(200, nothing, JSON) as store,
        pytest.raises(StoreError, match="samgraf publish"),
    ):
        asyncio.run(start(store.url, manifest))


def test_store_killed_amid_queries_gives_clean_errors_and_comes_back(tmp_path, release_dir):
    manifest, cache = read_manifest(release_dir), tmp_path
    running = store_servers.start("oxigraph", tmp_path, cache)
    outcomes: list[object] = []

    async def run():
        engine = RemoteEngine(running.query, manifest, Settings())
        query = QueryRequest(query="SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        first = (await engine.answer(query, JSON)).read()

        def kill():
            end = time.monotonic() + PATIENCE
            while not outcomes and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(0.2)
            running.process.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        until = time.monotonic() + 2 * PATIENCE
        while time.monotonic() < until and not (outcomes and isinstance(outcomes[-1], StoreError)):
            try:
                outcomes.append((await engine.answer(query, JSON)).read())
            except StoreError as error:
                outcomes.append(error)
        killer.join()
        await engine.close()
        return first

    try:
        publish(running.graphs, release_dir, Settings(), Silent())
        first = asyncio.run(run())
    finally:
        running.stop()
    *answers, last = outcomes
    assert set(answers) == {first}
    assert problem_of(last).status == 503


def started(name, folder, release_dir, **options):
    running = store_servers.start(name, folder, folder, **options)
    settings = Settings(store_user=running.user, store_password=running.password)
    try:
        publish(running.graphs, release_dir, settings, Silent())
    except BaseException:
        running.stop()
        raise
    return running


@pytest.mark.slow
def test_answer_that_virtuoso_cuts_is_not_passed_on(tmp_path, release_dir, manifest):
    running = started("virtuoso", tmp_path, release_dir, max_rows=10)
    try:
        few = ask(running.query, manifest, "SELECT ?p WHERE { ex:rose ?p ?o }")
        with pytest.raises(StoreError, match="cuts at 10 rows"):
            ask(running.query, manifest)
    finally:
        running.stop()
    assert few.count(b'"value"') == 4


def test_one_client_leaves_places_to_the_others(manifest):
    async def run(store):
        engine = RemoteEngine(store.url, manifest, Settings(slow_workers=2, slow_per_client=1))
        mine = QueryRequest(query=SELECT, client="me")
        first = asyncio.create_task(engine.answer(mine, JSON))
        await asyncio.sleep(0)
        with pytest.raises(EngineBusyError):
            await engine.answer(mine, JSON)
        other = asyncio.create_task(engine.answer(QueryRequest(query=SELECT, client="you"), JSON))
        await asyncio.sleep(0)
        store.release.set()
        await asyncio.gather(first, other)
        again = (await engine.answer(mine, JSON)).read()
        await engine.close()
        return again

    def act(handler, body):
        handler.server.release.wait(PATIENCE)
        handler.send(200, EMPTY, JSON)

    with fake_store(act) as store:
        assert asyncio.run(run(store)) == EMPTY
