"""Take the endings off words: https://snowballstem.org/."""

from __future__ import annotations

from functools import cache, lru_cache
from threading import Lock
from typing import Any

import snowballstemmer

#: The algorithm for a primary language tag (both written forms have the same endings).
ALGORITHMS = {"nb": "norwegian", "nn": "norwegian", "no": "norwegian", "en": "english"}
_lock = Lock()  # a stemmer keeps the word that it works on


def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; the word itself in a language without an algorithm."""
    algorithm = ALGORITHMS.get(primary(language))
    return _stem(word, algorithm) if algorithm and word.isalpha() else word


def stems(word: str) -> set[str]:
    """Return the stems of a word of which nobody knows the language."""
    return {stem(word, language) for language in ALGORITHMS}


def primary(tag: str) -> str:
    """Return the language of a tag, without script and region."""
    return tag.lower().partition("-")[0]


@lru_cache(65_536)
def _stem(word: str, algorithm: str) -> str:
    with _lock:
        return _stemmer(algorithm).stemWord(word)


@cache
def _stemmer(algorithm: str) -> Any:
    return snowballstemmer.stemmer(algorithm)
