"""Describe the service in RDF: https://www.w3.org/TR/sparql11-service-description/.

``description.ttl`` holds what is so of every service. Only what is so is said: the functions are
those that answered when they were tried. The graphs are the data sets that the catalogue describes
(``samgraf.build.catalogue``), with the same numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files

import pyoxigraph as ox

from samgraf.release import names
from samgraf.release.serialise import write_graph
from samgraf.sparql.formats import FORMATS
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Service
from samgraf.sparql.syntax import names_in
from samgraf.vocab import RDF, SD, VOID, XSD

_TYPE = ox.NamedNode(RDF + "type")


def describe(service: Service, endpoint: str, media_type: str) -> bytes:
    """Return the description of ``service``, reached at ``endpoint``, in ``media_type``."""
    text = (files("samgraf.sparql") / "description.ttl").read_bytes()
    said = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=endpoint)
    functions = set(map(ox.NamedNode, functions_of(service)))
    triples = [
        quad.triple
        for quad in said
        if isinstance(quad.subject, ox.BlankNode)
        or quad.subject in functions
        or quad.subject.value == endpoint
    ]
    triples += _triples(service, ox.NamedNode(endpoint), functions)
    return write_graph(triples, media_type, said.prefixes)


def functions_of(service: Service) -> list[str]:
    """Return the IRIs of the functions beyond the standard's that the engine has."""
    if service.functions is not None:
        return service.functions
    found = []
    for query in (files("samgraf.sparql") / "functions.rq").read_text("utf-8").splitlines():
        name = next((iri for _, iri in names_in(query)), None)
        if name is not None and _holds(service, query):
            found.append(name)
    service.functions = found
    return found


def _holds(service: Service, query: str) -> bool:
    operation = Operation(query=query, format="json")
    try:
        answer = service.wait(service.answer(service.prepare(operation, None, html=False)))
    except ProblemError as problem:
        if problem.outcome in ("busy", "timeout"):
            raise  # tells nothing of the function
        return False
    try:
        return json.loads(answer.read())["boolean"]
    finally:
        answer.close()


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _triples(
    service: Service, node: ox.NamedNode, functions: Iterable[ox.NamedNode]
) -> Iterator[ox.Triple]:
    """Yield what differs from service to service, of the one that ``node`` names."""
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    for function in functions:
        yield ox.Triple(node, _sd("extensionFunction"), function)
        yield ox.Triple(function, _TYPE, _sd("Function"))
    for format in FORMATS:
        yield ox.Triple(node, _sd("resultFormat"), ox.NamedNode(format.iri))
    if service.settings.union_default_graph:
        yield ox.Triple(node, _sd("feature"), _sd("UnionDefaultGraph"))
    if service.federation is not None:
        yield ox.Triple(node, _sd("feature"), _sd("BasicFederatedQuery"))
    for whole in (dataset, default):
        yield _size(whole, service.default_graph_triples)
    catalogued = any(g["iri"] == service.base + names.GRAPH for g in service.manifest["graphs"])
    if catalogued:
        # the whole is told without the catalogue, which the default graph holds too
        for stem in (names.WHOLE, names.GRAPH):
            part = ox.NamedNode(names.dataset(service.base, stem))
            yield ox.Triple(default, ox.NamedNode(VOID + "subset"), part)
    for number, entry in enumerate(service.manifest["graphs"], start=1):
        named, graph = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        stem = names.stem_of(entry["iri"], service.base)
        if catalogued and stem is not None and stem not in names.JOINED:
            graph = ox.NamedNode(names.dataset(service.base, stem))
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), ox.NamedNode(entry["iri"]))
        yield ox.Triple(named, _sd("graph"), graph)
        yield ox.Triple(graph, _TYPE, _sd("Graph"))
        yield _size(graph, entry["quads"])


def _size(node: ox.BlankNode | ox.NamedNode, triples: int) -> ox.Triple:
    count = ox.Literal(str(triples), datatype=ox.NamedNode(XSD + "integer"))
    return ox.Triple(node, ox.NamedNode(VOID + "triples"), count)
