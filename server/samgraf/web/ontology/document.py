"""Answer with a page or with RDF, as the suffix of the address or the client's Accept wants it.

https://www.w3.org/TR/cooluris/ and https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Response, request

from samgraf.engine import Answer
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.headers import answer_headers, knows, tag
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Prepared
from samgraf.web.context import the_service
from samgraf.web.language import reader_language

SUFFIXES = {"ttl": "turtle", "jsonld": "jsonld", "nt": "ntriples", "rdf": "rdfxml"}
#: The formats that a page links: its suffix, its name, its media type.
DOWNLOADS = (
    ("ttl", "Turtle", "text/turtle"),
    ("jsonld", "JSON-LD", "application/ld+json"),
    ("nt", "N-Triples", "application/n-triples"),
    ("rdf", "RDF/XML", "application/rdf+xml"),
)


def cut_suffix(path: str) -> tuple[str, str | None]:
    """Return ``path`` without the suffix of a format, and that suffix if it had one."""
    name, _, suffix = path.rpartition(".")
    return (name, suffix) if name and suffix in SUFFIXES else (path, None)


def document(query: str, page: Callable[[], str], suffix: str | None = None) -> Response:
    """Return the page, or the graph that ``query`` constructs, with its tag; 304 where known.

    ``page`` makes the page and is called only where one is wanted. Raise ProblemError 406.
    """
    service = the_service()
    operation = Operation(query=query, format=SUFFIXES[suffix] if suffix else None)
    variant = f"{reader_language()} {request.full_path}"  # a page is of its whole address
    accept = request.headers.get("Accept")
    prepared = service.prepare(operation, accept, html=suffix is None, variant=variant)
    if prepared.etag and knows(request.headers.get("If-None-Match"), tag(prepared.etag)):
        return _finish(Response(status=304), prepared, None)
    if prepared.choice.sent == HTML:
        return _finish(Response(page(), content_type=content_type(HTML)), prepared, None)
    answer = service.wait(service.answer(prepared))
    response = Response(answer.read(), content_type=content_type(prepared.choice.sent))
    answer.close()
    return _finish(response, prepared, answer)


def _finish(response: Response, prepared: Prepared, answer: Answer | None) -> Response:
    response.headers.update(answer_headers(prepared, answer))
    for suffix, _, media_type in DOWNLOADS:
        address = f"{cut_suffix(request.path)[0]}.{suffix}"
        response.headers.add("Link", f'<{_ascii(address)}>; rel="alternate"; type="{media_type}"')
    return response


def _ascii(path: str) -> str:
    return quote(path, safe="/:@!$&'()*+,;=~-._")
