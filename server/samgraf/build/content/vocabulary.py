"""The terms in which a content speaks of itself, and names for terms that it does not name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.rdf import RDF_TYPE, in_graph, own_triples, value_of
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
    if any(iri.startswith(CONTENT) for iri in used):
        yield from own_vocabulary("samgraf.build.content", base)
    graph = ox.NamedNode(base + "graph/vocabulary")
    for t in own_triples("samgraf.build.content", "common.ttl"):
        iri = value_of(t.subject)
        for form in (iri, iri.replace(SCHEMA, _OLD_SCHEMA, 1)):
            if form in used and form not in named:
                yield ox.Quad(ox.NamedNode(form), t.predicate, t.object, graph)


def own_vocabulary(package: str, base: str) -> Iterator[ox.Quad]:
    """Yield the terms of ``vocabulary.ttl`` in ``package``, in ``{base}graph/vocabulary``."""
    return in_graph(own_triples(package, "vocabulary.ttl", base), base + "graph/vocabulary")


def own_terms(package: str, base: str) -> set[str]:
    """Return the IRIs of the terms of ``vocabulary.ttl`` in ``package``."""
    triples = own_triples(package, "vocabulary.ttl", base)
    return {value_of(t.subject) for t in triples if t.predicate == RDF_TYPE}
