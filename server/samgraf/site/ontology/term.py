"""What the page of a term shows: definitions, relations, properties, rules, uses, questions.

What is stated and what follows are kept apart. The number of queries never grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pyoxigraph as ox

from samgraf.limits import CLASS_THINGS, TERM_EXAMPLES
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, Row, ask, by_thing, graphs, rank, read_query
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.site.ontology.properties import (
    ClassProperty,
    by_source,
    class_properties,
    read_use,
    sample,
)
from samgraf.site.ontology.shapes import rules
from samgraf.site.ontology.terms import (
    KINDS,
    OntologyTerm,
    local_name,
    name_in_order,
    namespace,
    read_terms,
    tree_state,
    trees,
    words_of,
)
from samgraf.site.ontology.words import Thing, Words, expression, things_in
from samgraf.site.things.kind import Extra, Subject
from samgraf.site.things.statements import IN, OUT, Key, Statements
from samgraf.sparql.binding import bind
from samgraf.sparql.syntax import names_in
from samgraf.vocab import DCT, DISPLAY, FRESNEL, OWL, RDF, RDFS, SCHEMA, SH, SKOS, VANN, VOID

#: The namespaces that have domainIncludes and rangeIncludes, one class of several.
_INCLUDES = (SCHEMA, "http://schema.org/", "http://purl.org/dc/dcam/")
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
    "ontology_domain": ((RDFS + "domain", *(n + "domainIncludes" for n in _INCLUDES)), ()),
    "ontology_range": ((RDFS + "range", *(n + "rangeIncludes" for n in _INCLUDES)), ()),
    "ontology_leads_here": ((), (RDFS + "range", *(n + "rangeIncludes" for n in _INCLUDES))),
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


class Relation(NamedTuple):
    """One way in which terms are tied to this one: as is stated, and as only follows."""

    key: str
    stated: list[Words]
    inferred: list[Words]


def relations(
    subject: Subject, incoming: Sequence[Row], expressions: Sequence[Row]
) -> list[Relation]:
    """Return the relations of the term that there are."""
    nodes = by_thing(expressions)
    heads = {
        (row["way"]["value"], row["root"]["value"], row["expression"]["value"]): row["expression"]
        for row in expressions
    }
    found = []
    for key, (outgoing_by, incoming_by) in RELATIONS.items():
        outgoing = (s for name in sorted(outgoing_by) for s in subject.statements.of(OUT, name))
        terms = [(s.node, s.is_inferred) for s in outgoing]
        terms += [
            (row["term"], row["inferred"]["value"] == "true")
            for row in incoming
            if row["property"]["value"] in incoming_by
        ]
        tied: list[tuple[Words, bool]] = [
            (Thing(term["value"]), inferred)
            for term, inferred in terms
            if term["type"] == "uri" and term["value"] not in _UNTOLD | {subject.iri}
        ]
        tied += [
            (expression(nodes, head), False)
            for (way, root, _), head in heads.items()
            if root in (outgoing_by if way == OUT else incoming_by)
        ]
        # what is both stated and inferred, from the one side or the other, is stated
        stated = _each_once(words for words, inferred in tied if not inferred)
        follows = _each_once(w for w, inferred in tied if inferred and w not in stated)
        if tied:
            found.append(Relation(key, stated, follows))
    return found


def _each_once(words: Iterable[Words]) -> list[Words]:
    found: list[Words] = []
    for each in words:
        if each not in found:
            found.append(each)
    return found


def uses_term(query: str, iri: str) -> bool:
    """Return whether ``query`` names ``iri``, whole or with a prefix, as a token of its own."""
    service = the_service()
    return any(named == iri for _, named in names_in(query, service.prefixes, service.base))


DEFINITIONS = (SKOS + "definition", DCT + "description", RDFS + "comment")
NOTES = {
    SKOS + "scopeNote": "ontology_scope_note",
    SKOS + "example": "ontology_example",
    VANN + "usageNote": "ontology_scope_note",
    VANN + "example": "ontology_example",
    SKOS + "note": "ontology_note",
    SKOS + "editorialNote": "ontology_note",
    SKOS + "historyNote": "ontology_history_note",
    SKOS + "changeNote": "ontology_history_note",
}


#: What only says how things are shown and checked: the page is made by it, and has it as RDF.
_HOUSEKEEPING: tuple[Key, ...] = (
    *((OUT, DISPLAY + name) for name in ("pluralLabel", "inverseLabel", "search")),
    *((IN, name) for name in (FRESNEL + "classLensDomain", DISPLAY + "on")),
    *((IN, SH + name) for name in ("class", "path", "targetClass", "disjoint", "equals")),
    *((IN, SH + f"target{end}Of") for end in ("Subjects", "Objects")),
)
#: The lists of statements that the page says in words, or leaves out.
HIDDEN: frozenset[Key] = frozenset(
    (
        *((OUT, name) for outgoing, _ in RELATIONS.values() for name in outgoing),
        *((IN, name) for _, incoming in RELATIONS.values() for name in incoming),
        *((OUT, name) for name in (*TIES, *NOTES, *DEFINITIONS, OWL + "deprecated")),
        (OUT, RDFS + "isDefinedBy"),
        (IN, RDF + "type"),
        (IN, RDFS + "domain"),
        *((IN, n + "domainIncludes") for n in _INCLUDES),
        (IN, VOID + "class"),
        (IN, VOID + "property"),
        *_HOUSEKEEPING,
    )
)


def term_extra(subject: Subject) -> Extra | None:
    """Return what the page of a class, property or datatype shows; None for other things."""
    kind = next((KINDS[k] for k in KINDS if k in subject.types), None)
    if kind is None:
        return None
    iri, language = subject.iri, subject.language
    this, among = ox.NamedNode(iri), graphs()
    statements = subject.statements
    terms = read_terms()
    incoming = ask(__package__, "incoming.rq", this=this, **among)
    inherited = ask(__package__, "inherited.rq", this=this, **among)
    expressions = ask(__package__, "expressions.rq", this=this, **among)
    shapes = ask(__package__, "shapes.rq", this=this)
    counts, *examples = ask(
        __package__, "uses.rq", this=this, inferred=among["inferred"], most=TERM_EXAMPLES
    )
    questions = ask(__package__, "questions.rq", local=ox.Literal(_end(iri)))
    questions = [row for row in questions if uses_term(row["query"]["value"], iri)]
    is_gone = "true" in _values(statements, OWL + "deprecated")
    term = terms.get(iri) or OntologyTerm(iri, local_name(iri), kind, deprecated=is_gone)
    is_class = kind in ("class", "datatype")
    classes = [iri, *_values(statements, RDFS + "subClassOf")]
    tied = relations(subject, incoming, expressions)
    asked = rules(by_thing(shapes), language, classes, None if is_class else iri)
    total = int(counts["things"]["value"])
    properties: list[ClassProperty] = []
    if kind == "class":
        properties = class_properties(iri, inherited, asked, read_use(iri), terms)
    ties = _ties(subject)
    beside = {i: t for i, t in terms.items() if t.kind == kind and iri in terms}
    definitions = _texts(statements, DEFINITIONS)

    def finish(labels: LabelLookup) -> dict[str, object]:
        words = {i: words_of(t, labels) for i, t in beside.items()}
        state = replace(tree_state(), filter="", chosen=iri)
        page = {
            "term": term,
            "is_class": is_class,
            "texts": _by_language(labels.all(iri), definitions),
            "notes": _notes(statements, language),
            "characteristics": [key for t, key in CHARACTERISTICS.items() if t in subject.types],
            "relations": [_sorted(r, labels) for r in tied],
            "ties": ties,
            "groups": by_source(properties, iri, terms, labels),
            "looked_at": min(total, CLASS_THINGS),
            "is_whole": total <= CLASS_THINGS,
            "sample": sample(iri, properties, total, terms),
            "rules": asked,
            "uses": {name: int(value["value"]) for name, value in counts.items()},
            "examples": examples,
            "questions": questions,
            "query": bind(
                read_query(__package__, f"{'things' if is_class else 'values'}.rq"), this=this
            ),
            "tree": trees(beside, words, state).get(kind, []),
        }
        return {"term": page, "labels": labels}

    return Extra(
        template="ontology/term.html",
        finish=finish,
        names={
            *beside,
            *_iris((examples, questions)),
            *(name for each in properties for name in each.names),
            *(i for r in tied for it in (*r.stated, *r.inferred) for i in things_in(it)),
            *(i for rule in asked for it in rule.words for i in things_in(it)),
            *(i for rule in asked for i in rule.classes),
            *(i for _, i in ties),
        },
        hidden=HIDDEN,
    )


def _end(iri: str) -> str:
    """Return what a query must hold that names ``iri``, with a prefix or whole."""
    name = local_name(iri)
    return name if name != iri else re.split(r"[/#]", iri)[-1]


def _iris(results: Sequence[Sequence[Row]]) -> list[str]:
    terms = (term for rows in results for row in rows for term in row.values())
    return [term["value"] for term in terms if term["type"] == "uri"]


def _values(statements: Statements, property_: str) -> list[str]:
    return [s.node["value"] for s in statements.of(OUT, property_)]


def _texts(statements: Statements, properties: Sequence[str]) -> list[Phrase]:
    """Return the texts by the first of ``properties`` that has any."""
    for property_ in properties:
        nodes = (s.node for s in statements.of(OUT, property_))
        if found := [phrase_of(node) for node in nodes if node["type"] == "literal"]:
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


def _notes(statements: Statements, language: str) -> list[tuple[str, Phrase]]:
    found = []
    for property_, key in NOTES.items():
        notes = _texts(statements, (property_,))
        picked = pick(notes, language)
        # several examples in one language are several examples
        found += [(key, n) for n in notes if picked and n.language == picked.language]
    return found


def _ties(subject: Subject) -> list[tuple[str, str]]:
    return [
        (TIES[name], s.node["value"])
        for name in sorted(TIES)
        for s in subject.statements.of(OUT, name)
        if s.node["type"] == "uri"
        and not s.is_inferred
        and not s.node["value"].startswith(namespace())
    ]


def _sorted(relation: Relation, labels: LabelLookup) -> Relation:
    def order(words: Any) -> tuple[bool, bool, tuple]:
        iri = getattr(words, "iri", None)
        return iri is None, not (iri or "").startswith(namespace()), name_in_order(labels, iri)

    return Relation(relation.key, *(sorted(words, key=order) for words in relation[1:]))
