"""Class expressions, each judged by the position it stands in.

https://www.w3.org/TR/owl2-profiles/#Class_Expressions_3
"""

from __future__ import annotations

from enum import Enum

from rdflib import OWL, RDF, RDFS, BNode, Literal, URIRef
from rdflib.term import Node

from samgraf.build.profile.expressions import (
    Property,
    check_data_range,
    check_definition,
    check_property,
)
from samgraf.build.profile.model import Model, Place
from samgraf.build.profile.vocabulary import AXIOM_PREDICATES, Kind


class Position(Enum):
    """Where a class expression stands; ANY is a place within one that is already reported."""

    SUB = "subclass"
    SUPER = "superclass"
    EQUIVALENT = "equivalent"
    ANY = "any"


SUB, SUPER, EQUIVALENT, ANY = Position

# What OWL 2 RL allows in a position, and the position in which the parts of it stand.
GRAMMAR: dict[Position, dict[Node, Position]] = {
    SUB: {
        OWL.intersectionOf: SUB,
        OWL.unionOf: SUB,
        OWL.oneOf: SUB,
        OWL.someValuesFrom: SUB,
        OWL.hasValue: SUB,
    },
    SUPER: {
        OWL.intersectionOf: SUPER,
        OWL.complementOf: SUB,
        OWL.allValuesFrom: SUPER,
        OWL.hasValue: SUPER,
        OWL.maxCardinality: SUB,
        OWL.maxQualifiedCardinality: SUB,
    },
    EQUIVALENT: {OWL.intersectionOf: EQUIVALENT, OWL.hasValue: EQUIVALENT},
    ANY: {},
}

CONNECTIVES = frozenset({OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.complementOf})
CARDINALITIES = frozenset(
    {OWL.minCardinality, OWL.maxCardinality, OWL.cardinality}
    | {OWL.minQualifiedCardinality, OWL.maxQualifiedCardinality, OWL.qualifiedCardinality}
)
QUALIFIED = frozenset(
    {OWL.minQualifiedCardinality, OWL.maxQualifiedCardinality, OWL.qualifiedCardinality}
)
NOWHERE = (CARDINALITIES | {OWL.hasSelf}) - {OWL.maxCardinality, OWL.maxQualifiedCardinality}
RESTRICTIONS = CARDINALITIES | {OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue, OWL.hasSelf}
CONSTRUCTORS = CONNECTIVES | RESTRICTIONS
# OWL 1 wrote further types on expressions; OWL 2 reads past them.
TOLERATED_TYPES = frozenset({OWL.Class, RDFS.Class})

LOGICAL = frozenset({Kind.OBJECT, Kind.DATA})


def check_class(model: Model, node: Node, position: Position, place: Place) -> None:
    """Report whatever in a class expression OWL 2 RL does not allow in its position."""
    if isinstance(node, Literal):
        model.report("structure", node, f"stands for a class at {model.spot(place)}")
    elif isinstance(node, URIRef):
        model.require(node, Kind.CLASS, place)
        if node == OWL.Thing and position is not ANY:
            message = f"stands in {position.value} position at {model.spot(place)}"
            model.report(f"{position.value}-position", node, message)
    elif model.enter(node):
        _check_expression(model, node, position, place)


def check_equivalent(model: Model, left: Node, predicate: Node, right: Node) -> None:
    """Check owl:equivalentClass between classes, or as the definition of a datatype."""
    if model.kinds[left] & {Kind.CLASS, Kind.DATATYPE} == {Kind.DATATYPE}:
        check_definition(model, left, predicate, right)
        return
    for node in (left, right):
        check_class(model, node, EQUIVALENT, (left, predicate))


def _check_expression(model: Model, node: BNode, position: Position, place: Place) -> None:
    rows = [(p, o) for p, o in model.graph.predicate_objects(node) if p not in AXIOM_PREDICATES]
    parts = {p: o for p, o in rows if p != RDF.type}
    types = {o for p, o in rows if p == RDF.type}
    constructor = next((p for p in parts if p in CONSTRUCTORS), None)
    if OWL.onProperties in parts:
        model.report("constructor", node, f"joins several properties, at {model.spot(place)}")
        model.swallow(node)
        return
    wanted = _parts_of(constructor, parts)
    main_type = OWL.Class if constructor in CONNECTIVES else OWL.Restriction
    well_typed = main_type in types and types <= TOLERATED_TYPES | {main_type}
    if set(parts) != wanted or len(rows) != len(parts) + len(types) or not well_typed:
        model.report("structure", node, f"is no class expression, at {model.spot(place)}")
        model.swallow(node)
        return
    inner = GRAMMAR[position].get(constructor, ANY)
    if constructor in NOWHERE:
        model.report("constructor", node, f"is outside OWL 2 RL, at {model.spot(place)}")
    elif position is not ANY and constructor not in GRAMMAR[position]:
        message = f"stands in {position.value} position at {model.spot(place)}"
        model.report(f"{position.value}-position", node, message)
    if constructor in CONNECTIVES:
        _check_connective(model, constructor, parts[constructor], inner, place)
    else:
        _check_restriction(model, node, constructor, parts, inner, place)


