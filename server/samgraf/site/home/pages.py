"""Show the front page: an opening, the views of the content, its questions, how to get the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import Blueprint, Flask, render_template

from samgraf.limits import HOME_CLASSES
from samgraf.site.answers import Shown, answered, share_labels, style_sheets
from samgraf.site.context import address_of, the_service
from samgraf.site.graph import ask
from samgraf.site.imprint import the_imprint
from samgraf.site.language import Phrase, pick, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.lists.classes import read_classes
from samgraf.site.ontology.terms import read_terms
from samgraf.site.questions import QuestionEntry, read_questions

bp = Blueprint("home", __name__)
OPENING = "opening"
_MOST = 9  # questions shown where the content names none that it would put first


def init_app(app: Flask) -> None:
    """Add the front page."""
    app.register_blueprint(bp)
    add_to_navigation(app, "home.home", "home", 0)


@bp.get("/")
def home() -> str:
    """Show what the graph says of itself, whatever it is about."""
    service, language = the_service(), reader_language()
    base = service.base
    questions = read_questions(language)
    views = read_views(base, language) if base else []
    answers = [answered(view.query, language) for view in views]
    topics = filter(None, (q.topic for q in questions))
    classes = [] if views else read_classes()[:HOME_CLASSES]
    terms = [] if views or questions or classes else top_classes()[:HOME_CLASSES]
    scopes = filter(None, (view.scope for view in views))
    named = [*topics, *scopes, *(c.iri for c in classes), *terms]
    labels = share_labels(answers, named, language)
    made = ((v, a.shown_as(v.form)) for v, a in zip(views, answers, strict=True))
    shown = [(view, answer) for view, answer in made if answer is not None]
    opening = next((s.shown for _, s in shown if s.form == OPENING), None)
    return render_template(
        "home.html",
        opening=opening,
        abstract=pick(the_imprint().abstracts, language),
        introduction=pick(the_imprint().descriptions, language),
        styles=style_sheets(s for _, s in shown),
        groups=by_scope(_without_first_opening(shown)),
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


def top_classes() -> list[str]:
    """Return the classes that stand below no other, for a content that has nothing but terms."""
    classes = {iri: t for iri, t in read_terms().items() if t.kind == "class" and not t.deprecated}
    return [iri for iri, t in classes.items() if not any(p in classes for p in t.parents)]


def by_scope(
    shown: list[tuple[HomeView, Shown]],
) -> list[tuple[str | None, list[tuple[HomeView, Shown]]]]:
    """Return the views by what they are about, in order; all as one where that is one thing."""
    groups: dict[str | None, list[tuple[HomeView, Shown]]] = {}
    for view, answer in shown:
        groups.setdefault(view.scope, []).append((view, answer))
    several = len([scope for scope in groups if scope]) > 1
    return list(groups.items()) if several else [(None, shown)] if shown else []


def _without_first_opening(shown: Iterable[tuple[HomeView, Shown]]) -> list[tuple[HomeView, Shown]]:
    kept, dropped = [], False
    for view, answer in shown:
        if answer.form == OPENING and not dropped:
            dropped = True
        else:
            kept.append((view, answer))
    return kept


@dataclass
class HomeView:
    """One view: its query, form, the thing that it is about, and its title for the reader."""

    slug: str
    query: str
    form: str
    scope: str | None = None
    labels: list[Phrase] = field(default_factory=list)
    label: Phrase | None = None


def read_views(page: str, language: str) -> list[HomeView]:
    """Return the views shown on ``page`` in order."""
    views: dict[str, HomeView] = {}
    for row in ask(__package__, "views.rq", page=ox.NamedNode(page)):
        iri = row["view"]["value"]
        slug = iri.rstrip("/").rpartition("/")[2]
        scope = row["scope"]["value"] if "scope" in row else None
        view = views.setdefault(
            iri, HomeView(slug, row["query"]["value"], row["form"]["value"], scope)
        )
        view.labels.append(Phrase(row["label"]["value"], row["label"].get("xml:lang", "")))
    for view in views.values():
        view.label = pick(view.labels, language)
    return list(views.values())
