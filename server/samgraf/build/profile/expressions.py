"""Property expressions and data ranges, the leaves of which axioms are made.

https://www.w3.org/TR/owl2-profiles/#Data_Ranges_3 and
https://www.w3.org/TR/owl2-syntax/#Object_Property_Expressions
"""

from __future__ import annotations

from typing import NamedTuple

from rdflib import OWL, RDF, RDFS, BNode, Literal, URIRef
from rdflib.term import Node

from samgraf.build.profile.model import Model, Place
from samgraf.build.profile.vocabulary import (
    AXIOM_PREDICATES,
    PROPERTIES,
    TOP_PROPERTIES,
    Kind,
    is_reserved,
)

NO_PROPERTY = URIRef("")


class Property(NamedTuple):
    """A property expression; ``kind`` is None where the property cannot be told."""

    kind: Kind | None = None
    iri: URIRef = NO_PROPERTY
    inverse: bool = False


def check_property(
    model: Model, node: Node, allowed: frozenset[Kind], place: Place, *, top: bool = False
) -> Property:
    """Return what a node is as a property, reporting it unless its kind is among ``allowed``.

    ``top`` says that the place may hold a top property.
    """
    if isinstance(node, Literal):
        model.report("structure", node, f"stands for a property at {model.spot(place)}")
        return Property()
    if isinstance(node, BNode):
        return _check_inverse(model, node, allowed, place)
    kinds = model.kinds[node] & PROPERTIES
    if not kinds:
        if is_reserved(node):
            message = "belongs to a reserved vocabulary and is no property of OWL 2"
            model.report_term("reserved-term", node, message, place)
        else:
            model.report_term(
                "undeclared-property", node, "is used as a property, not declared", place
            )
        return Property()
    if node in TOP_PROPERTIES and not top:
        model.report_term("top-property", node, "stands in an axiom", place)
    fitting = kinds & allowed
    if not fitting:
        rule = "annotation-property" if kinds == {Kind.ANNOTATION} else "property-kind"
        declared = " and ".join(kind.one for kind in sorted(kinds))
        wanted = " or ".join(kind.one for kind in sorted(allowed))
        model.report_term(rule, node, f"is {declared}, used where {wanted} must stand", place)
        return Property()
    return Property(min(fitting, key=list(Kind).index), node)


def _check_inverse(model: Model, node: BNode, allowed: frozenset[Kind], place: Place) -> Property:
    rows = [
        (p, o)
        for p, o in model.graph.predicate_objects(node)
        if p != RDF.type and p not in AXIOM_PREDICATES
    ]
    if not model.enter(node):
        return Property()
    if [p for p, _ in rows] != [OWL.inverseOf] or not isinstance(rows[0][1], URIRef):
        model.report("structure", node, f"is no inverse of a property, at {model.spot(place)}")
        model.swallow(node)
        return Property()
    if Kind.OBJECT not in allowed:
        model.report("property-kind", node, f"is an inverse, which {model.spot(place)} forbids")
        return Property()
    found = check_property(model, rows[0][1], frozenset({Kind.OBJECT}), place)
    return found._replace(inverse=True)


def check_data_range(model: Model, node: Node, place: Place) -> set[URIRef]:
    """Check a datatype or an intersection of datatypes; return the datatypes it names."""
    if isinstance(node, Literal):
        model.report("structure", node, f"stands for a datatype at {model.spot(place)}")
        return set()
    if isinstance(node, URIRef):
        model.require_datatype(node, place)
        return {node}
    if not model.enter(node):
        return set()
    rows = dict(model.graph.predicate_objects(node))
    typed = (node, RDF.type, RDFS.Datatype) in model.graph
    if OWL.intersectionOf in rows and typed and len(list(model.graph.objects(node))) == 2:
        members = model.items(rows[OWL.intersectionOf], place[0], 2)
        return set().union(*(check_data_range(model, one, place) for one in members))
    rule = "data-range" if typed else "structure"
    model.report(rule, node, f"stands for a datatype at {model.spot(place)}")
    model.swallow(node)
    return set()


def check_definition(model: Model, datatype: Node, predicate: Node, node: Node) -> None:
    """Check ``datatype owl:equivalentClass node``, the definition of a datatype."""
    if not isinstance(datatype, URIRef) or is_reserved(datatype):
        model.report("datatype-definition", datatype, "cannot be defined anew")
    names = check_data_range(model, node, (datatype, predicate))
    model.definitions[datatype].append(names)


def check_definitions(model: Model) -> None:
    """Report datatypes defined twice or by way of themselves."""
    for datatype, defined in model.definitions.items():
        if len(defined) > 1:
            model.report("datatype-definition", datatype, "is defined more than once")
        seen: set[URIRef] = set()
        todo = set().union(*defined)
        while todo:
            seen |= todo
            todo = {d for one in todo for d in set().union(*model.definitions.get(one, []))} - seen
        if datatype in seen:
            model.report("datatype-definition", datatype, "is defined by way of itself")
