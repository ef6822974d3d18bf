"""Every number of the catalogue is what a query finds: https://www.w3.org/TR/void/#statistics."""

import subprocess
import sys

import pyoxigraph as ox
import pytest

from samgraf.build import pipeline
from samgraf.build.catalogue import catalogue_quads
from samgraf.build.content import find_content, load
from samgraf.engine.in_process_service import in_process_service
from samgraf.progress import Silent
from samgraf.release import names, open_release, read_manifest
from samgraf.release.dumps import datasets_of
from samgraf.settings import Settings
from samgraf.sparql.description import describe

VOID = "PREFIX void: <http://rdfs.org/ns/void#> "


@pytest.fixture(scope="module", params=["other_release", "release"])
def folder(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def manifest(folder):
    return read_manifest(folder)


@pytest.fixture(scope="module")
def store(folder):
    return open_release(folder)


@pytest.fixture(scope="module")
def catalogue(manifest):
    return ox.NamedNode(manifest["base"] + "graph/catalogue")


@pytest.fixture(scope="module")
def counted(store, manifest, catalogue):
    """Return a store whose default graph is what the whole is counted over."""
    found = ox.Store()
    left_out = {catalogue.value, *manifest["apart"]}
    for q in store:
        if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value not in left_out:
            found.add(ox.Quad(q.subject, q.predicate, q.object))
    return found


def number(store, query):
    ((value,),) = [list(row) for row in store.query(query)]
    return int(value.value)


def sizes(store, node):
    rows = store.query(
        VOID + f"SELECT ?p ?n {{ <{node}> ?p ?n "
        "FILTER(STRSTARTS(STR(?p), STR(void:)) && isNumeric(?n)) }"
    )
    return {row["p"].value.rpartition("#")[2]: int(row["n"].value) for row in rows}


def asked(store, base, *, graphs=()):
    """Return what the sizes should be, each by a query of its own."""
    named = " ".join(f"<{graph}>" for graph in graphs)
    where = f"VALUES ?g {{ {named} }} GRAPH ?g {{ ?s ?p ?o }}" if graphs else "?s ?p ?o"
    entity = f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), '{base}'))"
    kind = "FILTER(?p = rdf:type)"
    rdf = "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    queries = {
        "triples": f"SELECT (COUNT(*) AS ?n) {{ {where} }}",
        "entities": f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {where} {entity} }}",
        "distinctSubjects": f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {where} }}",
        "distinctObjects": f"SELECT (COUNT(DISTINCT ?o) AS ?n) {{ {where} }}",
        "classes": f"SELECT (COUNT(DISTINCT ?o) AS ?n) {{ {where} {kind} }}",
        "properties": f"SELECT (COUNT(DISTINCT ?p) AS ?n) {{ {where} }}",
    }
    return {name: number(store, rdf + query) for name, query in queries.items()}


def test_the_sizes_of_the_whole_are_those_of_the_default_graph_without_the_catalogue(
    store, counted, manifest
):
    base = manifest["base"]
    assert sizes(store, base + "datasets/all") == asked(counted, base)


def test_the_sizes_of_each_data_set_are_those_of_its_graphs(store, manifest, catalogue):
    base = manifest["base"]
    quads = {entry["iri"]: entry["quads"] for entry in manifest["graphs"]}
    for stem, graphs in datasets_of(manifest["graphs"], base).items():
        node = names.dataset(base, stem)
        if graphs == (catalogue.value,):
            assert sizes(store, node) == {"triples": quads[catalogue.value]}
        else:
            assert sizes(store, node) == asked(store, base, graphs=graphs), node


def test_the_partitions_are_those_of_the_whole(store, counted, manifest):
    node = f"<{manifest['base']}datasets/all>"
    told = {
        (row["c"].value, int(row["n"].value))
        for row in store.query(
            VOID + f"SELECT ?c ?n {{ {node} void:classPartition ?x . ?x void:class ?c ; "
            "void:entities ?n }"
        )
    }
    found = counted.query("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert told == {(row["c"].value, int(row["n"].value)) for row in found}
    names = ("n", "s", "o")
    told = {
        (row["p"].value, *(int(row[name].value) for name in names))
        for row in store.query(
            VOID + f"SELECT * {{ {node} void:propertyPartition ?x . ?x void:property ?p ; "
            "void:triples ?n ; void:distinctSubjects ?s ; void:distinctObjects ?o }"
        )
    }
    found = counted.query(
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?a) AS ?s) (COUNT(DISTINCT ?b) AS ?o) "
        "{ ?a ?p ?b } GROUP BY ?p"
    )
    assert told == {(row["p"].value, *(int(row[name].value) for name in names)) for row in found}


