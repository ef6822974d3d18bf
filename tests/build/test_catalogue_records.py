"""The record is DCAT-AP-NO: https://data.norge.no/specification/dcat-ap-no."""

import os
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, SH

from samgraf.build.rdflib_bridge import Bridge
from samgraf.release import names, open_release, read_manifest

ABSENT = "the W3C test suites are not beside this checkout (SAMGRAF_SUITES names another place)"
EU = "http://publications.europa.eu/resource/authority/"
SHAPES = "DCAT-AP-NO-shacl_shapes_2.00.ttl"


@pytest.fixture(scope="module")
def official():
    beside = Path(__file__).parents[2].parent / "shared" / "suites"
    file = Path(os.environ.get("SAMGRAF_SUITES") or beside) / "dcat-ap-no" / SHAPES
    if not file.is_file():
        pytest.skip(ABSENT)
    return rdflib.Graph().parse(file)


def graph_of(release, name=None):
    """Return the default graph, or the graph ``name``, as rdflib has it."""
    store = open_release(release)
    graph = ox.DefaultGraph()
    if name:
        graph = ox.NamedNode(read_manifest(release)["base"] + name)
    quads = store.quads_for_pattern(None, None, None, graph)
    return Bridge().graph(ox.Triple(q.subject, q.predicate, q.object) for q in quads)


@pytest.fixture(scope="module")
def record(release):
    return graph_of(release, "graph/catalogue")


def results(record, official):
    """Return (severity, path, focus) of each result."""
    _, report, _ = pyshacl.validate(record, shacl_graph=official)
    return [
        tuple(report.value(r, p) for p in (SH.resultSeverity, SH.resultPath, SH.focusNode))
        for r in report.objects(None, SH.result)
    ]


def test_the_official_shapes_find_nothing_in_the_record(record, official):
    assert results(record, official) == []


def test_the_official_shapes_find_what_is_taken_away(record, official, base):
    """Else finding nothing would mean nothing."""
    whole = rdflib.URIRef(base + "datasets/all")
    needed = {DCTERMS.publisher, DCAT.theme, DCTERMS.description, DCTERMS.identifier}
    damaged = rdflib.Graph()
    for triple in record:
        if triple[0] != whole or triple[1] not in needed:
            damaged.add(triple)
    found = results(damaged, official)
    assert {(SH.Violation, predicate, whole) for predicate in needed} <= set(found)


@pytest.fixture(scope="module")
def base(release):
    return read_manifest(release)["base"]


def test_every_graph_is_a_data_set_with_title_and_text_in_three_languages(release, record, base):
    for entry in read_manifest(release)["graphs"]:
        node = rdflib.URIRef(base + "datasets/" + names.stem_of(entry["iri"], base))
        assert (rdflib.URIRef(base + "datasets"), DCAT.dataset, node) in record
        assert (node, DCTERMS.relation, rdflib.URIRef(entry["iri"])) in record
        for predicate in (DCTERMS.title, DCTERMS.description):
            tags = {text.language for text in record.objects(node, predicate)}
            assert {"nb", "en"} <= tags, (node, predicate)


def test_the_graphs_of_the_rules_are_one_data_set_with_one_record(release, record, base):
    sets = {str(d) for d in record.objects(rdflib.URIRef(base + "datasets"), DCAT.dataset)}
    of_rules = [d for d in sets if "/shapes" in d]
    assert of_rules == [base + "datasets/graph/ontology/shapes"]
    (node,) = map(rdflib.URIRef, of_rules)
    graphs = {str(graph) for graph in record.objects(node, DCTERMS.relation)}
    assert len(graphs) > 30
    entries = read_manifest(release)["graphs"]
    quads = sum(entry["quads"] for entry in entries if entry["iri"] in graphs)
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    assert [int(n) for n in record.objects(node, void.triples)] == [quads]
    assert {t.language for t in record.objects(node, DCTERMS.title)} == {"nb", "nn", "en"}


def test_a_part_has_its_own_licence_source_and_date(record, base):
    node = rdflib.URIRef(base + "datasets/graph/statistics/area-2017")
    licence = rdflib.URIRef(EU + "licence/CC_BYSA_3_0")
    assert record.value(node, DCTERMS.license) == licence
    assert str(record.value(node, DCTERMS.modified)) == "2026-11-28"
    assert list(record.objects(node, rdflib.PROV.wasDerivedFrom))
    files = list(record.objects(node, DCAT.distribution))
    assert len(files) == 5
    assert {record.value(f, DCTERMS.license) for f in files} == {licence}


def test_a_content_without_a_record_of_its_own_has_one_all_the_same(other_release):
    record = graph_of(other_release, "graph/catalogue")
    base = read_manifest(other_release)["base"]
    whole = rdflib.URIRef(base + "datasets/all")
    assert {t.language for t in record.objects(whole, DCTERMS.title)} == {"nb", "nn", "en"}
    assert record.value(whole, DCTERMS.publisher) is None
    catalogue = rdflib.URIRef(base + "datasets")
    titles = {str(t) for t in record.objects(catalogue, DCTERMS.title)}
    assert titles == {"Bees and meadows", "Bier og enger"}


def test_every_address_of_a_file_is_one_that_is_made(release, record):
    from samgraf.release.dumps import dumps_of

    base = read_manifest(release)["base"]
    told = {str(a) for a in record.objects(None, DCAT.downloadURL)}
    plain = (d.name for d in dumps_of(read_manifest(release)) if not d.is_packed)
    assert told == {f"{base}dumps/{name}" for name in plain}
