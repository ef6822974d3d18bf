"""Load every file of a content, and know of the whole what a fault is told by."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from samgraf.build.content.faults import ContentErrors
from samgraf.build.content.formats import decode
from samgraf.build.content.header import Header, read_header
from samgraf.build.content.layout import (
    FILLED,
    NOBODYS,
    Content,
    ContentFile,
    FileKind,
    read_bytes,
)
from samgraf.build.content.loaded_file import LoadedFile, parse_file
from samgraf.build.content.notes import Note, note_of
from samgraf.build.rdf import RDF_TYPE, value_of
from samgraf.errors import ContentError
from samgraf.release.labels import Labels
from samgraf.vocab import OWL, SH, is_iri

_IMPORTS = ox.NamedNode(OWL + "imports")
_NODE_SHAPE = ox.NamedNode(SH + "NodeShape")


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
            for q in file.quads:
                is_ours = of_others and q.subject == file.graph
                yield ox.Quad(q.subject, q.predicate, q.object, partners) if is_ours else q

    def mirrored(self) -> list[ox.Triple]:
        """Return what the extracts of partners say, for the shapes to hold ours against.

        Their texts are left out, since they are in whatever languages; so are the descriptions of
        the extracts, which are checked with the partners.
        """
        extracts = [f for f in self.files if f.file.kind is FileKind.MIRROR]
        return [
            t
            for f in extracts
            for t in f.triples
            if t.subject != f.graph and not (isinstance(t.object, ox.Literal) and t.object.language)
        ]

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

    @cached_property
    def _saying(self) -> dict[ox.Triple, LoadedFile]:
        return {t: file for file in reversed(self.files) for t in file.triples}

    def place_of(self, triple: ox.Triple) -> tuple[str, int | None] | None:
        """Return (file, line) where ``triple`` stands first; None where no file says it."""
        file = self._saying.get(triple)
        return None if file is None else (file.file.name, file.line_of_triple(triple))

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
            if not file.quads:
                yield Note("empty", name)
            if file.quoting:
                yield Note("triple-terms", name, len(file.quoting))
            if file.skolem:
                yield Note("unnamed-graphs", name, file.skolem)
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

    def parsed(base: str) -> Iterator[LoadedFile]:
        for number, (file, text, digest) in enumerate(texts):
            try:
                yield parse_file(file, text, digest, number, base, contexts)
            except ContentError as fault:
                faults.append(fault)

    files = list(parsed(NOBODYS))
    _refuse(faults)
    header = read_header(files, content.base)
    if header.base != NOBODYS:  # which was not known before
        files = list(parsed(header.base))
        header = read_header(files, header.base if header.says_base else None)
    _refuse([*_faults_of_names(files, header.base)])
    return Loaded(content, header, files)


def _refuse(faults: list[ContentError]) -> None:
    if faults:
        raise faults[0] if len(faults) == 1 else ContentErrors(faults)


def _faults_of_names(files: Iterable[LoadedFile], base: str) -> Iterator[ContentError]:
    """Yield a fault for each named graph of a file that the build alone fills."""
    for file in files:
        for name in FILLED:
            if ox.NamedNode(base + name) in file.graphs:
                yield ContentError(
                    f"The build alone fills the graph <{base}{name}>.",
                    file.file.name,
                    file.line_of_term(base + name),
                    "Give the graph another name.",
                )


def _contexts(content: Content, faults: list[ContentError]) -> dict[str, str]:
    """Return the texts of the copies of JSON-LD contexts, by name below ``ontology/contexts``."""
    found = {}
    for name, path in content.contexts().items():
        try:
            found[name] = decode(path.read_bytes(), f"ontology/contexts/{name}")
        except ContentError as fault:
            faults.append(fault)
    return found
