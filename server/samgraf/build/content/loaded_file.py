"""One file of a content, parsed: its triples in their graphs, and the lines on which they stand.

A file's triples go into a graph of its own; graphs that it names keep their names. Relative IRIs
are resolved against the IRI of the file's graph. https://www.w3.org/TR/rdf12-concepts/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from samgraf.build.content.formats import IN_LINES, format_of, read_quads
from samgraf.build.content.layout import ContentFile
from samgraf.build.content.lines import Lines


@dataclass(frozen=True)
class LoadedFile:
    """A parsed file: its text, hash, prefixes and quads, in file order.

    ``quads`` are in the graph of the file, or in the one that it names; each has the line at which
    the parser told it, 0 where the format tells none. ``skolem`` is the number of graphs that were
    given an IRI.
    """

    file: ContentFile
    graph: ox.NamedNode
    text: str
    sha256: str
    prefixes: dict[str, str]
    quads: dict[ox.Quad, int]
    format: ox.RdfFormat = ox.RdfFormat.TURTLE
    skolem: int = 0

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """Return the triples of all graphs, each once, less those of ``quoting``."""
        quoting = set(self.quoting)
        return list(dict.fromkeys(q.triple for q in self.quads if q not in quoting))

    @cached_property
    def quoting(self) -> list[ox.Quad]:
        """Return the quads in which a triple stands as a term (RDF 1.2).

        They are kept, and no stage of the build looks at them.
        """
        return [q for q in self.quads if isinstance(q.object, ox.Triple)]

    @property
    def graphs(self) -> set[object]:
        """Return the graph of this file, and those that its quads name."""
        return {self.graph, *(q.graph_name for q in self.quads)}

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text, self.quads if self.format in IN_LINES else {})

    def line_of_term(self, iri: str) -> int | None:
        """Return the first line that names ``iri``, None where none is known to."""
        if self.format in IN_LINES:
            return self._lines.terms.get(ox.NamedNode(iri))
        at = self.text.find(iri)
        return self.text.count("\n", 0, at) + 1 if at >= 0 else None

    def line_of_subject(self, node: object) -> int | None:
        """Return the line on which the description of ``node`` begins."""
        line = self._lines.subjects.get(node)
        return line or (self.line_of_term(node.value) if isinstance(node, ox.NamedNode) else None)

    def line_of_triple(self, triple: ox.Triple) -> int | None:
        """Return the line on which ``triple`` stands, which is that of its object."""
        return self._lines.triples.get(triple)

    def line_of_literal(self, literal: ox.Literal) -> int | None:
        """Return the first line on which ``literal`` stands."""
        return self._lines.terms.get(literal)


def parse_file(
    file: ContentFile,
    text: str,
    digest: str,
    number: int,
    base: str,
    contexts: Mapping[str, str],
) -> LoadedFile:
    """Return the file with ``text``, whose SHA-256 is ``digest``, read below ``base``.

    ``number`` tells its blank nodes from those of other files. Raise ContentError where the text
    is not of the format.
    """
    format = format_of(file.path, text)
    own = ox.NamedNode(base + file.graph)
    read, prefixes = read_quads(text, format, own.value, file.name, contexts)
    rename = _renamer(f"f{number}")
    graphs: dict[object, ox.NamedNode] = {ox.DefaultGraph(): own}
    quads: dict[ox.Quad, int] = {}
    skolem = 0
    for (subject, predicate, value, name), line in read:
        if name not in graphs:
            skolem += isinstance(name, ox.BlankNode)
            is_named = isinstance(name, ox.NamedNode)
            graphs[name] = name if is_named else ox.NamedNode(f"{own.value}/unnamed-{skolem}")
        quads.setdefault(ox.Quad(rename(subject), predicate, rename(value), graphs[name]), line)
    return LoadedFile(file, own, text, digest, prefixes, quads, format, skolem)


def _renamer(label: str) -> Callable[[Any], Any]:
    """Return a function that labels blank nodes by file and order, so that none ever clash."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def rename(term: Any) -> Any:
        if isinstance(term, ox.Triple):
            return ox.Triple(rename(term.subject), term.predicate, rename(term.object))
        if not isinstance(term, ox.BlankNode):
            return term
        return names.setdefault(term, ox.BlankNode(f"{label}b{len(names)}"))

    return rename
