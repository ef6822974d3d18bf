"""Parse every file of a content into its named graph, and keep what a fault is told by.

A file's triples go into a graph of its own; graphs that a file names keep their names. Relative
IRIs are resolved against the IRI of the file's graph. https://www.w3.org/TR/rdf12-concepts/
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from samgraf.build.content.faults import ContentErrors
from samgraf.build.content.formats import IN_LINES, context_file, decode, format_of, read_quads
from samgraf.build.content.header import NOBODYS, Header, read_header
from samgraf.build.content.labels import Labels
from samgraf.build.content.layout import FILLED, Content, ContentFile, FileKind, read_bytes
from samgraf.build.content.lines import FileStatement, first_lines, read_statements
from samgraf.build.content.notes import Note, note_of
from samgraf.build.rdf import RDF_TYPE, value_of
from samgraf.errors import ContentError
from samgraf.vocab import OWL, SH, is_iri

_IMPORTS = ox.NamedNode(OWL + "imports")
_NODE_SHAPE = ox.NamedNode(SH + "NodeShape")


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


@dataclass(frozen=True)
class Loaded:
    """A whole content in memory."""

    content: Content
    header: Header
    files: list[LoadedFile]
    _described: dict[object, LoadedFile] = field(default_factory=dict, repr=False)

    def triples(self, kinds: Iterable[FileKind]) -> list[ox.Triple]:
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
            of_others = file.file.kind is FileKind.MIRROR
            for q in file.quads():
                is_ours = of_others and q.subject == file.graph
                yield ox.Quad(q.subject, q.predicate, q.object, partners) if is_ours else q

    def apart(self) -> list[str]:
        """Return the graphs that are no part of the default graph: report and mirrors."""
        mirrors = (f.graph.value for f in self.files if f.file.kind is FileKind.MIRROR)
        return [*sorted(mirrors), self.header.base + "graph/report"]

    def place(self, iri: str) -> tuple[str, int | None] | None:
        """Return (file, line) where ``iri`` is described; None where it is not.

        The line is that on which its description begins, in the file of ``file_of``.
        """
        if not is_iri(iri):
            return None
        node = ox.NamedNode(iri)
        file = self.file_of(node)
        return None if file is None else (file.file.name, file.line_of_subject(node))

    def file_of(self, node: ox.NamedNode | ox.BlankNode) -> LoadedFile | None:
        """Return the file that describes ``node``: data first, then the one that says its class.

        Of several, the one that says most of it.
        """
        if not self._described:
            best: dict[object, tuple[tuple[bool, bool, int], LoadedFile]] = {}
            for file in self.files:
                is_data = file.file.kind in (FileKind.DATA, FileKind.EXTRA)
                said = Counter(t.subject for t in file.triples)
                typed = {t.subject for t in file.triples if t.predicate == RDF_TYPE}
                for subject, count in said.items():
                    rank = (is_data, subject in typed, count)
                    if subject not in best or rank > best[subject][0]:
                        best[subject] = (rank, file)
            self._described.update((subject, file) for subject, (_, file) in best.items())
        return self._described.get(node)

    def fault(self, message: str, iri: str, mend: str | None = None) -> ContentError:
        """Return a fault at the place where ``iri`` is described, if it is."""
        return ContentError(message, *(self.place(iri) or (None, None)), mend)

    @cached_property
    def labels(self) -> Labels:
        """Return what the things in all files are called."""
        return Labels(t for f in self.files for t in f.triples)

    def called(self, iri: str, lang: str) -> str:
        """Return the label of ``iri`` and, in parentheses, its short name; else that alone."""
        label, short = self.labels.of(iri, lang), self.header.shorten(iri)
        return f"{label} ({short})" if label else short

    def notes(self) -> Iterator[Note]:
        """Yield what a person should know of the files and the header."""
        header = self.header
        if not header.ontologies:
            yield Note("no-ontology")
        elif len(header.ontologies) > 1:
            yield note_of("several-ontologies", None, header.ontologies)
        if header.base == NOBODYS and not header.says_base:
            yield Note("base")
        if ignored := self.content.ignored():
            yield note_of("ignored", None, ignored)
        held = set(header.ontologies)
        for file in self.files:
            name = file.file.name
            if not file.triples and not file.quoting:
                yield Note("empty", name)
            if file.quoting:
                yield Note("triple-terms", name, None, len(file.quoting))
            if file.skolem:
                yield Note("unnamed-graphs", name, None, file.skolem)
            if file.file.kind != FileKind.SHAPES and (shapes := _shapes(file, header)):
                yield note_of("unused-shapes", name, shapes)
            imports = {value_of(t.object) for t in file.triples if t.predicate == _IMPORTS} - held
            if imports:
                yield note_of("imports", name, sorted(imports))


def _shapes(file: LoadedFile, header: Header) -> list[str]:
    """Return the names of the node shapes (SHACL) in ``file``."""
    found = {t.subject for t in file.triples if t.predicate == RDF_TYPE and t.object == _NODE_SHAPE}
    return sorted(header.shorten(s.value) if isinstance(s, ox.NamedNode) else "[]" for s in found)


def load(content: Content, extra: Iterable[ContentFile] = ()) -> Loaded:
    """Parse all files of ``content`` and the ``extra`` ones.

    Raise ContentErrors naming file and line of the first fault in each file, UsageError where an
    extra file cannot be read.
    """
    texts: list[tuple[ContentFile, str, str]] = []
    faults: list[ContentError] = []
    for file in (*content.files(), *extra):
        data = read_bytes(file)
        try:
            texts.append((file, decode(data, file.name), hashlib.sha256(data).hexdigest()))
        except ContentError as fault:
            faults.append(fault)
    contexts = _contexts(content, faults)
    parsed = []
    for number, (file, text, digest) in enumerate(texts):
        try:
            parsed.append(_parse(file, text, digest, number, NOBODYS, contexts))
        except ContentError as fault:
            faults.append(fault)
    if faults:
        raise faults[0] if len(faults) == 1 else ContentErrors(faults)
    header = read_header(parsed, content.base)
    if header.base != NOBODYS:
        # the base was not known before; only files with relative IRIs say other things now
        parsed = [
            _parse(f.file, f.text, f.sha256, number, header.base, contexts)
            if _is_relative(f)
            else _moved(f, header.base)
            for number, f in enumerate(parsed)
        ]
        header = read_header(parsed, header.base if header.says_base else None)
    if faults := list(_faults_of_names(parsed, header.base)):
        raise faults[0] if len(faults) == 1 else ContentErrors(faults)
    return Loaded(content, header, parsed)


def _faults_of_names(files: Iterable[LoadedFile], base: str) -> Iterator[ContentError]:
    """Yield a fault for each named graph of a file that the build alone fills."""
    for file in files:
        used: set[object] = {g for graphs in file.named.values() for g in graphs}
        used.update(q.graph_name for q in file.quoting)
        for name in FILLED:
            if ox.NamedNode(base + name) in used:
                yield ContentError(
                    f"The build alone fills the graph <{base}{name}>.",
                    file.file.name,
                    file.line_of_term(base + name),
                    "Give the graph another name.",
                )


class _Contexts(dict[str, str]):
    """The texts of the copies of JSON-LD contexts, by the address that each is a copy of."""

    def __contains__(self, address: object) -> bool:
        return super().__contains__(context_file(str(address)))

    def __getitem__(self, address: str) -> str:
        return super().__getitem__(context_file(address))


def _contexts(content: Content, faults: list[ContentError]) -> Mapping[str, str]:
    found = _Contexts()
    for name, path in content.contexts().items():
        try:
            found[name] = decode(path.read_bytes(), f"ontology/contexts/{name}")
        except ContentError as fault:
            faults.append(fault)
    return found


def _is_relative(file: LoadedFile) -> bool:
    """Return whether anything in ``file`` stands below the base that is nobody's."""
    terms = (x for q in file.quads() for x in (q.subject, q.predicate, q.object))
    return NOBODYS in file.text or any(NOBODYS in str(term) for term in dict.fromkeys(terms))


def _moved(file: LoadedFile, base: str) -> LoadedFile:
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


def _parse(
    file: ContentFile,
    text: str,
    digest: str,
    number: int,
    base: str,
    contexts: Mapping[str, str],
) -> LoadedFile:
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
