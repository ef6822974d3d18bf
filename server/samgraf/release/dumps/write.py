"""Write the triples of one graph, or all of them, in a format; a few at a time.

No more than a piece of a file is ever in memory, so that size does not matter.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from samgraf.release.file_formats import N_QUADS, N_TRIPLES, RDF_XML, TRIG, FileFormat
from samgraf.release.serialise import WellFormedOutput

_PREFIXED = ("text/turtle", "application/trig")
_WAITING = 1 << 20  # characters of a graph that wait until they are written out


def split(quads: Path, folder: Path) -> dict[str, Path]:
    """Write each named graph of sorted N-Quads as sorted N-Triples; return their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    waiting: dict[str, list[str]] = {}
    held = 0

    def let_go() -> None:
        for graph, lines in waiting.items():
            path = files.setdefault(graph, folder / f"{len(files)}.nt")
            with path.open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
        waiting.clear()

    with quads.open(encoding="utf-8", newline="\n") as source:
        for line in source:
            # the name of the graph is the last term, and an IRI holds no space
            triple, _, graph = line.rstrip("\n").removesuffix("> .").rpartition(" <")
            waiting.setdefault(graph, []).append(f"{triple} .\n")
            held += len(line)
            if held > _WAITING:
                let_go()
                held = 0
    let_go()
    return files


def write_triples(
    source: Path, format: FileFormat, prefixes: Mapping[str, str], output: BinaryIO
) -> None:
    """Write the N-Triples in ``source`` to ``output`` in ``format``.

    Raise UnwritableResultError where RDF/XML cannot express one of them.
    """
    if format == N_TRIPLES:
        _copy(source, output)
        return
    triples = (ox.Triple(q.subject, q.predicate, q.object) for q in _read(source))
    _serialise(triples, format, _used([source], prefixes), output)


def write_all(
    quads: Path,
    graphs: Mapping[str, Path],
    format: FileFormat,
    prefixes: Mapping[str, str],
    output: BinaryIO,
) -> None:
    """Write the whole release, graph by graph in TriG, in ``format``."""
    if format == N_QUADS:
        _copy(quads, output)
        return
    if format != TRIG:
        raise ValueError(format)
    everything = (
        ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(graph))
        for graph in sorted(graphs)
        for q in _read(graphs[graph])
    )
    _serialise(everything, format, _used(graphs.values(), prefixes), output)


def _copy(source: Path, output: BinaryIO) -> None:
    with source.open("rb") as file:
        shutil.copyfileobj(file, output)


def _read(source: Path) -> Iterator[ox.Quad]:
    return ox.parse(path=source, format=ox.RdfFormat.N_TRIPLES)


def _serialise(
    statements: Iterable, format: FileFormat, prefixes: dict[str, str], output: BinaryIO
) -> None:
    chosen = ox.RdfFormat.from_media_type(format.media_type)
    if format == RDF_XML:
        output = WellFormedOutput(output, format.media_type)
    if format.media_type in _PREFIXED:
        output = _SortedHead(output, len(prefixes))
        ox.serialize(statements, output, chosen, prefixes=prefixes)
        output.end()
    else:
        ox.serialize(statements, output, chosen)


class _SortedHead:
    """Hand on what is written, its first lines sorted: the writer orders prefixes by chance."""

    def __init__(self, output: BinaryIO, lines: int):
        self._output, self._lines, self._head = output, lines, b""

    def write(self, data: bytes) -> int:
        """Take ``data``."""
        if self._lines < 0:
            return self._output.write(data)
        self._head += data
        if self._head.count(b"\n") >= self._lines:
            self.end()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the output is flushed by whoever opened it."""

    def end(self) -> None:
        """Hand on the head, however long it is."""
        if self._lines >= 0:
            lines = self._head.split(b"\n", self._lines)
            self._output.write(b"\n".join(sorted(lines[:-1]) + lines[-1:]))
            self._lines, self._head = -1, b""


def _used(sources: Iterable[Path], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes whose namespaces begin an IRI in the N-Triples of ``sources``."""
    starts = set()
    for source in sources:
        for q in _read(source):
            for term in (q.subject, q.predicate, q.object):
                if isinstance(term, ox.Literal):
                    term = term.datatype
                if isinstance(term, ox.NamedNode):
                    iri = term.value
                    starts.add(iri[: max(iri.rfind("#"), iri.rfind("/")) + 1])
    return {name: ns for name, ns in prefixes.items() if ns and ns in starts}
