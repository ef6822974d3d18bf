"""What is answered from counts made before is what the engine answers itself."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samgraf.engine.local import LocalEngine
from samgraf.sparql.counted import counted
from samgraf.sparql.counts import counts_of
from samgraf.sparql.evaluation import EngineError, QueryRequest, QuerySyntaxError
from samgraf.sparql.guard import guard
from samgraf.sparql.outline import iri_named, outline

PREFIXES = {"e": "http://e/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
JSON = "application/sparql-results+json"
DATA = """
PREFIX e: <http://e/>
e:a a e:C ; e:p e:b , e:c , "1" , "01"^^<http://www.w3.org/2001/XMLSchema#integer> ; e:q e:a .
e:b a e:C , e:D ; e:p e:c .
e:c a e:D ; e:q 1 , 1.0 , "x"@en , "x" .
[] a _:class ; e:p e:a .
GRAPH e:g { e:a e:p e:b . e:b e:p e:c }
GRAPH e:h { e:a e:p e:b }
"""


@pytest.fixture(scope="module")
def engine():
    store = ox.Store()
    store.load(input=DATA, format=ox.RdfFormat.TRIG)
    return LocalEngine(store, PREFIXES, counts=counts_of(store))


def rewritten(query):
    guarded = guard(query, 100_000)
    sketch = outline(guarded.tokens, PREFIXES, "http://e/")
    if not sketch.countable:
        return None
    return counted(guarded.tokens, lambda token: iri_named(token, sketch.prefixes, ""))


def solutions(engine, query, other=None):
    """Return variables and rows in any order, or that the query fails."""
    try:
        request = QueryRequest(query=query, counted=other, base="http://e/")
        answer = ox.parse_query_results(
            engine.query(request).serialize(JSON), ox.QueryResultsFormat.JSON
        )
    except (EngineError, QuerySyntaxError) as error:
        return str(error)
    names = [variable.value for variable in answer.variables]
    return names, Counter(tuple(str(row[name]) for name in names) for row in answer)


COUNTED = [
    "SELECT ?t (COUNT(?x) AS ?n) WHERE { ?x a ?t } GROUP BY ?t ORDER BY DESC(?n) ?t",
    "SELECT ?t (COUNT(DISTINCT ?x) AS ?n) { ?x rdf:type ?t . } GROUP BY ?t",
    "PREFIX f: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> SELECT (COUNT(*) AS ?n) ?t "
    "{ [] f:type ?t } GROUP BY ?t HAVING(COUNT(*) > 1)",
    "SELECT DISTINCT ?t { [] a ?t }",
    "select distinct $t where { ?x a ?t } order by ?t",
    "SELECT ?t { ?x a ?t } GROUP BY ?t",
    "SELECT DISTINCT ?p { ?s ?p ?o }",
    "SELECT DISTINCT ?p { ?s ?p [] . }",
    "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ns) (COUNT(DISTINCT ?o) AS ?no) "
    "{ ?s ?p ?o } GROUP BY ?p",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(?p) AS ?n) (COUNT(DISTINCT ?s)*2 AS ?m) (COUNT(DISTINCT ?p) AS ?k) "
    "(COUNT(DISTINCT ?o) AS ?l) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?x a e:C }",
    "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a <http://e/Unknown> }",
    "SELECT (COUNT(?o) AS ?n) (COUNT(DISTINCT ?o) AS ?m) { ?s e:p ?o }",
    "SELECT (COUNT(?o) AS ?n) { ?s e:unknown ?o }",
    "SELECT (COUNT(DISTINCT ?t) AS ?n) { ?x a ?t }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o . } . }",
    "SELECT (STR(?t) AS ?name) (COUNT(?x) AS ?count0) { ?x a ?t } GROUP BY ?t",
    "SELECT ?t (COUNT(?x) AS ?n) { ?x a ?t } GROUP BY ?t ORDER BY DESC(COUNT(?x)) ?t LIMIT 1",
]


@pytest.mark.parametrize("query", COUNTED)
def test_query_is_answered_from_counts(engine, query):
    other = rewritten(query)
    assert other is not None
    assert "urn:x-samgraf:counts:" in other
    found = solutions(engine, query, other)
    assert found == solutions(engine, query)
    assert not isinstance(found, str)


LEFT = [
    "SELECT ?x (COUNT(?t) AS ?n) { ?x a ?t } GROUP BY ?x",
    "SELECT ?t (COUNT(DISTINCT ?t) AS ?n) { ?x a ?t } GROUP BY ?t",
    "SELECT ?t (SAMPLE(?x) AS ?y) (COUNT(?x) AS ?n) { ?x a ?t } GROUP BY ?t",
    "SELECT ?t (COUNT(?x) AS ?n) (SUM(?t) AS ?m) { ?x a ?t } GROUP BY ?t",
    "SELECT ?t (COUNT(?x) AS ?n) (GROUP_CONCAT(?t) AS ?m) { ?x a ?t } GROUP BY ?t",
    "SELECT ?t (COUNT(?x) AS ?n) { ?x a ?t } GROUP BY ?t ?x",
    "SELECT ?t (COUNT(?x) AS ?n) { ?x a ?t } GROUP BY ?t (RAND() AS ?r)",
    "SELECT (COUNT(?x) AS ?n) { ?x a ?t } GROUP BY (STR(?t) AS ?s)",
    "SELECT (COUNT(*) AS ?n) { ?x ?p ?x }",
    "SELECT (COUNT(?z) AS ?n) { ?x a ?t }",
    "SELECT (COUNT(STR(?x)) AS ?n) { ?x a ?t }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?r }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p 1 }",
    "SELECT (COUNT(*) AS ?n) { e:a ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?s = e:a) }",
    "SELECT (COUNT(*) AS ?n) { GRAPH e:g { ?s ?p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s e:p ?o } } GROUP BY ?g",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?g ?p ?o } } GROUP BY ?g",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) FROM e:g { ?s ?p ?o }",
    "SELECT ?t (COUNT(?x) AS ?n) { ?x a ?t } GROUP BY ?t VALUES ?t { e:C }",
    "SELECT ?t (COUNT(?x) AS ?n) { ?x a ?t } GROUP BY ?t HAVING(EXISTS { ?t a ?z })",
    "SELECT DISTINCT * { ?x a ?t }",
    "SELECT DISTINCT ?t ?x { ?x a ?t }",
    "SELECT DISTINCT ?t { ?x a ?t } ORDER BY ?x",
    "SELECT ?t { ?x a ?t }",
    "ASK { ?x a ?t }",
    "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?t { ?x a ?t } }",
    "SELECT (COUNT(*) AS ?n) { ?s <relative> ?o }",
    "BASE <http://e/> SELECT (COUNT(*) AS ?n) { ?s <p> ?o }",
    "PREFIX f: <http://e/a/../> SELECT (COUNT(*) AS ?n) { ?s f:p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s [] ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s <http://e/\\u003e> ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s nowhere:p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s e:p ?o",
    "SELECT (COUNT(*) AS ?s) { ?s e:p ?o }",
]


@pytest.mark.parametrize("query", LEFT)
def test_query_of_another_kind_is_left_as_it_is(query):
    assert rewritten(query) is None


def test_what_is_wrong_is_told_of_the_query_as_it_was_asked(engine):
    query = "SELECT ?t ?n (COUNT(?x) AS ?m) { ?x a ?t } GROUP BY ?t"
    assert rewritten(query) is not None
    assert solutions(engine, query, rewritten(query)) == solutions(engine, query)


def test_counts_are_of_the_whole_dataset_alone(engine):
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    other = rewritten(query)

    def count(**more):
        answer = engine.query(QueryRequest(query=query, counted=other, **more)).serialize(JSON)
        return ox.parse_query_results(answer, ox.QueryResultsFormat.JSON).__next__()["n"].value

    assert count(default_graphs=("http://e/g",)) == "2"
    assert count(union=False) == "0"
    assert int(count()) == 16


def test_a_class_that_is_a_literal_leaves_no_counts():
    store = ox.Store()
    store.load(input='<http://e/a> a "C" .', format=ox.RdfFormat.TURTLE)
    assert counts_of(store) is None


def test_nothing_is_counted_of_nothing():
    store = ox.Store()
    empty = LocalEngine(store, PREFIXES, counts=counts_of(store))
    for query in COUNTED:
        assert solutions(empty, query, rewritten(query)) == solutions(empty, query), query


VARIABLES = st.sampled_from(["?x", "?y", "?z", "$x", "[]"])
TERMS = st.sampled_from(["e:C", "e:p", "<http://e/q>", "e:a", '"1"', "a", "rdf:type"])
ITEMS = st.sampled_from(
    ["?x", "?y", "?z", "*", "(?x AS ?w)", "(STR(?y) AS ?v)"]
    + [f"(COUNT({d}{v}) AS ?n{n})" for n, d in enumerate(("", "DISTINCT ")) for v in ("?x", "?y")]
    + ["(COUNT(*) AS ?n)", "(COUNT(DISTINCT ?z) AS ?m)", "(COUNT(?z)+1 AS ?k)", "(MAX(?x) AS ?l)"]
)
TAILS = st.sampled_from(
    ["", "", "GROUP BY ?x", "GROUP BY ?y", "GROUP BY ?z", "GROUP BY ?y ?z", "GROUP BY STR(?x)"]
)
ENDS = st.sampled_from(
    [
        *("", "", "HAVING(COUNT(*) > 1)", "HAVING(COUNT(DISTINCT ?x) < 2)", "ORDER BY ?y ?x"),
        *("ORDER BY DESC(COUNT(?z))", "VALUES ?y { e:C e:p }", "ORDER BY ?n"),
    ]
)


ENDINGS = [
    "HAVING(COUNT(*) > 1)",
    "HAVING(COUNT(DISTINCT ?x) < 2 && COUNT(*) > 0)",
    "ORDER BY DESC(COUNT(?y)) ?n1",
]
WHOLE = {
    "?x a ?y": "xy",
    "?x rdf:type ?y .": "xy",
    "?x ?y ?z": "xyz",
    "?x e:p ?z .": "xz",
    "?x a e:D": "x",
    "[] ?y []": "y",
    "GRAPH ?y { ?x ?p ?z }": "xyz",
}


@st.composite
def likely(draw):
    """Make a query of which most can be counted: what stands outside of COUNT is grouped by."""
    pattern, names = draw(st.sampled_from(list(WHOLE.items())))
    counts = st.builds(
        "(COUNT({}{}) AS ?n{})".format,
        st.sampled_from(["", "DISTINCT "]),
        st.sampled_from(["*", *(f"?{name}" for name in names)]),
        st.integers(0, 9),
    )
    items = draw(st.lists(counts, min_size=1, max_size=3, unique_by=lambda text: text[-2]))
    group = draw(st.sampled_from(["", *names]))
    end = draw(st.sampled_from(["", "", *ENDINGS]))
    if group:
        items = draw(st.permutations([f"?{group}", *items]))
        end = f"GROUP BY ?{group} {end}"
    return f"SELECT {' '.join(items)} {{ {pattern} }} {end}"


@st.composite
def any_query(draw):
    """Make a query of the same words, in whatever combination."""
    three = [draw(VARIABLES | TERMS) for _ in range(3)]
    pattern = " ".join(three) + draw(st.sampled_from(["", " ."]))
    if not draw(st.integers(0, 4)):
        pattern = f"GRAPH ?y {{ {pattern} }}"
    head = draw(st.sampled_from(["", "DISTINCT "]))
    items = " ".join(draw(st.lists(ITEMS, min_size=1, max_size=3)))
    return f"SELECT {head}{items} WHERE {{ {pattern} }} {draw(TAILS)} {draw(ENDS)}"


# of any queries some three in a thousand are counted: enough are made that hardly a run has none
@pytest.mark.parametrize(
    ("made", "examples", "least"), [(likely(), 1000, 200), (any_query(), 3000, 1)]
)
def test_every_query_is_answered_alike_with_counts_and_without(engine, made, examples, least):
    kinds = Counter()

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(made)
    def check(query):
        other = rewritten(query)
        plain = solutions(engine, query)
        kinds["left" if other is None else "fails" if isinstance(plain, str) else "counted"] += 1
        if other is not None:
            assert solutions(engine, query, other) == plain, other

    check()
    assert kinds["counted"] >= least, kinds
