"""Read what a store answers and write it as this server writes answers.

Results come as https://www.w3.org/TR/sparql11-results-json/, graphs as N-Triples or Turtle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO

import pyoxigraph as ox

from samgraf.engine.remote.client import JSON, JSON_TYPES, StoreError
from samgraf.engine.remote.query import ReleaseNames
from samgraf.http_connections import HttpReply
from samgraf.release.serialise import (
    UnwritableResultError,
    require_well_formed,
    with_carriage_returns,
    write_graph,
)
from samgraf.sparql.evaluation import EngineError, QueryKind
from samgraf.sparql.formats import RESULT_WRITERS, write_results
from samgraf.vocab import XSD

ACCEPT = {
    QueryKind.SOLUTIONS: JSON,
    QueryKind.BOOLEAN: JSON,
    QueryKind.GRAPH: "application/n-triples, text/turtle;q=0.5",
}
# text/plain was the media type of N-Triples before it had one
_GRAPH_TYPES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}
# how Virtuoso writes what other stores keep as it was loaded
_VENDOR = {
    b'"datatype":"http://www.openlinksw.com/schemas/virtrdf#Geometry"': (
        b'"datatype":"http://www.opengis.net/ont/geosparql#wktLiteral"'
    ),
    b"^^<http://www.openlinksw.com/schemas/virtrdf#Geometry>": (
        b"^^<http://www.opengis.net/ont/geosparql#wktLiteral>"
    ),
}
_BOOLEAN = re.compile(rf'"value":"([01])","datatype":"{re.escape(XSD)}boolean"'.encode())


def convert(
    reply: HttpReply,
    kind: QueryKind,
    media_type: str,
    names: ReleaseNames,
    prefixes: Mapping[str, str],
) -> bytes:
    """Return the store's answer in ``media_type``, with the release's own names.

    Raise StoreError unless it is a whole answer of ``kind``, UnwritableResultError where
    ``media_type`` cannot hold it.
    """
    try:
        if kind is QueryKind.GRAPH:
            return _graph(reply, media_type, names, prefixes)
        return _results(reply, kind, media_type, names)
    except SyntaxError:
        fault: EngineError = StoreError(
            "The store's answer is broken, so it was thrown away. It may have been ended by a "
            "bound of the store's own: ask for less at a time."
        )
    except (OSError, RuntimeError, ValueError) as error:
        fault = EngineError(f"The store's answer could not be written: {error}")
    # raised out here, it carries no frame along: a parser must end in the thread that made it
    raise fault


def _results(reply: HttpReply, kind: QueryKind, media_type: str, names: ReleaseNames) -> bytes:
    if reply.media_type not in JSON_TYPES:
        raise _unexpected(reply, JSON)
    # written out once, every escape has one form, and names can be mapped as text
    is_boolean, body = _rewritten(reply.body, JSON)
    if is_boolean is not (kind is QueryKind.BOOLEAN):
        raise StoreError("The store answered another question than the one asked.")
    body = names.from_store(body)
    body = _BOOLEAN.sub(_boolean, body)
    for foreign, own in _VENDOR.items():
        body = body.replace(foreign, own)
    if media_type == JSON:
        return body
    if media_type not in RESULT_WRITERS:
        raise UnwritableResultError(f"This answer cannot be written as {media_type}.")
    _, body = _rewritten(body, media_type)
    if media_type.endswith("+xml"):
        body = with_carriage_returns(body)
        require_well_formed(body, media_type)
    return body


def _rewritten(body: bytes, media_type: str) -> tuple[bool, bytes]:
    """Return whether JSON results are a boolean, and the same results in ``media_type``."""
    parsed, output = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON), BytesIO()
    try:
        write_results(parsed, media_type, output)
        return isinstance(parsed, ox.QueryBoolean), output.getvalue()
    finally:
        del parsed


def _boolean(match: re.Match[bytes]) -> bytes:
    return match[0].replace(match[1], b"true" if match[1] == b"1" else b"false", 1)


def _graph(
    reply: HttpReply, media_type: str, names: ReleaseNames, prefixes: Mapping[str, str]
) -> bytes:
    if reply.media_type not in _GRAPH_TYPES:
        raise _unexpected(reply, "application/n-triples")
    if not reply.is_framed:
        # a list of triples that breaks off between two lines looks whole
        raise StoreError("The store did not tell where its answer ends, so it may not be whole.")
    triples = _parse(reply.body, _GRAPH_TYPES[reply.media_type])
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    lines = names.from_store(lines)
    for foreign, own in _VENDOR.items():
        lines = lines.replace(foreign, own)
    return write_graph(_parse(lines, ox.RdfFormat.N_TRIPLES), media_type, prefixes)


def _parse(data: bytes, format: ox.RdfFormat) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(input=data, format=format)]


def _unexpected(reply: HttpReply, wanted: str) -> StoreError:
    return StoreError(
        f"The store answered with {reply.media_type or 'no media type'} instead of {wanted}. "
        "The address may not be that of a SPARQL endpoint."
    )
