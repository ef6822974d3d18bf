"""The representations of what stands at one address: a page, RDF, results, and which one is wanted.

By the end of the address, else by ``Accept``
(https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1); see also https://www.w3.org/TR/cooluris/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox
from flask import Response, request

from samgraf.release.file_formats import FILE_FORMATS, GRAPH_FORMATS, TURTLE
from samgraf.site.context import local, the_service
from samgraf.site.graph import read_query
from samgraf.sparql.binding import bind
from samgraf.sparql.evaluation import Answer, QueryKind
from samgraf.sparql.formats import HTML, N3, content_type
from samgraf.sparql.headers import answer_headers
from samgraf.sparql.negotiation import Choice, best_match, choose, offered
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Prepared

PAGE, DESCRIPTION = "page", "description"
#: The format of RDF by the end of an address; of a page too.
EXTENSIONS = {f.extension: f.name for f in FILE_FORMATS}
SUFFIXES = {"html": "html", **EXTENSIONS}
JSON = "application/json"
_PAGE = re.compile(r"[1-9]\d{0,5}\Z")


class Offer(NamedTuple):
    """One form in which a page can be had, the end of its address, and its name."""

    what: str
    media_type: str
    suffix: str = ""
    title: str = ""


#: What every thing with a page can be had as: RDF about it, and the page before that.
DESCRIPTIONS = tuple(Offer(DESCRIPTION, f.media_type, f.extension, f.title) for f in GRAPH_FORMATS)
DESCRIBED = (Offer(PAGE, HTML), *DESCRIPTIONS)


def wanted(offers: Sequence[Offer], suffix: str) -> Offer:
    """Return what the client asks for, by the end of the address where it has one.

    Raise ProblemError where it cannot be had: 404 by address, 406 by Accept.
    """
    if suffix:
        for offer in offers:
            if offer.suffix == suffix:
                return offer
        there = ", ".join(f".{offer.suffix}" for offer in offers if offer.suffix)
        raise ProblemError(404, f"Nothing ends in .{suffix} here; there are {there}.")
    turtle = [offer for offer in offers if offer.media_type == TURTLE.media_type]
    offers = [*offers, *(offer._replace(media_type=n3) for offer in turtle for n3 in N3)]
    types = [offer.media_type for offer in offers]
    return offers[types.index(accepted(types))]


def accepted(types: Sequence[str]) -> str:
    """Return the one of ``types`` that the client likes best; raise ProblemError 406 for none."""
    best = best_match(request.headers.get("Accept"), types)
    if best is None:
        raise ProblemError(406, f"This can be had as {', '.join(types)}.", offered=list(types))
    return best


def page_number() -> int:
    """Return which page of a long list is asked for, from 1."""
    number = request.args.get("page", "1")
    return int(number) if _PAGE.match(number) else 1


def json_text(document: Any) -> str:
    """Return ``document`` as JSON on one line."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def localised(body: str, media_type: str) -> Response:
    """Return ``body``, which is in the reader's language."""
    response = Response(body, content_type=content_type(media_type))
    response.vary.add("Accept-Language")
    return response


def describe(offer: Offer, iris: Sequence[str]) -> Response:
    """Return what the graph says of the things ``iris``, in the format of ``offer``."""
    nodes = [ox.NamedNode(iri) for iri in iris]
    query = bind(read_query("samgraf.site", "description.rq"), things=nodes)
    return send(the_service().prepare(Operation(query=query), offer.media_type, html=False))


def cut_suffix(path: str) -> tuple[str, str | None]:
    """Return ``path`` without the suffix of a format, and that suffix if it had one."""
    name, _, suffix = path.rpartition(".")
    return (name, suffix) if name not in ("", "/") and suffix in SUFFIXES else (path, None)


def document(query: str, page: Callable[[], str], suffix: str | None = None) -> Response:
    """Return the page, or the graph that ``query`` constructs; raise ProblemError 406 for neither.

    ``page`` makes the page and is called only where one is wanted.
    """
    if chosen(suffix).sent == HTML:
        response = Response(page(), content_type=content_type(HTML))
    else:
        response = graph_answer(query, suffix)
    for offer in DESCRIPTIONS:
        address = local(f"{cut_suffix(request.path)[0]}.{offer.suffix}")
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{offer.media_type}"')
    return response


def chosen(extension: str | None) -> Choice:
    """Return the format to answer in, a page among them; raise ProblemError 406 where none fits."""
    name = SUFFIXES[extension] if extension else request.args.get("format")
    choice = choose(QueryKind.GRAPH, request.headers.get("Accept"), name, html=True)
    if choice is None:
        types = offered(QueryKind.GRAPH)
        raise ProblemError(406, f"This can be had as {', '.join(types)}, or a page.", offered=types)
    return choice


def graph_answer(query: str, extension: str | None) -> Response:
    """Return what ``query`` constructs in the format of ``chosen``, which is no page."""
    format = EXTENSIONS[extension] if extension else request.args.get("format")
    operation = Operation(query=query, format=format)
    accept = request.headers.get("Accept")
    return send(the_service().prepare(operation, accept, html=False))


def send(prepared: Prepared) -> Response:
    """Return the answer in the format chosen, with its tag."""
    service = the_service()
    return sent(prepared, service.wait(service.answer(prepared)))


def sent(prepared: Prepared, answer: Answer) -> Response:
    """Return ``answer``, which is closed, with the headers that it has at the endpoint."""
    try:
        response = Response(answer.read(), content_type=content_type(prepared.choice.sent))
    finally:
        answer.close()
    response.headers.update(answer_headers(prepared, answer))
    return response
