import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.sparql.extent import extent
from samgraf.sparql.tokens import significant

# query, depth, triple patterns, operators, terms of VALUES
COUNTED = [
    ("", 0, 0, 0, 0),
    ("SELECT * { ?s ?p ?o }", 1, 1, 2, 0),
    ("ASK { ?s ?p ?o . ?s a ?t ; ex:a 1, 2 ; . }", 1, 4, 1, 0),
    ("ASK { ?s ?p (1 2 3) }", 2, 7, 1, 0),
    ("ASK { ?s ?p ((1) [ ?a ?b ]) }", 3, 8, 1, 0),
    ("ASK { ?s ex:a/(ex:b|ex:c)+ ?o }", 2, 1, 4, 0),
    ("ASK { ?s (ex:b|ex:c)+ ?o }", 2, 1, 3, 0),
    ("ASK { [ ex:a [ ex:b 1 ] ] ex:c 2 }", 3, 3, 1, 0),
    ("ASK { << ?a ?b ?c >> ?d ?e {| ?f ?g |} }", 2, 3, 1, 0),
    ("ASK { ?s ?p ?o FILTER EXISTS { ?s ?q ?r } ?a ?b ?c }", 2, 3, 3, 0),
    ("ASK { GRAPH ?g { ?x ?y ?z } }", 2, 1, 2, 0),
    ("ASK { { SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y } GROUP BY ?x } }", 4, 1, 5, 0),
    ("ASK { VALUES (?a ?b) { (1 '2'@en) (UNDEF '3'^^xsd:int) } }", 3, 0, 2, 4),
    ("SELECT (!(-(1)) AS ?x) {}", 5, 0, 4, 0),
    ("SELECT (IF(?a < 1 && ?b, 'x', 'y') AS ?z) {}", 2, 0, 7, 0),
    ("CONSTRUCT { ?a ?b ?c . ?a ?b 1 } WHERE { ?a ?b ?c }", 1, 3, 1, 0),
    ("ASK { ?a ?b '{{{{' # ((((\n}", 1, 1, 1, 0),
]


@pytest.mark.parametrize(("query", "depth", "patterns", "operators", "values"), COUNTED)
def test_extent_of_a_query(query, depth, patterns, operators, values):
    found = extent(significant(query))
    assert found[:2] == (depth, patterns)
    assert found[2:] == (operators, values)


MARKS = [*"{}()[].;,!^|/", "<<", ">>", "<<(", ")>>", "{|", "|}", "^^", "&&"]
PIECES = st.sampled_from([*MARKS, "?a", "1", "@en", "VALUES", "SELECT", "FILTER", "a"])


@given(st.lists(PIECES, max_size=80))
def test_any_text_has_an_extent(pieces):
    found = extent(significant(" ".join(pieces)))
    assert 0 <= found.depth <= len(pieces)
    assert min(found) >= 0
    assert found.patterns <= 2 * len(pieces)
