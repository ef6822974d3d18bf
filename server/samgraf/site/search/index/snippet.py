"""Show where the words asked for stand in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from samgraf.site.search.index.fold import words
from samgraf.site.search.index.query import Words

LENGTH = 220  # characters of a snippet
BEFORE = 60  # of them before the first word


class Snippet(NamedTuple):
    """Hold a piece of a text with the places (start, end) of the words asked for."""

    text: str
    language: str
    marks: list[tuple[int, int]]

    def pieces(self) -> list[tuple[str, bool]]:
        """Return the text in pieces, each with whether it is to be marked."""
        found, at = [], 0
        for start, end in self.marks:
            found += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        return [(text, marked) for text, marked in [*found, (self.text[at:], False)] if text]


def mark(text: str, language: str, asked: Words) -> Snippet:
    """Return the whole of ``text`` with the words asked for marked."""
    places = [(w.start, w.end) for w in words(text) if asked.mean(w.folded, language)]
    return Snippet(text, language, list(dict.fromkeys(places)))


def snippet(texts: Iterable[str], language: str, asked: Words) -> Snippet | None:
    """Return the piece of ``texts`` where most of the words stand; None where none does."""
    best, most = None, 0
    for text in texts:
        whole = mark(_plain(text), language, asked)
        different = len({whole.text[s:e].casefold() for s, e in whole.marks})
        if different > most:
            best, most = whole, different
    return _cut(best) if best else None


def _cut(whole: Snippet) -> Snippet:
    if len(whole.text) <= LENGTH:
        return whole
    start = _at_space(whole.text, max(0, whole.marks[0][0] - BEFORE), whole.marks[0][0])
    end = start + LENGTH
    if end < len(whole.text):
        end = max(whole.text.rfind(" ", start, end), whole.marks[0][1])
    lead, tail = ("… " if start else ""), (" …" if end < len(whole.text) else "")
    shift = len(lead) - start
    marks = [(s + shift, e + shift) for s, e in whole.marks if s >= start and e <= end]
    return Snippet(lead + whole.text[start:end].strip() + tail, whole.language, marks)


def _at_space(text: str, earliest: int, latest: int) -> int:
    """Return where the first word begins that stands between these places."""
    if earliest == 0:
        return 0
    space = text.find(" ", earliest, latest)
    return latest if space < 0 else space + 1


def _plain(text: str) -> str:
    """Return a text on one line."""
    return " ".join(unicodedata.normalize("NFC", text).split())
