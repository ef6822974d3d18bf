"""What holds a graph together as OWL 2: axioms with a node of their own, and nothing left over.

https://www.w3.org/TR/owl2-mapping-to-rdf/#Mapping_from_RDF_Graphs_to_the_Structural_Specification
"""

from __future__ import annotations

from rdflib import OWL, RDF, RDFS, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from samgraf.build.profile.classes import CONSTRUCTORS, Position, check_class
from samgraf.build.profile.model import Model
from samgraf.build.profile.properties import LOGICAL, check_negative, check_properties

# Types of the nodes that stand for an axiom, and the predicates that such a node must have.
NODES: dict[Node, tuple[frozenset[Node], ...]] = {
    OWL.AllDisjointClasses: (frozenset({OWL.members}),),
    OWL.AllDisjointProperties: (frozenset({OWL.members}),),
    OWL.AllDifferent: (frozenset({OWL.members}), frozenset({OWL.distinctMembers})),
    OWL.NegativePropertyAssertion: (
        frozenset({OWL.sourceIndividual, OWL.assertionProperty, OWL.targetIndividual}),
        frozenset({OWL.sourceIndividual, OWL.assertionProperty, OWL.targetValue}),
    ),
}
ANNOTATED = frozenset({OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget})
FACETS = frozenset(
    {XSD.minInclusive, XSD.maxInclusive, XSD.minExclusive, XSD.maxExclusive, XSD.pattern}
    | {XSD.length, XSD.minLength, XSD.maxLength, URIRef(str(RDF) + "langRange")}
)
# Predicates that belong to a node reached from elsewhere, never to a term with an IRI.
INNER = (
    CONSTRUCTORS
    | ANNOTATED
    | frozenset().union(*(parts for forms in NODES.values() for parts in forms))
    | {OWL.onProperty, OWL.onProperties, OWL.onClass, OWL.onDataRange, RDF.first, RDF.rest}
    | {OWL.withRestrictions, OWL.onDatatype, OWL.datatypeComplementOf}
    | FACETS
)


def check_node(model: Model, node: Node, kind: Node) -> None:
    """Check a node typed as one of ``NODES``: a disjointness, a difference, a denial."""
    rows = [(p, o) for p, o in model.graph.predicate_objects(node) if p in INNER]
    parts = dict(rows)
    fits = set(parts) in NODES[kind] and len(rows) == len(parts)
    if not isinstance(node, BNode) or not fits:
        message = f"is no {model.spot((kind,))}: it needs a blank node with the right parts"
        model.report("structure", node, message)
        model.drop(node)
        return
    if not model.enter(node):
        return
    if kind == OWL.NegativePropertyAssertion:
        check_negative(model, node, parts)
        return
    members = model.items(next(iter(parts.values())), node, 2)
    place = (kind,)
    if kind == OWL.AllDisjointProperties:
        check_properties(model, members, LOGICAL, (node,), kind)
    for member in members:
        if kind == OWL.AllDisjointClasses:
            check_class(model, member, Position.SUB, place)
        elif kind == OWL.AllDifferent and isinstance(member, Literal):
            model.report("value-kind", member, "stands for an individual in owl:AllDifferent")
        elif kind == OWL.AllDifferent:
            model.individual(member, place)


def check_annotated(model: Model, node: Node, kind: Node) -> None:
    """Check an owl:Axiom or owl:Annotation: the statement it annotates must be in the graph."""
    rows = [(p, o) for p, o in model.graph.predicate_objects(node) if p in ANNOTATED]
    parts = dict(rows)
    if isinstance(node, BNode):
        model.reached.add(node)
    whole = isinstance(node, BNode) and len(rows) == 3 and set(parts) == ANNOTATED
    if not whole or tuple(parts[p] for p in sorted(ANNOTATED, key=_ORDER)) not in model.graph:
        message = f"is {model.spot((kind,))} yet annotates no statement of the graph"
        model.report("structure", node, message)


_ORDER = [OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget].index


def check_inner(model: Model, subject: Node, predicate: Node, value: Node) -> None:
    """Report a part of an expression that is written on a term with an IRI."""
    if not isinstance(subject, BNode):
        message = f"has {model.spot((predicate,))}, which belongs on a blank node within an axiom"
        model.report("structure", subject, message)
        model.drop(value)


def check_left_over(model: Model) -> None:
    """Report each blank node that stands in no axiom: loose lists, expressions, individuals."""
    nodes = {node for node in model.graph.all_nodes() if isinstance(node, BNode)} - model.reached
    cells = {node for node in nodes if (node, RDF.rest, None) in model.graph}
    tails = {o for cell in cells for o in model.graph.objects(cell, RDF.rest)}
    for head in (cells - tails) or cells:
        model.report("list", head, f"is a list outside any axiom{_incoming(model, head)}")
    for node in nodes - cells:
        predicates = set(model.graph.predicates(node))
        types = set(model.graph.objects(node, RDF.type))
        if predicates & (INNER | {OWL.inverseOf}) or types & {OWL.Restriction, OWL.Class}:
            model.report("structure", node, "is an expression that stands in no axiom")
        elif types & {RDFS.Datatype}:
            model.report("structure", node, "is a data range that stands in no axiom")
        else:
            model.report(
                "blank-node", node, f"is an individual without IRI{_incoming(model, node)}"
            )


def _incoming(model: Model, node: Node) -> str:
    spots = sorted(
        model.spot((s, p))
        for s, p in model.graph.subject_predicates(node)
        if not isinstance(s, BNode)
    )
    return f", at {spots[0]}" if spots else ""
