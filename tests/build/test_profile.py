"""The profile check against small ontologies: one file per breach, and all that is allowed.

Each invalid file names in its header the rule that fires and the messages, all of them.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
from profile_mutations import EX, MUTATORS, Mutation
from rdflib import OWL, RDF, XSD, BNode, Graph, URIRef

from samgraf.build.content.layout import DESCRIBED
from samgraf.build.profile import PROFILE, Violation, profile_violations, rules
from study import study

FIXTURES = Path(__file__).parent / "ontologies"
VALID = sorted(FIXTURES.glob("valid-*.ttl"))
INVALID = sorted(FIXTURES.glob("invalid-*.ttl"))


@pytest.fixture(autouse=True)
def _quiet_rdflib(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="rdflib.term")  # it logs each ill-formed literal


def violations(graph: Graph) -> list[Violation]:
    """Return what is found in ``graph``, by the names that its prefixes give."""
    prefixes = sorted(((str(ns), p) for p, ns in graph.namespaces()), key=lambda n: -len(n[0]))

    def short(iri: str) -> str:
        fits = ((p, ns) for ns, p in prefixes if iri.startswith(ns))
        return next((f"{p}:{iri[len(ns) :]}" for p, ns in fits), f"<{iri}>")

    text = graph.serialize(format="nt")
    named = ox.NamedNode("urn:x:file")
    quads = ox.parse(input=text, format=ox.RdfFormat.N_TRIPLES)
    return profile_violations(
        (ox.Quad(q.subject, q.predicate, q.object, named) for q in quads), short
    )


def header(path: Path, key: str) -> list[str]:
    """Return the values of the comment lines ``# key: value`` of a file."""
    start = f"# {key}: "
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(start) for line in lines if line.startswith(start)]


def test_fixtures_are_there() -> None:
    assert len(VALID) >= 3
    assert len(INVALID) >= 15


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_what_the_profile_allows_passes(path: Path) -> None:
    assert [str(v) for v in violations(Graph().parse(path))] == []


def test_valid_fixtures_pass_together() -> None:
    graph = Graph()
    for path in VALID:
        graph.parse(path)
    assert [str(v) for v in violations(graph)] == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_breach_is_named_and_nothing_else(path: Path) -> None:
    (rule,) = header(path, "Rule")
    found = violations(Graph().parse(path))
    assert {v.rule for v in found} == {rule}
    assert sorted(v.message for v in found) == sorted(header(path, "Message"))


def test_every_rule_has_an_invalid_fixture() -> None:
    assert {rule for path in INVALID for rule in header(path, "Rule")} == {r.name for r in rules()}


def test_a_violation_says_where_it_is_laid_down_and_how_to_mend_it() -> None:
    (found,) = violations(Graph().parse(FIXTURES / "invalid-09-union-as-superclass.ttl"))
    assert found.subject == "[ owl:unionOf ( ex:Book ex:Person ) ]"
    assert found.link == "https://www.w3.org/TR/owl2-profiles/#Class_Expressions_3"
    assert found.mend.startswith("Use here a class")
    assert found.axiom is not None
    assert found.axiom.subject.value == f"{EX}Work"
    assert found.graph == ox.NamedNode("urn:x:file")
    assert str(found) == f"{found.message} {found.mend} See {found.link}"


def test_order_and_messages_do_not_depend_on_blank_node_labels() -> None:
    def merged(paths: list[Path]) -> Graph:
        graph = Graph()
        for path in paths:
            graph.parse(path)
        return graph

    first, second = merged(INVALID), merged(INVALID[::-1])
    found = violations(first)
    assert found == violations(second)
    assert found == sorted(found, key=lambda v: (v.subject, v.rule, v.message))
    labels = {str(node) for node in first.all_nodes() if isinstance(node, BNode)}
    assert not any(label in str(v) for label in labels for v in found)


def test_many_annotated_axioms_take_no_longer_than_others() -> None:
    text = f"@prefix : <{EX}> . @prefix owl: <{OWL}> . :note a owl:AnnotationProperty ."
    for n in range(3_000):
        text += f"""
        :C{n} a owl:Class ; :note "about {n}" .
        [] a owl:Axiom ; owl:annotatedSource :C{n} ; owl:annotatedProperty :note ;
          owl:annotatedTarget "about {n}{" and more" if n == 5 else ""}" ; :note "from a book" ."""
    quads = list(ox.parse(input=text, format=ox.RdfFormat.TURTLE))
    began = time.process_time()
    (found,) = profile_violations(quads)
    assert "annotates no statement" in found.message
    assert time.process_time() - began < 6  # each looked up: 1; each joined with all: over 10


def test_only_three_datatypes_are_excepted() -> None:
    wkt = "http://www.opengis.net/ont/geosparql#wktLiteral"
    terms = Graph().parse(str(files("samgraf.build.profile") / "owl2.ttl"))
    extra = terms.subjects(URIRef(PROFILE + "is"), URIRef(PROFILE + "Extra"))
    assert set(map(str, extra)) == {str(XSD.date), str(XSD.gYear), wkt}


@pytest.mark.parametrize("cell", ["first", "second"])
def test_a_list_that_runs_in_a_circle_ends(cell: str) -> None:
    graph = Graph().parse(
        data=f"""@prefix : <{EX}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> .
        :A a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf _:first ] .
        _:first rdf:first :A ; rdf:rest _:second . _:second rdf:first :A ; rdf:rest _:{cell} .""",
        format="turtle",
    )
    assert "more than one place" in " ".join(v.message for v in violations(graph))


def test_the_published_content_is_in_the_profile() -> None:
    described = [file for file in study().files if file.file.kind in DESCRIBED]
    assert "ontology/samgraf.ttl" in [file.file.name for file in described]
    assert profile_violations(q for file in described for q in file.quads) == []


@pytest.mark.parametrize("mutate", MUTATORS, ids=lambda mutate: mutate.__name__)
def test_each_single_change_that_leaves_the_profile_is_found(
    mutate: Callable[[Graph], Iterator[Mutation]],
) -> None:
    """One change of each ten is tried; with SAMGRAF_ALL_MUTATIONS all are."""
    step = 1 if os.environ.get("SAMGRAF_ALL_MUTATIONS") else 10
    survivors, tried = [], 0
    for path in VALID:
        graph = Graph().parse(path)
        for gone, come in sorted(mutate(graph), key=str)[::step]:
            for triple in gone:
                graph.remove(triple)
            come = [triple for triple in come if triple not in graph]
            for triple in come:
                graph.add(triple)
            tried += 1
            if not violations(graph):
                survivors.append((path.stem, gone, come))
            for triple in come:
                graph.remove(triple)
            for triple in gone:
                graph.add(triple)
    assert survivors == []
    assert tried > 0
