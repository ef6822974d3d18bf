"""The formats of answers: names, media types and what each can hold.

Solutions and booleans: https://www.w3.org/TR/sparql11-results-json/, /rdf-sparql-XMLres/ and
/sparql11-results-csv-tsv/ (which defines solutions only, hence no boolean in CSV or TSV).
"""

from __future__ import annotations

from dataclasses import dataclass

from samgraf.sparql.evaluation import QueryKind

HTML = "text/html"
_CHARSET = frozenset(("text/csv", "text/tab-separated-values", "text/turtle", HTML))


@dataclass(frozen=True)
class Format:
    """Hold one format: short name, readers' name, media type, other media types for it.

    ``short`` are further short names, as clients send them; one may stand for another format
    where the answer is of another kind.
    """

    name: str
    title: str
    media_type: str
    kinds: frozenset[QueryKind]
    aliases: tuple[str, ...] = ()
    iri: str | None = None
    short: tuple[str, ...] = ()


_ROWS = frozenset((QueryKind.SOLUTIONS,))
_RESULTS = frozenset((QueryKind.SOLUTIONS, QueryKind.BOOLEAN))
_GRAPH = frozenset((QueryKind.GRAPH,))
_IRIS = "http://www.w3.org/ns/formats/"

FORMATS = (
    Format(
        "json",
        "JSON",
        "application/sparql-results+json",
        _RESULTS,
        ("application/json",),
        _IRIS + "SPARQL_Results_JSON",
        ("srj",),
    ),
    Format(
        "xml",
        "XML",
        "application/sparql-results+xml",
        _RESULTS,
        ("application/xml", "text/xml"),
        _IRIS + "SPARQL_Results_XML",
        ("srx",),
    ),
    Format("csv", "CSV", "text/csv", _ROWS, (), _IRIS + "SPARQL_Results_CSV"),
    Format("tsv", "TSV", "text/tab-separated-values", _ROWS, (), _IRIS + "SPARQL_Results_TSV"),
    Format("turtle", "Turtle", "text/turtle", _GRAPH, (), _IRIS + "Turtle", ("ttl", "n3")),
    Format(
        "ntriples", "N-Triples", "application/n-triples", _GRAPH, (), _IRIS + "N-Triples", ("nt",)
    ),
    Format(
        "rdfxml",
        "RDF/XML",
        "application/rdf+xml",
        _GRAPH,
        ("application/xml", "text/xml"),
        _IRIS + "RDF_XML",
        ("xml", "rdf", "rdf+xml"),
    ),
    Format(
        "jsonld",
        "JSON-LD",
        "application/ld+json",
        _GRAPH,
        ("application/json",),
        _IRIS + "JSON-LD",
        ("json", "json-ld"),
    ),
)


def formats_for(kind: QueryKind) -> tuple[Format, ...]:
    """Return the formats that can hold an answer of ``kind``, the default first."""
    return tuple(f for f in FORMATS if kind in f.kinds)


def content_type(media_type: str) -> str:
    """Return the Content-Type that names ``media_type`` and, for text, its encoding."""
    return f"{media_type}; charset=utf-8" if media_type in _CHARSET else media_type
