"""A partner is asked for those values alone that can come into the answer, and for no fewer."""

from __future__ import annotations

import json
import re

import pytest
from in_process import World

from samgraf.release.canonical import term_of
from samgraf.sparql.guard import RefusedQueryError

HERE = """@prefix : <http://e.example/> .
:a :key "1" ; :near :b ; :kind :Old . :b :key "2" ; :kind :New . :c :name "c" .
GRAPH :g { :a :tag "t1" . :b :tag "t2" . } GRAPH :h { :c :tag "t3" . }"""
THERE = """@prefix : <http://e.example/> .
:A :key "1" ; :size 10 . :B :key "2" ; :size 20 . :Z :key "9" ; :size 90 ; :tag "t3" .
:A :tag "t1" ; :next :B . :B :next :Z ."""

CASES = [
    # what is joined, before or behind, in any order
    ("?s :key ?k . SERVICE <x> { ?r :key ?k }", "k", 2),
    ("SERVICE <x> { ?r :key ?k } ?s :key ?k", "k", 2),
    ("?s :kind :Old . SERVICE <x> { ?r :key ?k } ?s :key ?k", "k", 1),
    ("{ ?s :key ?k } SERVICE <x> { ?r :key ?k }", "k", 2),
    ("VALUES ?k { '1' '7' } SERVICE <x> { ?r :key ?k }", "k", 2),
    ("SERVICE <x> { ?r :key ?k } VALUES ?k { '1' }", "k", 1),
    ("GRAPH :g { ?s :tag ?t } SERVICE <x> { ?r :tag ?t }", "t", 2),
    ("GRAPH :g { ?s :tag ?t . SERVICE <x> { ?r :tag ?t } }", "t", 2),
    ("GRAPH ?g { ?s :tag ?t . SERVICE <x> { ?r :tag ?t } } FILTER(?g IN (:g, :h))", "t", 3),
    ("{ SERVICE <x> { ?r :key ?k } } UNION { ?s :near ?r } ?s :key ?k", "k", 2),
    # filters that judge the same, and those that may not
    ("?s :key ?k FILTER(?k != '1') SERVICE <x> { ?r :key ?k }", "k", 1),
    ("?s :key ?k SERVICE <x> { ?r :key ?k } FILTER(?r = ?s)", "k", 2),
    ("?s :key ?k SERVICE <x> { ?r :key ?k } FILTER(RAND() < 2)", "k", 2),
    ("?s :key ?k OPTIONAL { ?s :near ?n } SERVICE <x> { ?r :key ?k } FILTER(!BOUND(?n))", "k", 2),
    ("?s :key ?k FILTER EXISTS { ?s :near ?n } SERVICE <x> { ?r :key ?k }", "k", 2),
    # what changes solutions counts as a whole beginning
    ("?s :kind ?o OPTIONAL { ?s :key ?k } SERVICE <x> { ?r :key ?k }", "k", 2),
    ("?s ?p ?o OPTIONAL { ?s :name ?k } SERVICE <x> { ?r :key ?k }", "", None),
    ("?s :key ?k MINUS { ?s :near ?n } SERVICE <x> { ?r :key ?k }", "k", 1),
    ("?s :key ?k BIND(CONCAT(?k, '') AS ?j) SERVICE <x> { ?r :key ?j }", "j", 2),
    ("?s :key ?k BIND(1 / 0 AS ?j) SERVICE <x> { ?r :size ?j }", "", None),
    ("SERVICE <x> { ?r :key ?k } ?s :key ?k MINUS { ?s :near ?n }", "k", 2),
    ("SERVICE <x> { ?r :key ?k } OPTIONAL { ?s :key ?k }", "", None),
    ("VALUES ?b { :A } OPTIONAL { ?b :near ?c } SERVICE <x> { ?b :next ?c }", "b", 1),
    # into OPTIONAL, MINUS and EXISTS goes what stands before
    ("?s :key ?k OPTIONAL { SERVICE <x> { ?r :key ?k } }", "k", 2),
    ("?s :kind ?o OPTIONAL { SERVICE <x> { ?r :key ?k } } ?s :key ?k", "", None),
    ("?s :key ?k MINUS { SERVICE <x> { ?r :key ?k } }", "k", 2),
    ("?s :kind ?o MINUS { SERVICE <x> { ?r :key ?k } } ?s :key ?k", "", None),
    ("?s :key ?k FILTER EXISTS { SERVICE <x> { ?r :key ?k } }", "k", 2),
    ("FILTER NOT EXISTS { SERVICE <x> { ?r :key ?k } } ?s :key ?k", "k", 2),
    ("?s :kind ?o FILTER EXISTS { ?s :key ?k . SERVICE <x> { ?r :key ?k } }", "k", 2),
    ("?s :kind :Old { ?s :near ?n OPTIONAL { ?n :key ?k . SERVICE <x> { ?r :key ?k } } }", "k", 1),
    ("?k :kind ?o { ?s :near ?n OPTIONAL { SERVICE <x> { ?r :key ?k } } }", "", None),
    # through sub-selects go the variables that they project
    ("?s :key ?k { SELECT ?k ?r { SERVICE <x> { ?r :key ?k } } }", "k", 2),
    ("?s :key ?k { SELECT ?r { SERVICE <x> { ?r :key ?k } } }", "", None),
    ("?s :key ?k { SELECT * { SERVICE <x> { ?r :key ?k } } }", "k", 2),
    ("?s :key ?k { SELECT ?k { SERVICE <x> { ?r :key ?k } } LIMIT 1 }", "", None),
    ("?s :key ?k { SELECT ?k (COUNT(*) AS ?n) { SERVICE <x> { ?r :key ?k } } GROUP BY ?k }", "", 0),
    ("{ SELECT ?k { ?s :key ?k } ORDER BY ?k LIMIT 1 } SERVICE <x> { ?r :key ?k }", "k", 1),
    # only what the group always binds, and in its own scope
    ("?s :key ?k SERVICE <x> { ?r :size ?n OPTIONAL { ?r :tag ?k } }", "", None),
    ("?s :key ?k SERVICE <x> { { ?r :key ?k } UNION { ?r :size ?n } }", "", None),
    ("?s :key ?k SERVICE <x> { SELECT ?r { ?r :key ?k } }", "", None),
    ("?s :key ?k SERVICE <x> { ?r :size ?n FILTER(?k = '1') }", "", None),
    ("?s :key ?k SERVICE <x> { SELECT ?k { ?r :key ?k } LIMIT 1 }", "k", 2),
]


