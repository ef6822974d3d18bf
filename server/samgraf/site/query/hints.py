"""Why an answer is empty, in words: for the page, and as ``hints`` in JSON results.

https://www.w3.org/TR/sparql11-results-json/ allows further members at the top. Other formats have
no place for it; the header ``Samgraf-Hints`` tells the codes of every format's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from samgraf.limits import HINT_ANSWER
from samgraf.site.cells import shorten
from samgraf.site.language import plain_text
from samgraf.site.representations import json_text
from samgraf.sparql.hints import Hint, find_hints, usage_of
from samgraf.sparql.service import Prepared, Service
from samgraf.sparql.syntax.nodes import Query
from samgraf.vocab import XSD

HEADER = "Samgraf-Hints"
_WORDS = "editor_js_hint_"
_PLAIN = frozenset(XSD + name for name in ("integer", "decimal", "boolean"))
#: How an answer with nothing in it ends, by the media type that it is written in.
_ENDS: dict[str, tuple[bytes, ...]] = {
    "application/sparql-results+json": (b'"bindings":[]}}', b'"boolean":false}'),
    "application/sparql-results+xml": (
        b"<results></results></sparql>",
        b">false</boolean></sparql>",
    ),
}
#: What it looks like as a whole.
_EMPTY = {
    "text/csv": rb"\A(?!true\Z)[^\r\n]*(?:\r?\n)?\Z",
    "text/tab-separated-values": rb"\A(?!true\Z)[^\r\n]*(?:\r?\n)?\Z",
    "application/rdf+xml": rb"<rdf:RDF[^>]*(?:/>|>\s*</rdf:RDF>)\s*\Z",
    "application/ld+json": rb"\A\[\]\s*\Z",
}
_EMPTY_TURTLE = rb"\A(?:@prefix [^\n]*\n|\s)*\Z"


def is_empty(media_type: str, body: bytes) -> bool:
    """Return whether ``body``, an answer in one of our formats, holds nothing, or says no."""
    if len(body) > HINT_ANSWER:
        return False
    if ends := _ENDS.get(media_type):
        return body[-80:].rstrip().endswith(ends)
    return re.search(_EMPTY.get(media_type, _EMPTY_TURTLE), body) is not None


def hints_on(service: Service, prepared: Prepared) -> list[dict[str, Any]]:
    """Return why the answer to a query is empty, as JSON has it.

    Each has a code, a message in English, what stands in the query and where (lines and columns
    from 1), and what fits there. Nothing where the query was read in another process. The
    statistics are read on the first call: not on an event loop. Raise ProblemError if the engine
    is too busy to be asked for them.
    """
    query = prepared.query
    if not isinstance(query, Query):
        return []
    apart = service.manifest.get("apart", ())
    found = find_hints(query, prepared.request, usage_of(service), service.graphs, apart)
    return [_as_json(service, query, hint) for hint in found]


def _as_json(service: Service, query: Query, hint: Hint) -> dict[str, Any]:
    told: dict[str, Any] = {"code": hint.code, "message": ""}
    if hint.end:
        before = query.text[: hint.start]
        line = before.count("\n") + 1
        told |= {"line": line, "column": hint.start - (before.rfind("\n") + 1) + 1}
        told["term"] = query.text[hint.start : hint.end]
    for name, iri in (("about", hint.about), ("other", hint.other)):
        if iri:
            told[name] = written(service, ox.NamedNode(iri))
    if hint.instead:
        told["instead"] = [written(service, term) for term in hint.instead]
    told["message"] = message(told, "en")
    return told


def message(hint: Mapping[str, Any], language: str) -> str:
    """Return what a hint says, less what stands there instead."""
    values = {name: hint.get(name, "") for name in ("term", "about", "other")}
    return plain_text(language, _WORDS + hint["code"], **values)


def written(service: Service, term: object) -> str:
    """Return a term, or text of a query, as a query has it."""
    if isinstance(term, ox.NamedNode):
        short = shorten(term.value, service.prefixes, service.base)
        return f"<{term.value}>" if short == term.value else short
    if not isinstance(term, ox.Literal) or term.language:
        return str(term)
    datatype = term.datatype
    if datatype.value in _PLAIN:
        return term.value
    plain = str(ox.Literal(term.value))
    return plain if datatype.value == XSD + "string" else f"{plain}^^{written(service, datatype)}"


def with_hints(body: bytes, hints: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the JSON results ``body`` with the member ``hints``.

    It stands before the results: some readers of streams end with the last of them.
    """
    document = json.loads(body)
    document = {"head": document.pop("head"), "hints": hints} | document
    return json_text(document).encode("utf-8", "surrogatepass")


def header_of(hints: Sequence[Mapping[str, Any]]) -> str:
    """Return the value of the header: https://www.rfc-editor.org/rfc/rfc9651#name-lists."""
    items = []
    for hint in hints:
        item = hint["code"]
        if "line" in hint:
            item += f";line={hint['line']};column={hint['column']}"
        if instead := hint.get("instead"):
            item += f";instead={_quoted(instead[0])}"
        items.append(item)
    return ", ".join(items)


def _quoted(text: str) -> str:
    """Return ``text`` as a string of a structured field, which is of ASCII."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
