"""What the gateway adds to the protocol: cache, conditions, compression, rate limit, bounds."""

import asyncio
import gzip
import json
import threading

import pytest

from gateway_client import ALL, DIRECT, HTML, TINY, GatewayClient, ask, response_of
from samgraf import limits
from samgraf.gateway.pages import threaded
from samgraf.settings import Settings
from samgraf.sparql.hints import usage_of
from samgraf.sparql.problems import ProblemError
from small_release import union_size


def cached(front):
    lines = front.get("/metrics").text.splitlines()
    found = {}
    for line in lines:
        if line.startswith("samgraf_cache_requests_total"):
            found[line.split('"')[1]] = int(float(line.split()[-1]))
    return found


@pytest.fixture
def count_engine(front):
    """Return a list that grows with each query that reaches the engine."""
    # the statistics are asked once, on the first empty answer
    front.run(asyncio.to_thread(usage_of, front.service))
    engine = front.service.engine
    asked = []

    class Counting:
        async def answer(self, request, media_type):
            asked.append(request.query)
            return await engine.answer(request, media_type)

        async def close(self):
            await engine.close()

    front.service.engine = Counting()
    return asked


def test_repeated_query_does_not_reach_the_engine(front, count_engine):
    answers = [ask(front) for _ in range(5)]
    assert len(count_engine) == 1
    assert len({a.data for a in answers}) == 1
    assert len({str(a.headers) for a in answers}) == 1
    assert cached(front) == {"hit": 4, "miss": 1, "none": 0}


@pytest.mark.parametrize(
    "same", [ALL + " ", "SELECT*{?s ?p ?o}", "# what is there?\n" + ALL, ALL.replace(" ", "\n\t")]
)
def test_spaces_and_comments_make_no_other_query(front, count_engine, same):
    first, second = ask(front), ask(front, same)
    assert len(count_engine) == 1
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]


@pytest.mark.parametrize(
    "other",
    [
        "SELECT * { ?s ?p ?O }",
        ALL + " LIMIT 1",
        'SELECT * { ?s ?p "a b" }',
        'SELECT * { ?s ?p "a  b" }',
        'SELECT * { ?s ?p "# a" }',
    ],
)
def test_other_tokens_make_another_query(front, count_engine, other):
    queries = [ALL, 'SELECT * { ?s ?p "a\tb" }', other]
    tags = {ask(front, query).headers["ETag"] for query in queries}
    assert len(tags) == len(count_engine) == 3


def test_get_and_posts_share_an_answer(front, count_engine):
    bodies = [
        ask(front).data,
        front.post(data={"query": ALL}).data,
        front.post(data=ALL, content_type=DIRECT).data,
        front.open(method="QUERY", data=ALL, content_type=DIRECT).data,
    ]
    assert len(set(bodies)) == len(count_engine) == 1


def test_repeated_post_is_known_by_its_body(front, count_engine):
    for _ in range(3):
        assert front.post(data=ALL, content_type=DIRECT).status_code == 200
    assert front.post(data=TINY, content_type=DIRECT).json["boolean"] is True
    assert len(count_engine) == 2


def test_error_is_told_each_time(front):
    assert {ask(front, "SELECT * {").status_code for _ in range(3)} == {400}
    assert len(front.service.cache) == 0


# conditional requests


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_known_answer_is_304(release_dir, warm, coding, method):
    headers = {"Accept_Encoding": coding} if coding else {}
    first, second = (GatewayClient(release_dir, Settings()) for _ in range(2))
    engine = second.service.engine
    try:
        found = ask(first, **headers)
        # another process gives the same tag, and knows it without asking the engine
        if not warm:
            second.service.engine = None
        asked = first if warm else second
        for sent in (found.headers["ETag"], 'W/"x", ' + found.headers["ETag"]):
            answer = ask(asked, method=method, If_None_Match=sent, **headers)
            assert (answer.status_code, answer.data) == (304, b"")
            for name in ("ETag", "Vary", "Cache-Control", "Samgraf-Release"):
                assert answer.headers[name] == found.headers[name]
            assert "Content-Length" not in answer.headers
            assert "Content-Type" not in answer.headers
    finally:
        second.service.engine = engine
        first.close()
        second.close()


