"""What can be had at one address besides the page, and which of it the client asks for.

By the end of the address, else by ``Accept``
(https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox
from flask import Response, request

from samgraf.site.context import the_service
from samgraf.site.graph import read_query
from samgraf.site.negotiated import EXTENSIONS, send
from samgraf.sparql.binding import bind
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import HTML, formats_for
from samgraf.sparql.negotiation import best_match
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation

PAGE, DESCRIPTION = "page", "description"
_SUFFIXES = {name: extension for extension, name in EXTENSIONS.items()}


class Offer(NamedTuple):
    """One form in which a page can be had, the end of its address, and its name."""

    what: str
    media_type: str
    suffix: str = ""
    title: str = ""


def described() -> list[Offer]:
    """Return what every thing with a page can be had as: the page first, then RDF about it."""
    graphs = formats_for(QueryKind.GRAPH)
    found = [Offer(DESCRIPTION, f.media_type, _SUFFIXES[f.name], f.title) for f in graphs]
    return [Offer(PAGE, HTML), *found]


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
    types = [offer.media_type for offer in offers]
    best = best_match(request.headers.get("Accept"), types)
    if best is None:
        raise ProblemError(406, f"This can be had as {', '.join(types)}.", offered=types)
    return offers[types.index(best)]


def describe(offer: Offer, iris: Sequence[str]) -> Response:
    """Return what the graph says of the things ``iris``, in the format of ``offer``."""
    nodes = [ox.NamedNode(iri) for iri in iris]
    query = bind(read_query(__package__, "description.rq"), things=nodes)
    return send(the_service().prepare(Operation(query=query), offer.media_type, html=False))
