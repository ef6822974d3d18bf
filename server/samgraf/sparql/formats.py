"""The formats of answers: one table, made of pyoxigraph's own and what these lack.

Solutions and booleans: https://www.w3.org/TR/sparql11-results-json/, /rdf-sparql-XMLres/ and
/sparql11-results-csv-tsv/ (which defines solutions only; a boolean is ``true`` or ``false``, as
other stores write it). Graphs are written in the formats of ``samgraf.release.file_formats``.
Whoever lists formats reads this.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import IO, Any, cast

import pyoxigraph as ox

from samgraf.limits import RESULT_CHUNK
from samgraf.release.file_formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from samgraf.release.serialise import Output
from samgraf.sparql.evaluation import QueryKind
from samgraf.vocab import FORMATS as _IRIS

HTML = "text/html"


@dataclass(frozen=True)
class Format:
    """A format: the short name, the name for readers, what writes it, and the answers it can hold.

    ``aliases`` are other media types for it, ``short`` further short names, as clients send them;
    one may stand for another format where the answer is of another kind.
    """

    name: str
    title: str
    writer: ox.QueryResultsFormat | ox.RdfFormat
    kinds: frozenset[QueryKind]
    aliases: tuple[str, ...] = ()
    short: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """Return the media type, without parameters."""
        return self.writer.media_type.partition(";")[0]

    @property
    def extension(self) -> str:
        """Return what the names of such files end in, behind the dot."""
        return self.writer.file_extension

    @property
    def iri(self) -> str:
        """Return the IRI that https://www.w3.org/ns/formats/ has for the format."""
        # pyoxigraph has another one for JSON-LD
        own = self.writer.iri
        return own if own.startswith(_IRIS) else _IRIS + self.title


_RESULTS = frozenset((QueryKind.SOLUTIONS, QueryKind.BOOLEAN))
_GRAPH = frozenset((QueryKind.GRAPH,))
_JSON, _XML = ("application/json",), ("application/xml", "text/xml")
N3 = ("text/n3", "application/x-turtle")  # every Turtle is N3
_WRITERS = ox.QueryResultsFormat

#: The default of each kind first.
FORMATS = (
    Format("json", "JSON", _WRITERS.JSON, _RESULTS, _JSON, ("srj",)),
    Format("xml", "XML", _WRITERS.XML, _RESULTS, _XML, ("srx",)),
    Format("csv", "CSV", _WRITERS.CSV, _RESULTS),
    Format("tsv", "TSV", _WRITERS.TSV, _RESULTS),
    *(
        Format(file.name, file.title, file.writer, _GRAPH, aliases, short)
        for file, aliases, short in (
            (TURTLE, N3, ("ttl", "n3")),
            (N_TRIPLES, ("text/plain",), ("nt",)),
            (RDF_XML, _XML, ("xml", "rdf", "rdf+xml")),
            (JSON_LD, _JSON, ("json", "json-ld")),
            (N_QUADS, (), ("nq",)),
            (TRIG, (), ()),
        )
    ),
)
#: What writes an answer that is no graph, by media type.
RESULT_WRITERS = {
    f.media_type: f.writer for f in FORMATS if isinstance(f.writer, ox.QueryResultsFormat)
}
_WITH_CHARSET = frozenset(
    (
        HTML,
        *(t for f in FORMATS for t in (f.media_type, *f.aliases) if t.startswith("text/")),
    )
)


def formats_for(kind: QueryKind) -> tuple[Format, ...]:
    """Return the formats that can hold an answer of ``kind``, the default first."""
    return tuple(f for f in FORMATS if kind in f.kinds)


def media_types(media_type: str, kind: QueryKind) -> tuple[str, ...]:
    """Return all media types of a format for answers of ``kind``, the one given first."""
    named = (f for f in formats_for(kind) if f.media_type == media_type)
    return (media_type, *(alias for f in named for alias in f.aliases))


def content_type(media_type: str) -> str:
    """Return the Content-Type that names ``media_type`` and, for text, its encoding."""
    return f"{media_type}; charset=utf-8" if media_type in _WITH_CHARSET else media_type


def write_results(
    answer: ox.QuerySolutions | ox.QueryBoolean, media_type: str, output: Output
) -> None:
    """Write an answer that is no graph to ``output``, in one of RESULT_WRITERS."""
    writer = RESULT_WRITERS[media_type]
    if writer == _WRITERS.CSV and isinstance(answer, ox.QuerySolutions):
        _write_csv(answer, output)
    else:
        # of a file, the library uses write and flush only
        answer.serialize(cast("IO[bytes]", output), format=writer)


def _write_csv(solutions: ox.QuerySolutions, output: Output) -> None:
    """Quote whatever needs it, an IRI with a comma too, which the library writes as two columns.

    https://www.w3.org/TR/sparql11-results-csv-tsv/#csv
    """
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(variable.value for variable in solutions.variables)
    for row in solutions:
        writer.writerow(map(_plain, row))
        if text.tell() >= RESULT_CHUNK:
            output.write(text.getvalue().encode())
            text = StringIO(newline="")
            writer = csv.writer(text)
    output.write(text.getvalue().encode())


def _plain(term: Any) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.Triple):
        return " ".join(map(_plain, term))
    return str(term) if isinstance(term, ox.BlankNode) else term.value
