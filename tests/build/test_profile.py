"""The profile check against small ontologies: one file per breach, and all that is allowed.

Each invalid file names in its header the rule that fires and the messages, all of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from profile_mutations import EX, MUTATORS, Mutation
from rdflib import OWL, RDF, XSD, BNode, Graph, URIRef

from samgraf.build.content.layout import DESCRIBED, find_content
from samgraf.build.profile import EXTRA_DATATYPES, profile_violations
from samgraf.build.profile.rules import RULES

FIXTURES = Path(__file__).parent / "ontologies"
VALID = sorted(FIXTURES.glob("valid-*.ttl"))
INVALID = sorted(FIXTURES.glob("invalid-*.ttl"))
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _quiet_rdflib(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="rdflib.term")  # it logs each ill-formed literal


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
    assert [str(v) for v in profile_violations(Graph().parse(path))] == []


def test_valid_fixtures_pass_together() -> None:
    graph = Graph()
    for path in VALID:
        graph.parse(path)
    assert [str(v) for v in profile_violations(graph)] == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_breach_is_named_and_nothing_else(path: Path) -> None:
    (rule,) = header(path, "Rule")
    found = profile_violations(Graph().parse(path))
    assert {v.rule for v in found} == {rule}
    assert sorted(v.message for v in found) == sorted(header(path, "Message"))


def test_every_rule_has_an_invalid_fixture() -> None:
    assert {rule for path in INVALID for rule in header(path, "Rule")} == set(RULES)


def test_a_violation_says_where_it_is_laid_down_and_how_to_mend_it() -> None:
    (found,) = profile_violations(Graph().parse(FIXTURES / "invalid-09-union-as-superclass.ttl"))
    assert found.subject == "[ owl:unionOf ( ex:Book ex:Person ) ]"
    assert found.link == "https://www.w3.org/TR/owl2-profiles/#Class_Expressions_3"
    assert found.mend.startswith("Use here a class")
    assert str(found) == f"{found.message} {found.mend} See {found.link}"


def test_order_and_messages_do_not_depend_on_blank_node_labels() -> None:
    def merged(paths: list[Path]) -> Graph:
        graph = Graph()
        for path in paths:
            graph.parse(path)
        return graph

    first, second = merged(INVALID), merged(INVALID[::-1])
    found = profile_violations(first)
    assert found == profile_violations(second)
    assert found == sorted(found)
    labels = {str(node) for node in first.all_nodes() if isinstance(node, BNode)}
    assert not any(label in str(v) for label in labels for v in found)


def test_only_three_datatypes_are_excepted() -> None:
    wkt = URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")
    assert {XSD.date, XSD.gYear, wkt} == EXTRA_DATATYPES


@pytest.mark.parametrize("cell", ["first", "second"])
def test_a_list_that_runs_in_a_circle_ends(cell: str) -> None:
    graph = Graph().parse(
        data=f"""@prefix : <{EX}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> .
        :A a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf _:first ] .
        _:first rdf:first :A ; rdf:rest _:second . _:second rdf:first :A ; rdf:rest _:{cell} .""",
        format="turtle",
    )
    assert "more than one place" in " ".join(v.message for v in profile_violations(graph))


def test_the_published_content_is_in_the_profile() -> None:
    files = [file for file in find_content(ROOT).files() if file.kind in DESCRIBED]
    assert "ontology/samgraf.ttl" in [file.name for file in files]
    graph = Graph()
    for file in files:
        graph.parse(file.path)
    assert [str(v) for v in profile_violations(graph)] == []


@pytest.mark.parametrize("mutate", MUTATORS, ids=lambda mutate: mutate.__name__)
def test_each_single_change_that_leaves_the_profile_is_found(
    mutate: Callable[[Graph], Iterator[Mutation]],
) -> None:
    survivors, tried = [], 0
    for path in VALID:
        graph = Graph().parse(path)
        for gone, come in list(mutate(graph)):
            for triple in gone:
                graph.remove(triple)
            come = [triple for triple in come if triple not in graph]
            for triple in come:
                graph.add(triple)
            tried += 1
            if not profile_violations(graph):
                survivors.append((path.stem, gone, come))
            for triple in come:
                graph.remove(triple)
            for triple in gone:
                graph.add(triple)
        assert profile_violations(graph) == []
    assert survivors == []
    assert tried > 0
