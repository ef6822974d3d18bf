"""Read a query operation from an HTTP request.

https://www.w3.org/TR/sparql11-protocol/#query-operation: by GET, by POST of a form, by POST of
the query itself; and the two bodies by the method QUERY, which is safe
(https://datatracker.ietf.org/doc/draft-ietf-httpbis-safe-method-w-body/). By GET also the triples
of one graph, as https://www.w3.org/TR/sparql11-http-rdf-update/#http-get has it.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl

import pyoxigraph as ox
from werkzeug.http import parse_options_header

from samgraf.limits import ACCEPT_HEADER, FORM_ENCODING, FORM_FIELDS, FORM_REST
from samgraf.sparql.problems import ProblemError
from samgraf.vocab import is_iri

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
METHODS = ("GET", "HEAD", "QUERY", "POST", "OPTIONS")
WITH_BODY = frozenset(("QUERY", "POST"))
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?\Z")


class Operation(NamedTuple):
    """What a client asks: ``query`` is ``None`` where it asks about the service itself.

    ``timeout`` (seconds) shortens the service's own; ``partial`` allows a cut answer. ``graph`` is
    the graph that was asked for by name, whose triples ``query`` then gives.
    """

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    timeout: float | None = None
    partial: bool = False
    graph: str | None = None


def read_operation(
    method: str, query_string: bytes, content_type: str | None, body: bytes
) -> Operation:
    """Return the operation that the request asks for.

    ``query_string`` is as sent, still encoded; ``body`` counts with POST and QUERY only.
    Raise ProblemError 400, 405 or 415 where the request has none of the protocol's forms.
    """
    if method not in METHODS:
        raise ProblemError(
            405, f"{method} asks no query. Use GET, POST or QUERY.", {"Allow": ", ".join(METHODS)}
        )
    fields = _fields(query_string, "query string")
    if method in WITH_BODY:
        fields += _posted_fields(content_type, body)
    if len(fields) == 1 and fields[0][0] == "query":
        return Operation(fields[0][1])
    queries = [value for name, value in fields if name == "query"]
    if any(name == "update" for name, _ in fields):
        raise ProblemError(400, "This service only answers queries; it takes no update.")
    if len(queries) > 1:
        raise ProblemError(400, "The request holds more than one query. Send one at a time.")
    if not queries and method in WITH_BODY:
        raise ProblemError(400, "The form has no field named query.")
    graph = None
    if not queries and method in ("GET", "HEAD"):
        graph, query = _graph_read(fields)
        queries = [query] if query else []
    return Operation(
        query=queries[0] if queries else None,
        graph=graph,
        default_graphs=_graphs(fields, "default-graph-uri"),
        named_graphs=_graphs(fields, "named-graph-uri"),
        format=",".join(dict.fromkeys(v for n, v in fields if n == "format" and v)) or None,
        timeout=_timeout(_single(fields, "timeout")),
        partial=_partial(_single(fields, "partial")),
    )


def _graph_read(fields: list[tuple[str, str]]) -> tuple[str | None, str | None]:
    """Return the graph that is asked for by name, and the query for the triples of a graph.

    https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification: ``graph=`` names
    one, ``default`` is the default graph. Both None where neither is asked for.
    """
    names = {value for field, value in fields if field == "graph"}
    default = any(field == "default" for field, _ in fields)
    if not names:
        return None, "CONSTRUCT WHERE { ?s ?p ?o }" if default else None
    if len(names) > 1 or default:
        raise ProblemError(400, "The request names more than one graph. Ask for one at a time.")
    (graph,) = names
    try:
        return graph, graph_query(graph)
    except ValueError as error:
        raise ProblemError(400, f"graph is {graph!r}, which is no absolute IRI.") from error


def graph_query(iri: str) -> str:
    """Return the query for the triples of the graph ``iri``; raise ValueError if it is no IRI."""
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }}"


def body_limit(max_query_bytes: int) -> int:
    """Return how many bytes the body of a request may have, if a query has at most that many."""
    return FORM_ENCODING * max_query_bytes + FORM_REST


def _single(fields: list[tuple[str, str]], name: str) -> str | None:
    """Return the one value of a field; an empty one counts as none."""
    values = {value for field, value in fields if field == name and value}
    if len(values) > 1:
        raise ProblemError(400, f"The request names more than one {name}.")
    return next(iter(values), None)


def _timeout(value: str | None) -> float | None:
    if value is None:
        return None
    seconds = float(value) if _SECONDS.match(value) else 0.0
    if seconds <= 0:
        raise ProblemError(400, f"timeout is {value!r}; give a number of seconds above 0.")
    return seconds


def _partial(value: str | None) -> bool:
    if value not in (None, "allow"):
        raise ProblemError(400, f"partial is {value!r}; it can only be allow.")
    return value is not None


def _posted_fields(content_type: str | None, body: bytes) -> list[tuple[str, str]]:
    media_type, parameters = parse_options_header((content_type or "")[:ACCEPT_HEADER])
    media_type, charset = media_type.lower(), parameters.get("charset", "utf-8")
    if media_type not in (FORM, QUERY):
        raise ProblemError(
            415,
            f"A query is posted as {QUERY} or {FORM}, not as {media_type or 'an unnamed type'}.",
            {"Accept-Post": f"{QUERY}, {FORM}"},
        )
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise ProblemError(415, f"Queries are read as UTF-8, not as {charset}.")
    if media_type == FORM:
        return _fields(body, "form")
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError as error:
        raise ProblemError(400, f"The query is not UTF-8 at byte {error.start}.") from error


def _fields(encoded: bytes, where: str) -> list[tuple[str, str]]:
    """Return the fields as https://url.spec.whatwg.org/#urlencoded-parsing reads them."""
    if encoded.count(b"&") >= FORM_FIELDS:
        raise ProblemError(400, f"The {where} has more than {FORM_FIELDS} fields.")
    try:
        return parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise ProblemError(400, f"The {where} is not UTF-8.") from error


def _graphs(fields: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    """Return the graphs of a field; an empty one, as forms send it, counts as none."""
    graphs = tuple(dict.fromkeys(value for field, value in fields if field == name and value))
    for graph in graphs:
        if not is_iri(graph):
            raise ProblemError(400, f"{name} is {graph!r}, which is no absolute IRI.")
    return graphs
