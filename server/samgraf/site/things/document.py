"""The RDF document of a thing, and how its representations are told apart.

It holds all that is stated of the thing, whole with the unnamed nodes that hang on it, and the
first statements that point at it (``MOST`` of them): enough to follow links both ways, bounded
whatever the size of the graph. The whole is a query away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import request

from samgraf.site.context import the_service
from samgraf.site.graph.addresses import path_of
from samgraf.site.graph.ask import read_query
from samgraf.site.negotiated import EXTENSIONS
from samgraf.sparql.binding import bind
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import HTML, formats_for
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Prepared

MOST = 500  # statements that point at the thing in its document
SUFFIXES = {"html": "html", **EXTENSIONS}
EMBEDDED = 60_000  # bytes of JSON-LD that a page carries in itself
_PATH = "/!$&'()*+,;=:@"
_NAMES = {name: suffix for suffix, name in SUFFIXES.items()}


def split_suffix(path: str) -> tuple[str, str | None]:
    """Return ``path`` without a suffix that names a format, and that suffix."""
    stem, dot, suffix = path.rpartition(".")
    if dot and suffix in SUFFIXES and stem and not stem.endswith("/"):
        return stem, suffix
    return path, None


def prepare(iri: str, suffix: str | None, variant: str) -> Prepared:
    """Return the query for the document about ``iri``, its format chosen.

    Raise ProblemError 406 where the client accepts none of them.
    """
    query = bind(read_query(__package__, "document.rq"), this=ox.NamedNode(iri), most=MOST)
    operation = Operation(query=query, format=SUFFIXES[suffix] if suffix else None)
    accept = request.headers.get("Accept")
    return the_service().prepare(operation, accept, html=True, variant=variant)


def write(prepared: Prepared) -> bytes:
    """Return the document in the format chosen; raise ProblemError where it cannot be written."""
    service = the_service()
    answer = service.wait(service.answer(prepared))
    try:
        return answer.read()
    finally:
        answer.close()


def embedded(iri: str) -> str | None:
    """Return the document as JSON-LD that can stand in a page, None where it is too long.

    No text in it can end the element: https://www.w3.org/TR/json-ld11/#restrictions-for-contents-of-json-ld-script-elements
    """
    body = write(prepare(iri, "jsonld", ""))
    if len(body) > EMBEDDED:
        return None
    text = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def representation(iri: str, suffix: str) -> str:
    """Return the address of the document about ``iri`` in the format of ``suffix``."""
    path = path_of(iri)
    if path is None:
        return "/doc?" + urlencode({"iri": iri, "format": suffix})
    return f"{path}.{quote(suffix, safe=_PATH)}"


def alternates(iri: str) -> list[Mapping[str, str]]:
    """Return the representations for programs: title, media type, address."""
    return [
        {"title": f.title, "type": f.media_type, "href": representation(iri, _NAMES[f.name])}
        for f in formats_for(QueryKind.GRAPH)
    ]


def suffix_of(prepared: Prepared) -> str:
    """Return the suffix that names the format chosen."""
    if prepared.choice.written == HTML:
        return "html"
    by_type = {f.media_type: f.name for f in formats_for(QueryKind.GRAPH)}
    return _NAMES[by_type[prepared.choice.written]]
