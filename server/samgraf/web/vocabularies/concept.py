"""A concept: https://www.w3.org/TR/skos-reference/#concepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.web.graph import Labels, ask
from samgraf.web.graph.ask import Row
from samgraf.web.language import Phrase, pick
from samgraf.web.ontology.names import SKOS, TYPE, in_order
from samgraf.web.vocabularies.definitions import Definitions, rank

_TIES = {
    "broader": "vocabularies_broader",
    "narrower": "vocabularies_narrower",
    "related": "vocabularies_related",
}
_MAPPINGS = {
    "exactMatch": "vocabularies_exact_match",
    "closeMatch": "vocabularies_close_match",
    "broadMatch": "vocabularies_broad_match",
    "narrowMatch": "vocabularies_narrow_match",
    "relatedMatch": "vocabularies_related_match",
}
_NOTES = {
    "scopeNote": "vocabularies_scope_note",
    "example": "vocabularies_example",
    "note": "vocabularies_note",
    "historyNote": "vocabularies_history_note",
}
_MOST = 400  # rows that tell by what a concept is used
_SHOWN = 12


@dataclass(frozen=True)
class Use:
    """Hold one property by which a concept is used: how many things, and some of them."""

    property: str
    count: int
    things: Sequence[str]


@dataclass(frozen=True)
class Concept:
    """Hold what is shown of a concept as such."""

    iri: str
    labels: Labels
    definition: Phrase | None
    texts: Sequence[tuple[str, ...]]
    notations: Sequence[str]
    schemes: Sequence[str]
    ties: Mapping[str, Sequence[str]]
    mappings: Sequence[tuple[str, str]]
    notes: Sequence[tuple[str, Phrase]]
    uses: Sequence[Use]


def read_concept(iri: str, language: str) -> Concept | None:
    """Return the concept ``iri``, or None where the graph knows no such concept."""
    this = ox.NamedNode(iri)
    rows = ask(__package__, "concept.rq", this=this)
    if SKOS + "Concept" not in _values(rows, TYPE):
        return None
    used = ask(__package__, "used.rq", this=this, most=_MOST)
    iris = (t["value"] for row in (*rows, *used) for t in row.values() if t["type"] == "uri")
    labels = Labels((iri, *iris), language)
    definitions = Definitions((iri,), language)

    def name(other: str) -> tuple[str, str]:
        return in_order(labels[other].text), other

    ties = {key: sorted(_values(rows, SKOS + p), key=name) for p, key in _TIES.items()}
    return Concept(
        iri=iri,
        labels=labels,
        definition=definitions.get(iri),
        texts=_texts(labels.all(iri), _phrases(rows, "altLabel"), definitions.all(iri)),
        notations=_values(rows, SKOS + "notation"),
        schemes=_values(rows, SKOS + "inScheme"),
        ties={key: found for key, found in ties.items() if found},
        mappings=[(key, v) for p, key in _MAPPINGS.items() for v in _values(rows, SKOS + p)],
        notes=_notes(rows, language),
        uses=_uses(used, labels),
    )


def _values(rows: Sequence[Row], property_: str) -> list[str]:
    return [r["value"]["value"] for r in rows if r["property"]["value"] == property_]


def _phrases(rows: Sequence[Row], name: str) -> list[Phrase]:
    return [
        Phrase(r["value"]["value"], r["value"].get("xml:lang", ""))
        for r in rows
        if r["property"]["value"] == SKOS + name and r["value"]["type"] == "literal"
    ]


def _texts(
    labels: Sequence[Phrase], others: Sequence[Phrase], definitions: Sequence[Phrase]
) -> list[tuple[str, ...]]:
    """Return language, label, other labels and definition, the languages of the site first."""
    columns = (labels, others, definitions)
    tags = {phrase.language for said in columns for phrase in said}
    return [
        (tag, *("; ".join(p.text for p in said if p.language == tag) for said in columns))
        for tag in sorted(tags, key=rank)
    ]


def _notes(rows: Sequence[Row], language: str) -> list[tuple[str, Phrase]]:
    found = []
    for name, key in _NOTES.items():
        phrases = _phrases(rows, name)
        picked = pick(phrases, language)
        found += [(key, p) for p in phrases if picked and p.language == picked.language]
    return found


def _uses(used: Sequence[Row], labels: Labels) -> list[Use]:
    by_property: dict[str, list[Row]] = {}
    for row in used:
        by_property.setdefault(row["property"]["value"], []).append(row)
    uses = [
        Use(p, int(rows[0]["things"]["value"]), [r["thing"]["value"] for r in rows][:_SHOWN])
        for p, rows in by_property.items()
    ]
    return sorted(uses, key=lambda use: (-use.count, labels[use.property].text))