def _parts_of(constructor: Node | None, parts: dict[Node, Node]) -> set[Node]:
    """Return the predicates that an expression must have, and no others."""
    if constructor is None:
        return {RDF.type}  # matches no expression: parts never hold rdf:type
    if constructor in CONNECTIVES:
        return {constructor}
    if constructor in QUALIFIED:
        qualifier = OWL.onDataRange if OWL.onDataRange in parts else OWL.onClass
        return {constructor, OWL.onProperty, qualifier}
    return {constructor, OWL.onProperty}


def _check_connective(
    model: Model, constructor: Node, value: Node, inner: Position, place: Place
) -> None:
    if constructor == OWL.complementOf:
        check_class(model, value, inner, place)
        return
    for member in model.items(value, place[0], 1 if constructor == OWL.oneOf else 2):
        if constructor != OWL.oneOf:
            check_class(model, member, inner, place)
        elif isinstance(member, Literal):
            model.report("value-kind", member, f"stands for an individual at {model.spot(place)}")
        else:
            model.individual(member, place)


def _check_restriction(
    model: Model,
    node: BNode,
    constructor: Node,
    parts: dict[Node, Node],
    inner: Position,
    place: Place,
) -> None:
    allowed = frozenset({Kind.OBJECT}) if constructor == OWL.hasSelf else LOGICAL
    found = check_property(model, parts[OWL.onProperty], allowed, place)
    if found.kind == Kind.OBJECT and constructor in CARDINALITIES | {OWL.hasSelf}:
        reason = f"is counted at {model.spot(place)}"
        model.must_be_simple.add((found.iri, reason))
    if constructor == OWL.hasSelf:
        return
    if constructor == OWL.hasValue:
        _check_value(model, node, found, parts[OWL.hasValue], place)
        return
    if constructor in CARDINALITIES:
        _check_number(model, node, constructor, parts[constructor], place)
        if constructor not in QUALIFIED:
            return
    filler = _filler(constructor, parts)
    data = found.kind == Kind.DATA if found.kind else _looks_like_data(model, filler)
    if constructor in QUALIFIED and data != (OWL.onDataRange in parts):
        message = "needs owl:onClass for an object, owl:onDataRange for a data property"
        model.report("structure", node, f"{message}, at {model.spot(place)}")
        model.swallow(node)
    elif data:
        check_data_range(model, filler, place)
    elif filler != OWL.Thing or constructor == OWL.allValuesFrom:
        check_class(model, filler, inner, place)


def _filler(constructor: Node, parts: dict[Node, Node]) -> Node:
    if constructor in QUALIFIED:
        return parts[OWL.onDataRange] if OWL.onDataRange in parts else parts[OWL.onClass]
    return parts[constructor]


def _looks_like_data(model: Model, filler: Node) -> bool:
    declared = Kind.DATATYPE in model.kinds[filler]
    return declared or (filler, RDF.type, RDFS.Datatype) in model.graph


def _check_value(model: Model, node: BNode, found: Property, value: Node, place: Place) -> None:
    if found.kind and isinstance(value, Literal) != (found.kind == Kind.DATA):
        message = f"has a value that {found.kind.one} cannot have, at {model.spot(place)}"
        model.report("value-kind", node, message)
    elif not isinstance(value, Literal):
        model.individual(value, place)


def _check_number(model: Model, node: BNode, constructor: Node, value: Node, place: Place) -> None:
    # The standard writes xsd:nonNegativeInteger; stores that turn this into xsd:integer are
    # common, and the number is the same, so both are read.
    number = value.toPython() if isinstance(value, Literal) else None
    if not isinstance(number, int) or isinstance(number, bool):
        model.report("structure", node, f"has a cardinality that is no number: {model.spot(place)}")
    elif constructor not in NOWHERE and number not in (0, 1):
        model.report("cardinality", node, f"allows more than one, at {model.spot(place)}")
