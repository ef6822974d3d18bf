"""The closure by owlrl, spared the work that cannot yield anything new.

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

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from __future__ import annotations

import warnings
from typing import Any

import pyoxigraph as ox
from owlrl.OWLRL import OWLRL_Annotation_properties, OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, BNode, Literal

from samgraf.build.content.bridge import Bridge
from samgraf.build.reason.clean import clean
from samgraf.build.reason.closure import Closure

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
