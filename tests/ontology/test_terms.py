"""Facts about the ontology as a whole: every term of ours is used, and none is used undefined."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from samgraf.build.content.layout import FileKind, find_content
from study import study

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ROOT = Path(__file__).parents[2]
OWL = "http://www.w3.org/2002/07/owl#"
HEADER = (
    OWL + "versionIRI",
    "http://purl.org/dc/terms/license",
    "http://purl.org/dc/terms/creator",
    "http://purl.org/dc/terms/publisher",
    "http://purl.org/dc/terms/title",
    "http://purl.org/dc/terms/abstract",
    "http://purl.org/dc/terms/bibliographicCitation",
    "http://purl.org/dc/terms/source",
    "http://purl.org/dc/terms/subject",
    "http://www.w3.org/ns/adms#status",
    "http://purl.org/vocab/vann/preferredNamespacePrefix",
    "http://purl.org/vocab/vann/preferredNamespaceUri",
)


def own_terms() -> list[str]:
    """Return the IRIs of our own classes and properties."""
    namespace = study().header.namespace
    return sorted(
        {
            t.subject.value
            for t in study().triples([FileKind.ONTOLOGY])
            if t.predicate.value == RDF_TYPE
            and isinstance(t.subject, ox.NamedNode)
            and t.subject.value.startswith(namespace)
        }
    )


@cache
def used_terms() -> frozenset[str]:
    """Return what data, shapes, questions and views use, and the terms above what they use."""
    used: set[str] = set()
    for file in study().files:
        if file.file.kind in (FileKind.DATA, FileKind.SHAPES):
            for t in file.triples:
                used.add(t.predicate.value)
                if isinstance(t.object, ox.NamedNode):
                    used.add(t.object.value)
    asked = [*find_content().questions(), *find_content().views()]
    text = "".join(p.read_text("utf-8") for p in asked)
    prefix = study().header.prefix
    namespace = study().header.namespace
    used |= {term for term in own_terms() if f"{prefix}:{term.removeprefix(namespace)}" in text}
    above = [
        (t.subject.value, t.object.value)
        for t in study().triples([FileKind.ONTOLOGY])
        if t.predicate.value.endswith(("subClassOf", "subPropertyOf", "inverseOf"))
        and isinstance(t.object, ox.NamedNode)
        and isinstance(t.subject, ox.NamedNode)
    ]
    while new := {o for s, o in above if s in used} - used:
        used |= new
    # an inverse is used where its other side is
    return frozenset(used | {s for s, o in inverses() if o in used})


@cache
def inverses() -> frozenset[tuple[str, str]]:
    """Return the pairs that owl:inverseOf ties."""
    return frozenset(
        (t.subject.value, t.object.value)
        for t in study().triples([FileKind.ONTOLOGY, FileKind.ALIGNMENT])
        if t.predicate.value == OWL + "inverseOf"
    )


def test_every_property_has_a_domain_or_a_shape_that_says_what_may_have_it():
    ties = ("#domain", "#subPropertyOf", "#inverseOf", "#propertyChainAxiom")
    terms = study().triples([FileKind.ONTOLOGY])
    properties = {t.subject for t in terms if getattr(t.object, "value", "").endswith("Property")}
    tied = {t.subject for t in terms if t.predicate.value.endswith(ties)}
    # a path may hold the property anywhere in it
    shaped = {t.object for t in study().triples([FileKind.SHAPES])}
    assert [p.value for p in properties - tied if p not in shaped] == []


def test_every_term_is_used():
    assert len(own_terms()) > 150
    assert [term for term in own_terms() if term not in used_terms()] == []


def header_says(predicate: str) -> list[ox.Triple]:
    """Return what the header states by one property."""
    header = ox.NamedNode(study().header.iri)
    return [
        t
        for t in study().triples([FileKind.ONTOLOGY])
        if t.subject == header and t.predicate.value == predicate
    ]


def test_the_header_of_the_ontology_says_all_that_it_should():
    assert [predicate for predicate in HEADER if not header_says(predicate)] == []


def test_header_citation_and_changelog_tell_of_one_release():
    [said] = header_says(OWL + "versionInfo")
    version = said.object.value
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8").split("\n## ")
    [section] = [s for s in changes if f"\n### Ontology {version}\n" in s]
    released = not section.startswith("Unreleased")
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f'version: "{version}"' in citation
    assert ("date-released:" in citation) == released
    assert bool(header_says("http://purl.org/dc/terms/issued")) == released
