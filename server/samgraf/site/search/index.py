"""Answer searches from the file of an index: what is called so, or speaks of it, best first.

What a reader types is never syntax: it is split into words, each word is looked up among the forms
of the index's tokens, and only these tokens come into the expression, each between quotes
(https://www.sqlite.org/fts5.html#full_text_query_syntax). Things are ordered by how they were
found: called just so; with all words in their names; with the words in their texts. Among these
bm25 decides, and what stands in the reader's language counts for more.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from samgraf import limits
from samgraf.site.search.words import phrase, stem, words

_STEPS = 20_000  # of SQLite's machine between looks at the clock
_SHORTEST_PREFIX = 2  # letters that the last word must have to be taken for a beginning
_SNIPPET_TOKENS = 32
_NAMES = "{label names}"
_MARKED = re.compile("\u0002([^\u0003]*)\u0003")
_NEAR = 0.7  # how alike words must be to be offered for one another, of 1


class TooBroadError(Exception):
    """The search took longer than ``SEARCH_SECONDS`` and was given up."""


class Snippet(NamedTuple):
    """A piece of a text with the places (start, end) of the words asked for."""

    text: str
    language: str
    marks: list[tuple[int, int]]

    @classmethod
    def of(cls, marked: str, language: str) -> Snippet:
        """Return the snippet in which FTS5 set U+0002 and U+0003 around words."""
        text, marks = "", []
        for number, piece in enumerate(_MARKED.split(marked)):
            if number % 2:
                marks.append((len(text), len(text) + len(piece)))
            text += piece
        return cls(text, language, marks)

    def pieces(self) -> list[tuple[str, bool]]:
        """Return the text in pieces, each with whether it is to be marked."""
        found, at = [], 0
        for start, end in self.marks:
            found += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        return [(text, marked) for text, marked in [*found, (self.text[at:], False)] if text]


@dataclass(frozen=True)
class Words:
    """The words asked for, folded, each once; the last may be only the beginning of one."""

    folded: tuple[str, ...]
    cut: bool = False  # there were more than ``SEARCH_WORDS``

    @classmethod
    def of(cls, text: str) -> Words:
        """Return the words of ``text``."""
        found: dict[str, None] = {}
        for word in words(text):
            if word in found:
                del found[word]  # the last one is last
            elif len(found) == limits.SEARCH_WORDS:
                return cls(tuple(found), cut=True)
            found[word] = None
        return cls(tuple(found))

    def __bool__(self) -> bool:
        return bool(self.folded)


@dataclass(frozen=True)
class Search:
    """A search: the text as it was typed, the reader's language, a class or "", a page."""

    text: str
    language: str
    kind: str = ""
    page: int = 1
    size: int = 20


@dataclass(frozen=True)
class Hit:
    """A thing found: what of its texts fits, and its narrowest classes."""

    iri: str
    label: Snippet | None
    snippet: Snippet | None
    classes: list[str]
    score: float


@dataclass(frozen=True)
class Facet:
    """A class with the number of things of it among those found."""

    iri: str
    count: int


@dataclass(frozen=True)
class Found:
    """What a search found; ``all_words`` is False where only some of the words fit."""

    words: Words
    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    all_words: bool = True
    corrections: list[str] = field(default_factory=list)


