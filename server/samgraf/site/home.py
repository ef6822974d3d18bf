"""The front page: an opening, the views of the content, its questions, how to get the data."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from samgraf.limits import HOME_CLASSES
from samgraf.site.answers import (
    ViewSection,
    answered,
    sections_of,
    share_labels,
    style_sheets,
)
from samgraf.site.context import address_of, the_service
from samgraf.site.imprint import the_imprint
from samgraf.site.language import pick, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.lists.classes import read_classes
from samgraf.site.ontology.terms import OntologyTerm, read_terms
from samgraf.site.questions import QuestionEntry, read_questions
from samgraf.site.representations import DESCRIPTIONS
from samgraf.site.things.display import the_display
from samgraf.sparql.formats import HTML
from samgraf.sparql.negotiation import best_match

bp = Blueprint("home", __name__)
OPENING = "opening"
_MOSTLY = 2  # times as many terms as things make a content an ontology
_MOST = 9  # questions shown where the content names none that it would put first


def init_app(app: Flask) -> None:
    """Add the front page."""
    app.register_blueprint(bp)
    add_to_navigation(app, "home.home", "home", 0)


@bp.get("/")
def home() -> str | AnyResponse:
    """Show what the graph says of itself, whatever it is about; for RDF lead to its record."""
    types = (HTML, *(offer.media_type for offer in DESCRIPTIONS))
    if best_match(request.headers.get("Accept"), types) not in (HTML, None):
        return redirect(url_for("datasets.catalogue"), 303)
    service, language = the_service(), reader_language()
    questions = read_questions(language)
    views = the_display().views_for([service.base])
    answers = [answered(view.query, language) for view in views]
    topics = filter(None, (q.topic for q in questions))
    classes = [] if views else read_classes()[:HOME_CLASSES]
    known = {} if views or questions else read_terms()
    # an ontology with some examples is looked at for its terms
    if len(known) > _MOSTLY * sum(c.count for c in classes):
        classes = []
    terms = [] if classes else top_classes(known)[:HOME_CLASSES]
    scopes = filter(None, (view.scope for view in views))
    named = [*topics, *scopes, *(c.iri for c in classes), *terms]
    labels = share_labels(answers, named, language)
    shown = sections_of(views, answers, language)
    opening = next((s for s in shown if s.answer.form == OPENING), None)
    return render_template(
        "home.html",
        opening=opening and opening.answer.shown,
        abstract=pick(the_imprint().abstracts, language),
        introduction=pick(the_imprint().descriptions, language),
        styles=style_sheets(s.answer for s in shown),
        groups=by_scope([s for s in shown if s is not opening]),
        questions=entries(questions),
        count=len(questions),
        classes=classes,
        terms=terms,
        labels=labels,
        triples=service.default_graph_triples,
        graphs=len(service.manifest["graphs"]),
        endpoint=address_of("query.sparql"),
    )


def entries(questions: list[QuestionEntry]) -> list[QuestionEntry]:
    """Return the questions to enter by: those that the content features, else the first."""
    return [q for q in questions if q.is_featured] or questions[:_MOST]


def top_classes(terms: Mapping[str, OntologyTerm]) -> list[str]:
    """Return the classes among ``terms`` that stand below no other."""
    classes = {iri: t for iri, t in terms.items() if t.kind == "class" and not t.deprecated}
    return [iri for iri, t in classes.items() if not any(p in classes for p in t.parents)]


def by_scope(shown: list[ViewSection]) -> list[tuple[str | None, list[ViewSection]]]:
    """Return the views by what they are about, in order; all as one where that is one thing."""
    groups: dict[str | None, list[ViewSection]] = {}
    for section in shown:
        groups.setdefault(section.view.scope, []).append(section)
    several = len([scope for scope in groups if scope]) > 1
    return list(groups.items()) if several else [(None, shown)] if shown else []
