"""Whatever the store, the answers are those of the program's own engine."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from samgraf.build.content.layout import find_content
from samgraf.engine.in_process_service import in_process_service
from samgraf.engine.remote.query import ReleaseNames
from samgraf.release import read_manifest
from samgraf.settings import Settings
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation

CASES = tomllib.loads(Path(__file__).with_name("queries.toml").read_text("utf-8"))
MERGING = ("fuseki",)  # stores that merge several default graphs as a set
REWRITTEN = tomllib.loads(Path(__file__).with_name("quirks.toml").read_text("utf-8"))["rewritten"]
QUESTIONS = find_content().questions()


def ask(service, query, default=(), named=(), accept=None):
    operation = Operation(query=query, default_graphs=tuple(default), named_graphs=tuple(named))
    return service.wait(service.answer(service.prepare(operation, accept, html=False))).read()


def comparable(body: bytes, query: str):
    """Return what must be the same: rows as a multiset where no order was asked for."""
    if not body.startswith(b"{"):
        return body
    document = json.loads(body)
    if "boolean" in document:
        return document
    rows = [json.dumps(row, sort_keys=True) for row in document["results"]["bindings"]]
    return document["head"]["vars"], rows if "ORDER BY" in query else Counter(rows)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if "fails" not in c])
def test_answer_is_that_of_our_own_engine(store, service_at, release_dir, expect, name):
    expect(name)
    query, *dataset = (CASES[name].get(key, ()) for key in ("query", "default", "named"))
    own = ask(in_process_service(release_dir, Settings()), query, *dataset)
    other = ask(service_at(release_dir), query, *dataset)
    assert comparable(other, query) == comparable(own, query)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if "fails" in c])
def test_refusal_is_told_with_the_same_status(service_at, release_dir, name):
    case = CASES[name]
    with pytest.raises(ProblemError) as own:
        ask(in_process_service(release_dir, Settings()), case["query"])
    with pytest.raises(ProblemError) as other:
        ask(service_at(release_dir), case["query"])
    assert own.value.status == other.value.status == case["fails"]
    assert "release/" not in other.value.detail


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values", "application/xml"])
def test_formats_have_the_same_bytes(service_at, release_dir, accept):
    query = "SELECT ?s ?l WHERE { ?s a ex:Flower ; rdfs:label ?l } ORDER BY ?s STR(?l)"
    own = ask(in_process_service(release_dir, Settings()), query, accept=accept)
    assert ask(service_at(release_dir), query, accept=accept) == own


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_graphs_have_the_same_bytes(service_at, release_dir, accept):
    query = "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a ex:Flower ; rdfs:label ?l }"
    own = ask(in_process_service(release_dir, Settings()), query, accept=accept)
    assert ask(service_at(release_dir), query, accept=accept) == own


@pytest.mark.parametrize("query", ["SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"])
def test_several_default_graphs_are_a_set_or_refused(store, service_at, release_dir, query):
    graphs = ("https://example.org/graph/a", "https://example.org/graph/b")
    own = ask(in_process_service(release_dir, Settings()), query, graphs)
    if store.name in MERGING:
        assert comparable(ask(service_at(release_dir), query, graphs), "") == comparable(own, "")
        return
    with pytest.raises(ProblemError, match="cannot be merged") as refused:
        ask(service_at(release_dir), query, graphs)
    assert refused.value.status == 400


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda p: p.stem)
def test_question_is_answered_as_expected(store, service_at, release, expect, path):
    expect(path.stem)
    body = ask(service_at(release), path.read_text("utf-8"), accept="text/csv").decode()
    columns, *rows = csv.reader(io.StringIO(body))
    wanted, *expected = csv.reader(io.StringIO(path.with_suffix(".csv").read_text("utf-8")))
    order = [columns.index(name) for name in wanted]
    assert Counter(tuple(r[i] for i in order) for r in rows) == Counter(map(tuple, expected))


def test_engine_finds_its_release_in_the_store(service_at, release, release_dir):
    for folder in (release, release_dir):
        service = service_at(folder)
        service.wait(service.engine.start())


@pytest.mark.parametrize(
    "pattern",
    [
        "GRAPH <{}> {{ ?s ?p ?o }}",
        "GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{}>)",
        "VALUES ?g {{ <{}> }} GRAPH ?g {{ ?s ?p ?o }}",
    ],
)
def test_other_release_in_the_store_is_not_seen(service_at, release, release_dir, pattern):
    manifest = read_manifest(release)
    other = ReleaseNames(manifest).to_store(manifest["graphs"][0]["iri"])
    body = ask(service_at(release_dir), f"SELECT ?s {{ {pattern.format(other)} }}")
    assert json.loads(body)["results"]["bindings"] == []


def test_store_of_a_real_release_counts_what_the_release_has(service_at, release):
    own = in_process_service(release, Settings())
    assert service_at(release).default_graph_triples == own.default_graph_triples


def test_every_triple_comes_back_as_it_was(store, service_at, release):
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(!ISBLANK(?s) && !ISBLANK(?o)) }"
    accept = "application/n-triples"
    own = ask(in_process_service(release, Settings()), query, accept=accept).decode()
    other = ask(service_at(release), query, accept=accept).decode()
    changed = [q["datatype"] for q in REWRITTEN if q["store"] == store.name]
    kept = [
        {line for line in text.splitlines() if not any(f"^^<{d}> ." in line for d in changed)}
        for text in (own, other)
    ]
    assert len(kept[0]) > 10_000
    assert kept[0] ^ kept[1] == set()
    for datatype in changed:
        assert own.count(f"^^<{datatype}>") == other.count(f"^^<{datatype}>") > 0
        assert set(own.splitlines()) != set(other.splitlines())


def test_deadline_is_kept_and_the_store_serves_on(service_at, release_dir):
    service = service_at(release_dir, query_timeout=0.05)
    groups = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6))
    with pytest.raises(ProblemError) as told:
        ask(service, f"SELECT (COUNT(*) AS ?n) WHERE {{ {groups} FILTER(?a0 != ?c5) }}")
    assert told.value.status == 503
    assert told.value.members["outcome"] == "timeout"
    assert ask(service_at(release_dir), "ASK { ?s a ex:Flower }") == b'{"head":{},"boolean":true}'
