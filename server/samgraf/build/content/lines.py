"""Find the line of a text on which a statement stands, or a term.

The parser that loads a file tells no lines. It is given the text line by line, so that each
statement stands where the parser had got to when it told it; what a person would call the line is
made of that only where a fault is to be told. https://www.w3.org/TR/turtle/#sec-grammar
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from samgraf.build.rdf import RDF_TYPE

#: What begins a line and belongs to that before it: what is told here stands above.
_LEAD = re.compile(rb"\s*[.;,\])]")
_NOTHING = re.compile(rb"\s*(?:[.;,\])]|#.*)?\s*")
#: A subject alone on its line, or with a property: what is said of it stands below.
_OPENING = re.compile(
    r"(?i)\s*(?![@#]|base\s|prefix\s)\S+(?:\s+\S+)?(?<![\].;,{\"'])(?:\s+#.*)?\s*"
)
#: What a bracket is left open by at the end of a line.
_BRACKET = re.compile(r"[\[(]\s*(?:\s#.*)?$")
_HIGHEST = 4  # lines that what is first said of a subject stands below it, and less
_LONG = re.compile(r"\"{3}|'{3}")


class LineReader(io.BytesIO):
    """A text as a file that gives a line at a time; ``line``, from 1, is that given last."""

    def __init__(self, data: bytes) -> None:
        """Begin at the start of ``data``."""
        super().__init__(data)
        self._number, self._is_ended = 0, True
        self.line = 1

    def read(self, size: int | None = -1) -> bytes:
        """Return the next line, or a part of it: ``size`` bytes at most."""
        part = self.readline(size)
        if self._is_ended:
            self._number += 1
            if lead := _LEAD.match(part):
                self.seek(lead.end() - len(part), io.SEEK_CUR)
                part = lead[0]
        self._is_ended = part.endswith(b"\n")
        if not _NOTHING.fullmatch(part):
            self.line = self._number
        return part


class Lines:
    """The lines of one text: of ``triples`` where their objects begin, of ``terms`` the first.

    ``subjects`` has where the description of each thing begins: the one that says its class, else
    the first.
    """

    def __init__(self, text: str, quads: Mapping[ox.Quad, int]) -> None:
        """Take the ``quads`` of ``text``, each with the line at which the parser told it."""
        self._text = text.split("\n")
        self.triples: dict[ox.Triple, int] = {}
        self.terms: dict[object, int] = {}
        self.subjects: dict[object, int] = {}
        typed: dict[object, int] = {}
        begun: dict[object, int] = {}  # where that begins which is said of each thing at hand
        for quad, told in quads.items():
            subject, predicate, value, graph = quad
            # most of what stands in brackets is told before that which leads to it
            is_told = isinstance(value, ox.BlankNode) and value in begun
            is_around = is_told and "_:" not in self._text[told - 1]
            line = begun[value] if is_around else self._first_line(value, told)
            if isinstance(subject, ox.NamedNode) and subject not in begun:
                begun.clear()
            if subject not in begun:
                begun[subject] = self._opening(line)
            start = begun[subject]
            (typed if predicate == RDF_TYPE else self.subjects).setdefault(subject, start)
            self.triples.setdefault(quad.triple, line)
            self._name((subject,), start)
            self._name((graph, predicate, value, getattr(value, "datatype", None)), line)
        self.subjects |= typed

    def _name(self, terms: Iterable[object], line: int) -> None:
        for term in terms:
            self.terms.setdefault(term, line)

    def _first_line(self, value: object, last: int) -> int:
        """Return the line on which ``value`` begins, which ends on ``last``."""
        if isinstance(value, ox.Literal):
            first = last - value.value.count("\n")
            text = self._text[first - 1] if first > 0 else ""
            begins = text.endswith(value.value.partition("\n")[0]) or "\\" in text
            if begins and _LONG.search(text):
                return first
        return last

    def _opening(self, line: int) -> int:
        """Return the line of the subject of which something is said on ``line``, or above it."""
        first = line
        for above in range(line - 1, max(line - _HIGHEST, 0), -1):
            text = self._text[above - 1]
            if text.lstrip().startswith("#"):
                continue
            if _BRACKET.search(text):
                return above
            if not _OPENING.fullmatch(text):
                break
            first = above
        return first
