"""Single changes that take a graph out of OWL 2 RL, for the test of the profile check.

Each function takes a graph in the profile (the valid fixtures) and yields such changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

EX = Namespace("https://example.org/library#")
PROPERTY_TYPES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

Triple = tuple[Node, Node, Node]
Mutation = tuple[list[Triple], list[Triple]]  # what goes, what comes


def drop_declaration(graph: Graph) -> Iterator[Mutation]:
    for kind in (OWL.Class, RDFS.Datatype, *PROPERTY_TYPES):
        for term in graph.subjects(RDF.type, kind):
            triples = [t for t in graph if term in t and t != (term, RDF.type, kind)]
            annotated = any(
                p not in (RDFS.label, RDFS.comment, OWL.deprecated) for _, p, _ in triples
            )
            if isinstance(term, URIRef) and annotated:
                yield [(term, RDF.type, kind)], []


def declare_twice(graph: Graph) -> Iterator[Mutation]:
    for kind in PROPERTY_TYPES:
        for term in graph.subjects(RDF.type, kind):
            for other in set(PROPERTY_TYPES) - {kind}:
                yield [], [(term, RDF.type, other)]
    for term in graph.subjects(RDF.type, OWL.Class):
        if isinstance(term, URIRef):
            yield [], [(term, RDF.type, RDFS.Datatype)]


def drop_part_of_blank_node(graph: Graph) -> Iterator[Mutation]:
    annotating = {RDFS.comment, EX.motto}
    for s, p, o in graph:
        if (isinstance(s, BNode) or isinstance(o, BNode)) and p not in annotating:
            yield [(s, p, o)], []


def double_part_of_blank_node(graph: Graph) -> Iterator[Mutation]:
    axioms = {RDFS.subClassOf, OWL.hasKey, RDF.type, RDFS.comment, EX.motto, RDFS.subPropertyOf}
    for s, p, _ in graph:
        if isinstance(s, BNode) and p not in axioms:
            yield [], [(s, p, EX.other)]


def turn_subclass_axiom(graph: Graph) -> Iterator[Mutation]:
    for s, o in graph.subject_objects(RDFS.subClassOf):
        either = (s, OWL.hasValue, None) in graph or (o, OWL.hasValue, None) in graph
        if (isinstance(s, BNode) or isinstance(o, BNode)) and not either:
            yield [(s, RDFS.subClassOf, o)], [(o, RDFS.subClassOf, s)]


def change_constructor(graph: Graph) -> Iterator[Mutation]:
    changes = {
        OWL.someValuesFrom: [OWL.allValuesFrom, OWL.hasSelf, OWL.onProperties],
        OWL.allValuesFrom: [OWL.someValuesFrom, OWL.hasSelf],
        OWL.maxCardinality: [OWL.minCardinality, OWL.cardinality],
        OWL.maxQualifiedCardinality: [OWL.minQualifiedCardinality, OWL.qualifiedCardinality],
        OWL.unionOf: [OWL.complementOf, OWL.disjointUnionOf],
        OWL.complementOf: [OWL.unionOf, OWL.oneOf],
    }
    for old, news in changes.items():
        for s, o in graph.subject_objects(old):
            for new in news:
                yield [(s, old, o)], [(s, new, o)]


def count_higher(graph: Graph) -> Iterator[Mutation]:
    for predicate in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
        for s, o in graph.subject_objects(predicate):
            for value in (Literal(2), Literal(-1), Literal("1"), Literal(True), EX.one):
                yield [(s, predicate, o)], [(s, predicate, value)]


def make_composite_property_complex(graph: Graph) -> Iterator[Mutation]:
    composite = set(graph.subjects(RDF.type, OWL.TransitiveProperty))
    composite |= set(graph.subjects(OWL.propertyChainAxiom))
    for prop in composite:
        for kind in (OWL.FunctionalProperty, OWL.InverseFunctionalProperty):
            yield [], [(prop, RDF.type, kind)]
        for kind in (OWL.IrreflexiveProperty, OWL.AsymmetricProperty, OWL.ReflexiveProperty):
            yield [], [(prop, RDF.type, kind)]
        yield [], [(prop, OWL.propertyDisjointWith, EX.heldBy)]
        for cell in graph.objects(prop, OWL.propertyChainAxiom):
            for link in graph.items(cell):
                if isinstance(link, URIRef) and link != prop:
                    yield [], [(prop, RDFS.subPropertyOf, link)]


def swap_value_kind(graph: Graph) -> Iterator[Mutation]:
    for prop in graph.subjects(RDF.type, OWL.ObjectProperty):
        for s, o in graph.subject_objects(prop):
            yield [(s, prop, o)], [(s, prop, Literal("text"))]
    for prop in graph.subjects(RDF.type, OWL.DatatypeProperty):
        for s, o in graph.subject_objects(prop):
            yield [(s, prop, o)], [(s, prop, EX.thing)]
    for s, o in graph.subject_objects(OWL.hasValue):
        new = EX.thing if isinstance(o, Literal) else Literal("text")
        yield [(s, OWL.hasValue, o)], [(s, OWL.hasValue, new)]


def change_datatype(graph: Graph) -> Iterator[Mutation]:
    for s, p, o in graph:
        if isinstance(o, Literal) and o.language is None:
            for datatype in (XSD.duration, OWL.real, EX.unknown):
                yield [(s, p, o)], [(s, p, Literal(str(o), datatype=datatype))]
    for prop in graph.subjects(RDF.type, OWL.DatatypeProperty):
        for datatype in (XSD.gYearMonth, XSD.time, RDF.langString, OWL.rational, EX.unknown):
            yield [], [(prop, RDFS.range, datatype)]


def misuse_terms(graph: Graph) -> Iterator[Mutation]:
    for term in graph.subjects(RDF.type, OWL.Class):
        if isinstance(term, URIRef):
            yield [], [(term, RDF.type, EX.Kind), (EX.Kind, RDF.type, OWL.Class)]
            yield [], [(term, RDFS.subClassOf, OWL.Thing)]
            yield [], [(term, RDFS.subClassOf, EX.Undeclared)]
            yield [], [(term, OWL.unionOf, RDF.nil)]
    for term in graph.subjects(RDF.type, OWL.AnnotationProperty):
        yield [], [(term, RDF.type, OWL.FunctionalProperty)]
        yield [], [(term, OWL.inverseOf, EX.heldBy), (EX.heldBy, RDF.type, OWL.ObjectProperty)]
    for term in graph.subjects(RDF.type, OWL.DatatypeProperty):
        for kind in (OWL.InverseFunctionalProperty, OWL.SymmetricProperty, OWL.AsymmetricProperty):
            yield [], [(term, RDF.type, kind)]
    for term in graph.subjects(RDF.type, OWL.ObjectProperty):
        yield [], [(term, RDFS.subPropertyOf, RDFS.label)]
        yield [], [(term, RDFS.range, XSD.string)]
        yield [], [(OWL.topObjectProperty, RDFS.subPropertyOf, term)]


MUTATORS: list[Callable[[Graph], Iterator[Mutation]]] = [
    drop_declaration,
    declare_twice,
    drop_part_of_blank_node,
    double_part_of_blank_node,
    turn_subclass_axiom,
    change_constructor,
    count_higher,
    make_composite_property_complex,
    swap_value_kind,
    change_datatype,
    misuse_terms,
]
