"""Sentence templates: text with places for facts, in which what is unknown is left out.

A content writes them in the header of a view; the build checks them, and pages fill them in.

- ``{name}``: what ``name`` is, several things as the language lists them.
- ``{name: words}``: ``words``, as a link to the thing or page that ``name`` is.
- ``{name?}``: nothing; it only asks that ``name`` be known.
- ``[…]``: left out where a place in it is not known; ``[a|b|c]`` is the first of these that is
  known. They stand in each other; what a bracket inside lacks does not leave out the outer one.

The whole template is one choice: nothing is said where a place outside all brackets is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

_PIECE = re.compile(r"[^][{}|]+|.", re.DOTALL)
_PLACE = re.compile(r"([A-Za-z]\w*)(\?|:\s*(.*\S))?\s*", re.ASCII | re.DOTALL)
_DEEPEST = 8


class Slot(NamedTuple):
    """A place for what ``name`` is: as ``words`` where there are any, not at all if ``silent``."""

    name: str
    words: str | None = None
    silent: bool = False


class Alternatives(NamedTuple):
    """The first of several sequences whose places are all known, else nothing."""

    options: tuple[tuple[str | Slot | Alternatives, ...], ...]

    def names(self) -> Iterator[str]:
        """Yield the name of every place, also of those in brackets inside."""
        for option in self.options:
            for part in option:
                if isinstance(part, Slot):
                    yield part.name
                elif isinstance(part, Alternatives):
                    yield from part.names()

    def filled(self, known: Callable[[str], bool]) -> list[str | Slot]:
        """Return the text and the places that are said where ``known`` tells which names are."""
        for option in self.options:
            if all(known(part.name) for part in option if isinstance(part, Slot)):
                return [said for part in option for said in _said(part, known)]
        return []


def _said(part: str | Slot | Alternatives, known: Callable[[str], bool]) -> Iterable[str | Slot]:
    if isinstance(part, Alternatives):
        return part.filled(known)
    return () if isinstance(part, Slot) and part.silent else (part,)


def parse(template: str) -> Alternatives:
    """Return ``template`` as read; raise ValueError with what is wrong in one sentence."""
    pieces = [match[0] for match in _PIECE.finditer(template)]
    choice, rest = _choice(pieces, 0, 0)
    if rest < len(pieces):
        raise ValueError(f"A {pieces[rest]!r} closes nothing.")
    return choice


def _choice(pieces: list[str], at: int, depth: int) -> tuple[Alternatives, int]:
    """Return the choice that begins ``at`` a piece, and the place of what ends it."""
    if depth > _DEEPEST:
        raise ValueError(f"Brackets stand more than {_DEEPEST} deep in each other.")
    options: list[tuple[str | Slot | Alternatives, ...]] = []
    parts: list[str | Slot | Alternatives] = []
    while at < len(pieces) and pieces[at] not in ("]", "}"):
        piece = pieces[at]
        if piece == "[":
            inner, at = _choice(pieces, at + 1, depth + 1)
            if at == len(pieces) or pieces[at] != "]":
                raise ValueError("A '[' is not closed.")
            parts.append(inner)
        elif piece == "{":
            written = pieces[at + 1] if at + 1 < len(pieces) else ""
            if pieces[at + 2 : at + 3] != ["}"]:
                raise ValueError("A '{' is not closed, or holds no name.")
            parts.append(_place(written))
            at += 2
        elif piece == "|":
            options.append(tuple(parts))
            parts = []
        else:
            parts.append(piece)
        at += 1
    return Alternatives((*options, tuple(parts))), at


def _place(written: str) -> Slot:
    found = _PLACE.fullmatch(written)
    if found is None:
        raise ValueError(f"'{{{written}}}' is no place: write {{name}}, {{name?}} or {{name: …}}.")
    return Slot(found[1], found[3], silent=found[2] == "?")
