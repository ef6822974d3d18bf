"""Check that an ontology keeps within OWL 2 RL, so that the reasoner sees all that it says.

https://www.w3.org/TR/owl2-profiles/#OWL_2_RL

In: quads, ontology and data together. Out: what is outside the profile, each with the axiom and the
graph in which it stands; whether it refuses the content is for others to decide. It is written in
SPARQL and read in this order: ``owl2.ttl`` says what the terms of OWL 2 are, ``model.ru`` reads the
quads as axioms, and each ``*.rq`` is one rule: its first line says what to change, its second names
the section of the standard, and its query finds what breaks it. What belongs to no axiom of OWL 2
is found, too, so nothing passes unread.

Stricter than the standard in four points: foreign terms are declared too, no term is both class
and individual, no individual is a blank node, and top properties stand above others only. Wider in
two: xsd:date, xsd:gYear and geo:wktLiteral are allowed, and a cardinality may be an xsd:integer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import pyoxigraph as ox

from samgraf.build.rdf import own_queries, own_triples, solutions_of, value_of
from samgraf.datatypes import is_well_formed
from samgraf.vocab import OWL, RDF, RDFS, XSD

#: The namespace of what ``model.ru`` and the rules say among themselves; it is never published.
PROFILE = "urn:x-samgraf:profile:"
_PREFIXES = {"": PROFILE, "owl": OWL, "rdf": RDF, "rdfs": RDFS, "xsd": XSD}
_LONGEST = 160  # characters of a blank node that is spelled out
_DEEPEST = 3  # blank nodes within blank nodes that are spelled out
_DEFAULT = ox.DefaultGraph()

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True)
class Violation:
    """One breach of the profile.

    ``subject`` is the term at fault (shortened; a blank node is spelled out), ``rule`` the name of
    the rule, ``message`` says what is wrong, ``link`` names the section of the standard, ``mend``
    says what to change. ``axiom`` is the triple at fault and ``graph`` the graph that holds it.
    """

    subject: str
    rule: str
    message: str
    link: str
    mend: str
    axiom: ox.Triple | None = field(default=None, compare=False)
    graph: ox.NamedNode | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """Return one line: message, mend, section."""
        return f"{self.message} {self.mend} See {self.link}"


class ProfileRule(NamedTuple):
    """A rule of the profile; ``query`` yields ?subject ?message ?axiom and may yield ?value."""

    name: str
    mend: str
    link: str
    query: str


@cache
def rules() -> tuple[ProfileRule, ...]:
    """Return the rules, sorted by name."""
    found = []
    for name, text in own_queries("samgraf.build.profile"):
        mend, link, query = text.split("\n", 2)
        found.append(ProfileRule(name, mend.removeprefix("# "), link.removeprefix("# "), query))
    return tuple(found)


def _terms_of_owl() -> tuple[ox.Triple, ...]:
    return own_triples("samgraf.build.profile", "owl2.ttl")


def profile_violations(
    quads: Iterable[ox.Quad], shorten: Callable[[str], str] = "<{}>".format
) -> list[Violation]:
    """Return every breach of OWL 2 RL, sorted by subject, rule and message.

    ``quads`` hold all that is reasoned over: ontology, alignments, vocabularies and data.
    ``shorten`` gives an IRI the form that messages show. Nothing depends on the labels of blank
    nodes or on the order of ``quads``.
    """
    quads = list(quads)
    store = ox.Store()
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    store.bulk_extend(ox.Quad(*t) for t in _terms_of_owl())
    store.update(
        (files("samgraf.build.profile") / "model.ru").read_text("utf-8"), prefixes=_PREFIXES
    )
    names = _Names(store, shorten)
    breaches: dict[tuple[str, ...], tuple[str, Violation]] = {}
    for rule in rules():
        for place, violation in _breaches(store, rule, names):
            # what is told "(at …)" is told once for each term, with the first place
            key = (rule.name, violation.subject, violation.message.replace(f"(at {place})", ""))
            if key not in breaches or place < breaches[key][0]:
                breaches[key] = (place, violation)
    ordered = sorted(
        (v for _, v in breaches.values()), key=lambda v: (v.subject, v.rule, v.message)
    )
    graphs = _graphs_of({v.axiom for v in ordered}, quads)
    return [replace(v, graph=graphs.get(v.axiom)) for v in ordered]


def _breaches(store: ox.Store, rule: ProfileRule, names: _Names) -> Iterator[tuple[str, Violation]]:
    """Yield what the query of ``rule`` finds, each with the place as its message names it."""
    rows = solutions_of(
        store,
        rule.query,
        prefixes=_PREFIXES,
        custom_functions={ox.NamedNode(PROFILE + "isWellFormed"): _is_well_formed},
    )
    has_value = "value" in {v.value for v in rows.variables}
    for row in rows:
        axiom, subject = row["axiom"], names.of(row["subject"])
        value = row["value"] if has_value else None
        parts = {"subject": subject, "axiom": "", "thing": "", "predicate": "", "value": ""}
        if axiom is not None:
            parts["axiom"] = names.of_axiom(axiom)
            parts["thing"], parts["predicate"] = names.of(axiom.subject), names.of(axiom.predicate)
            parts["value"] = names.of(axiom.object)
        if value is not None:
            parts["value"] = names.of(value)
        message = row["message"].value.format(**parts)
        place = parts["thing"] if "(at {thing})" in row["message"].value else parts["axiom"]
        axiom = axiom or _first_said(store, row["subject"])
        yield place, Violation(subject, rule.name, message, rule.link, rule.mend, axiom)


def _first_said(store: ox.Store, subject: Term) -> ox.Triple | None:
    """Return a triple about a blank node that no axiom leads to, to find its place by."""
    if not isinstance(subject, ox.BlankNode):
        return None
    quads = store.quads_for_pattern(subject, None, None, _DEFAULT)
    said = (q.triple for q in quads if not q.predicate.value.startswith(PROFILE))
    return min(said, key=lambda t: t.predicate.value, default=None)


def _is_well_formed(term: Term) -> ox.Literal:
    return ox.Literal(not isinstance(term, ox.Literal) or is_well_formed(term))


def _graphs_of(axioms: set[ox.Triple | None], quads: list[ox.Quad]) -> dict[object, ox.NamedNode]:
    """Return for each of ``axioms`` the first graph, by IRI, that holds it."""
    found = ((q.triple, q.graph_name) for q in quads if q.triple in axioms)
    named = [(triple, graph) for triple, graph in found if isinstance(graph, ox.NamedNode)]
    return dict(sorted(named, key=lambda pair: pair[1].value, reverse=True))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


class _Names:
    """Short, stable names for terms: no label of a blank node is ever in a message."""

    def __init__(self, store: ox.Store, shorten: Callable[[str], str]) -> None:
        self._store = store
        self._shorten = shorten
        axioms = [t.subject for t in _terms_of_owl() if value_of(t.object) == PROFILE + "Axiom"]
        self._left_out = {RDF + "type", *(value_of(a) for a in axioms)}

    def of_axiom(self, axiom: ox.Triple) -> str:
        """Return subject and predicate, and the object where it tells which axiom it is."""
        name = f"{self.of(axiom.subject)} {self.of(axiom.predicate)}"
        is_telling = axiom.predicate.value == RDF + "type" and isinstance(
            axiom.object, ox.NamedNode
        )
        if is_telling and axiom.object.value.startswith(OWL):
            name += f" {self.of(axiom.object)}"
        return name

    def of(self, term: Term, depth: int = 0) -> str:
        """Return a prefixed name, a literal, or a blank node spelled out in the way of Turtle."""
        if isinstance(term, ox.NamedNode):
            return self._shorten(term.value)
        if isinstance(term, ox.Literal):
            return self._of_literal(term)
        if depth >= _DEEPEST or isinstance(term, ox.Triple):
            return "[…]"
        said = [
            (q.predicate, q.object)
            for q in self._store.quads_for_pattern(term, None, None, _DEFAULT)
            if not q.predicate.value.startswith(PROFILE)
        ]
        if any(p.value == RDF + "first" for p, _ in said):
            return _cut(f"( {' '.join(self._of_members(term, depth))} )")
        rows = sorted(
            f"{self.of(p)} {self.of(o, depth + 1)}"
            for p, o in said
            if p.value not in self._left_out
        )
        return _cut(f"[ {'; '.join(rows)} ]" if rows else "[]")

    def _of_literal(self, term: ox.Literal) -> str:
        datatype = term.datatype.value
        if datatype in (XSD + "integer", XSD + "boolean") and is_well_formed(term):
            return term.value
        if term.language or datatype == XSD + "string":
            return str(term)
        return f"{ox.Literal(term.value)}^^{self._shorten(datatype)}"

    def _of_members(self, head: ox.BlankNode, depth: int) -> Iterator[str]:
        cell: object = head
        seen = set()
        while isinstance(cell, ox.BlankNode):
            if cell in seen:
                yield "…"
                return
            seen.add(cell)
            said = list(self._store.quads_for_pattern(cell, None, None, _DEFAULT))
            yield from (
                self.of(q.object, depth + 1) for q in said if q.predicate.value == RDF + "first"
            )
            cell = next((q.object for q in said if q.predicate.value == RDF + "rest"), None)
