"""A graph as a table: a row for each thing, a column for each property and language."""

import csv
import io

import pyoxigraph as ox
import pytest

from samgraf import limits
from samgraf.release.serialise import UnwritableResultError
from samgraf.release.table import write_table

EX = "http://e/"


def node(name):
    return ox.NamedNode(EX + name)


def triple(subject, property, value):
    return ox.Triple(node(subject), node(property), value)


def read(triples):
    data = write_table(triples, {"e": EX, "deep": EX + "deep/"}).decode()
    return list(csv.reader(io.StringIO(data)))


def test_each_thing_is_a_row_and_languages_are_columns():
    rows = read(
        [
            triple("b", "name", ox.Literal("bi", language="nb")),
            triple("b", "name", ox.Literal("bee", language="en")),
            triple("a", "name", ox.Literal("ape", language="nb")),
            triple("a", "weighs", ox.Literal("7", datatype=node("kg"))),
            triple("a", "deep/likes", node("b")),
        ]
    )
    assert rows == [
        ["iri", "e:name@nb", "deep:likes", "e:name@en", "e:weighs"],
        [EX + "a", "ape", EX + "b", "", "7"],
        [EX + "b", "bi", "", "bee", ""],
    ]


def test_several_values_stand_in_several_lines_and_nothing_breaks_a_cell():
    texts = ['a "quoted" text', "with, comma", "over\ntwo lines"]
    rows = read([triple("a", "says", ox.Literal(text)) for text in texts])
    assert sorted(rows[1][1].split("\n")) == sorted("\n".join(texts).split("\n"))


def test_blank_nodes_and_triples_within_triples_are_written_as_ntriples_has_them():
    blank, inner = ox.BlankNode("x"), triple("a", "b", node("c"))
    rows = read([ox.Triple(blank, node("p"), inner)])
    assert rows[1][0] == "_:x"
    assert "http://e/b" in rows[1][1]


def test_the_same_triples_give_the_same_bytes_in_any_order():
    triples = [triple(s, p, ox.Literal(s + p)) for s in "abc" for p in "xyz"]
    assert write_table(triples, {}) == write_table([*triples[::-1], *triples], {})


def test_too_many_properties_for_a_table_are_refused():
    triples = [triple("a", f"p{n}", node("b")) for n in range(limits.TABLE_COLUMNS + 1)]
    with pytest.raises(UnwritableResultError, match="501 properties"):
        write_table(triples, {})
