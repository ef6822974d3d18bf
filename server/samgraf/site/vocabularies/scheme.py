"""A concept scheme with its concepts as a tree: https://www.w3.org/TR/skos-reference/#schemes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.site.graph import Definitions, LabelLookup, Row, ask, by_language
from samgraf.site.ontology.terms import in_order
from samgraf.site.things.kind import Extra, Subject
from samgraf.site.things.statements import IN, OUT
from samgraf.vocab import SKOS

#: The lists of statements that the tree shows.
HIDDEN = (
    (IN, SKOS + "inScheme"),
    (IN, SKOS + "topConceptOf"),
    (OUT, SKOS + "hasTopConcept"),
)
_DEEP = 60


@dataclass
class ConceptPlace:
    """A concept's place in the tree of its scheme."""

    iri: str
    notation: str
    narrower: list[ConceptPlace] = field(default_factory=list)


@dataclass(frozen=True)
class Scheme:
    """What is shown of a scheme."""

    labels: LabelLookup
    definitions: Definitions
    tree: Sequence[ConceptPlace]
    concepts: int
    uses: Mapping[str, int]

    @property
    def order(self) -> list[str]:
        """Return the concepts in the order of the tree, each once."""
        found: dict[str, None] = {}
        ahead = list(self.tree)
        while ahead:
            place = ahead.pop(0)
            found[place.iri] = None
            ahead = place.narrower + ahead
        return list(found)


def scheme_extra(subject: Subject) -> Extra | None:
    """Return what the page of a concept scheme shows; None for other things."""
    if SKOS + "ConceptScheme" not in subject.types:
        return None
    this = ox.NamedNode(subject.iri)
    rows = ask(__package__, "scheme.rq", this=this)
    concepts = list(dict.fromkeys(row["concept"]["value"] for row in rows))
    uses = {
        row["concept"]["value"]: int(row["things"]["value"])
        for row in ask(__package__, "uses.rq", this=this)
    }
    definitions = Definitions(concepts, subject.language)

    def finish(labels: LabelLookup) -> dict[str, object]:
        scheme = Scheme(labels, definitions, _tree(rows, labels), len(concepts), uses)
        return {"scheme": scheme, "by_language": by_language}

    return Extra("vocabularies/scheme.html", finish, names=concepts, hidden=HIDDEN)


def _tree(rows: Sequence[Row], labels: LabelLookup) -> list[ConceptPlace]:
    """Return the places at the top; a concept under two others stands under both."""
    notations: dict[str, str] = {}
    concepts = {row["concept"]["value"] for row in rows}
    above: dict[str, set[str]] = {}
    for row in rows:
        iri = row["concept"]["value"]
        notation = row["notation"]["value"] if "notation" in row else ""
        if notation not in notations.setdefault(iri, notation).split(", "):
            notations[iri] += ", " + notation
        above.setdefault(iri, set())
        if "broader" in row and row["broader"]["value"] in concepts - {iri}:
            above[iri].add(row["broader"]["value"])
    below: dict[str, list[str]] = {}
    for iri, broader in above.items():
        for each in broader:
            below.setdefault(each, []).append(iri)

    def order(iri: str) -> tuple[tuple[int, str], str, str]:
        notation = notations.get(iri, "")
        return (len(notation), notation), in_order(labels[iri].text), iri

    placed: set[str] = set()

    def place(iri: str, path: tuple[str, ...]) -> ConceptPlace:
        # unfolded in the first place only, and never within itself
        first = iri not in placed and len(path) < _DEEP
        placed.add(iri)
        under = [b for b in below.get(iri, ()) if first and b not in path and b != iri]
        return ConceptPlace(
            iri, notations.get(iri, ""), [place(b, (*path, iri)) for b in sorted(under, key=order)]
        )

    tops = [place(iri, ()) for iri in sorted((i for i in above if not above[i]), key=order)]
    # what stands in a circle has no top
    return tops + [place(iri, ()) for iri in sorted(above, key=order) if iri not in placed]
