"""Offer other spellings of words that nothing is found for.

Words that share trigrams come from the index (https://www.sqlite.org/fts5.html#the_trigram_tokenizer);
of these few the nearest are chosen.
"""

from __future__ import annotations

import sqlite3
from difflib import SequenceMatcher

CANDIDATES = 100  # words that are compared
NEAR = 0.7  # how alike words must be, of 1
OFFERED = 3


def corrections(database: sqlite3.Connection, words: tuple[str, ...]) -> list[str]:
    """Return texts to ask for instead: with what the first word unknown may have meant."""
    for at, word in enumerate(words):
        known = database.execute(
            "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (f'"{word}" *',)
        ).fetchone()
        if not known:
            return [
                " ".join((*words[:at], other, *words[at + 1 :])) for other in near(database, word)
            ]
    return []


def near(database: sqlite3.Connection, word: str) -> list[str]:
    """Return the words of the index that look most like ``word``."""
    trigrams = sorted({word[i : i + 3] for i in range(len(word) - 2)})
    if not trigrams:
        return []
    rows = database.execute(
        "SELECT word, uses FROM vocabulary WHERE vocabulary MATCH ? ORDER BY rank LIMIT ?",
        (" OR ".join(f'"{t}"' for t in trigrams), CANDIDATES),
    )
    judged = ((SequenceMatcher(None, word, other).ratio(), int(n), other) for other, n in rows)
    return [other for ratio, _, other in sorted(judged, reverse=True)[:OFFERED] if ratio >= NEAR]
