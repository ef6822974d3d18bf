"""Read what was asked as words, and write it as FTS5's expressions.

What a reader types is never syntax: only words that were folded here come into an expression,
each between quotes. https://www.sqlite.org/fts5.html#full_text_query_syntax
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from samgraf.site.search.index.fold import alternatives, words
from samgraf.site.search.index.stem import ALGORITHMS, primary, stem, stems

MOST_WORDS = 24
SHORTEST_PREFIX = 2  # letters that the last word must have to be taken for a beginning
NAMES = "label names"
WRITTEN = "label names texts"
STEMMED = "name_stems text_stems"
SPELT = "name_spellings text_spellings"


@dataclass(frozen=True)
class Words:
    """Hold the words asked for; the last may be the beginning of one."""

    folded: tuple[str, ...]
    cut: bool = False  # there were more of them

    @classmethod
    def of(cls, text: str) -> Words:
        """Return the words of ``text``, each once."""
        found: dict[str, None] = {}
        for word in words(text):
            if word.folded in found:
                del found[word.folded]  # the last one is last
            elif len(found) == MOST_WORDS:
                return cls(tuple(found), cut=True)
            found[word.folded] = None
        return cls(tuple(found))

    def __bool__(self) -> bool:
        return bool(self.folded)

    @property
    def prefix(self) -> str | None:
        """Return the word that stands for all that begin with it."""
        last = self.folded[-1] if self.folded else ""
        return last if len(last) >= SHORTEST_PREFIX else None

    def whole(self, language: str = "") -> str:
        """Return the words in their order, as stems where a language is given."""
        return " ".join(stem(word, language) for word in self.folded)

    @cached_property
    def _stems(self) -> dict[str, set[str]]:
        return {word: stems(word) for word in self.folded}

    def in_names(self) -> str:
        """Return the expression for all words, in some form, among the names of a thing."""
        return " AND ".join(
            f"({{{NAMES}}} : {self._phrase(w)} OR {{name_stems}} : {_any(self._stems[w])})"
            for w in self.folded
        )

    def in_all(self) -> str:
        """Return the expression for all words, in any form and spelling, in one document."""
        return " AND ".join(self._word(w) for w in self.folded)

    def in_some(self) -> str:
        """Return the expression for one word at least."""
        return " OR ".join(self._word(w) for w in self.folded)

    def beginnings(self) -> str:
        """Return the expression for names with these words, the last of them only begun."""
        return " AND ".join(f"{{{NAMES} name_spellings}} : {self._phrase(w)}" for w in self.folded)

    def mean(self, word: str, language: str) -> bool:
        """Return whether ``word`` of a text in ``language`` is one of those asked for."""
        if word in self.folded or (self.prefix and word.startswith(self.prefix)):
            return True
        others = alternatives(word)
        if primary(language) in ALGORITHMS:
            base = stem(word, language)
            if any(base in found for found in self._stems.values()):
                return True
            others = others | alternatives(base)
        return any(
            other in self.folded or (self.prefix and other.startswith(self.prefix))
            for other in others
        )

    def _word(self, word: str) -> str:
        asked = self._phrase(word)
        return (
            f"({{{WRITTEN}}} : {asked} OR {{{STEMMED}}} : {_any(self._stems[word])} "
            f"OR {{{SPELT}}} : {asked})"
        )

    def _phrase(self, word: str) -> str:
        return _quoted(word) + (" *" if word == self.prefix else "")


def _any(found: Iterable[str]) -> str:
    return "(" + " OR ".join(_quoted(s) for s in sorted(found)) + ")"


def _quoted(word: str) -> str:
    return f'"{word}"'
