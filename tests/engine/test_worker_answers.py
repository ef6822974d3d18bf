import json
import re
import xml.etree.ElementTree as ET
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from worker_rig import BIG, JSON, alive, pids, read, until

from samgraf.errors import UsageError
from samgraf.release.serialise import GRAPHS, UnwritableResultError
from samgraf.sparql.evaluation import (
    EngineError,
    QueryKind,
    QueryRequest,
    QuerySyntaxError,
    ResultTooLargeError,
)
from samgraf.sparql.formats import RESULT_WRITERS as RESULTS
from samgraf.sparql.syntax import parse
from small_release import BASE, REPORT, A, B

QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n) ?s",
    "SELECT ?x ?y { VALUES (?x ?y) { (UNDEF 1.5) ('a\"},{\"b' UNDEF) (UNDEF UNDEF) } }",
    "SELECT (<<( ex:rose ex:petals '},{' )>> AS ?t) {}",
    "SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) = 'nb') }",
    "SELECT ?none { ?s <relative> ?none }",
    "ASK { ex:rose ?p ?o }",
    "ASK { ex:rose ex:nothing ?o }",
    "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s rdfs:label ?l }",
    "CONSTRUCT { ?s ex:of [] } WHERE { ex:nothing ?p ?s }",
    "DESCRIBE ex:rose",
    "SELECT * { ?s ?p }",
    "SELEC * { ?s ?p ?o }",
    "",
    "SELECT * { ?s ?p ?o } # \ud800",
]
DATASETS = [
    {},
    {"union": False},
    {"default_graphs": (A,)},
    {"default_graphs": (A, B)},
    {"default_graphs": (A, B), "named_graphs": (REPORT,)},
    {"named_graphs": (A, BASE + "nowhere")},
    {"base": BASE},
    {"default_graphs": ("no iri",)},
]


