"""Find what the content copies from a text: so many words in a row that are the text's own.

Case and signs do not count. A name is no copy: neither what stands in a title or a name, nor the
words of a title wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from samgraf.build.content import Loaded, LoadedFile
from samgraf.build.content.layout import FileKind
from samgraf.build.rdf import value_of
from samgraf.errors import ContentError
from samgraf.vocab import DCT, FOAF, RDF, SCHEMA, XSD

#: So many words in a row, or more, are a copy.
WORDS = 5
#: Properties whose values are what something is called.
NAMES = frozenset(
    ox.NamedNode(iri)
    for iri in (
        *(DCT + name for name in ("title", "alternative", "bibliographicCitation")),
        *(FOAF + "name", SCHEMA + "name"),
    )
)
_TEXTS = frozenset((XSD + "string", RDF + "langString"))
_WORD = re.compile(r"\w+")
_MEND = "Say it in your own words."

Run = tuple[str, ...]


class _Words(NamedTuple):
    """Words as compared, and where each stands in what was written."""

    folded: list[str]
    places: list[tuple[int, int]]


def copies(loaded: Loaded, text: str) -> Iterator[ContentError]:
    """Yield a fault for each literal, comment and query header that copies ``text``."""
    taken = set(_runs(_words(text).folded))
    for file in loaded.files:
        for t in file.triples:
            if t.predicate in NAMES and isinstance(t.object, ox.Literal):
                taken.difference_update(_runs(_words(t.object.value).folded))
    for file in loaded.files:
        if file.file.kind is not FileKind.MIRROR:
            yield from _in_file(file, loaded, taken)
            yield from _in_comments(file.file.name, file.text, taken)
    for path in loaded.content.queries():
        name = loaded.content.name_of(path)
        yield from _in_comments(name, path.read_text("utf-8"), taken)


def copied(written: str, taken: set[Run]) -> list[str]:
    """Return the longest parts of ``written`` whose every run of words is one of ``taken``."""
    words = _words(written)
    found, start = [], None
    hits = [run in taken for run in _runs(words.folded)]
    for at, hit in enumerate([*hits, False]):
        if hit and start is None:
            start = at
        elif not hit and start is not None:
            first, last = words.places[start][0], words.places[at + WORDS - 2][1]
            found.append(" ".join(written[first:last].split()))
            start = None
    return found


def _in_file(file: LoadedFile, loaded: Loaded, taken: set[Run]) -> Iterator[ContentError]:
    for t in file.triples:
        is_text = isinstance(t.object, ox.Literal) and t.object.datatype.value in _TEXTS
        if not is_text or t.predicate in NAMES:
            continue
        for part in copied(t.object.value, taken):
            thing = loaded.header.shorten(value_of(t.subject))
            what = f"{thing} {loaded.header.shorten(t.predicate.value)}"
            yield _fault(what, part, file.file.name, file.line_of_triple(t))


def _in_comments(name: str, text: str, taken: set[Run]) -> Iterator[ContentError]:
    """Yield a fault for each block of comment lines that copies."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.startswith("#"):
            block.append(line.removeprefix("#"))
        elif block:
            for part in copied("\n".join(block), taken):
                yield _fault("A comment", part, name, number - len(block))
            block = []


def _fault(what: str, part: str, file: str, line: int | None) -> ContentError:
    count = len(_words(part).folded)
    message = f"{what}: {count} words in a row are those of the source: “{part}”."
    return ContentError(message, file, line, _MEND)


def _words(text: str) -> _Words:
    matches = list(_WORD.finditer(text))
    return _Words([m[0].casefold() for m in matches], [m.span() for m in matches])


def _runs(folded: list[str]) -> Iterable[Run]:
    return zip(*(folded[n:] for n in range(WORDS)), strict=False)
