"""Ask the index: what is called so, or speaks of it, best first.

Things are ordered by how they were found: called just so; with all words in their names; with the
words in their texts. Among these bm25 (https://www.sqlite.org/fts5.html#the_bm25_function) decides,
and what stands in the reader's language counts for more.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock

from samgraf.site.search.index.query import Words
from samgraf.site.search.index.snippet import Snippet, mark, snippet
from samgraf.site.search.index.spelling import corrections

DEADLINE = 5.0  # seconds after which a search is given up
STEPS = 20_000  # of SQLite's machine between looks at the clock
FACETS = 40  # classes told at most
SUGGESTIONS = 8


class TooBroadError(Exception):
    """The search took too long and was given up."""


@dataclass(frozen=True)
class Asked:
    """Hold a search: the text as it was typed, the reader's language, a class, a page."""

    text: str
    language: str
    classes: tuple[str, ...] = ()
    page: int = 1
    size: int = 20


@dataclass(frozen=True)
class Hit:
    """Hold one thing found: what of its texts fits, and its narrowest classes."""

    iri: str
    label: Snippet | None
    snippet: Snippet | None
    classes: list[str]
    score: float


@dataclass(frozen=True)
class Facet:
    """Hold a class with the number of things of it among those found."""

    iri: str
    count: int


@dataclass(frozen=True)
class Found:
    """Hold what a search found; ``all_words`` is False where only some of the words fit."""

    words: Words
    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    all_words: bool = True
    corrections: list[str] = field(default_factory=list)


class Index:
    """Answer searches from the file ``path``, each thread by a connection of its own."""

    def __init__(self, path: Path):
        self.path = path
        self._free: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    def search(self, asked: Asked) -> Found:
        """Return what fits ``asked``; raise TooBroadError where that takes too long."""
        wanted = Words.of(asked.text)
        if not wanted:
            return Found(wanted)
        with self._connection() as database:
            all_words = True
            _find(database, wanted.in_all(), wanted, asked.language)
            facets = _facets(database)
            if not facets.total and len(wanted.folded) > 1:
                all_words = False
                _find(database, wanted.in_some(), wanted, asked.language)
                facets = _facets(database)
            total = _narrow(database, asked.classes) if asked.classes else facets.total
            return Found(
                wanted,
                total,
                [_hit(database, row, wanted) for row in _page(database, asked)],
                facets.found,
                all_words,
                [] if facets.total and all_words else corrections(database, wanted.folded),
            )

    def suggest(self, text: str, language: str) -> list[Hit]:
        """Return the things whose names begin so, a few."""
        wanted = Words.of(text)
        if not wanted:
            return []
        with self._connection() as database:
            _find(database, wanted.beginnings(), wanted, language)
            rows = _page(database, Asked(text, language, size=SUGGESTIONS))
            return [_hit(database, row, wanted) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._free.pop() if self._free else None
        connection = connection or self._open()
        ends = time.monotonic() + DEADLINE
        connection.set_progress_handler(lambda: time.monotonic() > ends, STEPS)
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


@dataclass(frozen=True)
class _Facets:
    total: int
    found: list[Facet]


def _find(database: sqlite3.Connection, expression: str, wanted: Words, language: str) -> None:
    """Put the things that ``expression`` finds into the table ``found``, each once."""
    database.execute("DELETE FROM found")
    values = {
        "expression": expression,
        "names": wanted.in_names(),
        "whole": wanted.whole(),
        "whole_no": wanted.whole("no"),
        "whole_en": wanted.whole("en"),
        "language": language,
        "likewise": {"nb": "no", "nn": "no"}.get(language, language),
    }
    database.execute(_sql("find.sql"), values)


def _facets(database: sqlite3.Connection) -> _Facets:
    (total,) = database.execute("SELECT count(*) FROM found").fetchone()
    rows = database.execute(_sql("facets.sql"), {"most": FACETS}).fetchall()
    return _Facets(total, [Facet(iri, count) for iri, count in rows])


def _narrow(database: sqlite3.Connection, classes: tuple[str, ...]) -> int:
    """Keep what is of one of ``classes``; return how many things that are."""
    database.execute(_sql("narrow.sql"), {"classes": json.dumps(classes)})
    return database.execute("SELECT count(*) FROM found").fetchone()[0]


def _page(database: sqlite3.Connection, asked: Asked) -> list[tuple]:
    offset = (asked.page - 1) * asked.size
    return database.execute(
        _sql("page.sql"), {"size": asked.size, "offset": min(offset, 2**31)}
    ).fetchall()


def _hit(database: sqlite3.Connection, row: tuple, wanted: Words) -> Hit:
    thing, iri, language, label, texts, score = row
    classes = database.execute(
        "SELECT iri FROM kinds JOIN classes ON id = class WHERE thing = ? ORDER BY iri", (thing,)
    )
    return Hit(
        iri,
        mark(label, language, wanted) if label else None,
        snippet(json.loads(texts), language, wanted),
        [iri for (iri,) in classes],
        round(score, 3),
    )


@cache
def _sql(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")