def outcome(answer, *args):
    try:
        return answer(*args)
    except (EngineError, QuerySyntaxError, UnwritableResultError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("media_type", [*RESULTS, *GRAPHS, "text/html"])
def test_answers_are_those_of_the_local_engine(rig, media_type):
    requests = [QueryRequest(query=q, **d) for q in QUERIES for d in DATASETS]

    def locally(request):
        try:
            return rig.local.query(request).serialize(media_type)
        except ValueError as error:  # what is no IRI; a service never lets it through
            raise EngineError("The store failed: ValueError.") from error

    async def steps(engine):
        found = []
        for request in requests:
            try:
                answer = await engine.answer(request, media_type)
                found.append(answer.read())
                answer.close()
            except (EngineError, QuerySyntaxError, UnwritableResultError) as error:
                found.append((type(error), str(error)))
        return found

    expected = [outcome(locally, request) for request in requests]
    assert rig.run(steps) == expected
    assert sum(isinstance(e, bytes) for e in expected) > 10 or media_type == "text/html"


def test_syntax_errors_tell_their_place(rig):
    async def steps(engine):
        with pytest.raises(QuerySyntaxError) as caught:
            await read(engine, "SELECT *\n{ ?s ?p }", plain_unless_mixed=None)
        return caught.value

    error = rig.run(steps)
    assert (error.line, error.column) == (2, 9)


def test_a_query_is_read_without_being_evaluated(rig):
    text = "SELECT * FROM <http://g/> FROM NAMED <n> { ?s rdfs:label '\\u0061' } # é"
    other = "ASK { ?s ?p ?o BIND(RAND() AS ?r) SERVICE <http://e/> { ?a ?b ?c } }"

    async def steps(engine):
        (read, seconds), (called, _) = [
            await engine.read(QueryRequest(query, base=BASE)) for query in (text, other)
        ]
        assert seconds > 0
        return read, called

    read, called = rig.run(steps)
    assert (read.form, read.kind, read.source) == ("SELECT", QueryKind.SOLUTIONS, text)
    assert "'a'" in read.text
    assert "é" not in read.text
    assert (read.default_graphs, read.named_graphs) == (("http://g/",), (BASE + "n",))
    assert (read.volatile, read.services) == (False, False)
    assert (called.volatile, called.services) == (True, True)


def test_what_is_wrong_with_a_query_is_told_as_it_is_here(rig):
    texts = [
        "SELECT *\n{ ?s ?p }",
        "ASK {" * 70 + "}" * 70,
        "INSERT DATA { <a> <b> <c> }",
        "",
        "é" * 9,
    ]

    async def steps(engine):
        found = []
        for text in texts:
            with pytest.raises(UsageError) as caught:
                await engine.read(QueryRequest(text))
            found.append(caught.value)
        return found

    for text, error in zip(texts, rig.run(steps), strict=True):
        with pytest.raises(UsageError) as expected:
            parse(text)
        assert (type(error), str(error)) == (type(expected.value), str(expected.value))
        assert getattr(error, "excerpt", "") == getattr(expected.value, "excerpt", "")


def test_the_longest_query_is_read_through_the_spool(rig):
    text = "ASK { } #" + "x" * 2_000_000

    async def steps(engine):
        return (await engine.read(QueryRequest(text)))[0]

    assert rig.run(steps).text.strip() == "ASK { }"


def test_large_answers_come_whole_through_the_spool(rig):
    query = BIG + "70000"

    async def steps(engine):
        answer = await engine.answer(QueryRequest(query=query), JSON)
        try:
            assert max(len(piece) for piece in answer.chunks()) < 1_000_000
            return answer.read()
        finally:
            answer.close()

    body = rig.run(steps)
    assert len(body) > 50_000_000
    assert body == rig.local.query(QueryRequest(query=query)).serialize(JSON)


def test_what_was_written_of_an_answer_that_is_too_large_is_given_back(rig):
    def held():
        """Return the sizes of open files without a name, the small ones left out."""
        sizes = []
        for path in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                facts = path.stat()
                sizes.append(0 if facts.st_nlink else facts.st_size)
        return [size for size in sizes if size > 1_000_000]

    async def steps(engine):
        (pid,) = pids(engine)
        with pytest.raises(ResultTooLargeError):
            await read(engine, BIG + "70000", max_bytes=10_000_000)
        await until(lambda: not alive(pid))
        await until(lambda: engine.stats()["idle"])
        return held(), engine.stats()["spooled_bytes"]

    assert rig.run(steps, workers=1) == ([], 0)


@pytest.mark.parametrize("rows", [2000, 4000, 5000])
def test_answers_around_the_size_of_a_message_come_whole(rig, rows):
    query = BIG + str(rows)
    body = rig.run(lambda engine: read(engine, query))
    assert body == rig.local.query(QueryRequest(query=query)).serialize(JSON)


def test_long_queries_reach_the_worker_whole(rig):
    text = "x" * 900_000
    body = rig.run(lambda engine: read(engine, f"SELECT ('{text}' AS ?x) {{}}"))
    assert json.loads(body)["results"]["bindings"][0]["x"]["value"] == text


@pytest.mark.parametrize("media_type", RESULTS)
def test_answers_above_the_bound_are_refused(rig, media_type):
    query = "SELECT * { ?a a ?b . ?c a ?d . ?e a ?f . ?g a ?h . ?i a ?j . ?k a ?l }"

    whole = rig.local.query(QueryRequest(query=query)).serialize(media_type)

    async def steps(engine):
        assert await read(engine, query, media_type, max_bytes=len(whole) + 1) == whole
        with pytest.raises(ResultTooLargeError) as caught:
            await read(engine, query, media_type, max_bytes=len(whole) - 1)
        assert caught.value.limit == len(whole) - 1

    async def more(engine):
        with pytest.raises(ResultTooLargeError):
            await read(engine, query, media_type, max_bytes=len(whole))

    rig.run(steps, max_result_bytes=len(whole))
    rig.run(more, max_result_bytes=len(whole) - 1)


def rows_of(body, media_type):
    if media_type == JSON:
        return [json.dumps(row) for row in json.loads(body)["results"]["bindings"]]
    if media_type.endswith("+xml"):
        return re.findall(rb"<result>.*?</result>", body)
    return body.decode().splitlines()[1:]


@pytest.mark.parametrize("limit", [700, 20_000, 1_048_576, 3_000_000])
@pytest.mark.parametrize("media_type", RESULTS)
def test_first_rows_are_those_of_the_whole_answer(rig, media_type, limit):
    count = 12_000 if limit > 10_000 else 2_000
    pairs = "?a a ?b . ?c a ?d . ?e a ?f . ?g a ?h . ?i a ?j . ?k a ?l . ?m a ?n"
    query = f"SELECT * {{ {pairs} }} LIMIT {count}"
    request = QueryRequest(query=query, max_bytes=limit, partial=True)

    async def steps(engine):
        answer = await engine.answer(request, media_type)
        body = answer.read()
        answer.close()
        return answer.truncated, body

    truncated, body = rig.run(steps)
    whole = rig.local.query(request).serialize(media_type)
    rows, first = rows_of(whole, media_type), rows_of(body, media_type)
    if len(whole) <= limit:
        assert (truncated, body) == (False, whole)
        return
    assert truncated
    assert len(body) <= limit
    assert first == rows[: len(first)]
    assert len(first) < len(rows)
    assert limit < 1000 or len(body) > limit * 0.9  # not cut shorter than need be
    assert media_type != JSON or json.loads(body)["truncated"]["bytes"] == limit
    if media_type.endswith("+xml"):
        ET.fromstring(body)  # noqa: S314


@pytest.mark.parametrize("limit", [150, 400, 1000, 2000])
@pytest.mark.parametrize("media_type", GRAPHS)
def test_first_triples_are_a_part_of_the_graph(rig, media_type, limit):
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?s != ex:odd) }"

    async def steps(engine):
        request = QueryRequest(query=query, max_bytes=limit, partial=True)
        try:
            answer = await engine.answer(request, media_type)
        except ResultTooLargeError:
            return None
        body = answer.read()
        answer.close()
        return answer.truncated, set(ox.parse(body, format=GRAPHS[media_type])), len(body)

    found = rig.run(steps)
    whole = rig.local.query(QueryRequest(query=query)).serialize("application/n-triples")
    triples = set(ox.parse(whole, format=ox.RdfFormat.N_TRIPLES))
    if found is None:
        assert limit < 200  # less than an empty document
        return
    truncated, part, length = found
    assert truncated
    assert length <= limit
    assert part < triples


def test_complete_graphs_are_not_told_as_truncated(rig):
    async def steps(engine):
        request = QueryRequest(query="CONSTRUCT WHERE { ?s a ?o }", partial=True)
        answer = await engine.answer(request, "text/turtle")
        answer.close()
        return answer.truncated, answer.read()

    request = QueryRequest(query="CONSTRUCT WHERE { ?s a ?o }")
    assert rig.run(steps) == (False, rig.local.query(request).serialize("text/turtle"))


def test_not_even_the_head_fits(rig):
    async def steps(engine):
        for media_type in RESULTS:
            with pytest.raises(ResultTooLargeError):
                await read(engine, "SELECT * {?s a ?o}", media_type, max_bytes=3, partial=True)

    rig.run(steps)


def test_workers_do_not_share_chance(rig):
    async def steps(engine):
        values = set()
        for _ in range(6):  # the answer above the size of a message uses the worker up
            body = await read(engine, "SELECT (STRUUID() AS ?u) (RAND() AS ?r) (BNODE() AS ?b) {}")
            row = json.loads(body)["results"]["bindings"][0]
            values |= {term["value"] for term in row.values()}
            await read(engine, BIG + "3000")
        return values

    assert len(rig.run(steps, workers=1)) == 18
