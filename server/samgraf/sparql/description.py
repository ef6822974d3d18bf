"""Describe the service in RDF: https://www.w3.org/TR/sparql11-service-description/."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from samgraf.engine.writing import write_graph
from samgraf.sparql.formats import FORMATS
from samgraf.sparql.service import Service

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = ox.NamedNode(_RDF + "type")
_PREFIXES = {"sd": SD, "void": VOID, "xsd": _XSD, "formats": "http://www.w3.org/ns/formats/"}


def describe(service: Service, endpoint: str, media_type: str) -> bytes:
    """Return the description of ``service``, reached at ``endpoint``, in ``media_type``."""
    return write_graph(_triples(service, endpoint), media_type, _PREFIXES)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _triples(service: Service, endpoint: str) -> Iterator[ox.Triple]:
    node = ox.NamedNode(endpoint)
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    yield ox.Triple(node, _TYPE, _sd("Service"))
    yield ox.Triple(node, _sd("endpoint"), node)
    yield ox.Triple(node, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    for format in FORMATS:
        yield ox.Triple(node, _sd("resultFormat"), ox.NamedNode(format.iri))
    if service.settings.union_default_graph:
        yield ox.Triple(node, _sd("feature"), _sd("UnionDefaultGraph"))
    yield ox.Triple(node, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield from _graph(default, service.default_graph_triples)
    for number, entry in enumerate(service.manifest["graphs"], start=1):
        named, graph = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), ox.NamedNode(entry["iri"]))
        yield ox.Triple(named, _sd("graph"), graph)
        yield from _graph(graph, entry["quads"])


def _graph(node: ox.BlankNode, triples: int) -> Iterator[ox.Triple]:
    count = ox.Literal(str(triples), datatype=ox.NamedNode(_XSD + "integer"))
    yield ox.Triple(node, _TYPE, _sd("Graph"))
    yield ox.Triple(node, ox.NamedNode(VOID + "triples"), count)
