"""Carry terms between pyoxigraph, which loads and serves, and rdflib, which reasons and validates.

Literals keep the form in which they were written: rdflib would rewrite ``"01"^^xsd:integer``.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import rdflib

_STRING = "http://www.w3.org/2001/XMLSchema#string"
Node = rdflib.URIRef | rdflib.BNode | rdflib.Literal


class Bridge:
    """Convert terms both ways, remembering each so that a term comes back as it went."""

    def __init__(self) -> None:
        """Start with no term known."""
        self._to: dict[object, Node] = {}
        self._back: dict[Node, object] = {}

    def to_rdflib(self, term: object) -> Node:
        """Return the rdflib term for a pyoxigraph term."""
        known = self._to.get(term)
        if known is None:
            known = self._to[term] = _convert(term)
            self._back[known] = term
        return known

    def to_oxigraph(self, node: Any) -> Any:
        """Return the pyoxigraph term for an rdflib term."""
        known = self._back.get(node)
        if known is None:
            known = self._back[node] = _convert_back(node)
        return known

    def graph(self, triples: Iterable[ox.Triple]) -> rdflib.Graph:
        """Return a plain in-memory rdflib graph that holds ``triples``."""
        graph = rdflib.Graph(bind_namespaces="none")
        self.fill(graph, triples)
        return graph

    def fill(self, graph: rdflib.Graph, triples: Iterable[ox.Triple]) -> None:
        """Add ``triples`` to ``graph``."""
        to, add = self.to_rdflib, graph.store.add
        with warnings.catch_warnings():
            # an ill-typed literal is reported by name in its own stage, not as a warning
            warnings.simplefilter("ignore")
            for s, p, o in triples:
                add((to(s), to(p), to(o)), graph)


def _convert(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, ox.Literal)  # noqa: S101 - Turtle files hold no other kind
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value == _STRING else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def _convert_back(node: Node) -> object:
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or _STRING)))
