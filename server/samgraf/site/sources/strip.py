"""Lay the places of a text out as a strip that runs in lines, as a page is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from samgraf.site.language import Phrase

LINES = 14  # lines that a text is laid out on, at most
LEAST = 120  # characters on a line, at least


@dataclass(frozen=True)
class Item:
    """Hold a thing that is drawn from a place."""

    iri: str
    label: Phrase
    href: str


@dataclass
class Place:
    """Hold one place: where it is, what is drawn from it, and the way to it."""

    iri: str
    start: int
    end: int
    label: Phrase
    href: str
    items: list[Item] = field(default_factory=list)
    status: Phrase | None = None
    page: str | None = None
    id: str = ""


@dataclass(frozen=True)
class Piece:
    """Hold a part of a place that stands on one line: its line, and its extent in per cent."""

    line: int
    left: str
    width: str


@dataclass
class Strip:
    """Hold the layout: characters on a line, number of lines, the pieces of each place."""

    per_line: int
    lines: int
    places: list[tuple[Place, list[Piece]]]
    gaps: list[Piece]
    uncovered: int


def lay_out(places: Iterable[Place], length: int | None) -> Strip:
    """Return the strip of ``places``, which are in order, in a text of ``length`` characters."""
    places = list(places)
    total = max([length or 0, *(p.end for p in places)], default=1)
    per_line = max(LEAST, -(-total // LINES))
    gaps, at, uncovered = [], 0, 0
    for place in places:
        if place.start > at:
            uncovered += place.start - at
            gaps += _pieces(at, place.start, per_line)
        at = max(at, place.end)
    if total > at:
        uncovered += total - at
        gaps += _pieces(at, total, per_line)
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
