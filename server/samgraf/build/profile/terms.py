"""Types, assertions and punning: what the graph says of single terms.

https://www.w3.org/TR/owl2-syntax/#Typing_Constraints_of_OWL_2_DL
"""

from __future__ import annotations

from rdflib import OWL, RDF, RDFS, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from samgraf.build.profile.classes import Position, check_class
from samgraf.build.profile.expressions import check_property
from samgraf.build.profile.model import Model
from samgraf.build.profile.properties import CHARACTERISTICS, check_characteristic
from samgraf.build.profile.structure import NODES, check_annotated, check_node
from samgraf.build.profile.vocabulary import (
    BUILT_IN,
    DECLARING,
    EXTRA_DATATYPES,
    PROPERTIES,
    Kind,
    is_reserved,
)

ANNOTATING = frozenset({OWL.Axiom, OWL.Annotation})
# Types on a blank node that are judged where the expression or list stands.
INNER_TYPES = frozenset({OWL.Restriction, RDF.List}) | frozenset(DECLARING)
# Types that say nothing beyond what OWL 2 knows from elsewhere.
SILENT = frozenset({OWL.Ontology, OWL.NamedIndividual})


def check_type(model: Model, subject: Node, predicate: Node, kind: Node) -> None:
    """Check ``subject rdf:type kind``: a declaration, an axiom or a class assertion."""
    place = (subject, predicate)
    if kind in CHARACTERISTICS:
        check_characteristic(model, subject, kind)
    elif kind in NODES:
        check_node(model, subject, kind)
    elif kind in ANNOTATING:
        check_annotated(model, subject, kind)
    elif isinstance(subject, BNode) and kind in INNER_TYPES:
        return
    elif kind in DECLARING:
        _check_declaration(model, subject, DECLARING[kind])
    elif kind == RDFS.Class:
        if not model.kinds[subject] & {Kind.CLASS, Kind.DATATYPE}:
            model.require(subject, Kind.CLASS, place)
    elif kind == OWL.DeprecatedClass:
        check_class(model, subject, Position.ANY, place)
    elif kind in (RDF.Property, OWL.DeprecatedProperty):
        check_property(model, subject, PROPERTIES, place, top=True)
    elif kind in SILENT:
        if kind == OWL.NamedIndividual:
            model.individual(subject, place)
    else:
        check_class(model, kind, Position.SUPER, place)
        model.individual(subject, place)


def _check_declaration(model: Model, subject: Node, kind: Kind) -> None:
    foreign = is_reserved(subject) and subject not in EXTRA_DATATYPES
    if foreign and subject not in BUILT_IN:
        message = f"belongs to a reserved vocabulary and cannot be declared {kind.one}"
        model.report("reserved-term", subject, message)


def check_same(model: Model, left: Node, predicate: Node, right: Node) -> None:
    """Check owl:sameAs and owl:differentFrom between individuals."""
    for node in (left, right):
        if isinstance(node, Literal):
            message = f"stands for an individual at {model.spot((left, predicate))}"
            model.report("value-kind", node, message)
        model.individual(node, (left, predicate))


def check_assertion(model: Model, subject: Node, predicate: URIRef, value: Node) -> None:
    """Check a statement by a property that OWL 2 gives no meaning of its own."""
    place = (subject, predicate)
    on_axiom = (ANNOTATING | NODES.keys()) & set(model.graph.objects(subject, RDF.type))
    allowed = frozenset({Kind.ANNOTATION}) if on_axiom else PROPERTIES
    found = check_property(model, predicate, allowed, place)
    if found.kind in (Kind.OBJECT, Kind.DATA):
        model.individual(subject, place)
        literal = isinstance(value, Literal)
        if literal != (found.kind == Kind.DATA):
            given = "a literal" if literal else "no literal"
            message = f"is {found.kind.one} and is given {given}"
            model.report_term("value-kind", predicate, message, (subject,))
        elif not literal:
            model.individual(value, place)


def check_header(model: Model, ontology: Node, predicate: URIRef, value: Node) -> None:
    """Check owl:imports and owl:versionIRI, which name ontologies."""
    if not isinstance(value, URIRef) or (ontology, RDF.type, OWL.Ontology) not in model.graph:
        message = f"has {model.spot((predicate,))}, which leads from an ontology to an IRI"
        model.report("structure", ontology, message)


def check_literal(model: Model, subject: Node, predicate: Node, value: Literal) -> None:
    """Check the datatype of a literal, and that its form is one the datatype allows."""
    if value.language is None:
        model.require_datatype(value.datatype or XSD.string, (subject, predicate))
    if value.ill_typed:
        message = f"is no value of its datatype, at {model.spot((subject, predicate))}"
        model.report("literal", value, message)


def check_punning(model: Model) -> None:
    """Report terms that are declared, or used, as two things at once."""
    for node, kinds in model.kinds.items():
        if len(kinds & PROPERTIES) > 1:
            declared = " and ".join(sorted(kinds & PROPERTIES))
            model.report("property-punning", node, f"is declared as {declared}")
        if kinds >= {Kind.CLASS, Kind.DATATYPE}:
            model.report("class-datatype-punning", node, "is declared as class and datatype")
    for node, spot in model.individuals.items():
        model.report("class-individual-punning", node, f"is a class and an individual (at {spot})")
