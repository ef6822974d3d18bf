"""Facts about the ontology as a whole: every term of ours is used, and none is used undefined."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
import pytest

from samgraf.content.layout import Kind, find_content
from samgraf.content.load import load

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
OWL = "http://www.w3.org/2002/07/owl#"
HEADER = (
    OWL + "versionIRI",
    "http://purl.org/dc/terms/license",
    "http://purl.org/dc/terms/creator",
    "http://purl.org/dc/terms/title",
    "http://purl.org/vocab/vann/preferredNamespacePrefix",
    "http://purl.org/vocab/vann/preferredNamespaceUri",
)


@cache
def content():
    """Return the parsed content of the project."""
    return load(find_content())


def own_terms() -> list[str]:
    """Return the IRIs of our own classes and properties."""
    namespace = content().header.namespace
    return sorted(
        {
            t.subject.value
            for t in content().triples([Kind.ONTOLOGY])
            if t.predicate.value == RDF_TYPE
            and isinstance(t.subject, ox.NamedNode)
            and t.subject.value.startswith(namespace)
        }
    )


@cache
def used_terms() -> frozenset[str]:
    """Return what data, shapes and questions use, and the terms above what they use."""
    used: set[str] = set()
    for file in content().files:
        if file.file.kind in (Kind.DATA, Kind.SHAPES):
            for t in file.triples:
                used.add(t.predicate.value)
                if isinstance(t.object, ox.NamedNode):
                    used.add(t.object.value)
    text = "".join(p.read_text("utf-8") for p in find_content().questions())
    prefix = content().header.prefix
    namespace = content().header.namespace
    used |= {term for term in own_terms() if f"{prefix}:{term.removeprefix(namespace)}" in text}
    above = [
        (t.subject.value, t.object.value)
        for t in content().triples([Kind.ONTOLOGY])
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
        for t in content().triples([Kind.ONTOLOGY, Kind.ALIGNMENT])
        if t.predicate.value == OWL + "inverseOf"
    )


@pytest.mark.parametrize("term", own_terms())
def test_term_is_used(term):
    assert term in used_terms()


@pytest.mark.parametrize("predicate", HEADER)
def test_ontology_header_states(predicate):
    header = ox.NamedNode(content().header.iri)
    stated = [
        t
        for t in content().triples([Kind.ONTOLOGY])
        if t.subject == header and t.predicate.value == predicate
    ]
    assert stated
