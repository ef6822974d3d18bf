"""Every W3C SPARQL 1.1 query test passes through HTTP, or is one of known.toml.

https://www.w3.org/2009/sparql/docs/tests/
"""

from __future__ import annotations

import http.client
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from answers import Canonical, of_body, of_csv, of_file, of_results
from datasets import NOWHERE, store_of
from suites import (
    ABSENT,
    EVALUATION,
    NEGATIVE,
    POSITIVE,
    UPDATES,
    SuiteTest,
    read_tests,
    suite,
)

ROOT = suite("sparql11")
TESTS = read_tests(ROOT) if ROOT else []
KNOWN = {
    test: entry
    for entry in tomllib.loads(Path(__file__).with_name("known.toml").read_text("utf-8"))["test"]
    for test in entry["ids"]
}
#: The folders about SERVICE, which this endpoint refuses by design.
FEDERATED = ("service", "syntax-fed")
#: A dataset clause: the query says itself which graphs it reads.
OWN_DATASET = re.compile(r"^FROM\b", re.MULTILINE)
PATIENCE = 60
SOLUTIONS = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/tab-separated-values",
    "text/csv",
)
BOOLEANS = SOLUTIONS[:2]
WITHOUT_TERMS = ("text/csv", "text/tab-separated-values")
GRAPHS = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")

pytestmark = pytest.mark.skipif(ROOT is None, reason=ABSENT)


def chosen(kinds: tuple[str, ...], federated: bool = False) -> list:
    """Return the tests of these kinds as parameters."""
    return [
        pytest.param(t, id=t.id)
        for t in TESTS
        if t.kind in kinds and (t.folder in FEDERATED) is federated
    ]


def ask(live, test: SuiteTest, accept: str) -> tuple[int, str, bytes]:
    """Post the query of ``test`` with its dataset; return status, media type and body."""
    query = test.query.read_text("utf-8")
    if test.kind in EVALUATION:
        # the base of a query is where it was read from, and only the client knows that
        query = f"BASE <{test.query.as_uri()}>\n{query}"
    fields = [("query", query)]
    if test.data or not OWN_DATASET.search(query):
        default = [f.as_uri() for f in test.data] or [NOWHERE]
        fields += [("default-graph-uri", iri) for iri in default]
        fields += [("named-graph-uri", f.as_uri()) for f in test.graphs]
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=PATIENCE)
    try:
        connection.request(
            "POST",
            "/sparql",
            urlencode(fields),
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept},
        )
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read()
    finally:
        connection.close()


@cache
def evaluated(test: SuiteTest) -> tuple[Canonical, tuple[str, ...], Counter | None]:
    """Return what pyoxigraph answers in process, the formats for it, and its CSV."""
    query, base = test.query.read_text("utf-8"), test.query.as_uri()
    store = store_of(test)
    results = store.query(query, base_iri=base)
    if isinstance(results, ox.QueryBoolean):
        return of_results(results), BOOLEANS, None
    if isinstance(results, ox.QueryTriples):
        return of_results(results), GRAPHS, None
    table = of_csv(store.query(query, base_iri=base).serialize(format=ox.QueryResultsFormat.CSV))
    return of_results(results), SOLUTIONS, table


def passes_in_process(test: SuiteTest) -> bool:
    """Return whether pyoxigraph itself passes ``test``."""
    if test.kind in EVALUATION:
        answer, _, table = evaluated(test)
        return of_file(test.result) == (table if test.result.suffix == ".csv" else answer)
    try:
        ox.Store().query(test.query.read_text("utf-8"), base_iri=test.query.as_uri())
    except SyntaxError:
        return test.kind in NEGATIVE
    except RuntimeError:
        return False
    return test.kind in POSITIVE


def not_as_the_suite_has_it(test: SuiteTest, known: dict[str, str], endpoint) -> None:
    """Check that a test which is not passed is refused with the reason, or told on the page."""
    status, _, body = ask(endpoint, test, "*/*")
    if known["here"] == "refused":
        assert (status, known["names"] in body.decode()) == (400, True), body
    else:
        assert (status, known["here"]) == (200, "told"), body


@pytest.mark.parametrize("test", chosen(EVALUATION))
def test_evaluation(test, endpoint):
    known = KNOWN.get(test.id)
    assert passes_in_process(test) is (known is None), f"mend known.toml: {test.id}"
    if known and known["here"] != "answered":
        not_as_the_suite_has_it(test, known, endpoint)
        return
    _, formats, table = evaluated(test)
    expected = of_file(test.result)
    # what is corrected is compared with what the suite expects, which no CSV can hold
    for media_type in [f for f in formats if not known or f not in WITHOUT_TERMS]:
        status, sent, body = ask(endpoint, test, media_type)
        assert (status, sent) == (200, media_type), body
        answer = of_body(body, media_type, test.query.as_uri())
        if media_type == "text/csv":
            # CSV says less than the expected answer does, unless that is CSV itself
            assert answer == table
        elif test.result.suffix != ".csv":
            assert answer == expected, media_type


@pytest.mark.parametrize("test", chosen(POSITIVE))
def test_good_syntax_is_answered(test, endpoint):
    known = KNOWN.get(test.id)
    assert passes_in_process(test) is (known is None), f"mend known.toml: {test.id}"
    if known:
        not_as_the_suite_has_it(test, known, endpoint)
        return
    status, _, body = ask(endpoint, test, "*/*")
    assert status == 200, body


@pytest.mark.parametrize("test", chosen(NEGATIVE) + chosen(NEGATIVE, federated=True))
def test_bad_syntax_is_refused(test, endpoint):
    assert passes_in_process(test)
    status, sent, body = ask(endpoint, test, "*/*")
    assert (status, sent) == (400, "application/problem+json"), body


@pytest.mark.parametrize("test", chosen((*EVALUATION, *POSITIVE), federated=True))
def test_call_of_another_service_is_refused(test, endpoint):
    status, _, body = ask(endpoint, test, "*/*")
    assert status == 400
    assert b"SERVICE" in body


@pytest.mark.parametrize("test", chosen(tuple(k for k in UPDATES if "Syntax" in k)))
def test_update_is_refused_as_a_query(test, endpoint):
    status, _, body = ask(endpoint, test, "*/*")
    assert status == 400, body


def test_no_test_of_the_suite_is_lost(report_counts):
    kinds = Counter(test.kind for test in TESTS)
    assert set(kinds) <= {*EVALUATION, *POSITIVE, *NEGATIVE, *UPDATES}
    queries = [t for t in TESTS if t.kind in (*EVALUATION, *POSITIVE, *NEGATIVE)]
    assert len(queries) > 300
    assert {t.id for t in queries} >= set(KNOWN)
    counts = summary(queries)
    report_counts("W3C SPARQL 1.1", counts)
    *parts, total = counts.values()
    assert sum(parts) == total
    assert counts["not passed by pyoxigraph, hence in known.toml"] == len(KNOWN)


def summary(queries: list[SuiteTest]) -> dict[str, int]:
    """Return how many query tests there are, are left out, and pass in process."""
    refused = [t for t in queries if t.folder in FEDERATED and t.kind not in NEGATIVE]
    rest = [t for t in queries if t not in refused]
    passed = [t for t in rest if passes_in_process(t)]
    return {
        "passed by pyoxigraph, hence due through HTTP": len(passed),
        "not passed by pyoxigraph, hence in known.toml": len(rest) - len(passed),
        "left out, as SERVICE is refused by design": len(refused),
        "query tests of the suite": len(queries),
    }
