"""Find names that are spelled much as another: within a few edits, or one a part of the other.

The distance is that of Damerau and Levenshtein, in which two letters that changed places are one
edit (optimal string alignment). Names of another length, or with other letters, are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from samgraf.limits import HINT_COMPARED, NEAR_LENGTH

_BREAK = re.compile(r"[_\-.\s]+")
_LONG = 4  # letters from which on a name that is part of another is like it


class Names:
    """Names to be found by their ends: IRIs, or words."""

    def __init__(self, names: Iterable[str]):
        self._by_end: dict[str, list[str]] = {}
        for name in names:
            self._by_end.setdefault(folded(name), []).append(name)
        self._by_end.pop("", None)
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        for end in self._by_end:
            self._by_length.setdefault(len(end), []).append((_letters(end), end))
        self._all = "\n".join(("", *self._by_end, ""))

    def nearest(self, name: str, most: int = 3) -> list[str]:
        """Return those whose ends are spelled most as that of ``name``, at most ``most``.

        A name with another beginning counts as one edit more.
        """
        wanted = folded(name)
        if not wanted:
            return []
        stem = name[: len(name) - len(end_of(name))]
        found: dict[str, float] = {}
        for end, edits in (*self._edited(wanted), *self._parts(wanted)):
            for other in self._by_end[end]:
                score = edits + (not other.startswith(stem))
                if other != name and score < found.get(other, NEAR_LENGTH):
                    found[other] = score
        ranked = sorted(found, key=lambda other: (found[other], not other.startswith(stem), other))
        return [other for other in ranked[:most] if found[other] == found[ranked[0]]]

    def _edited(self, wanted: str) -> Iterator[tuple[str, float]]:
        """Yield the ends within a few edits of ``wanted``, and how many these are."""
        allowed, letters = _allowed(wanted), _letters(wanted)
        compared = 0
        for length in range(len(wanted) - allowed, len(wanted) + allowed + 1):
            for theirs, end in self._by_length.get(length, ()):
                differing = letters ^ theirs
                # a letter that is exchanged may be missing on either side
                if (
                    (differing & letters).bit_count() > allowed
                    or (differing & theirs).bit_count() > allowed
                ) or compared >= HINT_COMPARED:
                    continue
                compared += 1
                edits = distance(wanted, end, allowed)
                if edits <= allowed:
                    yield end, edits

    def _parts(self, wanted: str) -> Iterator[tuple[str, float]]:
        """Yield the ends that hold ``wanted`` or are held by it; they rank behind edited ones."""
        if len(wanted) < _LONG:
            return
        least, place = _allowed(wanted), self._all.find(wanted)
        for _ in range(HINT_COMPARED):
            if place < 0:
                break
            close = self._all.index("\n", place)
            end = self._all[self._all.rindex("\n", 0, place) + 1 : close]
            yield end, least + (len(end) - len(wanted)) / NEAR_LENGTH
            place = self._all.find(wanted, close)
        for start in range(len(wanted) - _LONG + 1):
            for stop in range(start + _LONG, len(wanted) + 1):
                if (end := wanted[start:stop]) in self._by_end:
                    yield end, least + (len(wanted) - len(end)) / NEAR_LENGTH


def end_of(iri: str) -> str:
    """Return what follows the last slash or hash."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def folded(name: str) -> str:
    """Return the end of a name as it is compared: without case, hyphens and what is too long."""
    return _BREAK.sub("", end_of(name)).casefold()[:NEAR_LENGTH]


def _allowed(word: str) -> int:
    return 1 if len(word) <= _LONG else 2 if len(word) <= 2 * _LONG else 3


def _letters(word: str) -> int:
    """Return a number with a bit for each letter; some letters share one."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def distance(one: str, other: str, most: int) -> int:
    """Return the number of edits between two words; ``most`` + 1 where there are more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        line = [i]
        for j, theirs in enumerate(other, 1):
            cost = min(row[j] + 1, line[j - 1] + 1, row[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, before[j - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, row = row, line
    return min(row[-1], most + 1)