@pytest.mark.parametrize("tag", ['"other"', "x", "", '"'])
def test_unknown_tag_gets_the_answer(front, tag):
    for _ in range(2):
        assert ask(front, If_None_Match=tag).status_code == 200


def test_any_tag_is_304_where_there_is_an_answer(front):
    for _ in range(2):
        assert ask(front, If_None_Match="*").status_code == 304
        assert ask(front, "SELECT * {", If_None_Match="*").status_code == 400


def test_post_is_answered_whatever_the_client_has(front):
    tag = ask(front).headers["ETag"]
    for _ in range(2):
        response = front.post(data=ALL, content_type=DIRECT, headers={"If-None-Match": tag})
        assert response.status_code == 200
    response = front.open(
        method="QUERY", data=ALL, content_type=DIRECT, headers={"If-None-Match": tag}
    )
    assert response.status_code == 304


def test_tag_of_another_release_gets_the_answer(front, other_release):
    tag = ask(front, "ASK {}").headers["ETag"]
    front.serve(other_release)
    again = ask(front, "ASK {}", If_None_Match=tag)
    assert again.status_code == 200
    assert again.headers["ETag"] != tag


# compression


def test_compressed_answer_is_the_answer(front):
    plain = ask(front)
    for _ in range(2):
        packed = ask(front, Accept_Encoding="gzip")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["Content-Length"] == str(len(packed.data))
        assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Content-Encoding" not in plain.headers


def test_every_coding_varies_by_both(front):
    for headers in ({}, {"Accept_Encoding": "gzip"}, {"Accept_Encoding": "br"}):
        assert ask(front, **headers).headers["Vary"] == "Accept, Accept-Encoding"


def test_head_tells_the_length_of_the_compressed_answer(front):
    found = ask(front, Accept_Encoding="gzip")
    for _ in range(2):
        head = ask(front, method="HEAD", Accept_Encoding="gzip")
        assert head.data == b""
        assert {**head.headers} == {**found.headers}


def test_small_answer_is_not_compressed(front):
    assert "Content-Encoding" not in ask(front, TINY, Accept_Encoding="gzip").headers


def test_accept_in_several_lines_is_one_list(front):
    scope, exchange = front.request(query_string={"query": ALL})
    accept = (b"text/csv;q=0.1", b"text/tab-separated-values")
    scope["headers"] += [(b"accept", value) for value in accept]
    front.run(front.call(scope, exchange))
    assert response_of(exchange).mimetype == "text/tab-separated-values"


# rate limit


@pytest.fixture
def strict(release_dir):
    """Return a front where a client may make two errors, and a way to ask it from afar."""
    settings = Settings(client_errors=1, client_error_burst=2)
    made = GatewayClient(release_dir, settings)

    def asked(query, address="192.0.2.7", **headers):
        return made.get(
            query_string={"query": query},
            headers=headers,
            environ_overrides={"REMOTE_ADDR": address},
        )

    yield asked
    made.close()


def refused(asked, **headers):
    for _ in range(20):
        response = asked("nonsense", **headers)
        if response.status_code == 429:
            return response
        assert response.status_code == 400
    raise AssertionError("a client could fail for ever")


def test_client_that_fails_too_often_is_429(strict):
    response = refused(strict)
    assert int(response.headers["Retry-After"]) > 0
    assert response.json["outcome"] == "limited"
    assert "RateLimit" in response.headers
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_limit_is_told_as_a_page_to_a_reader(strict):
    response = refused(strict, **HTML)
    assert response.mimetype == "text/html"
    assert int(response.headers["Retry-After"]) > 0


