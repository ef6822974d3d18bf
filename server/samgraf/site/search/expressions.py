"""What FTS5 is asked for: expressions for the words that a reader types, and other words for them.

What is typed is never syntax: it is split into words, each word is looked up among the forms of the
index's tokens, and only these tokens come into the expression, each between quotes
(https://www.sqlite.org/fts5.html#full_text_query_syntax). A word that the index does not have may
be a compound of words that it has, or misspelt.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from samgraf import limits
from samgraf.site.search.words import alternatives, changes, compound, phrase, stems, words

#: The columns that hold names.
NAMES = "{label names}"
_SHORTEST_PREFIX = 2  # letters that the last word must have to be taken for a beginning
_SHORTEST_INSIDE = 5  # and those to be taken for one in the middle of a text
_LONGEST_COMPOUND = 32  # letters: all pieces of a word are looked up
_SHORTEST_MENDED = 5  # letters of a word in place of which others are offered
_LONG = 10  # and of one that may have two slips


@cache
def sql(name: str) -> str:
    """Return the statement in the file ``name``."""
    return (files("samgraf.site.search") / name).read_text("utf-8")


def asked_words(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the words of ``text``, folded, each once, and whether there were too many."""
    found: dict[str, None] = {}
    for word in words(text):
        found.pop(word, None)  # the last one is last
        if len(found) == limits.SEARCH_WORDS:
            return tuple(found), True
        found[word] = None
    return tuple(found), False


class Forms(NamedTuple):
    """The expressions that find a word in texts, and in names that have it."""

    said: str
    named: str


def forms_of(database: sqlite3.Connection, word: str, begun: str) -> Forms:
    """Return the expressions for a word in any form and spelling that the index has.

    ``begun`` says where it may be only the beginning of a word: "anywhere", or "at the start" of
    a text where it is short; "" is nowhere. One that the index does not have may be a compound of
    words that it has: what has them all comes before what has the last one only.
    """
    begins = bool(begun) and len(word) >= _SHORTEST_PREFIX
    # a last vowel of so short a word is oftener part of a name than an ending
    whole = begun == "anywhere" or (len(word) == 4 and word.endswith("a"))
    values = {
        "word": word,
        "stems": json.dumps([] if whole else sorted(stems(word))),
        "begun": begins,
        "most": limits.SEARCH_FORMS,
    }
    # the word itself is always there, so that the expression is never empty
    expression = [f'"{word}"', f'"{phrase(word)}"']
    beginnings = [f'"{word}" *'] if begins else []
    tokens = database.execute(sql("forms.sql"), values).fetchall()
    for token, only_begun in tokens:
        if not only_begun:
            expression.append(f'"{token}"')
        elif not token.startswith(word):
            # those that begin just so are one term, so that a rare one counts for no more
            beginnings.append(f'"{token}"')
    if begun != "anywhere" and len(word) < _SHORTEST_INSIDE and word.isalpha():
        beginnings = [f"{NAMES} : ^ {beginning}" for beginning in beginnings]
    said = named = " OR ".join(dict.fromkeys(expression + beginnings))
    if not tokens and (inside := _compound(database, word)):
        parts = [forms_of(database, part, "").said for part in inside]
        every = " AND ".join(f"({part})" for part in parts)
        said, named = f"({every}) OR {parts[-1]}", f"({every})"
    return Forms(said, named)


def _compound(database: sqlite3.Connection, word: str) -> list[str]:
    """Return the words of the index of which ``word`` is made."""
    if not word.isalpha() or len(word) > _LONGEST_COMPOUND:
        return []

    def known(pieces: Iterable[str]) -> set[str]:
        # the last word of a compound may have an ending
        spelt = {p: {p, *stems(p)} if word.endswith(p) else {p} for p in pieces}
        rows = database.execute(
            "SELECT form FROM forms WHERE stem IN (0, 1) AND form IN "
            "(SELECT value FROM json_each(?))",
            (json.dumps(sorted(set().union(*spelt.values()))),),
        )
        there = {form for (form,) in rows}
        return {piece for piece, forms in spelt.items() if forms & there}

    return compound(word, known)


def corrections_of(database: sqlite3.Connection, asked: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return texts to ask for instead: with what the first word unknown may have meant.

    Words that share trigrams with it come from the index
    (https://www.sqlite.org/fts5.html#the_trigram_tokenizer); of these the nearest are offered. The
    first value is the text of a single word that clearly was meant, else empty.
    """
    for at, word in enumerate(asked):
        if len(word) < _SHORTEST_MENDED or _known(database, word) or _compound(database, word):
            continue
        near = _near(database, word)
        texts = [" ".join((*asked[:at], other, *asked[at + 1 :])) for _, other in near]
        distances = [distance for distance, _ in near]
        clear = distances[:1] < distances[1:2] or len(near) == 1
        slip = clear and distances[0] <= (1 if len(word) < _LONG else 2)
        return texts[0] if slip and len(asked) == 1 else "", texts
    return "", []


def _known(database: sqlite3.Connection, word: str) -> bool:
    rows = database.execute(
        "SELECT 1 FROM forms WHERE stem = 0 AND form >= ? AND form < ? LIMIT 1",
        (word, word + "\U0010ffff"),
    )
    return rows.fetchone() is not None


def _near(database: sqlite3.Connection, word: str) -> list[tuple[int, str]]:
    """Return the words of the index that are nearest to ``word``, each after its distance."""
    # letters that are swapped leave a short word without a trigram of its own
    spelt = [
        word,
        *(word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)),
    ]
    trigrams = sorted({text[i : i + 3] for text in spelt for i in range(len(word) - 2)})
    rows = database.execute(
        "SELECT word, uses FROM vocabulary WHERE vocabulary MATCH ? ORDER BY rank LIMIT ?",
        (" OR ".join(f'"{t}"' for t in trigrams), limits.SEARCH_CANDIDATES),
    )
    judged = sorted((changes(word, other), -int(uses), other) for other, uses in rows)
    near: dict[str, int] = {}
    for distance, _, other in judged:
        # people seldom miss the first letter; a word typed plainly is the one that it stands for
        alike = distance <= 1 or (distance <= len(word) // 3 and other[0] == word[0])
        if alike and not any(other in alternatives(better) for better in near):
            near[other] = distance
    return [(distance, other) for other, distance in near.items()][: limits.SEARCH_CORRECTIONS]
