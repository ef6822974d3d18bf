"""Read a query operation from an HTTP request.

https://www.w3.org/TR/sparql11-protocol/#query-operation: by GET, by POST of a form, by POST of
the query itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from samgraf.sparql.problems import ProblemError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
MAX_FIELDS = 1000
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*\Z")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Hold what a client asks: ``query`` is ``None`` where it asks about the service itself."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None


def read_operation(
    method: str, query_string: bytes, content_type: str | None, body: bytes
) -> Operation:
    """Return the operation that the request asks for.

    ``query_string`` is as sent, still encoded; ``body`` is empty unless ``method`` is POST.
    Raise ProblemError 400, 405 or 415 where the request is none of the protocol's three forms.
    """
    if method not in METHODS:
        raise ProblemError(
            405, f"{method} asks no query. Use GET or POST.", {"Allow": ", ".join(METHODS)}
        )
    fields = _fields(query_string, "query string")
    if method == "POST":
        fields += _posted_fields(content_type, body)
    queries = [value for name, value in fields if name == "query"]
    if any(name == "update" for name, _ in fields):
        raise ProblemError(400, "This service only answers queries; it takes no update.")
    if len(queries) > 1:
        raise ProblemError(400, "The request holds more than one query. Send one at a time.")
    if not queries and method == "POST":
        raise ProblemError(400, "The form has no field named query.")
    formats = [value for name, value in fields if name == "format" and value]
    if len(set(formats)) > 1:
        raise ProblemError(400, "The request names more than one format.")
    return Operation(
        query=queries[0] if queries else None,
        default_graphs=_graphs(fields, "default-graph-uri"),
        named_graphs=_graphs(fields, "named-graph-uri"),
        format=formats[0] if formats else None,
    )


def _posted_fields(content_type: str | None, body: bytes) -> list[tuple[str, str]]:
    media_type, _, parameters = (content_type or "").partition(";")
    media_type = media_type.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters, re.IGNORECASE)
    if media_type not in (FORM, QUERY):
        raise ProblemError(
            415,
            f"A query is posted as {QUERY} or {FORM}, not as {media_type or 'an unnamed type'}.",
            {"Accept-Post": f"{QUERY}, {FORM}"},
        )
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise ProblemError(415, f"Queries are read as UTF-8, not as {charset[1]}.")
    if media_type == FORM:
        return _fields(body, "form")
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError as error:
        raise ProblemError(400, f"The query is not UTF-8 at byte {error.start}.") from error


def _fields(encoded: bytes, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise ProblemError(400, f"The {where} is not UTF-8.") from error
    except ValueError as error:
        raise ProblemError(400, f"The {where} has more than {MAX_FIELDS} fields.") from error


def _graphs(fields: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    graphs = tuple(dict.fromkeys(value for field, value in fields if field == name))
    for graph in graphs:
        if not _ABSOLUTE_IRI.match(graph):
            raise ProblemError(400, f"{name} is {graph!r}, which is no absolute IRI.")
    return graphs
