"""The check that a graph is an ontology in the profile OWL 2 RL.

https://www.w3.org/TR/owl2-profiles/#OWL_2_RL. The graph is read triple by triple, each by the one
axiom of OWL 2 it can belong to; what belongs to none is reported, so nothing passes unread.
Stricter than the standard in four points: foreign terms are declared too, no term is both class
and individual, no individual is a blank node, and top properties stand above others only. Wider in
two: ``EXTRA_DATATYPES`` are allowed, and cardinalities may be written as xsd:integer.
"""

from __future__ import annotations

from collections.abc import Callable

from rdflib import OWL, RDF, RDFS, Graph, Literal
from rdflib.term import Node

from samgraf.build.profile.classes import Position, check_class, check_equivalent
from samgraf.build.profile.expressions import check_definitions
from samgraf.build.profile.model import Model, Violation
from samgraf.build.profile.order import check_order
from samgraf.build.profile.properties import (
    check_chain,
    check_domain,
    check_key,
    check_pair,
    check_sub_property,
)
from samgraf.build.profile.structure import INNER, check_inner, check_left_over
from samgraf.build.profile.terms import (
    check_assertion,
    check_header,
    check_literal,
    check_punning,
    check_same,
    check_type,
)
from samgraf.build.profile.vocabulary import EXTRA_DATATYPES

__all__ = ["EXTRA_DATATYPES", "Violation", "profile_violations"]

# Axioms over a set of two or more: a term and itself make a set of one.
BETWEEN_TWO = frozenset(
    {OWL.equivalentClass, OWL.disjointWith, OWL.equivalentProperty, OWL.propertyDisjointWith}
    | {OWL.sameAs, OWL.differentFrom}
)

Check = Callable[[Model, Node, Node, Node], None]


def profile_violations(graph: Graph) -> list[Violation]:
    """Return every breach of OWL 2 RL in a graph, sorted by subject, rule and message.

    ``graph`` holds all that is reasoned over: ontology, alignments, vocabularies and data merged.
    An empty list means that the graph is in the profile.
    """
    model = Model(graph)
    for subject, predicate, value in graph:
        if isinstance(value, Literal):
            check_literal(model, subject, predicate, value)
        if subject == value and predicate in BETWEEN_TWO:
            message = f"is related to itself by {model.spot((predicate,))}"
            model.report("structure", subject, message)
        if predicate in INNER:
            check_inner(model, subject, predicate, value)
        else:
            CHECKS.get(predicate, check_assertion)(model, subject, predicate, value)
    check_definitions(model)
    check_order(model)
    check_punning(model)
    check_left_over(model)
    return model.violations()


def _check_subclass(model: Model, sub: Node, predicate: Node, sup: Node) -> None:
    check_class(model, sub, Position.SUB, (sub, predicate))
    check_class(model, sup, Position.SUPER, (sub, predicate))


def _check_disjoint(model: Model, left: Node, predicate: Node, right: Node) -> None:
    for node in (left, right):
        check_class(model, node, Position.SUB, (left, predicate))


def _check_disjoint_union(model: Model, cls: Node, predicate: Node, head: Node) -> None:
    model.report("disjoint-union", cls, "is a disjoint union")
    for member in (cls, *model.items(head, cls, 2)):
        check_class(model, member, Position.ANY, (cls, predicate))


CHECKS: dict[Node, Check] = {
    RDF.type: check_type,
    RDFS.subClassOf: _check_subclass,
    OWL.equivalentClass: check_equivalent,
    OWL.disjointWith: _check_disjoint,
    OWL.disjointUnionOf: _check_disjoint_union,
    OWL.hasKey: check_key,
    RDFS.subPropertyOf: check_sub_property,
    OWL.equivalentProperty: check_pair,
    OWL.propertyDisjointWith: check_pair,
    OWL.inverseOf: check_pair,
    OWL.propertyChainAxiom: check_chain,
    RDFS.domain: check_domain,
    RDFS.range: check_domain,
    OWL.sameAs: check_same,
    OWL.differentFrom: check_same,
    OWL.imports: check_header,
    OWL.versionIRI: check_header,
}