def test_limit_holds_for_one_client_and_not_for_what_is_cached(strict):
    assert strict(ALL).status_code == 200
    refused(strict)
    assert strict(ALL).status_code == 200
    assert strict(TINY).status_code == 429
    assert strict(TINY, address="192.0.2.8").status_code == 200
    assert strict(TINY, address="127.0.0.1").status_code == 200


def test_share_is_told_with_an_answer(strict):
    assert "RateLimit-Policy" in strict(ALL).headers
    assert "RateLimit-Policy" not in strict(TINY, address="127.0.0.1").headers


def test_client_behind_a_trusted_proxy_is_told_apart(release_dir):
    settings = Settings(client_errors=1, client_error_burst=2, trusted_proxies="127.0.0.1")
    made = GatewayClient(release_dir, settings)
    try:
        for address, status in (("192.0.2.7", 429), ("192.0.2.8", 400)):
            for _ in range(10 if status == 429 else 1):
                response = ask(made, "nonsense", X_Forwarded_For=address)
            assert response.status_code == status
    finally:
        made.close()


# the service


@pytest.mark.parametrize("path", ["/sparql", "/", "/health"])
@pytest.mark.parametrize("host", ["a b", "x/y", "<x>", "\xe9", "a" * 300, "u@h", "h:x", ""])
def test_host_that_is_none_is_400(front, host, path):
    scope, exchange = front.request(path, headers={"Accept": "text/turtle"})
    scope["headers"][0] = (b"host", host.encode("latin-1"))
    front.run(front.call(scope, exchange))
    assert exchange.status == 400


def test_two_hosts_are_400_and_none_is_for_http_1_0_alone(front):
    for headers, version, status in (
        ([(b"host", b"a"), (b"host", b"b")], "1.1", 400),
        ([], "1.1", 400),
        ([], "1.0", 200),
    ):
        scope, exchange = front.request("/health")
        scope |= {"headers": headers, "http_version": version}
        front.run(front.call(scope, exchange))
        assert exchange.status == status


def test_health_names_the_release(front):
    response = front.get("/health")
    assert response.json == {"status": "ok", "release": front.service.release}
    assert response.headers["Cache-Control"] == "no-store"
    assert front.head("/health").data == b""


@pytest.fixture
def busy(front):
    """Have every thread for pages busy, and each place to wait for one taken."""
    ends, started = threading.Event(), threading.Barrier(limits.PAGE_THREADS + 1)

    def application(environ, start):
        if started.n_waiting < limits.PAGE_THREADS and not ends.is_set():
            started.wait(60)
        ends.wait(60)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"x"]

    pages = front.runtime.pages
    front.runtime.pages = threaded(application)
    asked = [front.request(f"/{n}") for n in range(limits.PAGE_THREADS + limits.PAGES_WAITING)]
    tasks = [front.loop.create_task(front.call(*request)) for request in asked]
    front.run(asyncio.to_thread(started.wait, 60))
    yield front
    ends.set()
    front.run(asyncio.gather(*tasks))
    assert {exchange.status for _, exchange in asked} == {200}
    front.runtime.pages.executor.shutdown()
    front.runtime.pages = pages


def test_programs_are_answered_while_every_page_thread_is_busy(busy):
    assert busy.get("/health").status_code == 200
    assert ask(busy).status_code == 200


def test_too_many_pages_at_once_are_told_to_come_back(busy):
    for answer in (busy.get("/"), busy.get("/", headers=HTML)):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"


def test_query_of_a_page_takes_no_thread_while_it_is_evaluated(front):
    """Heavy queries of readers would else hold up all pages."""
    go, engine = asyncio.Event(), front.service.engine

    class Held:
        async def answer(self, request, media_type):
            if "?heavy" in request.query:
                await go.wait()
            return await engine.answer(request, media_type)

        async def close(self):
            await engine.close()

    front.service.engine = Held()
    queries = [f"SELECT ?heavy {{ ?heavy ?p {n} }}" for n in range(4 * limits.PAGE_THREADS)]
    asked = [front.request(query_string={"query": q}, headers=HTML) for q in queries]
    tasks = [front.loop.create_task(front.call(*request)) for request in asked]
    front.run(asyncio.sleep(0.1))
    assert front.get("/nowhere", headers=HTML).status_code == 404
    go.set()
    front.run(asyncio.gather(*tasks))
    assert {exchange.status for _, exchange in asked} == {200}


