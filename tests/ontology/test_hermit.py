"""HermiT's second opinion: ontology and data are consistent, and no class is unsatisfiable."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import hermit
import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from samgraf.build.content.layout import DESCRIBED, find_content

ROOT = Path(__file__).parents[2]
EX = Namespace("https://example.org/library#")

needs_java = pytest.mark.skipif(
    shutil.which("java") is None, reason="HermiT needs Java, and no `java` is on the path"
)

SMALL = f"""
@prefix : <{EX}> .
@prefix owl: <{OWL}> .
@prefix rdfs: <{RDFS}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
<https://example.org/library> a owl:Ontology ; owl:imports <https://example.org/base> .
:Person a owl:Class ; owl:disjointWith :Book .
:Book a owl:Class ; rdfs:subClassOf
    [ a owl:Restriction ; owl:onProperty :edited ; owl:allValuesFrom xsd:date ] .
:writtenBy a owl:ObjectProperty ; rdfs:domain :Book ; rdfs:range :Person .
:edited a owl:DatatypeProperty ; rdfs:domain :Book ; rdfs:range xsd:date .
:shape a owl:DatatypeProperty ; rdfs:range geo:wktLiteral .
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


def test_what_is_left_out_is_counted_by_kind(small: Graph) -> None:
    projection = hermit.project(small)
    assert projection.counts() == {
        "literal date": 2,
        "literal wktLiteral": 1,
        "range date": 1,
        "range wktLiteral": 1,
        "type Datatype": 1,
        "imports base": 1,
        "widened date": 1,
    }
    assert len(projection.graph) == len(small) - 7
    assert (EX.iliad, EX.pages, Literal(700)) in projection.graph
    assert (None, OWL.allValuesFrom, RDFS.Literal) in projection.graph


def test_an_axiom_that_hangs_on_an_unknown_literal_is_not_dropped_silently(small: Graph) -> None:
    small.parse(
        data=SMALL + ":Old a owl:Class ; owl:equivalentClass [ a owl:Restriction ;"
        ' owl:onProperty :edited ; owl:hasValue "1488-12-09"^^xsd:date ] .',
        format="turtle",
    )
    with pytest.raises(ValueError, match="depends on a literal"):
        hermit.project(small)


def test_no_object_property_or_type_axiom_of_the_content_is_left_out(content: Graph) -> None:
    projection = hermit.project(content)
    for s, p, o in projection.removed:
        value = isinstance(o, Literal) and o.datatype not in hermit.KNOWN_DATATYPES
        data_range = p == RDFS.range and (s, RDF.type, OWL.DatatypeProperty) in content
        declaration = (p, o) == (RDF.type, RDFS.Datatype)
        assert value or data_range or declaration or p == OWL.imports
    assert sum(projection.counts().values()) == len(projection.removed) + len(projection.widened)
    assert len(projection.graph) == len(content) - len(projection.removed)
    left_out = {p for _, p, _ in projection.removed}
    objects = set(content.subjects(RDF.type, OWL.ObjectProperty))
    assert not left_out & objects


@needs_java
def test_the_content_is_consistent_and_no_class_is_unsatisfiable(
    content: Graph, tmp_path: Path
) -> None:
    assert hermit.consult(hermit.project(content).graph, tmp_path) == hermit.Verdict(True)


@needs_java
def test_a_contradiction_planted_in_the_content_is_found(content: Graph, tmp_path: Path) -> None:
    first, second = disjoint_pair(content)
    graph = hermit.project(content).graph
    graph.add((EX.impossible, RDF.type, first))
    graph.add((EX.impossible, RDF.type, second))
    assert hermit.consult(graph, tmp_path) == hermit.Verdict(False)


@needs_java
def test_a_small_ontology_is_consistent(small: Graph, tmp_path: Path) -> None:
    assert hermit.consult(hermit.project(small).graph, tmp_path) == hermit.Verdict(True)


@needs_java
def test_an_individual_in_two_disjoint_classes_is_found(small: Graph, tmp_path: Path) -> None:
    small.add((EX.homer, RDF.type, EX.Book))
    assert not hermit.consult(hermit.project(small).graph, tmp_path).consistent


@needs_java
def test_an_unsatisfiable_class_is_named(small: Graph, tmp_path: Path) -> None:
    small.add((EX.Golem, RDF.type, OWL.Class))
    small.add((EX.Golem, RDFS.subClassOf, EX.Book))
    small.add((EX.Golem, RDFS.subClassOf, EX.Person))
    verdict = hermit.consult(hermit.project(small).graph, tmp_path)
    assert verdict == hermit.Verdict(True, (str(EX.Golem),))


@needs_java
def test_a_failure_of_hermit_is_no_verdict(small: Graph, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"no verdict.*(?s:.*)UnsupportedDatatype"):
        hermit.consult(small - Graph().parse(data=NO_IMPORTS, format="turtle"), tmp_path)


NO_IMPORTS = f"<https://example.org/library> <{OWL.imports}> <https://example.org/base> ."


def test_the_deadline_ends_the_child(small: Graph, tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        hermit.consult(hermit.project(small).graph, tmp_path, deadline=0.001)


def disjoint_pair(graph: Graph) -> tuple[URIRef, URIRef]:
    """Return two named classes that the graph declares disjoint."""
    pairs = list(graph.subject_objects(OWL.disjointWith))
    for node in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        members = list(Collection(graph, graph.value(node, OWL.members)))
        pairs += pairwise(members)
    return min(pair for pair in pairs if all(isinstance(one, URIRef) for one in pair))
