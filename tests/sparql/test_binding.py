import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.sparql.binding import bind

ROSE = ox.NamedNode("https://example.org/rose")


def test_only_variables_given_from_outside_are_bound():
    query = 'SELECT ?this { ?this ?p $this . FILTER(?o != "$this") } # $this'
    bound = 'SELECT ?this { ?this ?p <https://example.org/rose> . FILTER(?o != "$this") } # $this'
    assert bind(query, this=ROSE) == bound


def test_several_terms_stand_side_by_side():
    query = "VALUES ?thing { $things } LIMIT $most"
    bound = bind(query, things=[ROSE, ox.Literal("a", language="en")], most=5)
    assert bound == 'VALUES ?thing { <https://example.org/rose> "a"@en } LIMIT 5'


def test_a_value_that_is_wanted_and_not_given_is_an_error():
    with pytest.raises(KeyError):
        bind("ASK { $this ?p ?o }")


@given(st.text())
def test_any_text_stays_one_literal(text):
    """Whatever a reader types is a value, never a piece of the query."""
    store = ox.Store()
    asked = bind("SELECT (STR($text) AS ?same) {}", text=ox.Literal(text))
    (row,) = store.query(asked)
    assert row["same"].value == text
