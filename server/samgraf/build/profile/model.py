"""What the profile check knows of a graph while it reads it: kinds of terms, blank nodes, findings.

https://www.w3.org/TR/owl2-syntax/#Entity_Declarations_and_Typing
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from rdflib import OWL, RDF, BNode, Graph, URIRef
from rdflib.term import Node

from samgraf.build.profile.names import name
from samgraf.build.profile.rules import RULES
from samgraf.build.profile.vocabulary import (
    BUILT_IN,
    DECLARING,
    EXTRA_DATATYPES,
    RL_DATATYPES,
    Kind,
    is_reserved,
)

Place = tuple[Node, ...]  # the nodes that tell where a term is used, such as subject and predicate


@dataclass(frozen=True, order=True)
class Violation:
    """One breach of the profile.

    ``subject`` is the term at fault (shortened; a blank node is spelled out), ``rule`` a key of
    ``RULES``, ``message`` says what is wrong, ``link`` names the section of the standard, ``mend``
    says in one sentence what to change.
    """

    subject: str
    rule: str
    message: str
    link: str
    mend: str

    def __str__(self) -> str:
        """Return one line: message, mend, section."""
        return f"{self.message} {self.mend} See {self.link}"


class Model:
    """A graph read as OWL 2: the kinds of its terms, and what the checks leave behind."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.kinds: defaultdict[Node, set[Kind]] = defaultdict(set)
        self.reached: set[BNode] = set()  # blank nodes that stand in an axiom
        self.individuals: dict[URIRef, str] = {}  # classes used as individuals, and where
        self.definitions: defaultdict[URIRef, list[set[URIRef]]] = defaultdict(list)
        self.implied: set[tuple[URIRef, URIRef]] = set()  # (property, property it implies)
        self.composite: set[URIRef] = set()  # transitive, or at the head of a chain
        self.must_be_simple: set[tuple[URIRef, str]] = set()  # (property, what needs it so)
        self.chains: list[tuple[tuple[URIRef, bool], list[tuple[URIRef, bool]]]] = []
        self._violations: set[Violation] = set()
        self._terms: dict[tuple[str, str, str], str] = {}
        for iri, kind in BUILT_IN.items():
            self.kinds[iri].add(kind)
        for declared, kind in DECLARING.items():
            for node in graph.subjects(RDF.type, declared):
                if isinstance(node, URIRef):
                    self.kinds[node].add(kind)

    def report(self, rule: str, node: Node, message: str) -> None:
        """Record a breach of ``rule`` by ``node``; the message goes on where the name ends."""
        self._add(rule, name(self.graph, node), message)

    def report_term(self, rule: str, iri: URIRef, message: str, place: Place) -> None:
        """Record a breach by a term, once for the term however often it is used."""
        key = (rule, name(self.graph, iri), message)
        spot = self.spot(place)
        self._terms[key] = min(spot, self._terms.get(key, spot))

    def violations(self) -> list[Violation]:
        """Return what was found, without doubles, in an order that depends on the content only."""
        for (rule, term, message), spot in self._terms.items():
            self._add(rule, term, f"{message} (at {spot})")
        return sorted(self._violations)

    def spot(self, place: Place) -> str:
        """Return the names of the nodes that make up a place."""
        return " ".join(name(self.graph, node) for node in place)

    def _add(self, rule: str, term: str, message: str) -> None:
        link, mend = RULES[rule]
        self._violations.add(Violation(term, rule, f"{term} {message}.", link, mend))

    def enter(self, node: BNode) -> bool:
        """Take a blank node as part of an axiom; False if it already is part of one."""
        if node in self.reached:
            self.report("structure", node, "is a blank node that stands in more than one place")
            return False
        self.reached.add(node)
        return True

    def drop(self, node: Node) -> None:
        """Take a blank node and all below it as reported with the axiom it stands in."""
        if isinstance(node, BNode):
            self.reached.add(node)
            self.swallow(node)

    def swallow(self, node: Node) -> None:
        """Take all blank nodes below a faulty one as reported with it."""
        stack = [node]
        while stack:
            for value in self.graph.objects(stack.pop()):
                if isinstance(value, BNode) and value not in self.reached:
                    self.reached.add(value)
                    stack.append(value)

    def items(self, head: Node, subject: Node, least: int, *, ordered: bool = False) -> list[Node]:
        """Return the members of a list, reporting it at ``subject`` unless it is well formed.

        Lists stand for sets, in which a member counts once, unless ``ordered``.
        """
        members: list[Node] = []
        cell = head
        while cell != RDF.nil:
            rows = list(self.graph.predicate_objects(cell)) if isinstance(cell, BNode) else []
            first = [o for p, o in rows if p == RDF.first]
            rest = [o for p, o in rows if p == RDF.rest]
            typed = sum((p, o) == (RDF.type, RDF.List) for p, o in rows)
            if len(first) != 1 or len(rest) != 1 or len(rows) != 2 + typed:
                self.report("list", subject, "has a list that is not well formed")
                self.drop(cell)
                return members
            if not self.enter(cell):
                return members
            members.append(first[0])
            cell = rest[0]
        if len(members if ordered else set(members)) < least:
            self.report("list", subject, f"has a list of fewer than {least} different members")
        return members

    def require(self, iri: URIRef, kind: Kind, place: Place) -> None:
        """Report an IRI that is used as a class or datatype and not declared as one."""
        if kind in self.kinds[iri]:
            return
        if is_reserved(iri):
            message = f"belongs to a reserved vocabulary and is no {kind} there"
            self.report_term("reserved-term", iri, message, place)
        else:
            self.report_term(f"undeclared-{kind}", iri, f"is used as a {kind}, not declared", place)

    def require_datatype(self, iri: URIRef, place: Place) -> None:
        """Report a datatype that OWL 2 RL has not, or that is neither declared nor defined."""
        if iri in RL_DATATYPES:
            return
        if is_reserved(iri) and iri not in EXTRA_DATATYPES:
            self.report_term("datatype", iri, "is not among the datatypes of OWL 2 RL", place)
            return
        self.require(iri, Kind.DATATYPE, place)
        known = iri in EXTRA_DATATYPES or (iri, OWL.equivalentClass, None) in self.graph
        if Kind.DATATYPE in self.kinds[iri] and not known:
            self.report_term("datatype-definition", iri, "is a datatype without definition", place)

    def individual(self, node: Node, place: Place) -> None:
        """Note that a node stands for an individual (blank nodes are reported elsewhere)."""
        if not isinstance(node, URIRef):
            return
        if is_reserved(node):
            message = "belongs to a reserved vocabulary and cannot be an individual"
            self.report_term("reserved-term", node, message, place)
        elif Kind.CLASS in self.kinds[node]:
            spot = self.spot(place)
            self.individuals[node] = min(spot, self.individuals.get(node, spot))
