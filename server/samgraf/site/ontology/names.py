"""The names that pages of an ontology go by: what a term may be and be said of."""

from __future__ import annotations

import pyoxigraph as ox

from samgraf.release import apart
from samgraf.site.context import the_service

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
SH = "http://www.w3.org/ns/shacl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = RDF + "type"

#: Kinds of terms by the class that says so, the first that fits; their trees stand in this order.
KINDS = {
    OWL + "Class": "class",
    RDFS + "Class": "class",
    RDFS + "Datatype": "datatype",
    OWL + "ObjectProperty": "object",
    OWL + "DatatypeProperty": "data",
    OWL + "AnnotationProperty": "annotation",
    RDF + "Property": "property",
}
_LAST_LETTERS = str.maketrans("æøå", "{|}")
ORDER = tuple(dict.fromkeys(KINDS.values()))


def graphs() -> dict[str, ox.NamedNode | list[ox.NamedNode]]:
    """Return the graphs that queries tell apart: what is inferred, and what stands apart."""
    service = the_service()
    base = service.manifest.get("base") or "urn:x-no-base:"
    return {
        "inferred": ox.NamedNode(base + "graph/inferred"),
        "apart": [ox.NamedNode(iri) for iri in apart(service.manifest)],
    }


def namespace() -> str:
    """Return the namespace whose terms have pages."""
    return the_service().manifest.get("namespace") or ""


def is_foreign(iri: str) -> bool:
    """Return whether ``iri`` is a name that others have given."""
    own = (namespace(), the_service().base)
    return not iri.startswith(tuple(start for start in own if start))


def in_order(text: str) -> str:
    """Return a key that sorts texts with æ, ø and å behind z, and capitals as small letters."""
    return text.casefold().translate(_LAST_LETTERS)


def local_name(iri: str) -> str:
    """Return what stands behind the namespace, or the whole IRI of a foreign term."""
    return iri.removeprefix(namespace())
