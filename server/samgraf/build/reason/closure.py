"""Infer the OWL 2 RL closure with owlrl, and leave out what says nothing to anyone.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules

owlrl runs every rule over every triple in every round. Three cuts keep the result the same:

* Reflexive ``x owl:sameAs x`` is not written down. With x = y the rules eq-sym, eq-trans and
  eq-rep-* conclude one of their own premises, so the triple adds only itself; eq-diff1 on it
  (``x owl:differentFrom x``) is one of samgraf's own checks. No other rule of the tables has
  ``owl:sameAs`` in its body, and the result is cleaned of reflexive triples anyhow.
* A triple starts a rule in owlrl only through its predicate, or through its class where the
  predicate is ``rdf:type``. Triples with other predicates are joined with from the axioms'
  side, so they are not handed to the rules one by one.
* What is closed in time that grows with the cube of a ring or chain is closed in whole instead,
  once a round: equal things (eq-sym, eq-trans, eq-rep-*) as groups, each of which gets all
  statements of its things; the hierarchies of classes and properties with what they hand down
  (scm-sco, scm-eqc*, cax-sco, cax-eqc*; scm-spo, scm-eqp*, prp-spo1, prp-eqp*) and transitive
  properties (prp-trp) by reachability. owlrl has all other rules.

Two literals are never made the same: equal values need no replacing, and different ones are a
contradiction that samgraf's own checks name; owlrl would carry it to every thing that has the
same value.
"""

from __future__ import annotations

import warnings
import xml.parsers.expat
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

import pyoxigraph as ox
from owlrl.DatatypeHandling import AltXSDToPYTHON
from owlrl.OWLRL import OWLRL_Annotation_properties, OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef

from samgraf import vocab
from samgraf.build.rdf import subject_of
from samgraf.build.rdflib_bridge import Bridge
from samgraf.datatypes import FORMS, is_well_formed

_WKT = vocab.GEO + "wktLiteral"
_HAS_KEY = vocab.OWL + "hasKey"
#: What leads to a list in axioms of OWL 2 RL.
_LISTS = {
    vocab.OWL + name
    for name in (
        "intersectionOf", "unionOf", "oneOf", "propertyChainAxiom", "members", "distinctMembers",
    )
}  # fmt: skip


def _xml_content(text: str) -> str:
    """Return ``text``; raise ValueError where it is no XML content, as rdf:XMLLiteral asks.

    owlrl would have a whole document. https://www.w3.org/TR/rdf11-concepts/#section-XMLLiteral
    """
    try:
        xml.parsers.expat.ParserCreate().Parse(f"<x>{text}</x>", True)
    except xml.parsers.expat.ExpatError as error:
        raise ValueError(f"no XML content: {error}") from error
    return text


def _form_of(datatype: str) -> Callable[[str], str]:
    """Return what owlrl calls to find a literal of ``datatype`` well formed."""
    node = ox.NamedNode(datatype)

    def checked(text: str) -> str:
        if not is_well_formed(ox.Literal(text, datatype=node)):
            raise ValueError(f"no form of {datatype}: {text}")
        return text

    return checked


