"""Answer searches from the file of an index: what is called so, or speaks of it, best first.

Things are ordered by how they were found: called just so, beside the name of their class; called
just so; with all words in their names; with the words in their texts. Among these bm25 decides, and
what stands in the reader's language counts for more. What describes the model comes after all that
it describes.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from samgraf import limits
from samgraf.site.search.expressions import NAMES, asked_words, corrections_of, forms_of, sql
from samgraf.site.search.words import LITTLE, stem
from samgraf.sparql.problems import ProblemError

_STEPS = 20_000  # of SQLite's machine between looks at the clock
_CLASS_WORDS = 4  # of which the name of a class may have, beside the name of a thing
_SNIPPET_TOKENS = 32
_MARKED = re.compile("\u0002([^\u0003]*)\u0003")
_MODEL = "place / 10 = 1"  # what describes the model


class TooBroadError(ProblemError):
    """The search took longer than ``SEARCH_SECONDS`` and was given up."""

    def __init__(self) -> None:
        super().__init__(503, "This search takes too long. Ask for rarer words.")


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
class Search:
    """A search: the text as it was typed, the reader's language, a class or "", a page.

    ``model`` asks for what describes the model too, ``exact`` for the words as they are spelt.
    """

    text: str
    language: str
    kind: str = ""
    page: int = 1
    size: int = 20
    model: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Hit:
    """A thing found: what of its texts fits, its narrowest classes, and when it held."""

    iri: str
    label: Snippet | None
    snippet: Snippet | None
    classes: list[str]
    score: float
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Found:
    """What a search found.

    ``all_words`` is False where only some of the words fit; ``mended`` is what was looked for
    instead; ``page`` is the last of ``pages`` where a later one was asked for. ``model`` is how
    many of the things found describe the model, and ``apart`` whether these are left out. ``named``
    are the classes that are called as was asked, ``covered`` those that most things are of, with
    their numbers, where nothing was found.
    """

    words: tuple[str, ...]
    cut: bool = False
    total: int = 0
    page: int = 1
    pages: int = 1
    hits: list[Hit] = field(default_factory=list)
    facets: list[tuple[str, int]] = field(default_factory=list)
    all_words: bool = True
    corrections: list[str] = field(default_factory=list)
    mended: str = ""
    model: int = 0
    apart: bool = False
    named: list[str] = field(default_factory=list)
    covered: list[tuple[str, int]] = field(default_factory=list)


class IndexEntry(NamedTuple):
    """What is said of a thing in one language, and its classes; ``last`` are found after others."""

    iri: str
    last: bool
    language: str
    label: str
    names: str
    text: str
    classes: list[str]


class Index:
    """An index in the file ``path``. Threads may share it: each call takes a connection."""

    def __init__(self, path: Path):
        self.path = path
        self._free: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    def search(self, search: Search) -> Found:
        """Return what fits ``search``; raise TooBroadError where that takes too long."""
        asked, cut = asked_words(search.text)
        if not asked:
            return Found(asked)
        with self._connection() as database:
            expression = _find(database, asked, search.language)
            found = Found(asked, cut, total=_count(database))
            if not found.total:
                instead, corrections = corrections_of(database, asked)
                found = replace(found, corrections=corrections)
                if instead and not search.exact:
                    expression = _find(database, instead.split(), search.language)
                    found = replace(found, mended=instead, total=_count(database))
            if not found.total and len(asked) > 1:
                expression = _find(database, asked, search.language, every=False)
                found = replace(found, all_words=False, mended="", total=_count(database))
            return self._told(database, search, expression, found)

    def _told(
        self, database: sqlite3.Connection, search: Search, expression: str, found: Found
    ) -> Found:
        """Return ``found`` with a page of hits, its classes, and what there is where it is none."""
        model = _count(database, f"WHERE {_MODEL}")
        apart = model > 0 and not search.model and _count(database, "WHERE place < 10") > 0
        if apart:
            database.execute(f"DELETE FROM found WHERE {_MODEL}")  # noqa: S608
        most = {"most": limits.SEARCH_FACETS}
        facets = database.execute(sql("facets.sql"), most).fetchall()
        if search.kind:
            database.execute(sql("narrow.sql"), {"class": search.kind})
        total = _count(database)
        pages = max(1, -(-total // search.size))
        page = min(search.page, pages)
        covered = [] if found.total else database.execute(sql("covered.sql"), most).fetchall()
        return replace(
            found,
            total=total,
            page=page,
            pages=pages,
            hits=_page(database, expression, page, search.size),
            facets=facets,
            model=model,
            apart=apart,
            named=[iri for _, iri, wide in _classes(database, found.words) if not wide],
            covered=covered,
        )

    def suggest(self, text: str, language: str) -> list[Hit]:
        """Return the things whose names begin so, a few, those of the model last."""
        asked, _ = asked_words(text)
        if not asked:
            return []
        with self._connection() as database:
            expression = _find(database, asked, language, names=True)
            return _page(database, expression, 1, limits.SEARCH_SUGGESTIONS)

    def entries(self) -> list[IndexEntry]:
        """Return all that can be found, by IRI and language."""
        with self._connection() as database:
            rows = database.execute(sql("entries.sql"))
            return [IndexEntry(*said, sorted((classes or "").split())) for *said, classes in rows]

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
        connection.executescript(sql("found.sql"))
        return connection


def _find(
    database: sqlite3.Connection,
    asked: Sequence[str],
    language: str,
    *,
    every: bool = True,
    names: bool = False,
) -> str:
    """Put the things that fit the words ``asked`` into the table ``found``.

    With ``every`` those that have them all, with ``names`` those that have them in their names.
    Return the expression that finds their texts.
    """
    database.execute("DELETE FROM found")
    telling = [word for word in asked if word not in LITTLE] or asked
    begun = "anywhere" if names else "at the start"
    forms = {w: forms_of(database, w, begun if w == asked[-1] else "") for w in telling}

    def look(some: Sequence[str], whole: Sequence[str], classes: list[int] | None) -> str:
        in_names = " AND ".join(f"({NAMES} : ({forms[word].named}))" for word in some)
        joined = (" AND " if every else " OR ").join(f"({forms[word].said})" for word in some)
        expression = in_names if names else joined
        values = {
            "expression": expression,
            "names": in_names,
            "whole": " ".join(whole),
            "norwegian": " ".join(stem(word, "no") for word in whole),
            "english": " ".join(stem(word, "en") for word in whole),
            "classes": None if classes is None else json.dumps(classes),
            "language": language,
            "likewise": {"nb": "no", "nn": "no"}.get(language, language),
        }
        database.execute(sql("find.sql"), values)
        return f"({expression})"

    expressions = [look(telling, asked, None)]
    for called, rest in _beside_a_class(asked) if every else ():
        if named := _classes(database, called):
            some = [word for word in rest if word in forms]
            if some:
                expressions.append(look(some, rest, [number for number, _, _ in named]))
    return " OR ".join(expressions)


def _beside_a_class(asked: Sequence[str]) -> list[tuple[Sequence[str], Sequence[str]]]:
    """Return what may be the name of a class, each with the words beside it."""
    most = min(_CLASS_WORDS, len(asked) - 1)
    before = [(asked[:n], asked[n:]) for n in range(1, most + 1)]
    return before + [(asked[-n:], asked[:-n]) for n in range(1, most + 1)]


def _classes(database: sqlite3.Connection, called: Sequence[str]) -> list[tuple[int, str, bool]]:
    """Return the classes that are called so and have things.

    Each by number and IRI, with whether another of them is below it.
    """
    names = {" ".join(called)}
    for language in ("no", "en"):
        names.add(" ".join(stem(word, language) for word in called))
    return database.execute(sql("class_names.sql"), {"names": json.dumps(sorted(names))}).fetchall()


def _count(database: sqlite3.Connection, where: str = "") -> int:
    return database.execute(f"SELECT count(*) FROM found {where}").fetchone()[0]  # noqa: S608


def _page(database: sqlite3.Connection, expression: str, page: int, size: int) -> list[Hit]:
    values = {
        "expression": expression,
        "size": size,
        "offset": (page - 1) * size,
        "tokens": _SNIPPET_TOKENS,
    }
    hits = []
    for row in sorted(database.execute(sql("page.sql"), values)):
        _, score, iri, thing, language, since, until, label, text, name = row
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
                round(score, 3),
                since,
                until,
            )
        )
    return hits
