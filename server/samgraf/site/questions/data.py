"""The questions for programs: RDF that describes a question, its answer, or its query."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

from samgraf.site.context import the_service
from samgraf.site.negotiated import send
from samgraf.site.offers import DESCRIPTION, Offer, describe, described
from samgraf.site.questions.read import Question
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import formats_for
from samgraf.sparql.headers import REVALIDATE
from samgraf.sparql.protocol import Operation

ANSWER, QUERY = "answer", "query"
_KINDS = {"select": QueryKind.SOLUTIONS, "ask": QueryKind.BOOLEAN, "construct": QueryKind.GRAPH}


def offers(question: Question) -> list[Offer]:
    """Return what can be had at the address of ``question``; the page first.

    The address names the question, so its RDF describes the question. The answer comes in the
    formats of results; one that is itself RDF is to be had at the endpoint only, and so is one
    that partners must be asked for.
    """
    found = described()
    if question.form != "construct" and not question.needs:
        for f in formats_for(_KINDS[question.form]):
            found.append(Offer(ANSWER, f.media_type, f.name, f.title))
            found += [Offer(ANSWER, alias) for alias in f.aliases]
    return [*found, Offer(QUERY, "application/sparql-query", "rq", "SPARQL")]


def respond(offer: Offer, questions: Iterable[Question]) -> Response:
    """Return what ``offer`` names of ``questions``, for a program."""
    questions = list(questions)
    if offer.what == QUERY:
        text = "".join(q.query + "\n" for q in questions)
        response = Response(text, content_type=f"{offer.media_type}; charset=utf-8")
        response.headers["Cache-Control"] = REVALIDATE
        return response
    if offer.what == DESCRIPTION:
        return describe(offer, [q.iri for q in questions])
    operation = Operation(query=questions[0].query)
    return send(the_service().prepare(operation, offer.media_type, html=False))
