"""Make the index of a release, in one pass over its things: only one part is ever in memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from samgraf.site.search.index import source
from samgraf.site.search.index.fold import alternatives, words
from samgraf.site.search.index.source import Ask, Row
from samgraf.site.search.index.stem import stem

#: To be raised when an index is made in another way than before.
VERSION = 2
LONGEST_TEXT = 20_000  # characters of a text that are found; what is longer is no text to read
SHORTEST_SPELLING = 4  # letters of a word that is offered in place of another


def build(path: Path, ask: Ask, release: str) -> None:
    """Write the index of ``release``, whose graph ``ask`` asks, to the new file ``path``."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        # the file counts only once it is whole, so nothing is done to mend a half one
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        database.executescript((files(__package__) / "schema.sql").read_text("utf-8"))
        database.execute("BEGIN")
        _fill_documents(database, ask)
        _fill_classes(database, ask)
        _fill_vocabulary(database)
        told = {"release": release, "version": str(VERSION)}
        database.executemany("INSERT INTO about VALUES (?, ?)", told.items())
        database.execute("COMMIT")
        for table in ("words", "vocabulary"):
            database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
        database.execute("ANALYZE")
    finally:
        database.close()


def _fill_documents(database: sqlite3.Connection, ask: Ask) -> None:
    roles = source.roles(ask)
    for thing, rows in source.texts(ask, sorted(roles)):
        number = database.execute("INSERT INTO things (iri) VALUES (?)", (thing,)).lastrowid
        for language, said in sorted(_by_language(rows, roles).items()):
            _add_document(database, number, language, said)


def _by_language(rows: list[Row], roles: dict[str, str]) -> dict[str, dict[str, list[str]]]:
    """Return the texts of a thing by language and role; one said twice has its higher role."""
    ordered = sorted(
        (
            source.ROLES.index(roles[row["property"]["value"]]),
            row["text"]["value"],
            row["text"].get("xml:lang", "").lower(),
        )
        for row in rows
    )
    found: dict[str, dict[str, list[str]]] = {}
    seen = set()
    for rank, text, language in ordered:
        if (language, text) not in seen:
            seen.add((language, text))
            said = found.setdefault(language, {role: [] for role in source.ROLES})
            role = source.ROLES[rank]
            if role == "label" and said["label"]:
                role = "name"  # a thing has one label, the rest are other names of it
            said[role].append(text[:LONGEST_TEXT])
    return found


def _add_document(
    database: sqlite3.Connection, thing: int, language: str, said: dict[str, list[str]]
) -> None:
    label = said["label"][0] if said["label"] else ""
    rest = said["name"] + said["text"]
    number = database.execute(
        "INSERT INTO documents (thing, language, label, texts) VALUES (?, ?, ?, ?)",
        (thing, language, label, json.dumps(rest, ensure_ascii=False)),
    ).lastrowid
    columns = [_folded(said[role]) for role in source.ROLES]
    stemmed = [[stem(word, language) for word in column] for column in columns]
    name_words, text_words = columns[0] + columns[1], columns[2]
    name_stems, text_stems = stemmed[0] + stemmed[1], stemmed[2]
    row = (
        *columns,
        name_stems,
        text_stems,
        _spellings(name_words + name_stems),
        _spellings(text_words + text_stems),
    )
    database.execute(
        "INSERT INTO words (rowid, label, names, texts, name_stems, text_stems, name_spellings, "
        "text_spellings) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, *(" ".join(column) for column in row)),
    )
    names = set()
    for name in said["label"] + said["name"]:
        folded = _folded([name])
        names |= {(" ".join(folded), 0), (" ".join(stem(w, language) for w in folded), 1)}
    database.executemany(
        "INSERT INTO names VALUES (?, ?, ?)", sorted((n, s, number) for n, s in names if n)
    )


def _folded(texts: Iterable[str]) -> list[str]:
    return [word.folded for text in texts for word in words(text)]


def _spellings(folded: Iterable[str]) -> list[str]:
    return sorted({other for word in folded for other in alternatives(word)})


def _fill_classes(database: sqlite3.Connection, ask: Ask) -> None:
    above, places = source.hierarchy(ask), source.places(ask)
    placed = {place: {c for c, p in places.items() if p == place} for place in ("last", "never")}
    numbers: dict[str, int] = {}
    for thing, classes in source.classes(ask):
        found = database.execute("SELECT id FROM things WHERE iri = ?", (thing,)).fetchone()
        if found is None:
            continue
        wide = set(classes).union(*(above.get(c, ()) for c in classes))
        if wide & placed["never"]:
            _forget(database, found[0])
            continue
        if not wide & placed["last"]:
            database.execute("UPDATE things SET last = 0 WHERE id = ?", found)
        for iri in narrowest(set(classes), above):
            number = numbers.setdefault(iri, len(numbers) + 1)
            database.execute("INSERT INTO kinds VALUES (?, ?)", (found[0], number))
    for iri in sorted({a for c in list(numbers) for a in above.get(c, ())}):
        numbers.setdefault(iri, len(numbers) + 1)
    database.executemany("INSERT INTO classes (iri, id) VALUES (?, ?)", numbers.items())
    database.executemany(
        "INSERT INTO above VALUES (?, ?)",
        {
            (n, numbers[a])
            for c, n in numbers.items()
            for a in (c, *above.get(c, ()))
            if a in numbers
        },
    )


def narrowest(classes: set[str], above: dict[str, set[str]]) -> set[str]:
    """Return ``classes`` without those that are above another of them, and not below it too."""
    return {
        wide
        for wide in classes
        if not any(
            wide in above.get(narrow, ()) and narrow not in above.get(wide, ())
            for narrow in classes
        )
    }


def _forget(database: sqlite3.Connection, thing: int) -> None:
    """Leave a thing out. Its words stay in the index, but lead nowhere any more."""
    database.execute("DELETE FROM documents WHERE thing = ?", (thing,))
    database.execute("DELETE FROM things WHERE id = ?", (thing,))


def _fill_vocabulary(database: sqlite3.Connection) -> None:
    database.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, words, col)")
    terms = database.execute(
        "SELECT term, sum(doc) FROM terms WHERE col IN ('label', 'names', 'texts') GROUP BY term"
    )
    database.executemany(
        "INSERT INTO vocabulary (word, uses) VALUES (?, ?)",
        ((t, n) for t, n in terms if len(t) >= SHORTEST_SPELLING and t.isalpha()),
    )
    database.execute("DROP TABLE temp.terms")
