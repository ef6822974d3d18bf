"""What the fast lane adds to the protocol: cache, conditions, compression, fair use, bounds."""

import asyncio
import gzip
import json
import threading

import pytest

from front_client import FrontClient, Protocol, response_of
from samgraf.settings import Settings
from small_release import union_size

ALL = "SELECT * { ?s ?p ?o }"
TINY = "ASK { ex:rose a ex:Flower }"
DIRECT = "application/sparql-query"
HTML = {"Accept": "text/html"}


def ask(front, query=ALL, method="GET", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return front.open(method=method, query_string={"query": query}, headers=headers)


def cached(front):
    lines = front.get("/metrics").text.splitlines()
    found = {}
    for line in lines:
        if line.startswith("samgraf_cache_requests_total"):
            found[line.split('"')[1]] = int(line.split()[-1])
    return found


@pytest.fixture
def count_engine(front):
    """Return a list that grows with each query that reaches the engine."""
    engine = front.serving.service.engine
    asked = []

    class Counting:
        async def answer(self, request, media_type):
            asked.append(request.query)
            return await engine.answer(request, media_type)

        async def close(self):
            await engine.close()

    front.serving.service.engine = Counting()
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


def test_error_is_evaluated_each_time(front, count_engine):
    assert {ask(front, "SELECT * {").status_code for _ in range(3)} == {400}
    assert len(count_engine) == 3


# conditional requests


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_known_answer_is_304(tmp_path, release_dir, warm, coding, method):
    headers = {"Accept_Encoding": coding} if coding else {}
    fronts = [tmp_path / "a", tmp_path / "b"]
    for folder in fronts:
        folder.mkdir()
    first, second = (FrontClient(folder, release_dir, Settings()) for folder in fronts)
    try:
        found = ask(first, **headers)
        # another process gives the same tag, and knows it without asking the engine
        if not warm:
            second.serving.service.engine = None
        asked = first if warm else second
        for sent in (found.headers["ETag"], 'W/"x", ' + found.headers["ETag"]):
            answer = ask(asked, method=method, If_None_Match=sent, **headers)
            assert (answer.status_code, answer.data) == (304, b"")
            for name in ("ETag", "Vary", "Cache-Control", "Samgraf-Release"):
                assert answer.headers[name] == found.headers[name]
            assert "Content-Length" not in answer.headers
            assert "Content-Type" not in answer.headers
    finally:
        first.close()
        if second.serving.service.engine is None:
            second.serving.service.engine = first.serving.service.engine
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
    while front.serving.state.generation != front.generation:
        front.run(asyncio.sleep(0.02))
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
    scope, proto = front.request(query_string={"query": ALL})
    scope.headers.pairs += [("accept", "text/csv;q=0.1"), ("accept", "text/tab-separated-values")]
    front.run(front.front.__rsgi__(scope, proto))
    assert response_of(proto).mimetype == "text/tab-separated-values"


# fair use


@pytest.fixture
def strict(tmp_path, release_dir):
    """Return a front where a client may make two errors, and a way to ask it from afar."""
    settings = Settings(client_errors=1, client_error_burst=2)
    made = FrontClient(tmp_path, release_dir, settings)

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


def test_client_behind_a_trusted_proxy_is_told_apart(tmp_path, release_dir):
    settings = Settings(client_errors=1, client_error_burst=2, trusted_proxies="127.0.0.1")
    made = FrontClient(tmp_path, release_dir, settings)
    try:
        for address, status in (("192.0.2.7", 429), ("192.0.2.8", 400)):
            for _ in range(10 if status == 429 else 1):
                response = ask(made, "nonsense", X_Forwarded_For=address)
            assert response.status_code == status
    finally:
        made.close()


# bounds


def send(front, pieces, method="POST", **headers):
    scope, _ = front.request(method=method, data=b"", content_type=DIRECT)
    kept = [(n, v) for n, v in scope.headers.pairs if n != "content-length"]
    scope.headers.pairs = kept + [(n.replace("_", "-"), v) for n, v in headers.items()]
    proto = Protocol(pieces=pieces)
    front.run(front.front.__rsgi__(scope, proto))
    return response_of(proto)


def test_body_in_chunks_is_read(front):
    pieces = [TINY[:5].encode(), TINY[5:].encode()]
    assert send(front, pieces, transfer_encoding="chunked").json["boolean"] is True


def test_body_in_endless_chunks_is_413(front):
    taken = []

    def endless():
        for number in range(2000):  # no end as far as a bound of some 100 pieces goes
            taken.append(number)
            yield b"#" * 1000

    assert send(front, endless(), transfer_encoding="chunked").status_code == 413
    assert len(taken) < 1000


@pytest.mark.parametrize("length", ["999999999", "9" * 400])
def test_body_that_says_it_is_too_long_is_413_unread(front, length):
    def unread():
        raise AssertionError("read")
        yield

    assert send(front, unread(), content_length=length).status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "1.0", "٣"])
def test_length_that_is_no_number_is_400(front, length):
    assert send(front, [b""], content_length=length).status_code == 400


def test_body_that_never_comes_is_408(front, monkeypatch):
    monkeypatch.setattr("samgraf.gateway.body.PATIENCE", 0.05)
    scope, proto = front.request(method="POST", data=b"x" * 10, content_type=DIRECT)
    proto.__class__ = type("Stuck", (Protocol,), {"__call__": Protocol.client_disconnect})
    front.run(front.front.__rsgi__(scope, proto))
    assert proto.status == 408


def test_failure_inside_is_500_and_told_to_no_one(front, caplog):
    front.serving.service.prepare = None
    response = ask(front)
    assert response.status_code == 500
    assert "NoneType" not in response.data.decode()
    assert "NoneType" in caplog.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


# the service


@pytest.mark.parametrize("host", ["a b", "x/y", "<x>", "é", "a" * 300])
def test_description_under_a_host_that_is_none_is_400(front, host):
    scope, proto = front.request(headers={"Accept": "text/turtle"})
    scope.headers.pairs[0] = ("host", host)
    front.run(front.front.__rsgi__(scope, proto))
    assert proto.status == 400


def test_health_names_the_release(front):
    response = front.get("/health")
    assert response.json == {"status": "ok", "release": front.serving.service.release}
    assert response.headers["Cache-Control"] == "no-store"
    assert front.head("/health").data == b""


def test_health_answers_while_every_page_thread_is_busy(front):
    ends = threading.Event()
    waiting = [
        front.loop.create_task(front.front._threads.run(lambda: ends.wait(60))) for _ in range(50)
    ]
    try:
        assert front.get("/health").status_code == 200
        assert ask(front).status_code == 200
    finally:
        ends.set()
        for task in waiting:
            front.run(task)


def test_too_many_pages_at_once_are_told_to_come_back(front):
    places = front.front._threads._places
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    try:
        response = front.get("/")
        page = front.get("/", headers=HTML)
    finally:
        for _ in range(taken):
            places.release()
    for answer in (response, page):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
    assert front.get("/").status_code == 200


def test_metrics_are_text_and_count(front):
    ask(front)
    response = front.get("/metrics")
    assert response.content_type.startswith("text/plain; version=0.0.4")
    assert cached(front)["miss"] == 1


def test_answers_are_those_of_the_engine(front):
    assert len(json.loads(ask(front).data)["results"]["bindings"]) == union_size()