cast("dict[Any, Any]", AltXSDToPYTHON).update(
    {URIRef(vocab.XSD + name): _form_of(vocab.XSD + name) for name in FORMS},
)
cast("dict[Any, Any]", AltXSDToPYTHON)[RDF.XMLLiteral] = _xml_content


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
    (``owl:hasKey``) are left to validation, since owlrl compares too few of the values. Axioms
    whose list is malformed say nothing: owlrl would take what it reads for the whole, or fail.
    """
    given = [t for t in asserted if not _kept_away(t)]
    broken = malformed_lists(given)
    if not broken:
        return infer(given)
    left_out = {t for t in given if t.predicate.value in _LISTS and t.object in broken}
    return infer([t for t in given if t not in left_out], left_out)


def malformed_lists(triples: Iterable[ox.Triple]) -> set[object]:
    """Return the heads of the lists of axioms that are none, or are in a circle.

    Each cell has one ``rdf:first`` and one ``rdf:rest``, and the last leads to ``rdf:nil``:
    https://www.w3.org/TR/rdf11-mt/#rdf-collections.
    """
    heads: dict[object, None] = {}
    rests: dict[object, list[object]] = {}
    firsts: Counter[object] = Counter()
    for t in triples:
        predicate = t.predicate.value
        if predicate == vocab.RDF + "rest":
            rests.setdefault(t.subject, []).append(t.object)
        elif predicate == vocab.RDF + "first":
            firsts[t.subject] += 1
        elif predicate in _LISTS:
            heads[t.object] = None
    ends: set[object] = {ox.NamedNode(vocab.RDF + "nil")}  # and all cells that lead there
    broken: set[object] = set()
    for head in heads:
        walked: dict[object, None] = {}
        cell = head
        while cell not in ends and cell not in walked:
            walked[cell] = None
            if firsts[cell] != 1 or len(rests.get(cell, ())) != 1:
                break
            (cell,) = rests[cell]
        if cell in ends:
            ends.update(walked)
        else:
            broken.add(head)
    return broken


def _kept_away(triple: ox.Triple) -> bool:
    if triple.predicate.value == _HAS_KEY:
        return True
    return isinstance(triple.object, ox.Literal) and triple.object.datatype.value == _WKT


#: Predicates on which a rule of owlrl starts; ``owl:hasKey``, where it is unsound, and those of
#: hierarchies and of equality, which are closed in whole, are left out.
_STARTERS = (
    OWL.propertyChainAxiom, OWL.propertyDisjointWith, OWL.inverseOf, OWL.sourceIndividual,
    OWL.intersectionOf, OWL.unionOf, OWL.complementOf, OWL.someValuesFrom, OWL.allValuesFrom,
    OWL.hasValue, OWL.maxCardinality, OWL.maxQualifiedCardinality, OWL.oneOf, OWL.disjointWith,
    RDFS.domain, RDFS.range,
)  # fmt: skip
#: Classes on which a rule of owlrl starts when something is typed by them.
_STARTING_TYPES = (
    OWL.AllDifferent, OWL.FunctionalProperty, OWL.InverseFunctionalProperty,
    OWL.IrreflexiveProperty, OWL.SymmetricProperty, OWL.AsymmetricProperty,
    OWL.AllDisjointProperties, OWL.Nothing, OWL.AllDisjointClasses,
    OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property,
)  # fmt: skip


class SparingSemantics(OWLRL_Semantics):
    """owlrl's rules, run on the triples that can start one; hierarchies are closed in whole."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph, False, False, False)
        #: The graph that is closed: owlrl would take others, too.
        self.known = graph
        #: Groups of things that are the same: each thing of a group leads to the one set.
        self.same: dict[Any, set[Any]] = {}

    def closure(self) -> None:
        """Add to the graph what follows, but for ``owl:sameAs`` within the groups of ``same``."""
        self.one_time_rules()
        for p in set(self.known.predicates()) & set(OWLRL_Annotation_properties):
            self.store_triple((p, RDF.type, OWL.AnnotationProperty))
        self.flush_stored_triples()
        is_new = True
        while is_new:
            before = len(self.known)
            self._merge()
            self._close(RDFS.subClassOf, OWL.equivalentClass, self._inherit_types)
            self._close(RDFS.subPropertyOf, OWL.equivalentProperty, self._inherit_statements)
            for p in list(self.known.subjects(RDF.type, OWL.TransitiveProperty)):
                above = reachable(self.known.subject_objects(p))
                self._add((s, p, o) for s, objects in above.items() for o in objects)
            self.empty_stored_triples()
            for t in self._starting():
                # 2: what owlrl does in its first round only is done above
                self.rules(t, 2)
            self.flush_stored_triples()
            is_new = len(self.known) > before

    def _starting(self) -> list[tuple[Any, Any, Any]]:
        """Return the triples on which a rule of owlrl starts."""
        triples = self.known.triples
        found = [t for p in _STARTERS for t in triples((None, p, None))]
        return found + [t for c in _STARTING_TYPES for t in triples((None, RDF.type, c))]

    def _equality(self, triple: tuple[Any, Any, Any], cycle_num: int) -> None:
        """Run the eq-* rules on ``owl:AllDifferent`` alone: ``_merge`` has done the others."""
        if triple[2] == OWL.AllDifferent:
            super()._equality(triple, cycle_num)

    def _properties(self, triple: tuple[Any, Any, Any], cycle_num: int) -> None:
        """Run the prp-* rules; prp-fp and prp-ifp tie each value to the first one only."""
        p, said, kind = triple
        functional = (OWL.FunctionalProperty, OWL.InverseFunctionalProperty)
        if said != RDF.type or kind not in functional:
            super()._properties(triple, cycle_num)
            return
        first: dict[Any, Any] = {}
        for s, o in self.known.subject_objects(p):
            one, other = (s, o) if kind == OWL.FunctionalProperty else (o, s)
            # literals are never made the same, so none may come first
            if not isinstance(other, Literal):
                self.store_triple((first.setdefault(one, other), OWL.sameAs, other))

    def store_triple(self, t: tuple[Any, Any, Any]) -> None:
        """Keep ``t`` unless it says that a thing is itself or that literals are the same."""
        s, p, o = t
        if p == OWL.sameAs and (
            s == o or o in self.same.get(s, ()) or isinstance(s, Literal) or isinstance(o, Literal)
        ):
            return
        super().store_triple(t)

    def _add(self, triples: Iterable[tuple[Any, Any, Any]]) -> None:
        for t in list(triples):
            self.known.add(t)

    def _merge(self) -> None:
        """Give each of the things that are the same all statements of the others (eq-*)."""
        for s, o in self.known.subject_objects(OWL.sameAs):
            if s == o or isinstance(s, Literal) or isinstance(o, Literal):
                continue
            ours, theirs = self.same.get(s, {s}), self.same.get(o, {o})
            if ours is not theirs:
                small, large = sorted((ours, theirs), key=len)
                large |= small
                self.same.update(dict.fromkeys(small, large))
                self.same[s] = self.same[o] = large
        graph, same = self.known, OWL.sameAs
        for group in self.groups():
            said = {(p, o) for s in group for p, o in graph.predicate_objects(s) if p != same}
            self._add((s, p, o) for p, o in said for s in group)
            said = {(s, o) for p in group for s, o in graph.subject_objects(p)}
            self._add((s, p, o) for s, o in said for p in group)
            said = {(s, p) for o in group for s, p in graph.subject_predicates(o) if p != same}
            self._add((s, p, o) for s, p in said for o in group)

    def _close(self, below: Any, equal: Any, inherit: Callable[[Any, set[Any]], None]) -> None:
        """Close a hierarchy: the relation ``below`` is transitive, and ``equal`` is both ways.

        ``inherit`` is called with each term and all that are above it.
        """
        graph = self.known
        edges = [(s, o) for s, o in graph.subject_objects(below) if s != o]
        for s, o in graph.subject_objects(equal):
            if s != o:
                edges += [(s, o), (o, s)]
        above = reachable(edges)
        for term, others in above.items():
            others.discard(term)
            self._add((term, below, o) for o in others)
            self._add((term, equal, o) for o in others if term in above.get(o, ()))
            inherit(term, others)
        self._add((s, equal, s) for s, o in graph.subject_objects(below) if s == o)

    def _inherit_types(self, lower: Any, classes: set[Any]) -> None:
        members = list(self.known.subjects(RDF.type, lower))
        self._add((x, RDF.type, c) for x in members for c in classes)

    def _inherit_statements(self, lower: Any, properties: set[Any]) -> None:
        said = list(self.known.subject_objects(lower))
        self._add((s, p, o) for s, o in said for p in properties)

    def groups(self) -> list[set[Any]]:
        """Return the groups of things that are the same."""
        return list({id(group): group for group in self.same.values()}.values())


