"""Look each passage up in a text: at its place, else at any other, by its hash alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from pathlib import Path

from samgraf.build.evidence.passages import Passage
from samgraf.errors import UsageError


class State(StrEnum):
    """What has become of a passage."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True)
class Finding:
    """A passage with its state and, where it moved, by how many code points."""

    passage: Passage
    state: State
    shift: int = 0


def read_text(path: Path) -> str:
    """Return the text in ``path`` with its own line ends, since places count each character.

    Raise UsageError where the file cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path}: the file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: the file is not UTF-8 (byte {error.start}). Save it as UTF-8 plain text."
        ) from error


def recheck(found: Iterable[Passage], text: str) -> list[Finding]:
    """Return for each passage whether it stands in ``text`` as it did.

    Where one of the texts that the passages name is ``text`` to the byte, only its passages count.
    """
    found = list(found)
    whole = hashlib.sha256(text.encode()).hexdigest()
    if any(p.source_sha256 == whole for p in found):
        found = [p for p in found if p.source_sha256 == whole]
    window = _Window(text)
    return [window.look(p) for p in found]


class _Window:
    """A text as bytes with the place of each code point, and the shifts seen so far."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode()
        self._at = [0, *accumulate(len(c.encode()) for c in text)]
        self._shifts: dict[int, None] = {}

    def look(self, passage: Passage) -> Finding:
        length = passage.end - passage.start
        last = len(self._at) - 1 - length
        if passage.start <= last and self._hash(passage.start, length) == passage.sha256:
            return Finding(passage, State.UNCHANGED)
        for start in self._starts(passage.start, last):
            if self._hash(start, length) == passage.sha256:
                shift = start - passage.start
                self._shifts[shift] = None
                return Finding(passage, State.MOVED, shift)
        return Finding(passage, State.CHANGED)

    def _starts(self, home: int, last: int) -> Iterator[int]:
        """Yield each place a window can start: by shifts of other passages first, then outwards."""
        for shift in self._shifts:
            if 0 <= home + shift <= last:
                yield home + shift
        for distance in range(1, max(home, last - home) + 1):
            if 0 <= home - distance <= last:
                yield home - distance
            if home + distance <= last:
                yield home + distance

    def _hash(self, start: int, length: int) -> str:
        part = self._bytes[self._at[start] : self._at[start + length]]
        return hashlib.sha256(part).hexdigest()
