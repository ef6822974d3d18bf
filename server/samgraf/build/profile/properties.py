"""Property expressions and property axioms: each property of the kind that its place asks for.

https://www.w3.org/TR/owl2-syntax/#Typing_Constraints_of_OWL_2_DL
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import OWL, RDF, RDFS, BNode, Literal, URIRef
from rdflib.term import Node

from samgraf.build.profile.classes import Position, check_class
from samgraf.build.profile.expressions import check_data_range, check_property
from samgraf.build.profile.model import Model
from samgraf.build.profile.vocabulary import PROPERTIES, Kind

OBJECT = frozenset({Kind.OBJECT})
LOGICAL = frozenset({Kind.OBJECT, Kind.DATA})

# Characteristic: kinds of property that may have it, and whether it asks for a simple property.
CHARACTERISTICS: dict[Node, tuple[frozenset[Kind], bool]] = {
    OWL.FunctionalProperty: (LOGICAL, True),
    OWL.InverseFunctionalProperty: (OBJECT, True),
    OWL.IrreflexiveProperty: (OBJECT, True),
    OWL.AsymmetricProperty: (OBJECT, True),
    OWL.SymmetricProperty: (OBJECT, False),
    OWL.TransitiveProperty: (OBJECT, False),
    OWL.ReflexiveProperty: (OBJECT, False),
}


def check_characteristic(model: Model, prop: Node, kind: Node) -> None:
    """Check ``prop rdf:type kind`` for a kind among ``CHARACTERISTICS``."""
    allowed, simple = CHARACTERISTICS[kind]
    if kind == OWL.ReflexiveProperty:
        model.report("reflexive-property", prop, "is an owl:ReflexiveProperty")
    found = check_property(model, prop, allowed, (prop, RDF.type, kind))
    if found.kind != Kind.OBJECT:
        return
    if simple:
        model.must_be_simple.add((found.iri, f"is declared {model.spot((kind,))}"))
    elif kind == OWL.TransitiveProperty:
        model.composite.add(found.iri)


def check_sub_property(model: Model, sub: Node, predicate: Node, sup: Node) -> None:
    """Check rdfs:subPropertyOf: both of one kind; above may stand a top property."""
    lower = check_property(model, sub, PROPERTIES, (sub, predicate, sup))
    upper = check_property(model, sup, PROPERTIES, (sub, predicate, sup), top=True)
    if not lower.kind or not upper.kind:
        return
    if lower.kind != upper.kind:
        message = f"is {lower.kind.one} below {model.spot((sup,))}, {upper.kind.one}"
        model.report("property-kind", sub, message)
    elif lower.kind == Kind.OBJECT:
        model.implied.add((lower.iri, upper.iri))


def check_pair(model: Model, left: Node, predicate: Node, right: Node) -> None:
    """Check owl:equivalentProperty, owl:propertyDisjointWith and owl:inverseOf."""
    if predicate == OWL.inverseOf:
        if isinstance(left, BNode):
            return  # an inverse expression, checked where it stands
        allowed = OBJECT
    else:
        allowed = LOGICAL
    check_properties(model, (left, right), allowed, (left, predicate, right), predicate)


def check_properties(
    model: Model,
    members: Iterable[Node],
    allowed: frozenset[Kind],
    place: tuple[Node, ...],
    how: Node,
) -> None:
    """Check properties that an axiom binds together: all of one kind, simple where disjoint."""
    found = [check_property(model, member, allowed, place) for member in members]
    kinds = {one.kind for one in found if one.kind}
    if len(kinds) > 1:
        model.report("property-kind", place[0], "is bound to a property of another kind")
    objects = [one.iri for one in found if one.kind == Kind.OBJECT]
    if how in (OWL.propertyDisjointWith, OWL.AllDisjointProperties):
        model.must_be_simple.update((iri, "is disjoint with another property") for iri in objects)
    else:
        model.implied.update((a, b) for a in objects for b in objects if a != b)


def check_domain(model: Model, prop: Node, predicate: Node, target: Node) -> None:
    """Check rdfs:domain and rdfs:range: a superclass expression or, for values, a data range."""
    place = (prop, predicate)
    found = check_property(model, prop, PROPERTIES, place)
    if found.kind == Kind.ANNOTATION:
        if not isinstance(target, URIRef):
            message = f"is an annotation property, whose {model.spot((predicate,))} must be an IRI"
            model.report("structure", prop, message)
    elif found.kind == Kind.DATA and predicate == RDFS.range:
        check_data_range(model, target, place)
    elif found.kind or isinstance(target, BNode):
        check_class(model, target, Position.SUPER if found.kind else Position.ANY, place)


def check_chain(model: Model, prop: Node, predicate: Node, head: Node) -> None:
    """Check owl:propertyChainAxiom: object properties only; its order is judged at the end."""
    place = (prop, predicate)
    result = check_property(model, prop, OBJECT, place)
    links = [
        check_property(model, one, OBJECT, place)
        for one in model.items(head, prop, 2, ordered=True)
    ]
    if result.kind and all(one.kind for one in links):
        model.composite.add(result.iri)
        model.chains.append(
            ((result.iri, result.inverse), [(one.iri, one.inverse) for one in links])
        )


def check_key(model: Model, cls: Node, predicate: Node, head: Node) -> None:
    """Check owl:hasKey: a subclass expression, object and data properties."""
    check_class(model, cls, Position.SUB, (cls, predicate))
    for prop in model.items(head, cls, 1):
        check_property(model, prop, LOGICAL, (cls, predicate))


def check_negative(model: Model, node: BNode, parts: dict[Node, Node]) -> None:
    """Check an owl:NegativePropertyAssertion, given its parts by predicate."""
    prop = parts[OWL.assertionProperty]
    target = parts.get(OWL.targetIndividual, parts.get(OWL.targetValue))
    place = (parts[OWL.sourceIndividual], prop)
    found = check_property(model, prop, LOGICAL, place)
    model.individual(parts[OWL.sourceIndividual], place)
    wants_value = OWL.targetValue in parts
    if found.kind and (found.kind == Kind.DATA) != wants_value:
        model.report("value-kind", node, f"denies what {found.kind.one} cannot have")
    if isinstance(target, Literal) != wants_value:
        model.report("value-kind", node, "names an individual as a value, or the reverse")
    elif not wants_value:
        model.individual(target, place)
