"""The formats of files, as pyoxigraph writes them, and as IANA and the EU name them.

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
    """A format of files: its short name, what writes it, and its code among the EU's file types."""

    name: str
    writer: ox.RdfFormat
    code: str

    @property
    def title(self) -> str:
        """Return the name for readers."""
        return self.writer.name

    @property
    def extension(self) -> str:
        """Return what the names of such files end in, behind the dot."""
        return self.writer.file_extension

    @property
    def media_type(self) -> str:
        """Return the media type, without parameters."""
        return self.writer.media_type

    @property
    def media_type_iri(self) -> str:
        """Return the IRI by which IANA knows the media type."""
        return _MEDIA_TYPE + self.media_type

    @property
    def file_type_iri(self) -> str:
        """Return the IRI in the EU's authority table of file types."""
        return _FILE_TYPE + self.code


TURTLE = FileFormat("turtle", ox.RdfFormat.TURTLE, "RDF_TURTLE")
N_TRIPLES = FileFormat("ntriples", ox.RdfFormat.N_TRIPLES, "RDF_N_TRIPLES")
JSON_LD = FileFormat("jsonld", ox.RdfFormat.JSON_LD, "JSON_LD")
RDF_XML = FileFormat("rdfxml", ox.RdfFormat.RDF_XML, "RDF_XML")
N_QUADS = FileFormat("nquads", ox.RdfFormat.N_QUADS, "RDF_N_QUADS")
TRIG = FileFormat("trig", ox.RdfFormat.TRIG, "RDF_TRIG")

#: What one graph is written in, and what the whole is written in, which keeps the graphs apart.
GRAPH_FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
WHOLE_FORMATS = (N_QUADS, TRIG)
FILE_FORMATS = (*GRAPH_FORMATS, *WHOLE_FORMATS)
