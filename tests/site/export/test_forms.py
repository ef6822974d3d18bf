"""The engine of a copy answers as the service does, or refuses."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from samgraf import limits
from samgraf.engine.local import LocalEngine
from samgraf.release.store import fill_store
from samgraf.site.static_files import manifest
from samgraf.sparql.evaluation import QueryRequest

HERE = Path(__file__).parent
FORMS = tomllib.loads((HERE / "forms.toml").read_text("utf-8"))
PREFIXES = {"ex": "urn:"}
DATA = """
<urn:a> <urn:p> <urn:b> <urn:g1> .
<urn:c> <urn:p> <urn:d> <urn:g2> .
<urn:c> <urn:p> <urn:e> <urn:g2> .
<urn:a> <urn:v> "a" <urn:g1> .
<urn:a> <urn:v> "b"@en <urn:g1> .
<urn:a> <urn:v> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g1> .
<urn:a> <urn:v> <urn:x> <urn:g2> .
<urn:b> <urn:v> "x\\ry" <urn:g2> .
<urn:b> <urn:v> "x y\\u00A0z" <urn:g2> .
<urn:b> <urn:v> "ab" <urn:g2> .
"""
JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"


@pytest.fixture(scope="module")
def answers():
    """Return what the engine in the browser makes of each query."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing; on Debian and Ubuntu: apt-get install nodejs")
    queries = FORMS["answered"] + FORMS["refused"]
    told = {
        "data": DATA,
        "settings": {
            "bytes": 100_000,
            "depth": limits.QUERY_DEPTH,
            "tokens": limits.QUERY_TOKENS,
            "prefixes": PREFIXES,
        },
        "queries": queries,
        "program": next(p["folder"] for p in manifest() if p["package"] == "oxigraph"),
    }
    done = subprocess.run(
        [node, HERE / "answers.mjs"],
        input=json.dumps(told), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(zip(queries, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def service():
    store = fill_store(ox.parse(DATA, ox.RdfFormat.N_QUADS), [])
    return LocalEngine(store, PREFIXES)


def rows(document):
    """Return an answer as a multiset; labels of blank nodes are nobody's."""
    if isinstance(document, str) and not document.startswith("{"):
        return Counter(document.split("\n"))
    found = json.loads(document)
    if "boolean" in found:
        return found["boolean"]
    return Counter(
        json.dumps(row, sort_keys=True, ensure_ascii=False) for row in found["results"]["bindings"]
    )


@pytest.mark.parametrize("query", FORMS["answered"])
def test_the_answer_in_the_browser_is_that_of_the_service(query, answers, service):
    found = answers[query]
    assert "answer" in found, found
    result = service.query(QueryRequest(query.replace("\\u003c", "<")))
    wanted = result.serialize(N_TRIPLES if result.kind.value == "graph" else JSON)
    assert rows(found["answer"]) == rows(wanted.decode())


@pytest.mark.parametrize("query", FORMS["refused"])
def test_what_the_engine_may_err_on_is_refused(query, answers):
    found = answers[query]
    assert found.get("refused") is True, found
    assert len(found["why"]) > 40
