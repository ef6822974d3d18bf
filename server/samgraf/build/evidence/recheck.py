"""Check passages, and the words of the content, against the texts that it points into.

A passage is looked up at its place, else at any other, by its SHA-256 alone. A text is known by its
SHA-256, too: that two passages overlap is seen without it; what copies it, and what stands
elsewhere than the content says, only with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from pathlib import Path

from samgraf.build.content import ContentErrors, Loaded
from samgraf.build.evidence.copies import copies
from samgraf.build.evidence.passages import Passage, read_passages
from samgraf.errors import ContentError, UsageError


class PassageState(StrEnum):
    """What has become of a passage."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True)
class PassageFinding:
    """A passage with its state and, where it moved, by how many code points."""

    passage: Passage
    state: PassageState
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


def recheck(found: Iterable[Passage], text: str) -> list[PassageFinding]:
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

    def look(self, passage: Passage) -> PassageFinding:
        length = passage.end - passage.start
        last = len(self._at) - 1 - length
        if passage.start <= last and self._hash(passage.start, length) == passage.sha256:
            return PassageFinding(passage, PassageState.UNCHANGED)
        for start in self._starts(passage.start, last):
            if self._hash(start, length) == passage.sha256:
                shift = start - passage.start
                self._shifts[shift] = None
                return PassageFinding(passage, PassageState.MOVED, shift)
        return PassageFinding(passage, PassageState.CHANGED)

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


#: Where texts are looked for below the root of a content; the folder is no part of the content.
FOLDER = Path("data") / "texts"


@dataclass(frozen=True)
class Texts:
    """The IRIs of the texts that were at hand, and of those that were not, sorted."""

    at_hand: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def check_texts(loaded: Loaded, given: Iterable[Path] = (), folder: Path | None = None) -> Texts:
    """Check the passages, and the words of the content, against ``given`` and those in ``folder``.

    Without ``folder`` it is FOLDER of the content, if there is one. Raise ContentErrors with all
    that is amiss, UsageError where a given file is unreadable or none of the texts.
    """
    passages, sources = read_passages(loaded)
    at_hand: dict[str, str] = {}
    for path in given:
        text = read_text(path)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest not in sources:
            raise UsageError(
                f"{path}: the content describes no text with this SHA-256 ({digest}). "
                "'samgraf evidence' tells which passages a changed text still holds."
            )
        at_hand[digest] = text
    for path in _in_folder(loaded, folder):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in sources:
            at_hand[digest] = read_text(path)
    faults = list(overlaps(passages, loaded))
    for digest, text in at_hand.items():
        own = [p for p in passages if p.source_sha256 == digest and p.sha256]
        faults += _moved(own, text, loaded)
        faults += copies(loaded, text)
    if faults:
        raise ContentErrors(faults)
    return Texts(
        tuple(sorted(iri for digest, iri in sources.items() if digest in at_hand)),
        tuple(sorted(iri for digest, iri in sources.items() if digest not in at_hand)),
    )


def overlaps(passages: Iterable[Passage], loaded: Loaded) -> Iterator[ContentError]:
    """Yield a fault for each passage that begins before an earlier one of its text has ended."""
    before: Passage | None = None
    for p in sorted(passages, key=lambda p: (p.source, p.start, p.end, p.iri)):
        if before and p.source and p.source == before.source and p.start < before.end:
            short = loaded.header.shorten
            yield loaded.fault(
                f"{short(p.iri)} ({p.start} to {p.end}) overlaps {short(before.iri)} "
                f"({before.start} to {before.end}).",
                p.selector,
                "A place in a text belongs to one passage: correct oa:start or oa:end.",
            )
        if before is None or p.source != before.source or p.end > before.end:
            before = p


def _moved(passages: list[Passage], text: str, loaded: Loaded) -> Iterator[ContentError]:
    for found in recheck(passages, text):
        p, name = found.passage, loaded.header.shorten(found.passage.iri)
        if found.state is PassageState.MOVED:
            yield loaded.fault(
                f"{name}: the passage stands at {p.start + found.shift} to "
                f"{p.end + found.shift} of the text, not at {p.start} to {p.end}.",
                p.selector,
                "Correct oa:start and oa:end.",
            )
        elif found.state is PassageState.CHANGED:
            yield loaded.fault(
                f"{name}: what stands at {p.start} to {p.end} of the text has another SHA-256.",
                p.iri,
                "'samgraf passages' gives place and SHA-256 of a quote.",
            )


def _in_folder(loaded: Loaded, folder: Path | None) -> list[Path]:
    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder}: this is no folder of texts (SAMGRAF_TEXTS).")
    folder = folder or loaded.content.root / FOLDER
    try:
        return sorted(p for p in folder.glob("*") if p.is_file())
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be read: {error.strerror}.") from error
