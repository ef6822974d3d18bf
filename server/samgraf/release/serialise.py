"""Write graphs so that the same triples give the same bytes, and nothing broken goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Protocol
from xml.parsers import expat

import pyoxigraph as ox

from samgraf.errors import UsageError
from samgraf.release.file_formats import FILE_FORMATS, TRIG, TURTLE
from samgraf.vocab import RDF, XSD

GRAPHS = {format.media_type: format.writer for format in FILE_FORMATS}
#: The formats that declare prefixes.
_PREFIXED = frozenset((TURTLE.media_type, TRIG.media_type))
# datatypes that Turtle does not write out
_UNNAMED = {XSD + name for name in ("string", "integer", "decimal", "double", "boolean")}
_UNNAMED.add(RDF + "langString")


class UnwritableResultError(UsageError):
    """The answer holds something that the format asked for cannot express."""


def write_graph(
    triples: Iterable[ox.Triple], media_type: str, prefixes: Mapping[str, str]
) -> bytes:
    """Return ``triples``, as a sorted set, in ``media_type``; Turtle with the prefixes it uses.

    Raise UnwritableResultError where the format is none for graphs, or cannot express one of the
    triples.
    """
    if media_type not in GRAPHS:
        raise UnwritableResultError(f"This answer cannot be written as {media_type}.")
    graph = sorted(set(triples), key=str)
    if media_type in _PREFIXED:
        return _with_sorted_prefixes(graph, GRAPHS[media_type], _used_prefixes(graph, prefixes))
    try:
        body = serialised(graph, GRAPHS[media_type])
    except (OSError, ValueError) as error:
        raise UnwritableResultError(
            f"The answer holds something that {media_type} cannot express, such as a triple within "
            "a triple. Ask for another format."
        ) from error
    if media_type.endswith("+xml"):
        body = with_carriage_returns(body)
        require_well_formed(body, media_type)
    return body


def write_dataset(
    graphs: Mapping[str, Iterable[ox.Triple]], media_type: str, prefixes: Mapping[str, str]
) -> bytes:
    """Return named graphs, by their IRIs, in TriG: the graphs and their triples sorted."""
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(iri))
        for iri in sorted(graphs)
        for t in sorted(set(graphs[iri]), key=str)
    ]
    used = _used_prefixes((q.triple for q in quads), prefixes)
    return _with_sorted_prefixes(quads, GRAPHS[media_type], used)


def serialised(
    statements: Iterable[Any], format: ox.RdfFormat, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """Return triples or quads as the library writes them."""
    output = BytesIO()
    ox.serialize(statements, output, format, prefixes=None if prefixes is None else dict(prefixes))
    return output.getvalue()


def _with_sorted_prefixes(
    statements: Iterable[Any], format: ox.RdfFormat, prefixes: Mapping[str, str]
) -> bytes:
    body = serialised(statements, format, prefixes)
    # the writer orders its prefixes by chance
    lines = body.split(b"\n", len(prefixes))
    return b"\n".join(sorted(lines[:-1]) + lines[-1:])


def write_first(
    triples: Iterable[ox.Triple], media_type: str, prefixes: Mapping[str, str], limit: int
) -> tuple[bytes, bool]:
    """Return as many of the first ``triples`` as fit into ``limit`` bytes, and whether any miss.

    Which are first is the store's choice; those taken are written as ``write_graph`` writes them.
    An empty graph may still be longer than ``limit``.
    """
    taken: dict[ox.Triple, None] = {}
    size, cut = 0, False
    for triple in triples:
        if triple in taken:
            continue
        if size > limit:
            cut = True
            break
        taken[triple] = None
        size += len(str(triple)) + 3
    first = list(taken)
    while len(body := write_graph(first, media_type, prefixes)) > limit and first:
        cut = True
        # the other formats need more or less room than N-Triples, by which was counted
        del first[int(len(first) * min(0.9, 0.95 * limit / len(body))) :]
    return body, cut


def require_well_formed(body: bytes, media_type: str) -> None:
    """Raise UnwritableResultError unless ``body`` is XML: some text and names cannot be."""
    _WellFormed(media_type).parse(body, last=True)


class Output(Protocol):
    """Take bytes, as a binary file does."""

    def write(self, data: bytes, /) -> int:
        """Take ``data``; return its length."""

    def flush(self) -> None:
        """Hand on what was taken."""


class WellFormedOutput:
    """Hand XML on to ``output``; raise UnwritableResultError at the first fault in it."""

    def __init__(self, output: Output, media_type: str):
        self._output, self._check = output, _WellFormed(media_type)

    def write(self, data: bytes) -> int:
        """Check ``data`` and hand it on."""
        written = with_carriage_returns(data)
        self._check.parse(written)
        self._output.write(written)
        return len(data)  # more than was given would be no answer to the writer

    def flush(self) -> None:
        """Hand on what was taken."""
        self._output.flush()


def with_carriage_returns(xml: bytes) -> bytes:
    """Return ``xml`` with references for the carriage returns of its texts.

    A reader takes one that stands there itself for the end of a line:
    https://www.w3.org/TR/xml/#sec-line-ends. The library writes none of its own.
    """
    return xml.replace(b"\r", b"&#13;")


class _WellFormed:
    def __init__(self, media_type: str):
        self._media_type = media_type
        self._parser = expat.ParserCreate(namespace_separator=" ")

    def parse(self, data: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise UnwritableResultError(
                f"The answer holds a character or a name that XML cannot express, so it cannot "
                f"be written as {self._media_type}. Ask for another format."
            ) from error


def _used_prefixes(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris = set()
    for triple in triples:
        for term in triple:
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal) and term.datatype.value not in _UNNAMED:
                iris.add(term.datatype.value)
    used = {}
    for iri in iris:
        fitting = [(len(ns), name) for name, ns in prefixes.items() if ns and iri.startswith(ns)]
        if fitting:
            name = max(fitting)[1]
            used[name] = prefixes[name]
    return used
