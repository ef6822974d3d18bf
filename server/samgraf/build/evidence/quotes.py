"""Find quotes in a text: place, SHA-256, and a text fragment that leads a browser there.

Places are code points from 0, the end exclusive, as in
https://www.w3.org/TR/annotation-model/#text-position-selector. A fragment is a few words that
stand once in the text, whatever the case (https://wicg.github.io/scroll-to-text-fragment/).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import quote as percent

#: How many words a fragment may have: fewer could stand anywhere, more are too much of the text.
FEWEST, MOST = 3, 6
_WORD = re.compile(r"\w+(?:[-\u2010\u2011'\u2019]\w+)*")
_SIGNED = re.compile(r"\S+")
#: What no fragment holds: any space but a plain one, which would not be found on a page as such.
_OTHER_SPACE = re.compile(r"[^\S ]|  ")
_LIKE = {
    "'": "\u2018\u2019\u201a\u2032",
    '"': "\u201c\u201d\u201e\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2212",
}
_SIGNS = str.maketrans({sign: plain for plain, signs in _LIKE.items() for sign in signs})


@dataclass(frozen=True)
class QuotePlace:
    """Where a quote stands, the SHA-256 of its UTF-8 bytes, and its fragment, if there is one."""

    start: int
    end: int
    sha256: str
    fragment: str


@dataclass(frozen=True)
class Near:
    """What stands in the text in place of a quote that does not, and how the two differ."""

    start: int
    end: int
    text: str
    differs: tuple[str, ...]


def find(text: str, quote: str) -> list[QuotePlace]:
    """Return every place at which ``quote``, which is not empty, stands in ``text``."""
    # looking ahead, so that places which overlap are found, too
    starts = [m.start() for m in re.finditer(f"(?={re.escape(quote)})", text)]
    digest = hashlib.sha256(quote.encode()).hexdigest()
    fragment = fragment_of(text, quote) if len(starts) == 1 else ""
    return [QuotePlace(start, start + len(quote), digest, fragment) for start in starts]


def fragment_of(text: str, quote: str) -> str:
    """Return the text directive of the first, shortest words of ``quote`` that ``text`` has once.

    Signs before and after the words count only where no words do without them. Return nothing where
    no three to six words in a row stand once.
    """
    folded = text.casefold()
    for pattern in (_WORD, _SIGNED):
        spans = [m.span() for m in pattern.finditer(quote)]
        for count in range(FEWEST, MOST + 1):
            for first, last in zip(spans, spans[count - 1 :], strict=False):
                words = quote[first[0] : last[1]]
                if len(words.split()) > MOST or _OTHER_SPACE.search(words):
                    continue
                if _once(folded, words.casefold()):
                    # a bare hyphen has a meaning in a directive, and quote() leaves it
                    return ":~:text=" + percent(words, safe="").replace("-", "%2D")
    return ""


def _once(folded: str, words: str) -> bool:
    first = folded.find(words)
    return first >= 0 and folded.find(words, first + 1) < 0


def near(text: str, quote: str) -> Near | None:
    """Return where ``quote`` stands but for space, case, signs or form of characters.

    Else where the longest run of its words stands; None where not two in a row do.
    """
    folded, places = _folded(text)
    wanted = _folded(quote)[0].strip()
    at = folded.find(wanted) if wanted else -1
    if at >= 0:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        return Near(start, end, text[start:end], tuple(_differences(text[start:end], quote)))
    return _longest_run(text, quote)


def _folded(text: str) -> tuple[str, list[int]]:
    """Return ``text`` in a form in which like things are equal, and where each sign comes from."""
    signs: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for sign in _fold(char):
            if sign == " " and signs and signs[-1] == " ":
                continue
            signs.append(sign)
            places.append(place)
    return "".join(signs), places


def _fold(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char) in ("Cf", "Mn"):
        return ""
    plain = unicodedata.normalize("NFKD", char.translate(_SIGNS)).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c))


#: In which ways two texts may differ, each with what makes them equal in that.
_WAYS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("no-break spaces", lambda t: re.sub("[\u00a0\u202f\u2007]", " ", t)),
    ("line breaks", lambda t: re.sub(r"[^\S\r\n]*[\r\n]+\s*", " ", t)),
    ("composed and combining characters", lambda t: unicodedata.normalize("NFC", t)),
    ("case", str.casefold),
    ("quotation marks or dashes", lambda t: t.translate(_SIGNS)),
)


def _differences(text: str, quote: str) -> Iterator[str]:
    """Yield each way without which the two, equal in all others, are not equal."""
    if _in_all_ways(text) != _in_all_ways(quote):
        yield "signs or spaces"
        return
    for name, _ in _WAYS:
        if _in_all_ways(text, but=name) != _in_all_ways(quote, but=name):
            yield name


def _in_all_ways(text: str, but: str = "") -> str:
    for name, way in _WAYS:
        if name != but:
            text = way(text)
    return text


def _longest_run(text: str, quote: str) -> Near | None:
    """Return the longest run of words of ``quote`` that stands in ``text``, two at least."""
    here = list(_WORD.finditer(text))
    wanted = [m[0].casefold() for m in _WORD.finditer(quote)]
    words = [m[0].casefold() for m in here]
    run = SequenceMatcher(None, wanted, words, autojunk=False).find_longest_match()
    if run.size < 2:
        return None
    start, end = here[run.b].start(), here[run.b + run.size - 1].end()
    return Near(start, end, text[start:end], ())
