"""Short, stable names for the nodes of a graph: no blank node label ever shows in a message."""

from __future__ import annotations

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from samgraf.build.profile.vocabulary import AXIOM_PREDICATES

MAX_NAME = 160  # characters of a blank node spelled out
MAX_DEPTH = 3  # blank nodes within blank nodes spelled out
PLAIN = frozenset({XSD.integer, XSD.boolean})  # written in Turtle without quotes


def name(graph: Graph, node: Node, depth: int = 0) -> str:
    """Return a prefixed name, a literal, or a blank node spelled out in the manner of Turtle."""
    if isinstance(node, URIRef):
        return _short(graph, node)
    if isinstance(node, Literal):
        return (
            str(node)
            if node.datatype in PLAIN and not node.ill_typed
            else node.n3(graph.namespace_manager)
        )
    if depth >= MAX_DEPTH:
        return "[…]"
    if (node, RDF.first, None) in graph:
        return f"( {' '.join(_members(graph, node, depth))} )"
    rows = sorted(
        f"{name(graph, p)} {name(graph, o, depth + 1)}"
        for p, o in graph.predicate_objects(node)
        if p != RDF.type and p not in AXIOM_PREDICATES
    )
    text = f"[ {'; '.join(rows)} ]" if rows else "[]"
    return text if len(text) <= MAX_NAME else text[:MAX_NAME] + "…"


def _members(graph: Graph, head: Node, depth: int) -> list[str]:
    try:
        return [name(graph, member, depth + 1) for member in Collection(graph, head)]
    except ValueError:  # a circle
        return ["…"]


def _short(graph: Graph, iri: URIRef) -> str:
    try:
        prefix, _, local = graph.namespace_manager.compute_qname(iri, generate=False)
    except (KeyError, ValueError):
        return f"<{iri}>"
    return f"{prefix}:{local}"