class Index:
    """An index in the file ``path``. Threads may share it: each call takes a connection."""

    def __init__(self, path: Path):
        self.path = path
        self._free: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    def search(self, search: Search) -> Found:
        """Return what fits ``search``; raise TooBroadError where that takes too long."""
        asked = Words.of(search.text)
        if not asked:
            return Found(asked)
        with self._connection() as database:
            forms = [_forms(database, w, last=w == asked.folded[-1]) for w in asked.folded]
            expression, all_words = " AND ".join(f"({f})" for f in forms), True
            total = _find(database, expression, asked, forms, search.language)
            if not total and len(forms) > 1:
                expression, all_words = " OR ".join(forms), False
                total = _find(database, expression, asked, forms, search.language)
            corrections = [] if total and all_words else _corrections(database, asked.folded)
            rows = database.execute(_sql("facets.sql"), {"most": limits.SEARCH_FACETS})
            facets = [Facet(iri, count) for iri, count in rows]
            if search.kind:
                database.execute(_sql("narrow.sql"), {"classes": json.dumps([search.kind])})
                total = _count(database)
            hits = _page(database, expression, search.page, search.size)
            return Found(asked, total, hits, facets, all_words, corrections)

    def suggest(self, text: str, language: str) -> list[Hit]:
        """Return the things whose names begin so, a few."""
        asked = Words.of(text)
        if not asked:
            return []
        with self._connection() as database:
            forms = [
                _forms(database, word, last=word == asked.folded[-1], with_stems=False)
                for word in asked.folded
            ]
            expression = " AND ".join(f"({_NAMES} : ({f}))" for f in forms)
            _find(database, expression, asked, forms, language)
            return _page(database, expression, 1, limits.SEARCH_SUGGESTIONS)

    def close(self) -> None:
        """Close the connections; one in use is closed when its search ends."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    @contextmanager
    def _connection(self) -> Generator[sqlite3.Connection]:
        with self._lock:
            connection = self._free.pop() if self._free else None
        connection = connection or self._open()
        ends = time.monotonic() + limits.SEARCH_SECONDS
        connection.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
        try:
            yield connection
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TooBroadError from error
            raise
        finally:
            connection.set_progress_handler(None, 0)
            with self._lock:
                kept = not self._closed
                if kept:
                    self._free.append(connection)
            if not kept:
                connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=ro&immutable=1",
            uri=True,
            isolation_level=None,
            check_same_thread=False,  # one thread at a time has it
        )
        connection.executescript("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;")
        connection.executescript(_sql("found.sql"))
        return connection


def _forms(database: sqlite3.Connection, word: str, *, last: bool, with_stems: bool = True) -> str:
    """Return the expression for a word in any form and spelling that the index has."""
    values = {
        "word": word,
        "end": word + "\U0010ffff",
        "norwegian": stem(word, "no"),
        "english": stem(word, "en"),
        "most": limits.SEARCH_FORMS,
    }
    # the word itself is always there, so that the expression is never empty
    expression = list(dict.fromkeys((f'"{word}"', f'"{phrase(word)}"')))
    tokens = database.execute(_sql("forms.sql" if with_stems else "spellings.sql"), values)
    expression += [f'"{token}"' for (token,) in tokens if token != word]
    if last and len(word) >= _SHORTEST_PREFIX:
        # those that begin just so are one term, so that a rare one counts for no more than others
        expression.append(f'"{word}" *')
        tokens = database.execute(_sql("beginnings.sql"), values)
        expression += [f'"{token}"' for (token,) in tokens if not token.startswith(word)]
    return " OR ".join(dict.fromkeys(expression))


def _find(
    database: sqlite3.Connection, expression: str, asked: Words, forms: list[str], language: str
) -> int:
    """Put the things that ``expression`` finds into the table ``found``; return how many."""
    database.execute("DELETE FROM found")
    values = {
        "expression": expression,
        "names": " AND ".join(f"({_NAMES} : ({form}))" for form in forms),
        "whole": " ".join(asked.folded),
        "norwegian": " ".join(stem(word, "no") for word in asked.folded),
        "english": " ".join(stem(word, "en") for word in asked.folded),
        "language": language,
        "likewise": {"nb": "no", "nn": "no"}.get(language, language),
    }
    database.execute(_sql("find.sql"), values)
    return _count(database)


def _count(database: sqlite3.Connection) -> int:
    return database.execute("SELECT count(*) FROM found").fetchone()[0]


def _page(database: sqlite3.Connection, expression: str, page: int, size: int) -> list[Hit]:
    values = {
        "expression": expression,
        "size": size,
        "offset": min((page - 1) * size, 2**31),
        "tokens": _SNIPPET_TOKENS,
    }
    hits = []
    for row in sorted(database.execute(_sql("page.sql"), values)):
        _, score, iri, thing, language, label, text, name = row
        classes = database.execute(
            "SELECT iri FROM kinds JOIN classes ON id = class WHERE thing = ? ORDER BY iri",
            (thing,),
        )
        shown = next((s for s in (text, name) if "\u0002" in s), None)
        hits.append(
            Hit(
                iri,
                Snippet.of(label, language) if label else None,
                Snippet.of(shown, language) if shown else None,
                [iri for (iri,) in classes],
                round(-score, 3),
            )
        )
    return hits


def _corrections(database: sqlite3.Connection, asked: tuple[str, ...]) -> list[str]:
    """Return texts to ask for instead: with what the first word unknown may have meant.

    Words that share trigrams with it come from the index
    (https://www.sqlite.org/fts5.html#the_trigram_tokenizer); of these the nearest are offered.
    """
    for at, word in enumerate(asked):
        known = database.execute(
            "SELECT 1 FROM forms WHERE stem = 0 AND form >= ? AND form < ? LIMIT 1",
            (word, word + "\U0010ffff"),
        ).fetchone()
        if not known:
            near = _near(database, word)
            return [" ".join((*asked[:at], other, *asked[at + 1 :])) for other in near]
    return []


def _near(database: sqlite3.Connection, word: str) -> list[str]:
    trigrams = sorted({word[i : i + 3] for i in range(len(word) - 2)})
    if not trigrams:
        return []
    rows = database.execute(
        "SELECT word, uses FROM vocabulary WHERE vocabulary MATCH ? ORDER BY rank LIMIT ?",
        (" OR ".join(f'"{t}"' for t in trigrams), limits.SEARCH_CANDIDATES),
    )
    judged = ((SequenceMatcher(None, word, other).ratio(), int(n), other) for other, n in rows)
    nearest = dict.fromkeys(
        other for ratio, _, other in sorted(judged, reverse=True) if ratio >= _NEAR
    )
    return list(nearest)[: limits.SEARCH_CORRECTIONS]


@cache
def _sql(name: str) -> str:
    return (files("samgraf.site.search") / name).read_text("utf-8")
