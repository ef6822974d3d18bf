"""The questions for programs: RDF that describes a question, its answer, or its query.

By ``Accept`` (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1) or by the end of the address.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox
from flask import Response, request

from samgraf.engine import QueryKind
from samgraf.sparql.binding import bind
from samgraf.sparql.formats import HTML, formats_for
from samgraf.sparql.headers import REVALIDATE
from samgraf.sparql.negotiation import best_match
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.web.context import the_service
from samgraf.web.graph.ask import read_query
from samgraf.web.negotiated import EXTENSIONS, send
from samgraf.web.questions.read import Question

PAGE, DESCRIPTION, ANSWER, QUERY = "page", "description", "answer", "query"
_SUFFIXES = {name: extension for extension, name in EXTENSIONS.items()}
_KINDS = {"select": QueryKind.SOLUTIONS, "ask": QueryKind.BOOLEAN, "construct": QueryKind.GRAPH}


class Offer(NamedTuple):
    """Hold one form in which a page can be had, the end of its address, and its name."""

    what: str
    media_type: str
    suffix: str = ""
    title: str = ""


def offers(question: Question | None) -> list[Offer]:
    """Return what can be had at the address of ``question``, or of all of them; the page first.

    The address names the question, so its RDF describes the question. The answer comes in the
    formats of results; one that is itself RDF is to be had at the endpoint only.
    """
    found = [Offer(PAGE, HTML)]
    for f in formats_for(QueryKind.GRAPH):
        found.append(Offer(DESCRIPTION, f.media_type, _SUFFIXES[f.name], f.title))
    if question and question.form != "construct":
        for f in formats_for(_KINDS[question.form]):
            found.append(Offer(ANSWER, f.media_type, f.name, f.title))
            found += [Offer(ANSWER, alias) for alias in f.aliases]
    if question:
        found.append(Offer(QUERY, "application/sparql-query", "rq", "SPARQL"))
    return found


def wanted(question: Question | None, suffix: str) -> Offer:
    """Return what the client asks for, by the end of the address where it has one.

    Raise ProblemError where it cannot be had: 404 by address, 406 by Accept.
    """
    found = offers(question)
    if suffix:
        for offer in found:
            if offer.suffix == suffix:
                return offer
        there = ", ".join(f".{offer.suffix}" for offer in found if offer.suffix)
        raise ProblemError(404, f"Nothing ends in .{suffix} here; there are {there}.")
    types = [offer.media_type for offer in found]
    best = best_match(request.headers.get("Accept"), types)
    if best is None:
        raise ProblemError(406, f"This can be had as {', '.join(types)}.", offered=types)
    return found[types.index(best)]


def respond(offer: Offer, questions: Iterable[Question]) -> Response:
    """Return what ``offer`` names of ``questions``, for a program."""
    questions = list(questions)
    if offer.what == QUERY:
        text = "".join(q.query + "\n" for q in questions)
        response = Response(text, content_type=f"{offer.media_type}; charset=utf-8")
        response.headers["Cache-Control"] = REVALIDATE
        return response
    if offer.what == DESCRIPTION:
        nodes = [ox.NamedNode(q.iri) for q in questions]
        query = bind(read_query(__package__, "description.rq"), questions=nodes)
    else:
        query = questions[0].query
    return send(the_service().prepare(Operation(query=query), offer.media_type, html=False))
