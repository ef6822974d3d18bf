"""HermiT's second opinion: ontology and data are consistent, and no class is unsatisfiable."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import hermit
import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from samgraf.build.content.layout import DESCRIBED, find_content
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app

ROOT = Path(__file__).parents[2]
EX = Namespace("https://example.org/library#")

_java_is_there = pytest.mark.skipif(
    shutil.which("java") is None, reason="HermiT needs Java, and no `java` is on the path"
)


def needs_java(test: Callable) -> Callable:
    """Mark a test that asks HermiT."""
    return pytest.mark.slow(_java_is_there(test))


SMALL = f"""
@prefix : <{EX}> .
@prefix owl: <{OWL}> .
@prefix rdfs: <{RDFS}> .
@prefix xsd: <{XSD}> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
<https://example.org/library> a owl:Ontology .
:Person a owl:Class ; owl:disjointWith :Book .
:Book a owl:Class .
:writtenBy a owl:ObjectProperty ; rdfs:domain :Book ; rdfs:range :Person .
:edited a owl:DatatypeProperty ; rdfs:domain :Book .
:shape a owl:DatatypeProperty .
:pages a owl:DatatypeProperty ; rdfs:range xsd:integer .
geo:wktLiteral a rdfs:Datatype .
:iliad a :Book ; :writtenBy :homer ; :pages 700 ; :edited "1488-12-09"^^xsd:date ,
        "1489-12-09"^^xsd:date ; :shape "POINT(1 2)"^^geo:wktLiteral .
"""


@pytest.fixture
def small() -> Graph:
    return Graph().parse(data=SMALL, format="turtle")


@pytest.fixture(scope="module")
def content() -> Graph:
    graph = Graph()
    for file in find_content(ROOT).files():
        if file.kind in DESCRIBED:
            graph.parse(file.path)
    return graph


def test_only_values_and_datatypes_that_hermit_does_not_know_are_left_out(small: Graph) -> None:
    kept, left_out = hermit.known(small)
    assert sorted(str(p) for _, p, _ in left_out) == sorted(
        str(p) for p in (EX.edited, EX.edited, EX.shape, RDF.type)
    )
    assert len(kept) == len(small) - len(left_out)
    assert (EX.iliad, EX.pages, Literal(700)) in kept


@pytest.mark.parametrize(
    "axiom",
    [
        'owl:onProperty :edited ; owl:hasValue "1488-12-09"^^xsd:date',
        "owl:onProperty :edited ; owl:allValuesFrom xsd:date",
        "owl:onProperty :shape ; owl:someValuesFrom geo:wktLiteral",
    ],
)
def test_an_axiom_that_depends_on_an_unknown_datatype_is_not_left_out(axiom: str) -> None:
    text = f"{SMALL} :Old owl:equivalentClass [ a owl:Restriction ; {axiom} ] ."
    with pytest.raises(ValueError, match="an axiom depends on"):
        hermit.known(Graph().parse(data=text, format="turtle"))


def test_of_the_content_only_values_and_one_datatype_are_left_out(content: Graph) -> None:
    _, left_out = hermit.known(content)
    assert {p for _, p, o in left_out if not isinstance(o, Literal)} == {RDF.type}
    assert {s for s, p, _ in left_out if p == RDF.type} == {
        URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")
    }


@needs_java
@pytest.mark.parametrize("suffix", ["nt", "rdf"])
def test_the_ontology_as_served_is_read_as_it_comes(
    release: Path, tmp_path: Path, suffix: str
) -> None:
    app = create_app(in_process_service(release, Settings()))
    path = tmp_path / f"ontology.{suffix}"
    path.write_bytes(app.test_client().get(f"/ontology.{suffix}").data)
    assert hermit.consult_file(path) == hermit.Verdict(True)


@needs_java
def test_the_content_is_consistent_and_no_class_is_unsatisfiable(
    content: Graph, tmp_path: Path
) -> None:
    assert hermit.consult(hermit.known(content)[0], tmp_path) == hermit.Verdict(True)


@needs_java
def test_a_contradiction_planted_in_the_content_is_found(content: Graph, tmp_path: Path) -> None:
    first, second = disjoint_pair(content)
    graph, _ = hermit.known(content)
    graph.add((EX.impossible, RDF.type, first))
    graph.add((EX.impossible, RDF.type, second))
    assert hermit.consult(graph, tmp_path) == hermit.Verdict(False)


@needs_java
def test_an_individual_in_two_disjoint_classes_is_found(small: Graph, tmp_path: Path) -> None:
    small.add((EX.homer, RDF.type, EX.Book))
    assert not hermit.consult(hermit.known(small)[0], tmp_path).consistent


@needs_java
def test_an_unsatisfiable_class_is_named(small: Graph, tmp_path: Path) -> None:
    small.add((EX.Golem, RDF.type, OWL.Class))
    small.add((EX.Golem, RDFS.subClassOf, EX.Book))
    small.add((EX.Golem, RDFS.subClassOf, EX.Person))
    verdict = hermit.consult(hermit.known(small)[0], tmp_path)
    assert verdict == hermit.Verdict(True, (str(EX.Golem),))


@needs_java
def test_a_failure_of_hermit_is_no_verdict(small: Graph, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"no verdict.*(?s:.*)UnsupportedDatatype"):
        hermit.consult(small, tmp_path)


def test_the_deadline_ends_the_child(small: Graph, tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        hermit.consult(hermit.known(small)[0], tmp_path, deadline=0.001)


def disjoint_pair(graph: Graph) -> tuple[URIRef, URIRef]:
    """Return two named classes that the graph declares disjoint."""
    pairs = list(graph.subject_objects(OWL.disjointWith))
    for node in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        members = list(Collection(graph, graph.value(node, OWL.members)))
        pairs += pairwise(members)
    return min(pair for pair in pairs if all(isinstance(one, URIRef) for one in pair))
