"""The formats of files, as https://www.iana.org/assignments/media-types/ and the EU name them."""

from __future__ import annotations

from dataclasses import dataclass

_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
GZIP = _MEDIA_TYPE + "application/gzip"


@dataclass(frozen=True)
class FileFormat:
    """A format of files: short name, readers' name, extension, media type, EU file type."""

    name: str
    title: str
    extension: str
    media_type: str
    file_type: str

    @property
    def media_type_iri(self) -> str:
        """Return the IRI by which IANA knows the media type."""
        return _MEDIA_TYPE + self.media_type

    @property
    def file_type_iri(self) -> str:
        """Return the IRI in the EU's authority table of file types."""
        return _FILE_TYPE + self.file_type


TURTLE = FileFormat("turtle", "Turtle", "ttl", "text/turtle", "RDF_TURTLE")
N_TRIPLES = FileFormat("ntriples", "N-Triples", "nt", "application/n-triples", "RDF_N_TRIPLES")
JSON_LD = FileFormat("jsonld", "JSON-LD", "jsonld", "application/ld+json", "JSON_LD")
RDF_XML = FileFormat("rdfxml", "RDF/XML", "rdf", "application/rdf+xml", "RDF_XML")
N_QUADS = FileFormat("nquads", "N-Quads", "nq", "application/n-quads", "RDF_N_QUADS")
TRIG = FileFormat("trig", "TriG", "trig", "application/trig", "RDF_TRIG")

#: What one graph is written in, and what the whole is written in, which keeps the graphs apart.
GRAPH_FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
WHOLE_FORMATS = (N_QUADS, TRIG)
