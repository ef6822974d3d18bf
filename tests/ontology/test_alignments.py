"""Each alignment is true of our classes: nothing breaks by it, and no two units become one."""

from __future__ import annotations

from functools import cache
from itertools import chain

import pyoxigraph as ox
import pytest

from samgraf.build.content.layout import FileKind, find_content
from samgraf.build.content.load import load
from samgraf.build.reason.closure import closure
from samgraf.build.reason.contradictions import clashes
from samgraf.release import open_release

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
CLASS = ox.NamedNode(OWL + "Class")
ALIGNMENTS = sorted(p.stem for p in (find_content().root / "ontology/alignments").glob("*.ttl"))
MATCHES = tuple(SKOS + f"{k}Match" for k in ("exact", "close", "broad", "narrow", "related"))
ORG = "http://www.w3.org/ns/org#"
PROV = "http://www.w3.org/ns/prov#"
WHAT_IS_NOT = [
    ("CollaborationProject", PROV + "Entity"),
    ("Case", PROV + "Entity"),
    ("Aim", PROV + "Plan"),
    ("TerritoryTransfer", ORG + "ChangeEvent"),
]


@cache
def content():
    """Return the parsed content of the project."""
    return load(find_content())


def sample_of_each_class(namespace: str) -> list[ox.Triple]:
    """Return one individual of each of our classes, so that a class that cannot be shows."""
    ours = [
        t.subject
        for t in content().triples([FileKind.ONTOLOGY])
        if t.predicate == TYPE and t.object == CLASS
    ]
    return [
        ox.Triple(ox.NamedNode(f"{namespace}sample-{c.value.removeprefix(namespace)}"), TYPE, c)
        for c in ours
        if isinstance(c, ox.NamedNode)
    ]


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_alignment_breaks_no_disjointness(name):
    loaded = content()
    alignment = next(f for f in loaded.files if f.file.name == f"ontology/alignments/{name}.ttl")
    # PROV's disjointness of activity and entity is what most alignments could break
    prov = next(f for f in loaded.files if f.file.name == "ontology/alignments/prov.ttl")
    asserted = list(
        dict.fromkeys(
            chain(
                loaded.triples([FileKind.ONTOLOGY]),
                alignment.triples,
                prov.triples,
                sample_of_each_class(loaded.header.namespace),
            )
        )
    )
    closed = closure(asserted)
    assert clashes(asserted, closed) == []
    same = ox.NamedNode(OWL + "sameAs")
    assert [t for t in closed.inferred if t.predicate == same] == []


def test_alignment_test_sees_a_class_that_cannot_be():
    loaded = content()
    namespace = loaded.header.namespace
    asserted = [
        *loaded.triples([FileKind.ONTOLOGY, FileKind.ALIGNMENT]),
        ox.Triple(
            ox.NamedNode(namespace + "Study"),
            ox.NamedNode(RDFS + "subClassOf"),
            ox.NamedNode("http://www.w3.org/ns/prov#Entity"),
        ),
        *sample_of_each_class(namespace),
    ]
    assert {c.rule for c in clashes(asserted, closure(asserted))} == {"cax-dw"}


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_alignment_declares_what_it_uses_and_adds_no_term_of_ours(name):
    loaded = content()
    alignment = next(f for f in loaded.files if f.file.name == f"ontology/alignments/{name}.ttl")
    declared = {t.subject for t in alignment.triples if t.predicate == TYPE}
    assert not [t for t in declared if t.value.startswith(loaded.header.namespace)]


def test_no_two_things_become_equal_or_matched(release):
    store = open_release(release)
    terms = content().header.namespace
    in_scheme = ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")

    def is_concept(thing):
        return any(store.quads_for_pattern(thing, in_scheme, None, ox.DefaultGraph()))

    found = [
        str(quad)
        for p in (OWL + "sameAs", *MATCHES)
        for quad in store.quads_for_pattern(None, ox.NamedNode(p), None, ox.DefaultGraph())
        if quad.subject != quad.object
        # a term or concept may mean nearly what a foreign one does
        and not (
            p in MATCHES and (quad.subject.value.startswith(terms) or is_concept(quad.subject))
        )
    ]
    assert found == []


def test_nothing_follows_from_a_match():
    kinds = {
        t.object.value
        for f in content().files
        for t in f.triples
        if t.subject.value in MATCHES and t.predicate == TYPE
    }
    assert kinds == {OWL + "AnnotationProperty"}


@pytest.mark.parametrize(("ours", "foreign"), WHAT_IS_NOT)
def test_nothing_of_the_class_is_what_the_foreign_class_holds(release, ours, foreign):
    store = open_release(release)

    def members(iri):
        found = store.quads_for_pattern(None, TYPE, ox.NamedNode(iri), ox.DefaultGraph())
        return {quad.subject for quad in found}

    of_ours = members(content().header.namespace + ours)
    assert of_ours
    assert not of_ours & members(foreign)


def test_no_key_is_declared():
    keys = [t for f in content().files for t in f.triples if t.predicate.value == OWL + "hasKey"]
    inverse_functional = [
        t
        for f in content().files
        for t in f.triples
        if t.object == ox.NamedNode(OWL + "InverseFunctionalProperty")
    ]
    assert keys + inverse_functional == []
