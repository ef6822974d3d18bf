"""A query reaches the store with the same meaning, and its errors come back to the same place."""

from __future__ import annotations

import pytest

from samgraf.engine.remote.names import Names
from samgraf.engine.remote.query import rewrite
from samgraf.errors import ContentError
from samgraf.sparql.evaluation import QuerySyntaxError
from samgraf.sparql.guard import RefusedQueryError

BASE = "https://example.org/"
NAMES = Names(BASE, "0123456789abcdef" * 4)
ROOT = "https://example.org/release/0123456789ab"
PREFIXES = {"ex": BASE + "id/", "g": BASE + "graph/"}


def rewritten(query, default=("d",), named=("n",), base=BASE):
    return rewrite(query, NAMES, PREFIXES, base, default, named)


def body_of(query, **dataset):
    """Return the rewritten query behind the lines put before it."""
    lines = rewritten(query, **dataset).text.split("\n")
    return "\n".join(
        x for x in lines if not x.startswith(("BASE <https://example.org/>", "PREFIX"))
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "SELECT *  FROM <d> WHERE { ?s ?p ?o }"),
        ("SELECT * { ?s ?p ?o }", "SELECT *  FROM <d> { ?s ?p ?o }"),
        (
            "SELECT (EXISTS { ?s ?p ?o } AS ?x) { }",
            "SELECT (EXISTS { ?s ?p ?o } AS ?x)  FROM <d> { }",
        ),
        ("ASK{}", "ASK FROM <d> {}"),
        ("ASK { GRAPH ?g {} }", "ASK  FROM <d> FROM NAMED <n> { GRAPH ?g {} }"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT  FROM <d> WHERE { ?s ?p ?o }"),
        ("CONSTRUCT { ?s ?p [] } { ?s ?p ?o }", "CONSTRUCT { ?s ?p [] }  FROM <d> { ?s ?p ?o }"),
        ("DESCRIBE ?s WHERE { ?s ?p ?o }", "DESCRIBE ?s  FROM <d> WHERE { ?s ?p ?o }"),
        ("DESCRIBE <urn:x> LIMIT 1", "DESCRIBE <urn:x>  FROM <d> LIMIT 1"),
        (
            "SELECT * { { SELECT ?s WHERE { ?s ?p ?o } } }",
            "SELECT *  FROM <d> { { SELECT ?s WHERE { ?s ?p ?o } } }",
        ),
    ],
)
def test_dataset_is_put_where_the_grammar_has_it(query, expected):
    assert body_of(query) == expected


def test_dataset_of_a_bare_describe_goes_to_the_end():
    text = rewritten("DESCRIBE <urn:x> # why").text
    assert text.endswith("\n FROM <d>")


def test_dataset_clause_of_the_query_is_left_out():
    text = body_of("SELECT * FROM <urn:a> FROM NAMED ex:b WHERE { ?s ?p ?o }")
    assert "urn:a" not in text
    assert "ex:b" not in text
    assert text.count("FROM") == 1


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("<https://example.org/graph/a>", f"<{ROOT}/graph/a>"),
        ("<graph/a>", f"<{ROOT}/graph/a>"),
        ("g:a", f"<{ROOT}/graph/a>"),
        ("<https://example.org/gr\\u0061ph/a>", f"<{ROOT}/graph/a>"),
        ('"see https://example.org/graph/a"', f'"see {ROOT}/graph/a"'),
        ("<id/x>", "<https://example.org/id/x>"),
        ("<#x>", "<https://example.org/#x>"),
        ("<https://example.org/graphic>", "<https://example.org/graphic>"),
        ("ex:x", "ex:x"),
        ("<http://other.example/>", "<http://other.example/>"),
    ],
)
def test_names_of_graphs_are_mapped_wherever_they_stand(term, expected):
    assert f"?p {expected} }}" in rewritten(f"ASK {{ ?s ?p {term} }}").text


def test_comments_are_left_out():
    text = rewritten("ASK { ?s ?p '#' } # \\\\u000A FROM <https://example.org/graph/a>").text
    assert "graph/a" not in text
    assert "?p '#'" in text


def test_only_prefixes_that_are_used_and_not_declared_are_declared():
    text = rewritten("PREFIX g: <urn:g:> ASK { ex:a g:b ?o }").text
    assert text.count("PREFIX") == 2
    assert text.startswith("BASE <https://example.org/>\nPREFIX ex: <https://example.org/id/>\n")


def test_base_of_the_query_is_made_absolute_and_resolves():
    text = rewritten("BASE <graph/> ASK { <a> <../id/x> ?o }").text
    assert text.count("BASE") == 1
    assert "BASE <https://example.org/graph/>" in text
    assert f"<{ROOT}/graph/a> <https://example.org/id/x>" in text


def test_prefix_on_graphs_is_mapped_in_its_declaration():
    text = rewritten("PREFIX h: <https://example.org/graph/> ASK { GRAPH h:a { } }").text
    assert f"PREFIX h: <{ROOT}/graph/>" in text
    assert f"GRAPH <{ROOT}/graph/a>" in text


QUERIES = [
    "SELECT ?s\nWHERE { ?s ?p ?here }",
    "SELECT ?s WHERE {\n  GRAPH g:a { ?s ?p ?o }\n  GRAPH <graph/b> { ?s ex:p ?here }\n}",
    "PREFIX x: <urn:x>\nSELECT * FROM <urn:a>\n{ ?s ?p ?here }",
    "ASK { ?s ex:a 'see https://example.org/graph/a' ; ex:b ?here }",
    "SELECT ?here { }",
]


@pytest.mark.parametrize("query", QUERIES)
def test_place_of_an_error_is_that_in_the_askers_text(query):
    def place(text):
        before = text[: text.index("?here")]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    result = rewritten(query)
    found, own = result.place(*place(result.text)), place(query)
    assert found == own


def test_place_outside_the_text_does_no_harm():
    assert rewritten("ASK {}").place(900, 900) == (1, 5)


def test_release_without_base_cannot_be_told_apart():
    with pytest.raises(ContentError, match="no base"):
        Names("", "0" * 64)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "DEFINE get:soft 'replace' SELECT * WHERE { ?s ?p ?o }",
        "PREFIX a: <urn:a> define input:default-graph-uri <urn:x> SELECT * { ?s ?p ?o }",
        "JSON { 'x': ?s } WHERE { ?s ?p ?o }",
        "SELECT (bif:now() AS ?x) {}",
        "SELECT * { { SELECT * FROM <urn:x> { ?s ?p ?o } } }",
        "SELECT * { ?s ?p `1+1` }",
    ],
)
def test_what_is_no_sparql_does_not_reach_the_store(query):
    with pytest.raises(QuerySyntaxError):
        rewritten(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<bif:sys_stat>('x') AS ?x) {}",
        "PREFIX b: <bif:> SELECT (b:sys_stat('x') AS ?x) {}",
        "PREFIX b: <b> SELECT (<sql:x>() AS ?x) {}",
        "SELECT (<java:java.lang.Runtime>() AS ?x) {}",
        "SELECT (<JAVA:x>() AS ?x) {}",
        "SELECT (<b\\u0069f:x>() AS ?x) {}",
        "SELECT (<http://jena.apache.org/ARQ/js#f>() AS ?x) {}",
    ],
)
def test_functions_of_the_store_itself_are_refused(query):
    with pytest.raises(RefusedQueryError, match="not passed on"):
        rewritten(query)
