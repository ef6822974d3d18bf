"""Our own terms of federation, and the shape that partners have to fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from samgraf.build.content.header import RDF_TYPE


def vocabulary_quads(base: str) -> Iterator[ox.Quad]:
    """Yield the vocabulary in the graph ``{base}graph/vocabulary``."""
    graph = ox.NamedNode(base + "graph/vocabulary")
    for t in _parsed("vocabulary.ttl", base):
        yield ox.Quad(t.subject, t.predicate, t.object, graph)


def known_terms(base: str) -> set[str]:
    """Return the IRIs of the terms."""
    return {t.subject.value for t in _parsed("vocabulary.ttl", base) if t.predicate == RDF_TYPE}


def partner_shapes() -> list[ox.Triple]:
    """Return the shapes graph for partners."""
    return list(_parsed("shape.ttl", ""))


@cache
def _parsed(name: str, base: str) -> tuple[ox.Triple, ...]:
    text = (files(__package__) / name).read_bytes()
    parsed = ox.parse(input=text, format=ox.RdfFormat.TURTLE, base_iri=base or None)
    return tuple(ox.Triple(q.subject, q.predicate, q.object) for q in parsed)