def test_a_vocabulary_is_the_longest_namespace_of_its_terms(root):
    loaded = load(find_content(root / "tests/fixtures/other"))

    def vocabularies():
        quads = catalogue_quads(loaded, (), list(loaded.quads()))
        return {q.object.value for q in quads if q.predicate.value.endswith("void#vocabulary")}

    before = vocabularies()
    assert "https://example.org/bees/ontology#" in before
    loaded.header.prefixes["all"] = "https://example.org/"
    assert vocabularies() == before


def test_the_properties_of_each_own_class_are_told(store, counted, manifest):
    told = {
        (row["c"].value, row["p"].value, int(row["n"].value))
        for row in store.query(
            VOID + "SELECT ?c ?p ?n { ?x void:class ?c ; void:propertyPartition ?y . "
            "?y void:property ?p ; void:triples ?n }"
        )
    }
    found = counted.query(
        "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o "
        f"FILTER(STRSTARTS(STR(?c), '{manifest['namespace']}')) }} GROUP BY ?c ?p"
    )
    assert told == {(r["c"].value, r["p"].value, int(r["n"].value)) for r in found}


@pytest.fixture(scope="module")
def said_twice(store, counted, catalogue):
    """Return how many triples of the catalogue another graph has too."""
    own = store.quads_for_pattern(None, None, None, catalogue)
    return sum(ox.Quad(q.subject, q.predicate, q.object) in counted for q in own)


def test_the_whole_and_the_catalogue_make_up_the_default_graph(store, manifest, said_twice):
    whole, own = (manifest["base"] + "datasets/" + x for x in ("all", "graph/catalogue"))
    default = number(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    total = sizes(store, whole)["triples"] + sizes(store, own)["triples"]
    assert total == default + said_twice
    assert said_twice <= 1  # what the publisher is, which follows from the data as well


def test_the_description_of_the_service_tells_the_same_numbers(folder, store, manifest, said_twice):
    service = in_process_service(folder, Settings())
    described = ox.Store()
    text = describe(service, "http://localhost/sparql", "text/turtle")
    described.bulk_extend(ox.parse(input=text, format=ox.RdfFormat.TURTLE))
    sd = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
    rows = list(
        described.query(
            sd + VOID + "SELECT ?name ?graph ?n { ?x sd:name ?name ; sd:graph ?graph . "
            "?graph void:triples ?n }"
        )
    )
    assert len(rows) == len(manifest["graphs"])
    quads = {entry["iri"]: entry["quads"] for entry in manifest["graphs"]}
    for row in rows:
        assert int(row["n"].value) == quads[row["name"].value]
        # a graph that is a part of a data set only is none of its own
        if isinstance(row["graph"], ox.NamedNode):
            assert sizes(store, row["graph"].value)["triples"] == int(row["n"].value)
    parts = described.query(sd + VOID + "SELECT ?part { [] sd:defaultGraph/void:subset ?part }")
    total = sum(sizes(store, row["part"].value)["triples"] for row in parts)
    assert total == service.default_graph_triples + said_twice


def test_the_same_content_gives_the_same_catalogue_in_another_process(other, tmp_path):
    def catalogue(out):
        lines = (out / "quads.nq").read_text("utf-8").splitlines()
        return [line for line in lines if line.endswith("graph/catalogue> .")]

    here, there = tmp_path / "here", tmp_path / "there"
    pipeline.run(find_content(other), pipeline.Run(Silent(), say=lambda _: None), out=here)
    command = [sys.executable, "-m", "samgraf", "build", "--content", other, "--out", there]
    subprocess.run(command, check=True, capture_output=True)
    assert catalogue(here) == catalogue(there) != []
