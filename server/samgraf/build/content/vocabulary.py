"""The terms in which a content speaks of itself, and names for terms that it does not name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from samgraf.build.rdf import value_of
from samgraf.vocab import CONTENT, LABELS, SCHEMA

_OLD_SCHEMA = "http://schema.org/"


def vocabulary_quads(quads: Iterable[ox.Quad], base: str) -> Iterator[ox.Quad]:
    """Yield, in the graph ``{base}graph/vocabulary``, what ``quads`` use and do not name.

    These are the terms of ``vocabulary.ttl`` where any is used, and the labels of ``common.ttl``.
    """
    used: set[str] = set()
    named: set[str] = set()
    for q in quads:
        used.update(t.value for t in (q.predicate, q.object) if isinstance(t, ox.NamedNode))
        if isinstance(q.object, ox.Literal):
            used.add(q.object.datatype.value)
            if q.predicate.value in LABELS:
                named.add(value_of(q.subject))
    graph = ox.NamedNode(base + "graph/vocabulary")
    if any(iri.startswith(CONTENT) for iri in used):
        for t in _triples("vocabulary.ttl"):
            yield ox.Quad(t.subject, t.predicate, t.object, graph)
    for t in _triples("common.ttl"):
        iri = value_of(t.subject)
        for form in (iri, iri.replace(SCHEMA, _OLD_SCHEMA, 1)):
            if form in used and form not in named:
                yield ox.Quad(ox.NamedNode(form), t.predicate, t.object, graph)


@cache
def _triples(name: str) -> tuple[ox.Triple, ...]:
    text = (files("samgraf.build.content") / name).read_bytes()
    parsed = ox.parse(input=text, format=ox.RdfFormat.TURTLE)
    return tuple(dict.fromkeys(ox.Triple(q.subject, q.predicate, q.object) for q in parsed))
