"""Write graphs so that the same triples give the same bytes, and nothing broken goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.parsers import expat

import pyoxigraph as ox

from samgraf.engine.base import UnwritableResultError

GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
_XSD = "http://www.w3.org/2001/XMLSchema#"
# datatypes that Turtle does not write out
_UNNAMED = frozenset(
    (_XSD + "string", _XSD + "integer", _XSD + "decimal", _XSD + "double", _XSD + "boolean")
) | {"http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}


def write_graph(
    triples: Iterable[ox.Triple], media_type: str, prefixes: Mapping[str, str]
) -> bytes:
    """Return ``triples``, as a sorted set, in ``media_type``; Turtle with the prefixes it uses.

    Raise UnwritableResultError where RDF/XML cannot express one of them.
    """
    graph = sorted(set(triples), key=str)
    if media_type == "text/turtle":
        used = _used_prefixes(graph, prefixes)
        body = ox.serialize(graph, format=GRAPHS[media_type], prefixes=used)
        # the writer orders its prefixes by chance
        lines = body.split(b"\n", len(used))
        return b"\n".join(sorted(lines[:-1]) + lines[-1:])
    body = ox.serialize(graph, format=GRAPHS[media_type])
    if media_type.endswith("+xml"):
        require_well_formed(body, media_type)
    return body


def require_well_formed(body: bytes, media_type: str) -> None:
    """Raise UnwritableResultError unless ``body`` is XML: some text and names cannot be."""
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise UnwritableResultError(
            f"The answer holds a character or a name that XML cannot express, so it cannot be "
            f"written as {media_type}. Ask for another format."
        ) from error


def _used_prefixes(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris = set()
    for triple in triples:
        for term in triple:
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal) and term.datatype.value not in _UNNAMED:
                iris.add(term.datatype.value)
    used = {}
    for iri in iris:
        fitting = [(len(ns), name) for name, ns in prefixes.items() if ns and iri.startswith(ns)]
        if fitting:
            name = max(fitting)[1]
            used[name] = prefixes[name]
    return used