def sent(world: World) -> list[tuple[str, int]]:
    """Return for each request the columns and the number of rows of its values."""
    found = []
    for _, query in world.client.asked:
        match = re.search(r"WHERE \{ VALUES \((.*?)\) \{ (.*?) \} \{", query)
        columns, rows = match.groups() if match else ("", "")
        found.append((columns.replace("?", ""), rows.count("(")))
    return found


@pytest.mark.parametrize(("pattern", "columns", "count"), CASES)
def test_values_that_are_sent(pattern, columns, count):
    world = World(HERE, {"x": THERE})
    query = f"PREFIX : <http://e.example/> SELECT * WHERE {{ {pattern} }}"
    found = world.federated(query)
    assert sent(world) == [(columns, count or 0)]
    assert found == world.in_one_store(query.replace("<x>", "<http://x.example/sparql>"))


def test_what_hangs_on_a_service_without_answer_waits_for_it():
    world = World(HERE, {"x": THERE})
    query = """PREFIX : <http://e.example/> SELECT * { ?s :key ?k
      OPTIONAL { SERVICE <http://x.example/sparql> { ?r :key ?k ; :size ?n } }
      BIND(COALESCE(?n, 90) AS ?m) SERVICE <http://x.example/sparql> { ?q :size ?m } }"""
    assert world.federated(query) == world.in_one_store(query)
    assert sent(world) == [("k", 2), ("m", 2)]


def test_values_behind_a_query_that_groups_join_its_groups():
    world = World(HERE, {"x": THERE})
    query = """SELECT (COUNT(*) AS ?n) { SERVICE <http://x.example/sparql> { ?r <key> ?k } }
      VALUES ?k { "1" }"""
    assert world.federated(query) == world.in_one_store(query)
    assert sent(world) == [("", 0)]


def test_blank_nodes_never_travel():
    world = World("@prefix : <http://e.example/> . [] :key '1' ; :is :a . :s :is :b .", {"x": ""})
    found = world.federated("SELECT * { ?n <is> ?o SERVICE <x> { ?n <key> ?k } }")
    assert sent(world) == [("n", 1)]
    assert found[1] == []


def test_nothing_is_asked_where_nothing_is_joined():
    world = World(HERE, {"x": THERE})
    assert world.federated("ASK { ?s <no> ?k SERVICE <x> { ?r <key> ?k } }") is False
    assert world.client.asked == []


def test_values_are_sent_in_blocks():
    rows = " ".join(f":s{n} :key '{n}' ." for n in range(7))
    world = World(f"@prefix : <http://e.example/> . {rows}", {"x": THERE}, block=3)
    _, found = world.federated("SELECT ?r { ?s <key> ?k SERVICE <x> { ?r <key> ?k } }")
    assert sorted(count for _, count in sent(world)) == [1, 3, 3]
    assert len(found) == 2


@pytest.mark.parametrize(
    "inside",
    [
        "SELECT * { ?r <key> ?k } LIMIT 2",
        "?r <key> ?k BIND(NOW() AS ?t)",
    ],
)
def test_what_would_differ_in_parts_is_asked_whole(inside):
    rows = " ".join(f":s{n} :key '{n}' ." for n in range(7))
    world = World(f"@prefix : <http://e.example/> . {rows}", {"x": THERE}, block=3)
    world.federated(f"SELECT ?r {{ ?s <key> ?k SERVICE <x> {{ {inside} }} }}")
    assert sent(world) == [("", 0)]


def test_one_service_feeds_the_next_and_those_that_wait_for_nobody_go_together():
    world = World(HERE, {"x": THERE, "y": THERE})
    query = """SELECT * { SERVICE <y> { ?b <next> ?c } ?s <key> ?k
      SERVICE <x> { ?a <key> ?k } SERVICE <x> { ?a <next> ?b } }"""
    world.federated(query)
    assert sent(world) == [("k", 2), ("a", 2), ("b", 2)]


def test_more_values_than_a_partner_is_asked_for_are_refused():
    rows = " ".join(f":s :key {n} ." for n in range(10_001))
    world = World(f"@prefix : <http://e.example/> . {rows}", {"x": THERE})
    with pytest.raises(RefusedQueryError, match="The SERVICE on line 2 is joined with more than"):
        world.answer("SELECT * { ?s <key> ?k\n SERVICE <x> { ?r <key> ?k } }")
    assert world.client.asked == []


@pytest.mark.parametrize(
    "cell",
    [
        {"type": "uri", "value": "http://e.example/å"},
        {"type": "literal", "value": 'a "b"\\ \n\t'},
        {"type": "literal", "value": "x", "xml:lang": "nb"},
        {"type": "literal", "value": "5", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
    ],
)
def test_terms_are_written_so_that_they_are_read_alike(cell):
    world = World("", {})
    query = f"SELECT ?x {{ VALUES ?x {{ {term_of(cell)} }} }}"
    _, (row,) = world.in_one_store(query)
    assert json.loads(row) == {"x": cell}
