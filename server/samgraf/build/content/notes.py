"""Notes: what a person should know of a content that is served all the same.

A note is told by ``samgraf check`` and ``samgraf build``, kept in the manifest, and shown on
``/status``. Its words stand in ``notes.toml`` by kind; what it names (files, terms, literals) is
the same in each language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

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


def note_of(kind: str, file: str | None, found: Sequence[str], *, count: int = 0) -> Note:
    """Return a note on all that is ``found``, which names the first few.

    ``count`` says how many there are where ``found`` holds the first few only.
    """
    return Note(kind, file, count or len(found), tuple(found[:NOTE_EXAMPLES]))


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files("samgraf.build.content") / "notes.toml").read_text("utf-8"))
