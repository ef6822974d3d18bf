"""Ask what the content itself asks, and make it ready to be shown: rows, a yes or no, or RDF."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple

from flask import g

from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup
from samgraf.site.language import Phrase
from samgraf.site.result_views import PLAIN, TABLE, ResultTable, ordered_by, shown_as
from samgraf.site.things.display import ShownView, the_display
from samgraf.sparql.binding import Term, bind
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.protocol import Operation

MAX_ROWS = 1000  # rows shown on a page; the answer itself is never cut


@dataclass
class Shown:
    """An answer in its form: what the template of the form is given, and the table."""

    form: str
    shown: Any
    table: Any = None
    count: int = 0

    @property
    def is_picture(self) -> bool:
        """Return whether the table belongs beside it."""
        return self.form not in PLAIN


@dataclass
class Answered:
    """An answer: a result of rows, else a boolean, else a graph as Turtle."""

    result: ResultTable | None = None
    count: int = 0
    boolean: bool | None = None
    turtle: str | None = None

    def shown_as(self, form: str) -> Shown | None:
        """Return the rows in ``form``, else as a table; None where there are no rows to show."""
        if self.result is None:
            return None
        chosen, shown = shown_as(form, self.result)
        table = shown if chosen == TABLE else shown_as(TABLE, self.result)[1]
        return Shown(chosen, shown, table, self.count)


def answered(query: str, language: str, **values: Term | int | Iterable[Term]) -> Answered:
    """Return the answer to ``query`` with ``values`` bound; counted in ``flask.g.asked``."""
    g.asked = g.get("asked", 0) + 1
    service = the_service()
    operation = Operation(query=bind(query, **values))
    accept = "application/sparql-results+json, text/turtle"
    prepared = service.prepare(operation, accept, html=False)
    answer = service.wait(service.answer(prepared))
    body = answer.read()
    answer.close()
    if prepared.kind is QueryKind.GRAPH:
        return Answered(turtle=body.decode("utf-8"))
    document = json.loads(body)
    if "boolean" in document:
        return Answered(boolean=document["boolean"])
    rows = document["results"]["bindings"]
    result = ResultTable(document["head"]["vars"], rows[:MAX_ROWS], language, ordered_by(query))
    return Answered(result, len(rows))


class ViewSection(NamedTuple):
    """A view of the content on a page: what it is called, and its answer."""

    view: ShownView
    title: Phrase
    answer: Shown


def sections_of(
    views: Sequence[ShownView], answers: Iterable[Answered], language: str
) -> list[ViewSection]:
    """Return ``views`` with their ``answers``, less those that have no rows to show."""
    display = the_display()
    shown = ((v, a.shown_as(v.form)) for v, a in zip(views, answers, strict=True))
    return [ViewSection(v, display.title_of(v, language), a) for v, a in shown if a is not None]


def style_sheets(shown: Iterable[Shown | None]) -> list[str]:
    """Return the style sheets, below ``static``, that the forms of ``shown`` need."""
    own = dict.fromkeys(f"{s.form}.css" for s in shown if s is not None)
    return [
        "result-views.css",
        *(name for name in own if (files("samgraf.site") / "static" / name).is_file()),
    ]


def share_labels(answers: Sequence[Answered], iris: Iterable[str], language: str) -> LabelLookup:
    """Look up the labels of all ``answers``, and of ``iris``, at once, and return them."""
    results = [a.result for a in answers if a.result is not None]
    labels = LabelLookup([*iris, *(iri for r in results for iri in r.iris)], language)
    for result in results:
        result.labels = labels
    return labels
