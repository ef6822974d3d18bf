"""The pages ``/questions`` and ``/questions/{name}``; each is RDF, or an answer, for programs.

An address that a question had before leads to the present one.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from flask import Blueprint, Flask, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from samgraf.site.answers import answered, share_labels, style_sheets
from samgraf.site.context import the_service
from samgraf.site.errors import render_unknown
from samgraf.site.graph import LabelLookup
from samgraf.site.language import interface_text, reader_language
from samgraf.site.layout import add_to_navigation, link
from samgraf.site.partners.read import names_of, unknown_name, why_off
from samgraf.site.questions.read import (
    QuestionEntry,
    by_topic,
    end_of,
    is_about,
    read_examples,
    read_federated,
    read_questions,
)
from samgraf.site.representations import (
    DESCRIBED,
    DESCRIPTION,
    DESCRIPTIONS,
    PAGE,
    Offer,
    describe,
    send,
    wanted,
)
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import formats_for
from samgraf.sparql.headers import REVALIDATE
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.text import moment

bp = Blueprint("questions", __name__)
_NEAR = 5
FIND_CHARACTERS = 200  # of the words that questions are looked for by


def init_app(app: Flask) -> None:
    """Add the pages of the questions."""
    app.register_blueprint(bp)
    add_to_navigation(app, "questions.all_questions", "questions", 10)


@bp.get("/questions", defaults={"suffix": ""})
@bp.get("/questions.<suffix>")
def all_questions(suffix: str) -> str | Response:
    """Show the questions by topic, then those that need partners, or describe them as RDF."""
    language = reader_language()
    found = read_examples(language)
    offer = wanted(DESCRIBED, suffix)
    if offer.what != PAGE:
        return respond(offer, found)
    find = " ".join(request.args.get("find", "").split())[:FIND_CHARACTERS]
    kept = [q for q in found if is_about(q, find)]
    return render_template(
        "questions/all.html",
        topics=by_topic(q for q in kept if not q.needs),
        find=find,
        shown=len(kept),
        labels=LabelLookup(
            filter(None, (iri for q in found for iri in (q.topic, q.scope))), language
        ),
        count=sum(not q.needs for q in found),
        federated=[q for q in kept if q.needs],
        off=why_off(),
        partner_names=names_of(language),
        data=DESCRIPTIONS,
    )


@bp.get("/questions/<name>")
def question(name: str) -> str | AnyResponse:
    """Show one question with its answer, or give its description, its answer or its query."""
    language = reader_language()
    questions = read_questions(language)
    key, _, suffix = name.partition(".")
    found, previous, following = with_neighbours(key, questions)
    if found is None:
        if present := next((q for q in questions if key in map(end_of, q.formerly)), None):
            return _moved(present, suffix)
        return unknown(key, questions)
    g.cite_as = found.iri
    offer = wanted(offers(found), suffix)
    if offer.what != PAGE:
        return respond(offer, [found])
    answer = answered(found.query, language)
    labels = share_labels([answer], filter(None, [found.topic, found.scope]), language)
    shown = answer.shown_as(found.view)
    return render_template(
        "questions/one.html",
        question=found,
        labels=labels,
        answer=answer,
        answer_shown=shown,
        styles=style_sheets([shown]),
        checked=_checked(found),
        previous=previous,
        next=following,
        answers=[o for o in offers(found) if o.what == ANSWER and o.suffix],
        descriptions=DESCRIPTIONS,
    )


def _moved(present: QuestionEntry, suffix: str) -> AnyResponse:
    """Lead on to ``present``, in the form and with the parameters that were asked for."""
    name = f"{present.name}.{suffix}" if suffix else present.name
    address = url_for(present.endpoint, name=name)
    query = request.query_string.decode("utf-8", "replace")
    return redirect(f"{address}?{query}" if query else address, 301)


def with_neighbours(
    key: str, questions: list[QuestionEntry]
) -> tuple[QuestionEntry | None, QuestionEntry | None, QuestionEntry | None]:
    """Return the question whose name is ``key``, with those before and after it."""
    place = next((i for i, q in enumerate(questions) if q.name == key), None)
    if place is None:
        return None, None, None
    around = [None, *questions, None]
    return questions[place], around[place], around[place + 2]


def _checked(question: QuestionEntry) -> dict[str, object] | None:
    """Return how the question came out when the release was built, if it was asked then."""
    verdicts = the_service().manifest.get("questions", ())
    return next((v for v in verdicts if v["id"] == question.name), None)


def unknown(key: str, questions: list[QuestionEntry]) -> Response:
    """Return a page with questions of about that name; a problem for programs."""
    lead = interface_text(reader_language(), "questions_unknown_lead")
    return render_unknown(
        ProblemError(404, "No question has this name."),
        title="questions_unknown",
        lead=f"{lead} {key}",
        heading="questions_near",
        near=[(q.label, link(q.endpoint, name=q.name)) for q in nearest(key, questions)],
        back=("questions.all_questions", "questions_to_all"),
    )


def nearest(key: str, questions: list[QuestionEntry]) -> list[QuestionEntry]:
    """Return the questions whose name is nearest to ``key``, some of them at most."""
    names = {q.name: q for q in questions}
    words = [n for n in names if key.lower() in n] if len(key) > 2 else []
    found = dict.fromkeys([*words, *get_close_matches(key.lower(), names, _NEAR, 0.4)])
    return [names[n] for n in found][:_NEAR]


@bp.get("/federated/<name>")
def federated(name: str) -> Response:
    """Show the example, or give its description or its query."""
    language = reader_language()
    examples = read_federated(language)
    key, _, suffix = name.partition(".")
    found, previous, following = with_neighbours(key, examples)
    if found is None:
        return unknown(key, examples)
    offer = wanted(offers(found), suffix)
    if offer.what != PAGE:
        return respond(offer, [found])
    last = the_service().last_runs.of(found.query)
    names = names_of(language)
    page = render_template(
        "questions/federated.html",
        question=found,
        labels=LabelLookup(filter(None, [found.topic, found.scope]), language),
        styles=["result-views.css", "partners.css"],
        partners=[names.get(iri) or unknown_name(iri) for iri in found.needs],
        off=why_off(),
        last=last,
        last_at=last and moment(last.at, language),
        previous=previous,
        next=following,
        descriptions=DESCRIPTIONS,
    )
    response = Response(page, mimetype="text/html")
    # how it last went is another thing at the next moment
    response.headers["Cache-Control"] = "no-store"
    return response


ANSWER, QUERY = "answer", "query"
_KINDS = {"select": QueryKind.SOLUTIONS, "ask": QueryKind.BOOLEAN, "construct": QueryKind.GRAPH}


def offers(question: QuestionEntry) -> list[Offer]:
    """Return what can be had at the address of ``question``; the page first.

    The address names the question, so its RDF describes the question. The answer comes in the
    formats of results; one that is itself RDF is to be had at the endpoint only, and so is one
    that partners must be asked for.
    """
    found = [*DESCRIBED]
    if question.form != "construct" and not question.needs:
        for f in formats_for(_KINDS[question.form]):
            found.append(Offer(ANSWER, f.media_type, f.name, f.title))
            found += [Offer(ANSWER, alias) for alias in f.aliases]
    return [*found, Offer(QUERY, "application/sparql-query", "rq", "SPARQL")]


def respond(offer: Offer, questions: Iterable[QuestionEntry]) -> Response:
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
