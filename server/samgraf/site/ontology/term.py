"""What the page of a term shows: definitions, relations, properties, rules, uses, questions.

What is stated and what follows are kept apart. The number of queries never grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from samgraf.site.context import the_service
from samgraf.site.graph import Labels, Row, ask, rank
from samgraf.site.language import Phrase, pick
from samgraf.site.ontology.shapes import Rule, rules
from samgraf.site.ontology.terms import (
    TYPE,
    Term,
    graphs,
    local_name,
    name_in_order,
    namespace,
    properties_by_class,
    read_terms,
)
from samgraf.site.ontology.words import Thing, Words, expression, key_of, nodes_of, things_in
from samgraf.sparql.outline import outline
from samgraf.sparql.tokens import Kind, tokenize
from samgraf.vocab import DCT, OWL, RDFS, SKOS

#: What is shown, by the key of its name: the properties that say it of the term, and of the others.
RELATIONS = {
    "ontology_replaced_by": ((DCT + "isReplacedBy",), ()),
    "ontology_super_classes": ((RDFS + "subClassOf",), ()),
    "ontology_sub_classes": ((), (RDFS + "subClassOf",)),
    "ontology_super_properties": ((RDFS + "subPropertyOf",), ()),
    "ontology_sub_properties": ((), (RDFS + "subPropertyOf",)),
    "ontology_equivalent": ((OWL + "equivalentClass", OWL + "equivalentProperty"),) * 2,
    "ontology_disjoint": ((OWL + "disjointWith", OWL + "propertyDisjointWith"),) * 2,
    "ontology_complement": ((OWL + "complementOf",), ()),
    "ontology_inverse": ((OWL + "inverseOf",),) * 2,
    "ontology_chain": ((OWL + "propertyChainAxiom",), ()),
    "ontology_domain": ((RDFS + "domain",), ()),
    "ontology_range": ((RDFS + "range",), ()),
    "ontology_leads_here": ((), (RDFS + "range",)),
}
#: How a foreign term stands to ours.
TIES = {
    OWL + "equivalentClass": "ontology_tie_same",
    OWL + "equivalentProperty": "ontology_tie_same",
    OWL + "sameAs": "ontology_tie_same",
    SKOS + "exactMatch": "ontology_tie_same",
    RDFS + "subClassOf": "ontology_tie_narrower",
    RDFS + "subPropertyOf": "ontology_tie_narrower",
    SKOS + "broadMatch": "ontology_tie_narrower",
    SKOS + "narrowMatch": "ontology_tie_broader",
    SKOS + "closeMatch": "ontology_tie_close",
    SKOS + "relatedMatch": "ontology_tie_related",
    RDFS + "seeAlso": "ontology_tie_see",
}
CHARACTERISTICS = {
    OWL + "FunctionalProperty": "ontology_functional",
    OWL + "InverseFunctionalProperty": "ontology_inverse_functional",
    OWL + "TransitiveProperty": "ontology_transitive",
    OWL + "SymmetricProperty": "ontology_symmetric",
    OWL + "AsymmetricProperty": "ontology_asymmetric",
    OWL + "ReflexiveProperty": "ontology_reflexive",
    OWL + "IrreflexiveProperty": "ontology_irreflexive",
}
_UNTOLD = frozenset(
    (OWL + "Thing", RDFS + "Resource", OWL + "topObjectProperty", OWL + "topDataProperty")
)


@dataclass
class Relation:
    """Hold one way in which terms are tied to this one."""

    key: str
    stated: list[Words] = field(default_factory=list)
    inferred: list[Words] = field(default_factory=list)

    @property
    def words(self) -> list[Words]:
        """Return what the term is tied to, either way."""
        return [*self.stated, *self.inferred]


def relations(
    iri: str, statements: Sequence[Row], incoming: Sequence[Row], expressions: Sequence[Row]
) -> list[Relation]:
    """Return the relations of the term ``iri`` that there are."""
    nodes = nodes_of(expressions)
    heads = {(row["root"]["value"], key_of(row["expression"])): row for row in expressions}
    found = []
    for key, (outgoing_by, incoming_by) in RELATIONS.items():
        relation = Relation(key)
        tied = [(r["value"], r) for r in statements if r["property"]["value"] in outgoing_by]
        tied += [(r["term"], r) for r in incoming if r["property"]["value"] in incoming_by]
        for term, row in tied:
            if term["type"] == "uri" and term["value"] not in _UNTOLD | {iri}:
                inferred = row["inferred"]["value"] == "true"
                _add(relation, Thing(term["value"]), inferred)
        for (root, _), row in heads.items():
            if root in outgoing_by:
                _add(relation, expression(nodes, row["expression"]), False)
        if relation.stated or relation.inferred:
            found.append(relation)
    return found


def _add(relation: Relation, words: Words, inferred: bool) -> None:
    # what is both stated and inferred, from the one side or the other, is stated
    if words in relation.stated:
        return
    if inferred:
        if words not in relation.inferred:
            relation.inferred.append(words)
    else:
        relation.stated.append(words)
        if words in relation.inferred:
            relation.inferred.remove(words)


def uses_term(query: str, iri: str) -> bool:
    """Return whether ``query`` names ``iri``, whole or with a prefix, as a token of its own."""
    tokens = [t for t in tokenize(query) if t.kind not in (Kind.SPACE, Kind.COMMENT)]
    prefixes = outline(tokens, the_service().prefixes, the_service().base).prefixes
    for token in tokens:
        if token.kind is Kind.IRI and token.text[1:-1] == iri:
            return True
        if token.kind is Kind.NAME:
            prefix, _, name = token.text.partition(":")
            if prefixes.get(prefix, "") + name == iri:
                return True
    return False


EXAMPLES = 6
DEFINITIONS = (SKOS + "definition", DCT + "description", RDFS + "comment")
NOTES = {
    SKOS + "scopeNote": "ontology_scope_note",
    SKOS + "example": "ontology_example",
    "http://purl.org/vocab/vann/usageNote": "ontology_scope_note",
    "http://purl.org/vocab/vann/example": "ontology_example",
    SKOS + "note": "ontology_note",
    SKOS + "editorialNote": "ontology_note",
    SKOS + "historyNote": "ontology_history_note",
    SKOS + "changeNote": "ontology_history_note",
}


@dataclass
class TermPage:
    """Hold what is shown of a term."""

    term: Term
    terms: Mapping[str, Term]
    labels: Labels
    definition: Phrase | None
    texts: Sequence[tuple[str, Phrase | None, Phrase | None]]
    notes: Sequence[tuple[str, Phrase]]
    characteristics: Sequence[str]
    relations: Sequence[Relation]
    ties: Sequence[tuple[str, str]]
    properties: Sequence[tuple[str, Sequence[tuple[str, Sequence[str]]]]]
    rules: Sequence[Rule]
    uses: Mapping[str, int]
    examples: Sequence[Row]
    questions: Sequence[Row]

    @property
    def is_class(self) -> bool:
        """Return whether the term has things, not statements."""
        return self.term.kind in ("class", "datatype")


def read_statements(iri: str) -> list[Row]:
    """Return what is stated of ``iri`` and what follows; nothing where there is no such term."""
    return ask(__package__, "statements.rq", this=ox.NamedNode(iri), **graphs())


def read_term_page(iri: str, statements: Sequence[Row], language: str) -> TermPage:
    """Return what the page of the term ``iri`` shows."""
    this, among = ox.NamedNode(iri), graphs()
    terms = read_terms()
    incoming = ask(__package__, "incoming.rq", this=this, **among)
    inherited = ask(__package__, "inherited.rq", this=this, **among)
    expressions = ask(__package__, "expressions.rq", this=this, **among)
    shapes = ask(__package__, "shapes.rq", this=this)
    uses = ask(__package__, "uses.rq", this=this, inferred=among["inferred"])
    examples = ask(__package__, "examples.rq", this=this, most=EXAMPLES)
    questions = ask(__package__, "questions.rq", local=ox.Literal(local_name(iri)))
    is_gone = "true" in _values(statements, OWL + "deprecated")
    term = terms.get(iri) or Term(iri, local_name(iri), "other", deprecated=is_gone)
    is_property = term.kind not in ("class", "datatype", "other")
    classes = [iri, *_values(statements, RDFS + "subClassOf")]
    tied = relations(iri, statements, incoming, expressions)
    asked = rules(nodes_of(shapes), language, classes, iri if is_property else None)
    ties = _ties(statements)
    beside = (i for i, t in terms.items() if t.kind == term.kind)
    labels = Labels(
        (
            iri,
            *beside,
            *_iris((inherited, examples, questions)),
            *(i for relation in tied for it in relation.words for i in things_in(it)),
            *(i for rule in asked for it in rule.words for i in things_in(it)),
            *(i for rule in asked for i in rule.classes),
            *(i for _, i in ties),
        ),
        language,
    )
    return TermPage(
        term=term,
        terms=terms,
        labels=labels,
        definition=pick(_texts(statements, DEFINITIONS), language),
        texts=_by_language(labels.all(iri), _texts(statements, DEFINITIONS)),
        notes=_notes(statements, language),
        characteristics=[
            CHARACTERISTICS[t] for t in CHARACTERISTICS if t in _values(statements, TYPE)
        ],
        relations=[_sorted(r, labels) for r in tied],
        ties=ties,
        properties=properties_by_class(iri, inherited, terms, labels),
        rules=asked,
        uses={name: int(value["value"]) for name, value in uses[0].items()},
        examples=examples,
        questions=[row for row in questions if uses_term(row["query"]["value"], iri)],
    )


def _iris(results: Sequence[Sequence[Row]]) -> list[str]:
    terms = (term for rows in results for row in rows for term in row.values())
    return [term["value"] for term in terms if term["type"] == "uri"]


def _values(statements: Sequence[Row], property_: str) -> list[str]:
    return [r["value"]["value"] for r in statements if r["property"]["value"] == property_]


def _texts(statements: Sequence[Row], properties: Sequence[str]) -> list[Phrase]:
    """Return the texts by the first of ``properties`` that has any."""
    for property_ in properties:
        found = [
            Phrase(r["value"]["value"], r["value"].get("xml:lang", ""))
            for r in statements
            if r["property"]["value"] == property_ and r["value"]["type"] == "literal"
        ]
        if found:
            return found
    return []


def _by_language(
    labels: Sequence[Phrase], definitions: Sequence[Phrase]
) -> list[tuple[str, Phrase | None, Phrase | None]]:
    tags = {p.language for p in (*labels, *definitions)}
    return [
        (
            tag,
            next((p for p in labels if p.language == tag), None),
            next((p for p in definitions if p.language == tag), None),
        )
        for tag in sorted(tags, key=rank)
    ]


def _notes(statements: Sequence[Row], language: str) -> list[tuple[str, Phrase]]:
    found = []
    for property_, key in NOTES.items():
        notes = _texts(statements, (property_,))
        picked = pick(notes, language)
        # several examples in one language are several examples
        found += [(key, n) for n in notes if picked and n.language == picked.language]
    return found


def _ties(statements: Sequence[Row]) -> list[tuple[str, str]]:
    return [
        (TIES[row["property"]["value"]], row["value"]["value"])
        for row in statements
        if row["property"]["value"] in TIES
        and row["value"]["type"] == "uri"
        and row["inferred"]["value"] == "false"
        and not row["value"]["value"].startswith(namespace())
    ]


def _sorted(relation: Relation, labels: Labels) -> Relation:
    def order(words: Any) -> tuple[bool, bool, str]:
        iri = getattr(words, "iri", None)
        return iri is None, not (iri or "").startswith(namespace()), name_in_order(labels, iri)

    return Relation(
        relation.key, sorted(relation.stated, key=order), sorted(relation.inferred, key=order)
    )
