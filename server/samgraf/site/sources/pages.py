"""The page ``/sources``: the bibliography, then each text with its places, as strip and as table.

A fixed number of queries reads the works, the texts, their places, and what is drawn from each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, render_template

from samgraf.limits import SOURCE_PLACES
from samgraf.site.cells import is_web
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, NamedTerm, Row, address, ask, ask_whole, named
from samgraf.site.language import Phrase, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.representations import DESCRIBED, DESCRIPTIONS, PAGE, describe, wanted
from samgraf.site.sources.bibliography import read_bibliography
from samgraf.site.things.display import the_display

bp = Blueprint("sources", __name__)


def init_app(app: Flask) -> None:
    """Add the page."""
    app.register_blueprint(bp)
    add_to_navigation(app, "sources.sources", "sources_title", 50)


@bp.get("/sources", defaults={"suffix": ""})
@bp.get("/sources.<suffix>")
def sources(suffix: str) -> str | Response:
    """Show where the data are from, and of each text what is drawn from which of its places.

    As RDF, what the graph says of the works, the texts and their places.
    """
    offer = wanted(DESCRIBED, suffix)
    language = reader_language()
    texts = read_texts(language)
    works = read_bibliography(language, (text.iri for text in texts))
    if offer.what != PAGE:
        places = [place.iri for text in texts for place in text.places]
        return describe(offer, [*(w.iri for w in works), *(t.iri for t in texts), *places])
    return render_template("sources/sources.html", texts=texts, works=works, data=DESCRIPTIONS)


@dataclass
class Text:
    """One text with its places in order."""

    iri: str
    label: Phrase
    href: str
    strip: Strip
    used: int
    unused: int

    @property
    def places(self) -> list[PassagePlace]:
        """Return the places without their pieces."""
        return [place for place, _ in self.strip.places]


def read_texts(language: str) -> list[Text]:
    """Return the texts that the graph points into, for a reader of ``language``."""
    rows = [row for row in ask(__package__, "places.rq", most=SOURCE_PLACES) if _is_place(row)]
    drawn = _drawn(rows)
    iris = {row[name]["value"] for row in rows for name in ("place", "text")}
    iris |= {t["value"] for row in drawn for t in row.values() if t["type"] == "uri"}
    labels = LabelLookup(sorted(iris), language)
    by_place: dict[str, list[Row]] = {}
    for row in drawn:
        by_place.setdefault(row["place"]["value"], []).append(row)
    by_text: dict[str, dict[str, PassagePlace]] = {}
    for row in rows:
        places = by_text.setdefault(row["text"]["value"], {})
        iri = row["place"]["value"]
        if iri not in places:
            places[iri] = _place(row, by_place.get(iri, []), labels)
    texts = []
    for iri, places in by_text.items():
        ordered = sorted(places.values(), key=lambda p: (p.start, p.end))
        for number, place in enumerate(ordered, 1):
            place.id = f"place-{len(texts) + 1}-{number}"
        used = sum(bool(p.items) for p in ordered)
        strip = lay_out(ordered)
        texts.append(Text(iri, labels[iri], address(iri), strip, used, len(ordered) - used))
    return texts


def _is_place(row: Row) -> bool:
    start, end = row["start"]["value"], row["end"]["value"]
    return start.isdigit() and end.isdigit() and int(start) <= int(end)


def _drawn(rows: list[Row]) -> list[Row]:
    """Return what is drawn from the places, as the content's own views say it."""
    views = the_display().views_for([the_service().base + "sources"])
    found: list[Row] = []
    for view in views:
        variables, answer = ask_whole(view.query)
        if "place" in variables:
            found += [row for row in answer if "place" in row]
    if views or not rows:
        return found
    places = [ox.NamedNode(iri) for iri in sorted({row["place"]["value"] for row in rows})]
    return ask(__package__, "resting.rq", places=places)


def _place(row: Row, drawn: list[Row], labels: LabelLookup) -> PassagePlace:
    iri = row["place"]["value"]
    place = PassagePlace(
        iri=iri,
        start=int(row["start"]["value"]),
        end=int(row["end"]["value"]),
        label=labels[iri],
        href=address(iri),
    )
    items: dict[str, NamedTerm] = {}
    for told in drawn:
        if item := told.get("item"):
            items.setdefault(item["value"], named(item, labels))
        if status := told.get("status"):
            place.status = named(status, labels).phrase
        if (page := told.get("page")) and is_web(page["value"]):
            place.page = page["value"]
    place.items = list(items.values())
    return place


LINES = 8  # lines that a text is laid out on, at most
LEAST = 120  # characters on a line, at least


@dataclass
class PassagePlace:
    """One place: where it is, what is drawn from it, and the way to it."""

    iri: str
    start: int
    end: int
    label: Phrase
    href: str
    items: list[NamedTerm] = field(default_factory=list)
    status: Phrase | None = None
    page: str | None = None
    id: str = ""


@dataclass(frozen=True)
class Piece:
    """A part of a place that stands on one line: its line, and its extent in per cent."""

    line: int
    left: str
    width: str


@dataclass
class Strip:
    """The layout: characters on a line, number of lines, the pieces of each place."""

    per_line: int
    lines: int
    places: list[tuple[PassagePlace, list[Piece]]]
    gaps: list[Piece]
    uncovered: int


def lay_out(places: Sequence[PassagePlace]) -> Strip:
    """Return the strip of ``places``, which are in order, of a text that ends with the last."""
    total = max((p.end for p in places), default=0)
    per_line = max(LEAST, -(-total // LINES))
    gaps, at, uncovered = [], 0, 0
    for place in places:
        if place.start > at:
            uncovered += place.start - at
            gaps += _pieces(at, place.start, per_line)
        at = max(at, place.end)
    laid = [(place, _pieces(place.start, place.end, per_line)) for place in places]
    return Strip(per_line, -(-total // per_line), laid, gaps, uncovered)


def _pieces(start: int, end: int, per_line: int) -> list[Piece]:
    pieces = []
    for line in range(start // per_line, (max(end, start + 1) - 1) // per_line + 1):
        left = max(start, line * per_line) - line * per_line
        right = min(end, (line + 1) * per_line) - line * per_line
        left_share, width = 100 * left / per_line, 100 * (right - left) / per_line
        pieces.append(Piece(line, f"{left_share:.3f}%", f"{width:.3f}%"))
    return pieces
