"""Describe the service in RDF: https://www.w3.org/TR/sparql11-service-description/.

Only what is so is said: the functions are those that answered when they were tried. The graphs
are the data sets that the catalogue describes (``samgraf.build.catalogue``), with the same numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

import pyoxigraph as ox

from samgraf.release import names
from samgraf.release.serialise import write_graph
from samgraf.sparql.formats import FORMATS
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Service
from samgraf.sparql.syntax import names_in
from samgraf.vocab import DCT, RDF, RDFS, SD, VOID, XSD
from samgraf.vocab import FORMATS as FORMATS_NAMESPACE

_TYPE = ox.NamedNode(RDF + "type")
_LANGUAGES = ("SPARQL10Query", "SPARQL11Query", "SPARQL12Query")
#: The protocols that the endpoint speaks: of queries, and for reading graphs.
_PROTOCOLS = (
    "https://www.w3.org/TR/sparql11-protocol/",
    "https://www.w3.org/TR/sparql11-http-rdf-update/",
)
_DIFFERS = (
    "What differs from the standards: literals have their canonical form in answers; regular "
    "expressions are those of XPath, without back-references and blocks; BNODE takes no text; "
    "a type derived from another becomes that one, as xsd:int does xsd:integer; "
    "GeoSPARQL functions of distance take points only, and their units are those of uom: "
    "<http://www.opengis.net/def/uom/OGC/1.0/>. What cannot be answered rightly is refused."
)
_LENGTH = "The last argument is the unit: uom:metre or uom:kilometre."
_EXACT = (
    "By the coordinates as they stand: where boundaries are simplified, neighbours may overlap, or "
    "leave a gap, and so not touch."
)
#: What must be known to use a function of GeoSPARQL rightly: units, and what misleads it.
_USE = {
    "area": "The last argument is the unit: uom:square_metre or uom:square_kilometre. Outer rings "
    "must run counter-clockwise, or all of the earth but the area is measured.",
    "distance": f"Between points only; nothing for lines and polygons. {_LENGTH}",
    "length": _LENGTH,
    "perimeter": _LENGTH,
    "sfTouches": _EXACT,
    "sfOverlaps": _EXACT,
    "sfIntersects": _EXACT,
}
_REGIME = ox.NamedNode("http://www.w3.org/ns/entailment/Simple")
_PREFIXES = {
    "dct": DCT,
    "rdfs": RDFS,
    "sd": SD,
    "void": VOID,
    "xsd": XSD,
    "entailment": "http://www.w3.org/ns/entailment/",
    "formats": FORMATS_NAMESPACE,
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "uom": "http://www.opengis.net/def/uom/OGC/1.0/",
}


def describe(service: Service, endpoint: str, media_type: str) -> bytes:
    """Return the description of ``service``, reached at ``endpoint``, in ``media_type``."""
    return write_graph(_triples(service, endpoint), media_type, _PREFIXES)


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


def _triples(service: Service, endpoint: str) -> Iterator[ox.Triple]:
    node = ox.NamedNode(endpoint)
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    yield ox.Triple(node, _TYPE, _sd("Service"))
    yield ox.Triple(node, _sd("endpoint"), node)
    for language in _LANGUAGES:
        yield ox.Triple(node, _sd("supportedLanguage"), _sd(language))
    for protocol in _PROTOCOLS:
        yield ox.Triple(node, ox.NamedNode(DCT + "conformsTo"), ox.NamedNode(protocol))
    page = ox.NamedNode(endpoint.removesuffix("sparql") + "about/sparql")
    yield ox.Triple(node, ox.NamedNode(RDFS + "seeAlso"), page)
    yield ox.Triple(node, ox.NamedNode(RDFS + "comment"), ox.Literal(_DIFFERS, language="en"))
    yield ox.Triple(node, _sd("defaultEntailmentRegime"), _REGIME)
    for function in functions_of(service):
        yield ox.Triple(node, _sd("extensionFunction"), ox.NamedNode(function))
        yield ox.Triple(ox.NamedNode(function), _TYPE, _sd("Function"))
        if use := _USE.get(function.removeprefix(_PREFIXES["geof"])):
            told = ox.Literal(use, language="en")
            yield ox.Triple(ox.NamedNode(function), ox.NamedNode(RDFS + "comment"), told)
    for format in FORMATS:
        yield ox.Triple(node, _sd("resultFormat"), ox.NamedNode(format.iri))
    if service.settings.union_default_graph:
        yield ox.Triple(node, _sd("feature"), _sd("UnionDefaultGraph"))
    if service.federation is not None:
        yield ox.Triple(node, _sd("feature"), _sd("BasicFederatedQuery"))
    yield ox.Triple(node, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _TYPE, ox.NamedNode(VOID + "Dataset"))
    yield ox.Triple(dataset, ox.NamedNode(VOID + "sparqlEndpoint"), node)
    yield from _size(dataset, service.default_graph_triples)
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield from _graph(default, service.default_graph_triples)
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
        yield from _graph(graph, entry["quads"])


def _graph(node: ox.BlankNode | ox.NamedNode, triples: int) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _TYPE, _sd("Graph"))
    yield from _size(node, triples)


def _size(node: ox.BlankNode | ox.NamedNode, triples: int) -> Iterator[ox.Triple]:
    count = ox.Literal(str(triples), datatype=ox.NamedNode(XSD + "integer"))
    yield ox.Triple(node, ox.NamedNode(VOID + "triples"), count)
