"""Other people's editors complete from what the graph says of itself.

The queries are those that https://github.com/sib-swiss/sparql-editor asks an endpoint.
"""

import pyoxigraph as ox
import pytest

from samgraf.release import open_release, read_manifest

PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace
WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"""
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""
LINKS = """PREFIX void: <http://rdfs.org/ns/void#>
SELECT DISTINCT ?class ?property ?other
WHERE {
  ?part void:class ?class ; void:propertyPartition ?inside .
  ?inside void:property ?property ; void:classPartition [ void:class ?other ] .
}"""
CLASSES = """PREFIX void: <http://rdfs.org/ns/void#>
SELECT DISTINCT ?class ?property
WHERE {
  ?part void:class ?class ; void:propertyPartition ?inside .
  ?inside void:property ?property .
}"""


@pytest.fixture(scope="module", params=["other_release", "release"])
def folder(request):
    return request.getfixturevalue(request.param)


def test_every_prefix_of_the_endpoint_is_found_once(folder):
    rows = open_release(folder).query(PREFIXES)
    found = [(row["prefix"].value, row["namespace"].value) for row in rows]
    assert found == sorted(read_manifest(folder)["prefixes"].items())


def test_every_question_is_an_example_and_stands_once(folder):
    store = open_release(folder)
    rows = list(store.query(EXAMPLES))
    needs = ox.NamedNode("https://w3id.org/samgraf/federation#needs")
    federated = {
        q.subject.value.rpartition("/")[2] for q in store.quads_for_pattern(None, needs, None)
    }
    assert federated
    ids = {row["sq"].value.rpartition("/")[2] for row in rows}
    assert ids == {q["id"] for q in read_manifest(folder)["questions"]} | federated
    assert len(rows) == len(ids)
    assert {row["comment"].language for row in rows} == {"en"}
    assert all(row["query"].value.strip() for row in rows)


def test_classes_are_found_with_their_properties(folder):
    namespace = read_manifest(folder)["namespace"]
    found = {(r["class"].value, r["property"].value) for r in open_release(folder).query(CLASSES)}
    assert any(c.startswith(namespace) and p.startswith(namespace) for c, p in found)


def test_properties_are_found_with_the_classes_that_they_lead_to(folder):
    namespace = read_manifest(folder)["namespace"]
    store = open_release(folder)
    found = {(r["class"].value, r["property"].value, r["other"].value) for r in store.query(LINKS)}
    asked = f"""SELECT DISTINCT ?class ?property ?other {{
      ?s a ?class ; ?property ?o . ?o a ?other
      FILTER(STRSTARTS(STR(?class), "{namespace}") && STRSTARTS(STR(?other), "{namespace}")) }}"""
    rows = store.query(asked)
    assert found == {(r["class"].value, r["property"].value, r["other"].value) for r in rows}
    assert found