def test_pages_of_answers_leave_threads_to_other_pages(front):
    """Queries that end together, at their deadline, would else hold up all pages."""
    go, pages = threading.Event(), front.runtime.pages

    def application(environ, start):
        if environ["PATH_INFO"] == "/sparql":
            go.wait(60)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"x"]

    front.runtime.pages = threaded(application)
    queries = [f"SELECT ?n {{ ?n ?p {n} }}" for n in range(4 * limits.PAGE_THREADS)]
    asked = [front.request(query_string={"query": q}, headers=HTML) for q in queries]
    tasks = [front.loop.create_task(front.call(*request)) for request in asked]
    front.run(asyncio.sleep(0.1))
    assert front.get("/nowhere", headers=HTML).status_code == 200
    go.set()
    front.run(asyncio.gather(*tasks))
    assert {exchange.status for _, exchange in asked} == {200}
    front.runtime.pages.executor.shutdown()
    front.runtime.pages = pages


def test_metrics_are_text_and_count(front):
    ask(front)
    response = front.get("/metrics")
    assert response.content_type.startswith("text/plain; version=")
    assert cached(front)["miss"] == 1


def test_answers_are_those_of_the_engine(front):
    assert len(json.loads(ask(front).data)["results"]["bindings"]) == union_size()


# why an answer is empty

EMPTY = "SELECT ?x { ?x a ex:Flowers }"
CODES = 'unknown_class;line=1;column=18;instead="ex:Flower"'


def test_empty_answer_holds_its_hints_and_is_kept_with_them(front, count_engine):
    first, second = ask(front, EMPTY), ask(front, EMPTY)
    assert first.json["hints"][0]["instead"] == ["ex:Flower"]
    assert first.json["results"] == {"bindings": []}
    assert (first.data, str(first.headers)) == (second.data, str(second.headers))
    assert first.headers["Samgraf-Hints"] == CODES
    assert len(count_engine) == 1
    again = ask(front, EMPTY, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert ask(front, EMPTY, method="HEAD").headers["Content-Length"] == str(len(first.data))


@pytest.mark.parametrize(
    ("query", "accept", "body"),
    [
        (EMPTY, "text/csv", b"x\r\n"),
        (EMPTY, "text/tab-separated-values", b"?x\n"),
        ("ASK { ?x a ex:Flowers }", "text/csv", b"false"),
        ("CONSTRUCT WHERE { ?x a ex:Flowers }", "application/n-triples", b""),
    ],
)
def test_header_tells_the_hints_where_the_format_has_no_place(front, query, accept, body):
    answer = ask(front, query, Accept=accept)
    assert answer.data == body
    assert answer.headers["Samgraf-Hints"].startswith("unknown_class;line=1;")
    assert answer.headers["ETag"]


def test_answer_that_is_not_empty_asks_for_no_statistics(front):
    assert "hints" not in ask(front, ALL).json
    assert "Samgraf-Hints" not in ask(front, ALL).headers
    assert ask(front, TINY).json == {"head": {}, "boolean": True}
    assert front.service.usage is None


def test_empty_answer_of_a_busy_server_has_no_hints_and_is_not_kept(front, monkeypatch):
    def busy(*_):
        raise ProblemError(503, "later", outcome="busy")

    monkeypatch.setattr("samgraf.gateway.endpoint.hints_on", busy)
    answer = ask(front, EMPTY)
    assert answer.status_code == 200
    assert "hints" not in answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    monkeypatch.undo()
    assert ask(front, EMPTY).json["hints"]
