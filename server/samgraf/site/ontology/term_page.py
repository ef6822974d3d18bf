"""Gather what the page of a term shows, in a number of queries that never grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from samgraf.site.graph import Labels, ask
from samgraf.site.graph.ask import Row
from samgraf.site.language import Phrase, pick
from samgraf.site.ontology.inherited import name_in_order, properties_by_class
from samgraf.site.ontology.names import DCT, OWL, RDFS, SKOS, TYPE, graphs, local_name, namespace
from samgraf.site.ontology.questions import uses_term
from samgraf.site.ontology.relations import CHARACTERISTICS, TIES, Relation, relations
from samgraf.site.ontology.shapes import Rule, rules
from samgraf.site.ontology.terms import Term, read_terms
from samgraf.site.ontology.words import nodes_of, things_in
from samgraf.site.vocabularies.definitions import rank

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
