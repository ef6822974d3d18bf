"""Make words comparable: case, accents and the like go, letters of their own stay.

In the Nordic alphabets å, æ and ø are letters, no accented a and o; ä and ö are other writings of
æ and ø. Letters with marks of other languages are found without them (č as c, á as a), and so are
those that Unicode does not take apart (đ, ŋ, ŧ): people type what their keyboard has.
https://www.unicode.org/reports/tr15/ (normalization), https://www.unicode.org/reports/tr29/
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST = 64  # characters of a word that count
# a letter or digit, then more of them with marks and characters that are not seen in between
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff])*")
_MARKED = re.compile(r"([ao])([\u0300-\u036f]+)")
_RING, _DIAERESIS = "\u030a", "\u0308"
_OWN = {("a", _RING): "å", ("a", _DIAERESIS): "æ", ("o", _DIAERESIS): "ø"}
_PLAIN = str.maketrans(
    {"đ": "d", "ð": "d", "ŋ": "n", "ŧ": "t", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "œ": "oe"}
    | {"ʒ": "z", "ə": "e"}
)
_SPELT = str.maketrans({"å": "a", "ø": "o", "æ": "ae"})
_DIGRAPHS = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae"})
_NORDIC = re.compile("[åøæ]")


class Word(NamedTuple):
    """Hold a word as it is compared, and where it stands in its text."""

    folded: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return ``text`` with what makes no difference taken away; folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    while True:
        folded = _fold_once(text)
        if folded == text:
            return text
        text = folded


def words(text: str) -> Iterator[Word]:
    """Yield the words of ``text`` in order."""
    for match in _WORD.finditer(text):
        for part in _parts(match[0]):
            yield Word(part, match.start(), match.end())


@lru_cache(65_536)
def _parts(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (word.lower()[:LONGEST],)
    # a character may stand for several words, as ½ does for 1 and 2
    return tuple(part[:LONGEST] for part in _WORD.findall(fold(word)))


def alternatives(word: str) -> set[str]:
    """Return how a folded word is typed by those who have no å, æ and ø; nothing without them."""
    if not _NORDIC.search(word):
        return set()
    return {word.translate(_SPELT), word.translate(_DIGRAPHS)}


def _fold_once(text: str) -> str:
    # compatibility: ligatures, wide and raised forms are the letters that they show
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = _MARKED.sub(_letter, text).translate(_PLAIN)
    return "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf"))


def _letter(match: re.Match[str]) -> str:
    letter, marks = match.groups()
    return next(
        (own for (base, mark), own in _OWN.items() if base == letter and mark in marks), letter
    )
