"""Answers have one form, whatever their order and whatever blank nodes are called."""

from __future__ import annotations

import json
import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.release.canonical import (
    canonical_boolean,
    canonical_graph,
    canonical_rows,
    canonical_solutions,
    term_of,
)

A, B, P = (ox.NamedNode(f"https://example.org/{name}") for name in "abp")
literals = st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
blanks = st.sampled_from([ox.BlankNode(name) for name in "vwxyz"])
cells = st.one_of(st.sampled_from([A, B]), literals, blanks, st.none())
tables = st.lists(st.tuples(cells, cells), max_size=8)


def renamed(rows, names):
    new = {ox.BlankNode(old): ox.BlankNode(name) for old, name in names.items()}
    return [tuple(new.get(term, term) for term in row) for row in rows]


@given(tables, st.permutations("vwxyz"), st.randoms(use_true_random=False))
def test_order_and_names_of_blank_nodes_are_no_part_of_it(rows, names, chance: random.Random):
    other = renamed(rows, dict(zip("vwxyz", names, strict=True)))
    chance.shuffle(other)
    variables = ["a", "b"]
    assert canonical_solutions(variables, other) == canonical_solutions(variables, rows)


def test_the_form_is_a_head_and_sorted_rows_of_terms_parted_by_tabs():
    rows = [
        (ox.Literal("b\tc\n", language="nb"), None),
        (A, ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
    ]
    found = canonical_solutions(["x", "y"], rows)
    assert found.head == "?x\t?y"
    assert found.lines == [
        '"b\\tc\\n"@nb\t',
        '<https://example.org/a>\t"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([(A, None)], [(None, A)]),
        ([(A, B)], [(A, B), (A, B)]),
        ([(A, ox.Literal("1"))], [(A, ox.Literal("1", language="en"))]),
        # one node twice, and two nodes
        ([(ox.BlankNode("x"), ox.BlankNode("x"))], [(ox.BlankNode("x"), ox.BlankNode("y"))]),
        # a chain of three, and a node with two values
        (
            [(ox.BlankNode("x"), ox.BlankNode("y")), (ox.BlankNode("y"), ox.BlankNode("z"))],
            [(ox.BlankNode("x"), ox.BlankNode("y")), (ox.BlankNode("x"), ox.BlankNode("z"))],
        ),
    ],
)
def test_other_rows_have_another_form(one, other):
    assert canonical_rows(one) != canonical_rows(other)


def test_a_blank_node_within_a_triple_term_is_named_too():
    def quoted(name: str):
        return ox.Triple(ox.BlankNode(name), P, ox.Literal("x"))

    rows = [(quoted("one"), A), (ox.BlankNode("one"), B)]
    assert canonical_rows(rows) == canonical_rows([(ox.BlankNode("two"), B), (quoted("two"), A)])
    assert canonical_rows(rows) != canonical_rows([(quoted("two"), A), (ox.BlankNode("x"), B)])


def test_a_graph_holds_each_triple_once():
    triple = ox.Triple(A, P, B)
    assert canonical_graph([triple, triple]) == canonical_graph([triple])


def test_yes_and_no_differ():
    assert canonical_boolean(True).sha256 != canonical_boolean(False).sha256
    assert canonical_boolean(True).lines == []


@pytest.mark.parametrize(
    "term",
    [
        A,
        ox.BlankNode("b"),
        ox.Literal("x"),
        ox.Literal("x", language="nn"),
        ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        ox.Triple(A, P, ox.Literal("x")),
    ],
)
def test_terms_are_read_from_json_results(term):
    store = ox.Store()
    store.add(ox.Quad(A, P, term))
    written = store.query("SELECT ?o { ?s ?p ?o }").serialize(format=ox.QueryResultsFormat.JSON)
    found = json.loads(written)["results"]["bindings"][0]["o"]
    assert term_of(found) == term or isinstance(term, ox.BlankNode)
