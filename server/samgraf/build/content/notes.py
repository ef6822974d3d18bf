"""Notes: what a person should know of a content that is served all the same.

A note is told by ``samgraf check`` and ``samgraf build``, kept in the manifest, and shown on
``/status``. Its words stand in ``notes.toml`` by kind; what it names (files, terms, literals) is
the same in each language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from samgraf.errors import ContentError
from samgraf.limits import NOTE_EXAMPLES


@dataclass(frozen=True)
class Note:
    """A remark on a file, or on the whole content where ``file`` is None.

    ``kind`` is a key of ``notes.toml``, ``count`` says how many there are of what is told, and
    ``examples`` names some of them, each with the line where it is known.
    """

    kind: str
    file: str | None = None
    count: int = 1
    examples: tuple[str, ...] = ()

    def text(self, language: str) -> str:
        """Return the sentence, without its place and its examples."""
        texts = _words()[self.kind]
        return texts.get(language, texts["en"]).format(count=f"{self.count:,}".replace(",", " "))

    def tell(self, language: str) -> str:
        """Return the note as lines for a terminal: place and sentence, then the examples."""
        told = f"{_words()['note'][language]}: {self.text(language)}"
        lines = [f"{self.file}: {told}" if self.file else told]
        lines += [f"    {example}" for example in self.examples]
        if self.count > len(self.examples) > 0:
            lines.append(f"    … ({self.count - len(self.examples)})")
        return "\n".join(lines)

    def record(self) -> dict[str, Any]:
        """Return the note as the manifest keeps it."""
        return {
            "kind": self.kind,
            "file": self.file,
            "count": self.count,
            "examples": list(self.examples),
            "text": {language: self.text(language) for language in ("nb", "nn", "en")},
        }


def note_of(kind: str, file: str | None, found: Sequence[str]) -> Note:
    """Return a note on all that is ``found``, which names the first few."""
    return Note(kind, file, len(found), tuple(found[:NOTE_EXAMPLES]))


def notes_of(kind: str, faults: Iterable[ContentError]) -> list[Note]:
    """Return a note for each file on what would be ``faults`` in a content that is held to more."""
    by_file: dict[str | None, list[str]] = {}
    for fault in faults:
        place = f"{fault.file}:{fault.line}: " if fault.line else ""
        name = None if fault.file is None else str(fault.file)
        by_file.setdefault(name, []).append(place + fault.message)
    return [note_of(kind, file, told) for file, told in by_file.items()]


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files("samgraf.build.content") / "notes.toml").read_text("utf-8"))
