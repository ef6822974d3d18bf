"""Parse every Turtle file of a content into its named graph.

https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import pyoxigraph as ox

from samgraf.build.content.header import RDF_TYPE, Header, read_header
from samgraf.build.content.layout import STATING, Content, ContentFile, Kind
from samgraf.build.content.lines import Statement, line_of, read_statements
from samgraf.errors import ContentError, UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class LoadedFile:
    """A parsed file: its text, hash, prefixes and triples (a set as a list, in file order)."""

    file: ContentFile
    graph: ox.NamedNode
    text: str
    sha256: str
    prefixes: dict[str, str]
    triples: list[ox.Triple]

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the triples in this file's graph."""
        for t in self.triples:
            yield ox.Quad(t.subject, t.predicate, t.object, self.graph)


@dataclass(frozen=True)
class Loaded:
    """A whole content in memory."""

    content: Content
    header: Header
    files: list[LoadedFile]
    _statements: dict[str, list[Statement]] = field(default_factory=dict, repr=False)
    _described: dict[object, LoadedFile] = field(default_factory=dict, repr=False)

    def triples(self, kinds: Iterable[Kind]) -> list[ox.Triple]:
        """Return the triples of the files of ``kinds``, each once, in file order."""
        wanted = frozenset(kinds)
        chosen = (t for f in self.files if f.file.kind in wanted for t in f.triples)
        return list(dict.fromkeys(chosen))

    def quads(self) -> Iterator[ox.Quad]:
        """Yield every asserted quad.

        What an extract says of itself is ours, and stands with the partners.
        """
        partners = ox.NamedNode(self.header.base + "graph/partners")
        for file in self.files:
            of_others = file.file.kind is Kind.MIRROR
            for q in file.quads():
                is_ours = of_others and q.subject == file.graph
                yield ox.Quad(q.subject, q.predicate, q.object, partners) if is_ours else q

    def apart(self) -> list[str]:
        """Return the graphs that are no part of the default graph: report and mirrors."""
        mirrors = (f.graph.value for f in self.files if f.file.kind is Kind.MIRROR)
        return [*sorted(mirrors), self.header.base + "graph/report"]

    def place(self, iri: str) -> tuple[str, int | None] | None:
        """Return (file, line) where ``iri`` is described; None where it is not.

        The line is that on which its description begins, in the file of ``file_of``.
        """
        node = ox.NamedNode(iri)
        file = self.file_of(node)
        if file is None:
            return None
        own = [s for s in self.statements(file) if s.subject == node]
        typed = [s for s in own if s.predicate == RDF_TYPE]
        line = next((s.subject_line for s in typed or own), None)
        return file.file.name, line or line_of(file.text, iri, file.prefixes, subject=True)

    def file_of(self, node: ox.NamedNode | ox.BlankNode) -> LoadedFile | None:
        """Return the file that describes ``node``: data first, then the one that says its class.

        Of several, the one that says most of it.
        """
        if not self._described:
            best: dict[object, tuple[tuple[bool, bool, int], LoadedFile]] = {}
            for file in self.files:
                is_data = file.file.kind in (Kind.DATA, Kind.EXTRA)
                said = Counter(t.subject for t in file.triples)
                typed = {t.subject for t in file.triples if t.predicate == RDF_TYPE}
                for subject, count in said.items():
                    rank = (is_data, subject in typed, count)
                    if subject not in best or rank > best[subject][0]:
                        best[subject] = (rank, file)
            self._described.update((subject, file) for subject, (_, file) in best.items())
        return self._described.get(node)

    def line_of_triple(self, file: LoadedFile, triple: ox.Triple) -> int | None:
        """Return the line of ``file`` on which ``triple`` stands, None where it cannot be told."""
        lines = (s.line for s in self.statements(file) if s.may_be(triple))
        return next(lines, None)

    def statements(self, file: LoadedFile) -> list[Statement]:
        """Return the statements of ``file`` with their lines, read once."""
        name = file.file.name
        if name not in self._statements:
            self._statements[name] = read_statements(file.text)
        return self._statements[name]


def load(content: Content, extra: Iterable[ContentFile] = ()) -> Loaded:
    """Parse all files of ``content`` and the ``extra`` ones.

    Raise ContentError naming file and line of the first syntax error, UsageError where an extra
    file cannot be read.
    """
    files = [*content.files(), *extra]
    parsed = [_parse(file, number) for number, file in enumerate(files)]
    header = read_header(
        ((p[0].name, p[1], p[4]) for p in parsed if p[0].kind is Kind.ONTOLOGY),
        (t for p in parsed if p[0].kind not in STATING for t in p[4]),
    )
    loaded = []
    for file, text, sha256, prefixes, triples in parsed:
        graph = ox.NamedNode(header.base + file.graph)
        loaded.append(LoadedFile(file, graph, text, sha256, prefixes, triples))
    return Loaded(content, header, loaded)


def _parse(
    file: ContentFile, number: int
) -> tuple[ContentFile, str, str, dict[str, str], list[ox.Triple]]:
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise UsageError(f"{file.name}: the file cannot be read: {error.strerror}.") from error
    parser = ox.parse(input=data, format=ox.RdfFormat.TURTLE)
    rename = _renamer(f"f{number}")
    triples: dict[ox.Triple, None] = {}
    try:
        for quad in parser:
            subject, value = rename(quad.subject), rename(quad.object)
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                raise ContentError(
                    "A triple stands as a term, which is RDF 1.2.",
                    file.name,
                    None,
                    "Describe the statement by a node of its own.",
                )
            triple = ox.Triple(subject, quad.predicate, value)
            triples[triple] = None
    except SyntaxError as error:
        reason = str(error.msg).split(": ", 1)[-1].rstrip(".")
        raise ContentError(
            f"This is not valid Turtle: {reason}.",
            file.name,
            error.lineno,
            "Correct the line, or the one before it (a missing '.' or ';' is the usual cause).",
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    return file, data.decode(), digest, dict(parser.prefixes), list(triples)


def _renamer(label: str) -> Callable[[T], T | ox.BlankNode]:
    """Return a function that labels blank nodes by file and order, so that none ever clash."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def rename(term: T) -> T | ox.BlankNode:
        if not isinstance(term, ox.BlankNode):
            return term
        return names.setdefault(term, ox.BlankNode(f"{label}b{len(names)}"))

    return rename
