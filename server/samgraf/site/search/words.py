"""Which written words are the same word: case, accents, other spellings, endings, compounds.

In the Nordic alphabets å, æ and ø are letters, not accented a and o; ä and ö are other writings of
æ and ø. Letters with marks of other languages are found without them (č as c, á as a), and so are
those that Unicode does not decompose (đ, ŋ, ŧ): people type what their keyboard has.
https://www.unicode.org/reports/tr15/ (normalization), https://www.unicode.org/reports/tr29/ (word
boundaries), https://snowballstem.org/ (endings).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from threading import Lock
from typing import Any

from samgraf.limits import SEARCH_WORD_LENGTH

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
#: Scripts that put no space between words: each letter is a part.
_UNSPACED = (
    r"[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_RUN = re.compile(f"{_UNSPACED}+")
_PART = re.compile(
    rf"{_UNSPACED}|\d+|[^\W\d_a-z]*(?:(?!{_UNSPACED})[^\W\d_A-Z])+|(?:(?!{_UNSPACED})[^\W\d_])+"
)
#: The stemmer of each primary language tag; nb and nn have the same endings.
_ALGORITHMS = {"nb": "norwegian", "nn": "norwegian", "no": "norwegian", "en": "english"}
#: Adjectives of nb and nn in the neuter, which the stemmer leaves as they are: "aktivt" is "aktiv".
_NEUTER = (("alt", "al"), ("elt", "ell"), ("ivt", "iv"))
_lock = Lock()  # a stemmer keeps the word that it works on
_SHORTEST_PART = 3  # letters of a word inside a compound
_SHORTEST_HEAD = 6  # letters of the last one that stands for the whole
_LINKS = ("", "s", "e")  # letters between the words of a compound in nb and nn
_FUNCTION_WORDS = """
og i på av for til fra frå med om er var som den det de dei en ein ei et eit å at kan har
hva kva hvem kven hvor kvar hvordan korleis hvilke hvilken
the a an of in on and to by is are was does do from with what which who where how
"""
#: Words that say little by themselves, in the languages of the site: not sought beside others.
LITTLE = frozenset(_FUNCTION_WORDS.split())


def words(text: str) -> list[str]:
    """Return the words of ``text`` in order, folded and cut to the length that counts."""
    return [
        part[:SEARCH_WORD_LENGTH]
        for match in _WORD.finditer(text)
        # a character may stand for several words, as ½ does for 1 and 2
        for part in _WORD.findall(fold(match[0][: 4 * SEARCH_WORD_LENGTH]))
    ]


def parts(text: str) -> list[str]:
    """Return the parts of the written words that have several: what else they are found by.

    These are letters of scripts without spaces, numbers, and words that begin with a capital
    letter inside another: "hasPart12" has "has", "part" and "12".
    """
    found: list[str] = []
    for match in _WORD.finditer(text):
        inside = _PART.findall(match[0][: 4 * SEARCH_WORD_LENGTH])
        if len(inside) > 1 or _RUN.match(match[0]):
            found += map(fold, inside)
    return found


def phrase(word: str) -> str:
    """Return a folded word as it stands among the ``parts`` of a script without spaces."""
    return " ".join(_PART.findall(word)) if _RUN.search(word) else word


def fold(text: str) -> str:
    """Return ``text`` without what makes no difference; folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    while (folded := _fold_once(text)) != text:
        text = folded
    return text


def alternatives(word: str) -> set[str]:
    """Return how a folded word is typed by those who have no å, æ and ø; nothing without them."""
    if not _NORDIC.search(word):
        return set()
    return {word.translate(_SPELT), word.translate(_DIGRAPHS)}


def stem(word: str, language: str) -> str:
    """Return a folded word without its ending; unchanged in a language without a stemmer."""
    algorithm = _ALGORITHMS.get(language.lower().partition("-")[0])
    if algorithm is None or not word.isalpha():
        return word
    if algorithm == "norwegian" and len(word) > 5:
        for neuter, common in _NEUTER:
            if word.endswith(neuter):
                word = word.removesuffix(neuter) + common
    with _lock:
        return _stemmer(algorithm).stemWord(word)


def stems(word: str) -> set[str]:
    """Return the stems that a folded word has in any language."""
    return {stem(word, "no"), stem(word, "en")}


def compound(word: str, known: Callable[[Iterable[str]], set[str]]) -> list[str]:
    """Return the words of which ``word`` is made, as few as can be; none where it is not.

    ``known`` returns those of some words that there are. Letters may link two words. Of one whose
    beginning is unknown the last word alone is returned, where that is long.
    """
    pieces = {
        word[start:end]
        for start in range(len(word))
        for end in range(start + _SHORTEST_PART, len(word) + 1)
    } - {word}
    there = known(pieces)
    best: dict[int, list[str]] = {0: []}  # by where they end, the ways to get there
    for end in range(_SHORTEST_PART, len(word) + 1):
        ways = [
            [*best[start], word[start + len(link) : end]]
            for start in best
            for link in (_LINKS if start else ("",))
            if word.startswith(link, start) and word[start + len(link) : end] in there
        ]
        if ways:
            # a longer last word is the likelier one: it is what the compound is a kind of
            best[end] = min(ways, key=lambda way: (len(way), -len(way[-1])))
    if len(word) in best:
        return best[len(word)]
    ends = (word[start:] for start in range(_SHORTEST_PART, len(word) - _SHORTEST_HEAD + 1))
    return [end for end in ends if end in there][:1]


def changes(one: str, other: str) -> int:
    """Return how many letters must be changed, left out, added or swapped with the next one.

    https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance (optimal string alignment)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b)))
            if i > 1 < j and (a, b) == (other[j - 2], one[i - 2]):
                row[j] = min(row[j], earlier[j - 2] + 1)
    return row[-1]


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


@cache
def _stemmer(algorithm: str) -> Any:
    import snowballstemmer  # the stemmers of all languages, which most processes do without

    return snowballstemmer.stemmer(algorithm)
