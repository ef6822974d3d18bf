"""Infer the OWL 2 RL closure with owlrl, and leave out what says nothing to anyone.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules

owlrl runs every rule over every triple in every round. Two cuts keep the result the same:

* Reflexive ``x owl:sameAs x`` is not written down. With x = y the rules eq-sym, eq-trans and
  eq-rep-* conclude one of their own premises, so the triple adds only itself; eq-diff1 on it
  (``x owl:differentFrom x``) is one of samgraf's own checks. No other rule of the tables has
  ``owl:sameAs`` in its body, and the result is cleaned of reflexive triples anyhow.
* A triple starts a rule in owlrl only through its predicate, or through its class where the
  predicate is ``rdf:type``. Triples with other predicates are joined with from the axioms'
  side, so they are not handed to the rules one by one. They stay in the graph: a non-reflexive
  ``owl:sameAs`` still replaces terms in every one of them.

Two literals are never made the same: equal values need no replacing, and different ones are a
contradiction that samgraf's own checks name; owlrl would carry it to every thing that has the
same value.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from owlrl.OWLRL import OWLRL_Annotation_properties, OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, BNode, Literal

from samgraf.build.rdf import subject_of
from samgraf.build.rdflib_bridge import Bridge

_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_HAS_KEY = "http://www.w3.org/2002/07/owl#hasKey"


@dataclass(frozen=True)
class Closure:
    """What follows from the asserted triples and is not among them.

    ``inferred`` is what is published, sorted; ``entailed`` holds the rest as well, for checks;
    ``errors`` are contradictions in the words of the reasoner.
    """

    inferred: list[ox.Triple]
    entailed: list[ox.Triple]
    errors: tuple[str, ...] = ()


def closure(asserted: Iterable[ox.Triple]) -> Closure:
    """Return the OWL 2 RL closure of ``asserted``, less ``asserted``.

    Geometry literals are left out, since no rule looks into them and they are long; keys
    (``owl:hasKey``) are left to validation, since owlrl compares too few of the values.
    """
    return infer([t for t in asserted if not _kept_away(t)])


def _kept_away(triple: ox.Triple) -> bool:
    if triple.predicate.value == _HAS_KEY:
        return True
    return isinstance(triple.object, ox.Literal) and triple.object.datatype.value == _WKT


#: Predicates on which a rule of owlrl starts, but ``owl:hasKey``, where it is unsound.
_STARTERS = frozenset(
    {
        OWL.sameAs, OWL.propertyChainAxiom, OWL.equivalentProperty, OWL.propertyDisjointWith,
        OWL.inverseOf, OWL.sourceIndividual, OWL.intersectionOf, OWL.unionOf, OWL.complementOf,
        OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue, OWL.maxCardinality,
        OWL.maxQualifiedCardinality, OWL.oneOf, OWL.equivalentClass, OWL.disjointWith,
        RDFS.domain, RDFS.range, RDFS.subPropertyOf, RDFS.subClassOf,
    }
)  # fmt: skip
#: Classes on which a rule of owlrl starts when something is typed by them.
_STARTING_TYPES = frozenset(
    {
        OWL.AllDifferent, OWL.FunctionalProperty, OWL.InverseFunctionalProperty,
        OWL.IrreflexiveProperty, OWL.SymmetricProperty, OWL.AsymmetricProperty,
        OWL.TransitiveProperty, OWL.AllDisjointProperties, OWL.Nothing, OWL.AllDisjointClasses,
        OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property,
    }
)  # fmt: skip


class SparingSemantics(OWLRL_Semantics):
    """Run owlrl's rules on the triples that can start one."""

    def rules(self, t: tuple[Any, Any, Any], cycle_num: int) -> None:
        """Hand ``t`` to the rule groups where one of them starts on it."""
        _, p, o = t
        if p in _STARTERS or (p == RDF.type and o in _STARTING_TYPES):
            super().rules(t, cycle_num)
        elif cycle_num == 1 and p in OWLRL_Annotation_properties:
            self.store_triple((p, RDF.type, OWL.AnnotationProperty))

    def store_triple(self, t: tuple[Any, Any, Any]) -> None:
        """Keep ``t`` unless it says that a thing is itself or that literals are the same."""
        s, p, o = t
        if p == OWL.sameAs and (s == o or isinstance(s, Literal) or isinstance(o, Literal)):
            return
        super().store_triple(t)


def infer(triples: list[ox.Triple], semantics: type[OWLRL_Semantics] = SparingSemantics) -> Closure:
    """Return what follows from ``triples``; ``semantics`` plain shows what the cuts save."""
    bridge = Bridge()
    graph = bridge.graph(triples)
    asserted = set(graph)
    engine = semantics(graph, False, False, False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib warns of ill-typed literals; we report them
        engine.closure()
    back = bridge.to_oxigraph
    new = [
        ox.Triple(back(s), back(p), back(o))
        for s, p, o in graph
        if not isinstance(s, Literal) and not isinstance(p, BNode) and (s, p, o) not in asserted
    ]
    return Closure(clean(triples, new), new, tuple(sorted(engine.error_messages)))


_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_LANGUAGE = (_RDF, _RDFS, _OWL, "http://www.w3.org/2001/XMLSchema#")
_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#"
_TYPE = _RDF + "type"
_REFLEXIVE = {
    _OWL + "sameAs",
    _OWL + "equivalentClass",
    _OWL + "equivalentProperty",
    _RDFS + "subClassOf",
    _RDFS + "subPropertyOf",
}
_EVERYTHING = {_OWL + "Thing", _RDFS + "Resource", _RDFS + "Literal"}
#: A blank node that is the subject of one of these is a class expression, a list or an axiom.
_STRUCTURE = {
    _OWL + name
    for name in (
        "onProperty", "intersectionOf", "unionOf", "complementOf", "oneOf", "members",
        "distinctMembers", "sourceIndividual", "inverseOf", "onDatatype", "datatypeComplementOf",
    )
} | {_RDF + "first"}  # fmt: skip


def clean(asserted: Iterable[ox.Triple], new: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the useful ones of the ``new`` triples, sorted.

    ``asserted`` tells which blank nodes are parts of axioms.
    """
    structure = {
        t.subject
        for t in asserted
        if isinstance(t.subject, ox.BlankNode) and t.predicate.value in _STRUCTURE
    }
    kept = [
        t
        for t in new
        if t.subject not in structure
        and t.object not in structure
        and _says_something(subject_of(t), t.predicate.value, t.object)
    ]
    return sorted(kept, key=str)


def _says_something(s: ox.NamedNode | ox.BlankNode, p: str, o: object) -> bool:
    if p in _REFLEXIVE and s == o:
        return False
    if s.value.startswith((*_LANGUAGE, _ERROR)) or p.startswith(_ERROR):
        return False
    if not isinstance(o, ox.NamedNode):
        return True
    if o.value.startswith(_ERROR):
        return False
    if p == _TYPE and o.value.startswith((_RDF, _RDFS, "http://www.w3.org/2001/XMLSchema#")):
        return o.value == _RDF + "Property"
    return o.value not in _EVERYTHING
