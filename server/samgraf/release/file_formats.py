"""The formats of files: RDF as pyoxigraph writes it, and CSV; as IANA and the EU name them.

https://www.iana.org/assignments/media-types/,
http://publications.europa.eu/resource/authority/file-type
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class FileFormat:
    """A format of files: its short name, its name for readers, and its EU file type.

    The names of such files end in ``extension``; ``media_type`` is without parameters.
    """

    name: str
    title: str
    extension: str
    media_type: str
    code: str

    @property
    def media_type_iri(self) -> str:
        """Return the IRI by which IANA knows the media type."""
        return _MEDIA_TYPE + self.media_type

    @property
    def file_type_iri(self) -> str:
        """Return the IRI in the EU's authority table of file types."""
        return _FILE_TYPE + self.code


@dataclass(frozen=True)
class RdfFileFormat(FileFormat):
    """A format of RDF, with what writes it."""

    writer: ox.RdfFormat


def _rdf(name: str, writer: ox.RdfFormat, code: str) -> RdfFileFormat:
    return RdfFileFormat(name, writer.name, writer.file_extension, writer.media_type, code, writer)


TURTLE = _rdf("turtle", ox.RdfFormat.TURTLE, "RDF_TURTLE")
N_TRIPLES = _rdf("ntriples", ox.RdfFormat.N_TRIPLES, "RDF_N_TRIPLES")
JSON_LD = _rdf("jsonld", ox.RdfFormat.JSON_LD, "JSON_LD")
RDF_XML = _rdf("rdfxml", ox.RdfFormat.RDF_XML, "RDF_XML")
N_QUADS = _rdf("nquads", ox.RdfFormat.N_QUADS, "RDF_N_QUADS")
TRIG = _rdf("trig", ox.RdfFormat.TRIG, "RDF_TRIG")
#: One row for each thing of a graph, for spreadsheets: see ``table``.
CSV = FileFormat("csv", "CSV", "csv", "text/csv", "CSV")

#: What one graph is written in, and what the whole is written in, which keeps the graphs apart.
GRAPH_FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
WHOLE_FORMATS = (N_QUADS, TRIG)
FILE_FORMATS = (*GRAPH_FORMATS, *WHOLE_FORMATS)
