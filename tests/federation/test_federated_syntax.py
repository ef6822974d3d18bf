"""What the tree of a federated query tells of scope, certainty and steadiness."""

from __future__ import annotations

import pytest

from samgraf.federation.plan import calls_of
from samgraf.federation.scope import certain
from samgraf.sparql.syntax import parse


@pytest.mark.parametrize(
    ("group", "scope", "sure"),
    [
        ("{ ?a :p ?b }", "a b", "a b"),
        ("{ ?a :p [ :q ?b ; :r (?c 1) ] }", "a b c", "a b c"),
        ("{ ?a :p ?b OPTIONAL { ?b :p ?c } }", "a b c", "a b"),
        ("{ { ?a :p ?b } UNION { ?a :q ?c } }", "a b c", "a"),
        ("{ ?a :p ?b MINUS { ?b :p ?c } }", "a b", "a b"),
        ("{ ?a :p ?b FILTER EXISTS { ?b :p ?c } }", "a b", "a b"),
        ("{ ?a :p ?b BIND(1 AS ?c) }", "a b c", "a b"),
        ("{ VALUES (?a ?b) { (1 UNDEF) (2 3) } }", "a b", "a"),
        ("{ GRAPH ?g { ?a :p ?b } }", "g a b", "g a b"),
        ("{ SERVICE SILENT :x { ?a :p ?b } }", "a b", ""),
        ("{ SERVICE ?x { ?a :p ?b } }", "x a b", "x a b"),
        ("{ SELECT ?a { ?a :p ?b } }", "a", "a"),
        ("{ SELECT ?a (1 AS ?c) ?d { ?a :p ?b } }", "a c d", "a"),
        ("{ SELECT ?a (COUNT(*) AS ?n) { ?a :p ?b } GROUP BY ?a }", "a n", "a"),
        ("{ SELECT (MAX(?b) AS ?n) { ?a :p ?b } }", "n", ""),
        ("{ SELECT * { ?a :p ?b } VALUES ?c { 1 } }", "a b c", "a b c"),
        ("{ ?a :p+/^:q ?b }", "a b", "a b"),
        ("{ }", "", ""),
    ],
)
def test_scope_and_certainty_are_those_of_the_standard(group, scope, sure):
    parsed = parse(f"PREFIX : <http://e.example/> SELECT * WHERE {group}").select.where
    assert parsed.scope == tuple(scope.split())
    assert certain(parsed) == frozenset(sure.split())


@pytest.mark.parametrize(
    ("condition", "steady"),
    [
        ("xsd:integer(?b) = 1", True),
        ("geof:distance(?a, ?b, ?b) < 1", True),
        ("bif:rnd(?b) = 1", False),
        ("RAND() < ?b", False),
        ("NOT EXISTS { ?a :q ?c FILTER(bif:rnd(?c) = 1) }", False),
    ],
)
def test_what_may_answer_differently_each_time_is_known(condition, steady):
    text = f"""PREFIX : <http://e.example/> PREFIX bif: <http://store.example/>
      PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
      PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
      ASK {{ SERVICE :x {{ ?a :p ?b FILTER({condition}) }} }}"""
    (call,) = calls_of(parse(text))
    assert call.steady is steady


def test_what_a_sub_select_computes_is_part_of_what_a_partner_is_asked():
    inner = "SELECT ?a (EXISTS { GRAPH ?g { ?a :q ?b } } AS ?c) { ?a :p ?b }"
    (call,) = calls_of(parse(f"PREFIX : <urn:> ASK {{ SERVICE :x {{ {{ {inner} }} }} }}"))
    assert call.asks_graphs
    assert call.properties == ("urn:p", "urn:q")