def reachable(edges: Iterable[tuple[Any, Any]]) -> dict[Any, set[Any]]:
    """Return for each start of an edge all that can be reached from it: the transitive closure.

    Terms that can reach one another have equal sets, which are computed once: by Tarjan's strongly
    connected components (https://doi.org/10.1137/0201010), without recursion.
    """
    ahead: dict[Any, list[Any]] = {}
    for s, o in edges:
        ahead.setdefault(s, []).append(o)
    index: dict[Any, int] = {}
    low: dict[Any, int] = {}
    stack: list[Any] = []
    done: dict[Any, set[Any]] = {}
    for root in ahead:
        if root in index:
            continue
        work = [(root, iter(ahead[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            node, following = work[-1]
            for other in following:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    work.append((other, iter(ahead.get(other, ()))))
                    break
                if other not in done:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    _finish(node, stack, ahead, done)
    return {node: set(found) for node, found in done.items() if found}


def _finish(
    root: Any, stack: list[Any], ahead: dict[Any, list[Any]], done: dict[Any, set[Any]]
) -> None:
    """Take the component of ``root`` from ``stack`` and note in ``done`` what it reaches."""
    at = len(stack) - 1
    while stack[at] != root:
        at -= 1
    component = set(stack[at:])
    del stack[at:]
    found: set[Any] = set()
    for node in component:
        done[node] = found
    for node in component:
        for other in ahead.get(node, ()):
            found.add(other)
            if other not in component:
                found |= done[other]
    if len(component) > 1:
        found |= component


def infer(triples: list[ox.Triple], left_out: Iterable[ox.Triple] = ()) -> Closure:
    """Return what follows from ``triples``; those ``left_out`` tell what is part of an axiom."""
    bridge = Bridge()
    graph = bridge.graph(triples)
    asserted = set(graph)
    engine = SparingSemantics(graph)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib warns of ill-typed literals; we report them
        engine.closure()
    back = bridge.to_oxigraph
    new = [
        ox.Triple(back(s), back(p), back(o))
        for s, p, o in graph
        if not isinstance(s, Literal)
        and not isinstance(p, BNode)
        and (s, p, o) not in asserted
        and p != OWL.sameAs
    ]
    same = ox.NamedNode(str(OWL.sameAs))
    stated = {(back(s), back(o)) for s, p, o in asserted if p == OWL.sameAs}
    for group in engine.groups():
        things = [back(thing) for thing in group]
        new += [
            ox.Triple(one, same, other)
            for one in things
            for other in things
            if one != other and (one, other) not in stated
        ]
    return Closure(clean([*triples, *left_out], new), new, tuple(sorted(engine.error_messages)))


_RDF, _RDFS, _OWL, _XSD = vocab.RDF, vocab.RDFS, vocab.OWL, vocab.XSD
_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#"
#: What starts so is a term of the languages themselves.
_LANGUAGE = (_RDF, _RDFS, _OWL, _XSD, _ERROR)
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
    if s.value.startswith(_LANGUAGE) or p.startswith(_ERROR):
        return False
    if p in _REFLEXIVE and s == o:
        return False
    if not isinstance(o, ox.NamedNode):
        return True
    value = o.value
    if value.startswith(_ERROR):
        return False
    if p == _TYPE and value.startswith((_RDF, _RDFS, _XSD)):
        return value == _RDF + "Property"
    return value not in _EVERYTHING
