"""The terms that OWL 2 and its RL profile bring along: kinds of entities, datatypes, built-ins.

https://www.w3.org/TR/owl2-profiles/#Entities_3 and https://www.w3.org/TR/owl2-syntax/#IRIs
"""

from __future__ import annotations

from enum import StrEnum

from rdflib import OWL, RDF, RDFS, XSD, URIRef
from rdflib.term import Node

RESERVED = (str(RDF), str(RDFS), str(XSD), str(OWL))


class Kind(StrEnum):
    """What an IRI is declared to be."""

    CLASS = "class"
    DATATYPE = "datatype"
    OBJECT = "object property"
    DATA = "data property"
    ANNOTATION = "annotation property"

    @property
    def one(self) -> str:
        """Return the name with its article."""
        return f"{'an' if self.value[0] in 'ao' else 'a'} {self.value}"


PROPERTIES = frozenset({Kind.OBJECT, Kind.DATA, Kind.ANNOTATION})

DECLARING = {
    OWL.Class: Kind.CLASS,
    RDFS.Datatype: Kind.DATATYPE,
    OWL.ObjectProperty: Kind.OBJECT,
    OWL.DatatypeProperty: Kind.DATA,
    OWL.AnnotationProperty: Kind.ANNOTATION,
}

_NUMBERS = (
    *("decimal", "integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger"),
    *("negativeInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt"),
    *("unsignedShort", "unsignedByte", "float", "double"),
)
_OTHERS = (
    *("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "boolean"),
    *("hexBinary", "base64Binary", "anyURI", "dateTime", "dateTimeStamp"),
)

# https://www.w3.org/TR/owl2-profiles/#Entities_3
RL_DATATYPES = frozenset(
    {RDF.PlainLiteral, RDF.XMLLiteral, RDFS.Literal}
    | {URIRef(XSD + name) for name in _NUMBERS + _OTHERS}
)

# Outside the datatype map of OWL 2, yet no other datatype says what they say: a day, a year, a
# shape on the Earth. The rules of OWL 2 RL that samgraf runs never compare their values.
EXTRA_DATATYPES = frozenset(
    {XSD.date, XSD.gYear, URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")}
)

# Predicates that make an axiom of the expression they start from.
AXIOM_PREDICATES = frozenset(
    {RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith, OWL.hasKey}
    | {RDFS.subPropertyOf, OWL.equivalentProperty, OWL.propertyDisjointWith}
    | {OWL.propertyChainAxiom, RDFS.domain, RDFS.range}
)

TOP_PROPERTIES = frozenset({OWL.topObjectProperty, OWL.topDataProperty})

# A reserved term, yet the one that the Web Annotation vocabulary prescribes for a selector's value;
# nothing is ever inferred from it, so it stands as an annotation.
# https://www.w3.org/TR/annotation-vocab/#fragmentselector
_EXTRA_ANNOTATIONS = (RDF.value,)

_ANNOTATIONS = (
    *(RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.deprecated),
    *(OWL.versionInfo, OWL.priorVersion, OWL.backwardCompatibleWith, OWL.incompatibleWith),
    *_EXTRA_ANNOTATIONS,
)

BUILT_IN: dict[URIRef, Kind] = {
    OWL.Thing: Kind.CLASS,
    OWL.Nothing: Kind.CLASS,
    OWL.topObjectProperty: Kind.OBJECT,
    OWL.bottomObjectProperty: Kind.OBJECT,
    OWL.topDataProperty: Kind.DATA,
    OWL.bottomDataProperty: Kind.DATA,
    **dict.fromkeys(_ANNOTATIONS, Kind.ANNOTATION),
    **dict.fromkeys(RL_DATATYPES, Kind.DATATYPE),
    **{iri: Kind.DATATYPE for iri in EXTRA_DATATYPES if iri.startswith(str(XSD))},
}


def is_reserved(iri: Node) -> bool:
    """Tell whether an IRI lies in rdf, rdfs, xsd or owl (the bare namespace IRIs do not)."""
    return isinstance(iri, URIRef) and any(iri.startswith(ns) and iri != ns for ns in RESERVED)
