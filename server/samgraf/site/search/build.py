"""Write the search index of a release, in one pass over its things with bounded memory.

Names, texts and classes are read by queries in parts of ``SEARCH_ROWS`` rows. Every token of the
texts is then listed in the table ``forms`` under its spellings and stems.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox

from samgraf.limits import SEARCH_ROWS, SEARCH_TEXT_LENGTH
from samgraf.site.search.words import alternatives, parts, stem, words
from samgraf.sparql.binding import bind
from samgraf.vocab import DISPLAY, FEDERATION

#: To be raised when an index is made in another way than before.
VERSION = 6
ROLES = ("label", "name", "text")  # of a property, the one that counts for most first
DATES = ("since", "until")
_MODEL, _LAST = 1, 2  # places of things, after 0
_MOSTLY = 2  # times as many terms as other things make them what readers look for
_OWN = (DISPLAY, FEDERATION)  # terms of the program, which are nobody's content
_SHORTEST_SUGGESTED = 4  # letters of a word that is offered in place of another
_BETWEEN = " · "  # texts of one thing, which a snippet may show together
# not seen, but they would part a word; and the marks that FTS5 sets in snippets
_UNSEEN = dict.fromkeys(map(ord, "\u0002\u0003\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_END = re.compile("[/#:]")  # before the last part of an IRI
Row = dict[str, dict[str, str]]
Ask = Callable[[str], list[Row]]


def build(path: Path, ask: Ask, release: str, rows: int = SEARCH_ROWS) -> None:
    """Write the index of ``release`` to the new file ``path``.

    ``ask`` returns the solutions of a query; at most ``rows`` of them are asked for at once.
    """
    database = sqlite3.connect(path, isolation_level=None)
    try:
        # the file counts only once it is whole, so nothing is done to mend a half one
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        database.executescript(_file("schema.sql"))
        database.execute("BEGIN")
        _fill_texts(database, ask, rows)
        _fill_classes(database, ask, rows)
        _fill_forms(database)
        about = {"release": release, "version": str(VERSION)}
        database.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        database.execute("COMMIT")
        for table in ("words", "vocabulary"):
            database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
        database.execute("ANALYZE")
    finally:
        database.close()


def _fill_texts(database: sqlite3.Connection, ask: Ask, most: int) -> None:
    roles: dict[str, str] = {}
    for row in ask(_file("properties.rq")):
        if row["property"]["type"] == "uri" and row["role"]["value"] in ROLES + DATES:
            roles.setdefault(row["property"]["value"], row["role"]["value"])
    properties = [ox.NamedNode(iri) for iri in sorted(roles)]
    for thing, rows in _by_thing(ask, "texts.rq", most, properties=properties):
        since, until = (
            [r["text"]["value"] for r in rows if roles[r["property"]["value"]] == date]
            for date in DATES
        )
        number = database.execute(
            "INSERT INTO things (iri, since, until) VALUES (?, ?, ?)",
            (thing, min(since, default=None), max(until, default=None)),
        ).lastrowid
        for language, texts in sorted(_by_language(rows, roles).items()):
            _add(database, number, thing, language, texts)


def _add(
    database: sqlite3.Connection,
    number: int | None,
    iri: str,
    language: str,
    texts: dict[str, list[str]],
) -> None:
    """Add what is said in ``language`` of the thing ``iri``."""
    document = database.execute(
        "INSERT INTO documents (thing, language, length) VALUES (?, ?, ?)",
        (number, language, len(words(" ".join(texts["label"])))),
    ).lastrowid
    end = unquote(_END.split(iri.rstrip("/#"))[-1])
    columns = [_BETWEEN.join(texts[role]) for role in ROLES]
    inside = " ".join([*(part for column in columns for part in parts(column)), end, *parts(end)])
    database.execute(
        "INSERT INTO words (rowid, label, names, texts, parts) VALUES (?, ?, ?, ?, ?)",
        (document, *columns, inside),
    )
    names = {(2, " ".join(words(end)), document)}
    for name in texts["label"] + texts["name"]:
        folded = words(name)
        whole = " ".join(folded)
        names.add((0, whole, document))
        for other in (" ".join(stem(word, language) for word in folded), *alternatives(whole)):
            names.add((1, other, document))
    database.executemany("INSERT INTO names VALUES (?, ?, ?)", sorted(names))


def _by_language(rows: list[Row], roles: dict[str, str]) -> dict[str, dict[str, list[str]]]:
    """Return the texts of a thing by language and role; one said twice has its higher role."""
    ordered = sorted(
        (
            ROLES.index(roles[row["property"]["value"]]),
            row["text"]["value"],
            row["text"].get("xml:lang", "").lower(),
        )
        for row in rows
        if roles[row["property"]["value"]] in ROLES
    )
    found: dict[str, dict[str, list[str]]] = {}
    seen = set()
    for rank, text, language in ordered:
        if (language, text) not in seen:
            seen.add((language, text))
            texts = found.setdefault(language, {role: [] for role in ROLES})
            role = ROLES[rank]
            if role == "label" and texts["label"]:
                role = "name"  # a thing has one label, the rest are other names of it
            texts[role].append(_on_one_line(text[:SEARCH_TEXT_LENGTH]))
    return found


def _on_one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_UNSEEN).split())


def _fill_forms(database: sqlite3.Connection) -> None:
    """List every token of the texts under its spellings and, by its languages, its stems."""
    database.execute("CREATE VIRTUAL TABLE temp.tokens USING fts5vocab(main, words, instance)")
    tokens = database.execute(
        "SELECT term, language, count(DISTINCT doc) FROM tokens JOIN documents ON id = doc "
        "GROUP BY term, language ORDER BY term"
    )
    for token, rows in groupby(tokens.fetchall(), lambda row: row[0]):
        languages = {language: uses for _, language, uses in rows}
        uses = sum(languages.values())
        folded = words(token)
        written = set(folded).union(*map(alternatives, folded))
        stemmed = {stem(word, language) for word in folded for language in languages}
        stemmed = stemmed.union(*map(alternatives, stemmed))
        database.executemany(
            "INSERT INTO forms VALUES (?, ?, ?, ?)",
            [(0, form, token, uses) for form in written] + [(1, s, token, uses) for s in stemmed],
        )
        if folded and len(folded[0]) >= _SHORTEST_SUGGESTED and folded[0].isalpha():
            database.execute("INSERT INTO vocabulary VALUES (?, ?)", (folded[0], uses))
    database.execute("DROP TABLE temp.tokens")


def _fill_classes(database: sqlite3.Connection, ask: Ask, most: int) -> None:
    above: dict[str, set[str]] = {}
    for row in ask(_file("hierarchy.rq")):
        above.setdefault(row["class"]["value"], set()).add(row["above"]["value"])
    said: dict[str, str] = {}
    assumed: dict[str, str] = {}
    for row in ask(_file("places.rq")):
        place = row["place"]["value"]
        (assumed if place.endswith("*") else said)[row["class"]["value"]] = place.rstrip("*")
    numbers: dict[str, int] = {}
    terms: list[tuple] = []
    for thing, rows in _by_thing(ask, "classes.rq", most):
        classes = {row["class"]["value"] for row in rows}
        wide = classes.union(*(above.get(c, ()) for c in classes))
        # what the content says goes first
        places = {said[c] for c in wide & said.keys()} or {
            assumed[c] for c in wide & assumed.keys()
        }
        found = database.execute("SELECT id FROM things WHERE iri = ?", (thing,)).fetchone()
        if "never" in places:
            # its words stay in the index, but lead nowhere any more
            for table, column in (("documents", "thing"), ("things", "id")) if found else ():
                database.execute(f"DELETE FROM {table} WHERE {column} = ?", found)  # noqa: S608
            continue
        place = _LAST if "last" in places else 0
        if found is None:  # without a name: it is found by the end of its IRI
            found = (database.execute("INSERT INTO things (iri) VALUES (?)", (thing,)).lastrowid,)
            _add(database, found[0], thing, "", {role: [] for role in ROLES})
        if places & {"model", "term"}:
            place = _MODEL
            if "term" in places and not thing.startswith(_OWN):
                terms.append(found)
        database.execute("UPDATE things SET place = ? WHERE id = ?", (place, *found))
        for iri in narrowest(classes, above):
            number = numbers.setdefault(iri, len(numbers) + 1)
            database.execute("INSERT INTO kinds VALUES (?, ?)", (found[0], number))
    for iri in sorted({a for c in list(numbers) for a in above.get(c, ())}):
        numbers.setdefault(iri, len(numbers) + 1)
    database.executemany("INSERT INTO classes (iri, id) VALUES (?, ?)", numbers.items())
    pairs = {(c, a) for c in numbers for a in (c, *above.get(c, ())) if a in numbers}
    database.executemany(
        "INSERT INTO above VALUES (?, ?)", [(numbers[c], numbers[a]) for c, a in pairs]
    )
    others = database.execute("SELECT count(*) FROM things WHERE place = 0").fetchone()[0]
    if len(terms) > _MOSTLY * others:
        database.executemany("UPDATE things SET place = 0 WHERE id = ?", terms)


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


def _by_thing(
    ask: Ask, name: str, most: int, **values: list[ox.NamedNode]
) -> Iterator[tuple[str, list[Row]]]:
    """Yield each thing with its rows of the query ``name``, in the order of the IRIs."""
    after = ""
    while True:
        rows = ask(bind(_file(name), after=ox.Literal(after), most=most, **values))
        things = [(t, list(r)) for t, r in groupby(rows, lambda row: row["thing"]["value"])]
        full = len(rows) >= most
        if full and len(things) > 1:
            things.pop()  # may have been cut: asked for again
        yield from things
        if not full:
            return
        after = things[-1][0]


@cache
def _file(name: str) -> str:
    return (files("samgraf.site.search") / name).read_text("utf-8")
