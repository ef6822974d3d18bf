"""One file of a content, parsed: its triples in their graphs, and the lines on which they stand.

A file's triples go into a graph of its own; graphs that it names keep their names. Relative IRIs
are resolved against the IRI of the file's graph. https://www.w3.org/TR/rdf12-concepts/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from samgraf.build.content.formats import IN_LINES, format_of, read_quads
from samgraf.build.content.layout import NOBODYS, ContentFile
from samgraf.build.content.lines import FileStatement, first_lines, read_statements
from samgraf.build.rdf import RDF_TYPE


@dataclass(frozen=True)
class LoadedFile:
    """A parsed file: its text, hash, prefixes and triples (a set as a list, in file order).

    ``triples`` are those of all its graphs, less ``quoting``, the quads in which a triple stands as
    a term (RDF 1.2): they are kept, and no stage of the build looks at them. ``named`` has the
    graphs, other than the file's own, that a triple stands in.
    """

    file: ContentFile
    graph: ox.NamedNode
    text: str
    sha256: str
    prefixes: dict[str, str]
    triples: list[ox.Triple]
    named: dict[ox.Triple, list[ox.NamedNode]] = field(default_factory=dict, repr=False)
    quoting: list[ox.Quad] = field(default_factory=list, repr=False)
    format: ox.RdfFormat = ox.RdfFormat.TURTLE
    skolem: int = 0

    def quads(self) -> Iterator[ox.Quad]:
        """Yield every quad of this file, in its graph or in the one that it names."""
        for t in self.triples:
            for graph in self.named.get(t, (self.graph,)):
                yield ox.Quad(t.subject, t.predicate, t.object, graph)
        yield from self.quoting

    def graphs(self) -> set[ox.NamedNode]:
        """Return the graph of this file, and those that its triples name."""
        return {self.graph, *(graph for graphs in self.named.values() for graph in graphs)}

    @cached_property
    def statements(self) -> list[FileStatement]:
        """Return the statements with their lines; none where the format tells no lines."""
        return read_statements(self.text) if self.format in IN_LINES else []

    @cached_property
    def _lines(self) -> dict[str, int]:
        return first_lines(self.text)

    @cached_property
    def _subject_lines(self) -> dict[object, int]:
        found: dict[object, int] = {}
        for s in self.statements:
            found.setdefault(s.subject, s.subject_line)
        # better where its class is said
        typed = {}
        for s in self.statements:
            if s.predicate == RDF_TYPE:
                typed.setdefault(s.subject, s.subject_line)
        return found | typed

    @cached_property
    def _by_triple(self) -> dict[object, int]:
        found: dict[object, int] = {}
        for s in self.statements:
            found.setdefault(_key(s.subject, s.predicate, s.object), s.line)
        return found

    @cached_property
    def _by_literal(self) -> dict[object, int]:
        found: dict[object, int] = {}
        for s in self.statements:
            if isinstance(s.object, ox.Literal):
                found.setdefault(s.object, s.line)
        return found

    def line_of_term(self, iri: str) -> int | None:
        """Return the first line that names ``iri``, None where none is known to."""
        if self.format in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD):
            at = self.text.find(iri)
            return self.text.count("\n", 0, at) + 1 if at >= 0 else None
        return self._lines.get(iri)

    def line_of_subject(self, node: object) -> int | None:
        """Return the line on which the description of ``node`` begins."""
        line = self._subject_lines.get(node)
        return line or (self.line_of_term(node.value) if isinstance(node, ox.NamedNode) else None)

    def line_of_triple(self, triple: ox.Triple) -> int | None:
        """Return the line on which ``triple`` stands; any two blank nodes count as the same."""
        return self._by_triple.get(_key(triple.subject, triple.predicate, triple.object))

    def line_of_literal(self, literal: ox.Literal) -> int | None:
        """Return the first line on which ``literal`` stands."""
        return self._by_literal.get(literal)


def _key(subject: object, predicate: object, value: object) -> tuple[object, object, object]:
    blank = ox.BlankNode
    return (
        None if isinstance(subject, blank) else subject,
        predicate,
        None if isinstance(value, blank) else value,
    )


def is_relative(file: LoadedFile) -> bool:
    """Return whether anything in ``file`` stands below the base that is nobody's."""
    terms = (x for q in file.quads() for x in (q.subject, q.predicate, q.object))
    return NOBODYS in file.text or any(NOBODYS in str(term) for term in dict.fromkeys(terms))


def moved(file: LoadedFile, base: str) -> LoadedFile:
    """Return ``file``, which has no relative IRI, with its graph below ``base``."""
    old, new = file.graph, ox.NamedNode(base + file.file.graph)
    named = {t: [new if g == old else g for g in gs] for t, gs in file.named.items()}
    quoting = [
        ox.Quad(q.subject, q.predicate, q.object, new if q.graph_name == old else q.graph_name)
        for q in file.quoting
    ]
    return LoadedFile(
        file.file, new, file.text, file.sha256, file.prefixes, file.triples, named, quoting,
        file.format, file.skolem,
    )  # fmt: skip


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
    quads, prefixes = read_quads(text, format, own.value, file.name, contexts)
    rename = _renamer(f"f{number}")
    graphs: dict[object, ox.NamedNode] = {ox.DefaultGraph(): own}
    by_triple: dict[ox.Triple, list[ox.NamedNode]] = {}
    quoting: dict[ox.Quad, None] = {}
    skolem = 0
    for quad in quads:
        graph = graphs.get(quad.graph_name)
        if graph is None:
            if isinstance(quad.graph_name, ox.NamedNode):
                graph = quad.graph_name
            else:
                skolem += 1
                graph = ox.NamedNode(f"{own.value}/unnamed-{skolem}")
            graphs[quad.graph_name] = graph
        subject, value = rename(quad.subject), rename(quad.object)
        if isinstance(value, ox.Triple) or isinstance(subject, ox.Triple):
            quoting[ox.Quad(subject, quad.predicate, value, graph)] = None
            continue
        known = by_triple.setdefault(ox.Triple(subject, quad.predicate, value), [])
        if graph not in known:
            known.append(graph)
    named = {} if len(graphs) == 1 else {t: g for t, g in by_triple.items() if g != [own]}
    return LoadedFile(
        file, own, text, digest, prefixes, list(by_triple), named, list(quoting), format, skolem
    )


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
