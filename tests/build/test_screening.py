"""One query for all things leaves those of which it has to be asked one by one, and no fewer."""

import pyoxigraph as ox
import pytest

from samgraf.build.validate import validate
from samgraf.build.validate.run import QueriedGraph
from samgraf.build.validate.screening import suspects

PREFIXES = "@prefix : <urn:x:> . @prefix sh: <http://www.w3.org/ns/shacl#> ."
#: Some things have faults, whatever the query; ``:e`` is only a target.
DATA = """
:a :p 1 , 2 ; :q :b ; :r :c . :b :p 2 ; :q :c . :c :p 3 ; :s :a . :d :r :d , :a .
[] :p 2 ; :q :a .
"""
#: Queries that one for all things answers.
SCREENED = [
    "$this :p ?value",
    "$this :p ?value FILTER(?value > 1)",
    "?value :q $this",
    "FILTER NOT EXISTS { $this :p ?any }",
    "FILTER($this = :a || $this = :e)",
    "BIND($this AS ?value) FILTER(BOUND($this)) ?value :p 2",
    "BIND(STR($this) AS ?value) FILTER(STRENDS(?value, 'a'))",
    "$this :q/:q|:r ?value",
    "$this :q* ?value . ?value :p 3",
    "$this :p ?n OPTIONAL { $this :q ?value FILTER(?value != $this) }",
    "OPTIONAL { ?value :r ?m FILTER(?m = $this) } FILTER(BOUND(?value))",
    "OPTIONAL { ?value :q ?m OPTIONAL { ?m :q ?n } } FILTER(?m = $this)",
    "{ $this :q ?value } UNION { ?value :r $this FILTER($this != :d) }",
    "{ $this :p ?n } { ?value :q $this FILTER EXISTS { $this :q :c } }",
    "?value :p ?n . FILTER EXISTS { { $this :p ?n } UNION { FILTER($this = :e) } }",
    "FILTER EXISTS { { SELECT $this ?n { $this :p ?n } } FILTER(?n = 2) }",
    "$this :p ?n FILTER NOT EXISTS { ?m :p ?n FILTER(?m != $this) }",
]
#: Queries that may find something for a thing, and nothing when they are asked for all.
ASKED_ONE_BY_ONE = [
    "{ FILTER($this = :a) } ?value :p 1",
    "{ BIND($this AS ?value) } FILTER(?value = :a)",
    "{ ?value :p 2 FILTER($this = :e) } UNION { $this :r ?value }",
    "{ ?value :p 3 FILTER NOT EXISTS { $this :p ?any } }",
    "OPTIONAL { ?m :p 3 BIND($this AS ?value) } FILTER(?value = :e)",
    "OPTIONAL { ?m :p 3 OPTIONAL { ?value :q ?o FILTER($this = :a) } } FILTER(BOUND(?value))",
    "{ SELECT $this ?value { $this :p ?value } LIMIT 1 }",
    "SELECT $this ?value { $this :p ?value } LIMIT 1",
    "SELECT $this ?value { ?value :p ?n } GROUP BY $this ?value HAVING(COUNT(*) > 1)",
]


def query(body):
    return body if body.startswith("SELECT") else f"SELECT $this ?value {{ {body} }}"


def shapes(body):
    text = f"""{PREFIXES} <urn:x> sh:declare [ sh:prefix "" ; sh:namespace "urn:x:" ] .
      :s a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:targetNode :d , :e ; sh:sparql
        [ sh:prefixes <urn:x> ; sh:message "m" ; sh:select '''{query(body)}''' ] ."""
    return [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def data():
    return [q.triple for q in ox.parse(PREFIXES + DATA, format=ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize("body", SCREENED + ASKED_ONE_BY_ONE)
def test_what_is_found_is_what_is_found_one_by_one(body, monkeypatch):
    ours = validate(data(), shapes(body))
    monkeypatch.setattr(QueriedGraph, "suspects", lambda *_: None)
    theirs = validate(data(), shapes(body))
    assert [f.key() for f in ours] == [f.key() for f in theirs]
    assert ours


def found(body):
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in data())
    things = [ox.NamedNode(f"urn:x:{name}") for name in "abcde"]
    rest = suspects(store, f"PREFIX : <urn:x:> {query(body)}", things)
    return None if rest is None else {thing.value.removeprefix("urn:x:") for thing in rest}


@pytest.mark.parametrize("body", SCREENED)
def test_most_queries_are_asked_for_all_things_first(body):
    assert found(body) is not None


@pytest.mark.parametrize("body", ASKED_ONE_BY_ONE)
def test_a_query_that_might_miss_some_is_not(body):
    assert found(body) is None


def test_only_things_for_which_something_is_found_are_left():
    assert found("$this :p ?value FILTER(?value > 1)") == {"a", "b", "c"}
    assert found("FILTER NOT EXISTS { $this :p ?any }") == {"d", "e"}
    assert found("$this :p ?value FILTER(?value > 3)") == set()


def test_a_query_that_cannot_be_read_is_left_to_whoever_tells_what_is_wrong():
    assert found("$this :p") is None
