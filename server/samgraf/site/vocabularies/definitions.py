"""The definitions of many things at once, as ``Labels`` are their names."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from samgraf.site.graph import ask
from samgraf.site.language import LANGUAGES, Phrase, pick


def by_language(phrases: Iterable[Phrase]) -> list[Phrase]:
    """Return ``phrases`` with the languages of the site first."""
    return sorted(phrases, key=lambda p: (rank(p.language), p.text))


def rank(tag: str) -> tuple[int, str]:
    """Return where texts in the language ``tag`` stand among others."""
    return (LANGUAGES.index(tag) if tag in LANGUAGES else len(LANGUAGES), tag)


class Definitions:
    """Hold the definitions of ``iris``, looked up in one query."""

    def __init__(self, iris: Iterable[str], language: str):
        self._language = language
        self._found: dict[str, dict[int, list[Phrase]]] = {}
        things = [ox.NamedNode(iri) for iri in dict.fromkeys(iris)]
        for row in ask(__package__, "definitions.rq", things=things):
            by_rank = self._found.setdefault(row["thing"]["value"], {})
            said = Phrase(row["text"]["value"], row["text"].get("xml:lang", ""))
            by_rank.setdefault(int(row["rank"]["value"]), []).append(said)

    def get(self, iri: str) -> Phrase | None:
        """Return the definition of ``iri`` in the reader's language, else in another, if any."""
        return pick(self.all(iri), self._language)

    def all(self, iri: str) -> list[Phrase]:
        """Return every definition of ``iri`` by the property that comes first."""
        ranks = self._found.get(iri, {})
        return ranks[min(ranks)] if ranks else []
