"""A concept scheme with its concepts as a tree: https://www.w3.org/TR/skos-reference/#schemes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.site.graph import Definitions, LabelLookup, Row, ask, by_language
from samgraf.site.language import in_order
from samgraf.site.things.kind import Extra, Subject
from samgraf.site.things.statements import IN, OUT
from samgraf.site.trees import Branch, grow
from samgraf.vocab import SKOS

#: The lists of statements that the tree shows.
HIDDEN = (
    (IN, SKOS + "inScheme"),
    (IN, SKOS + "topConceptOf"),
    (OUT, SKOS + "hasTopConcept"),
)


@dataclass(frozen=True)
class Scheme:
    """What is shown of a scheme."""

    labels: LabelLookup
    definitions: Definitions
    tree: Sequence[Branch]
    notations: Mapping[str, str]
    concepts: int
    uses: Mapping[str, int]

    @property
    def order(self) -> list[str]:
        """Return the concepts in the order of the tree, each once."""
        found: dict[str, None] = {}
        ahead = list(self.tree)
        while ahead:
            branch = ahead.pop(0)
            found[branch.iri] = None
            ahead = branch.below + ahead
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
        notations = _notations(rows)
        tree = concept_tree(rows, notations, labels)
        scheme = Scheme(labels, definitions, tree, notations, len(concepts), uses)
        return {"scheme": scheme, "by_language": by_language}

    return Extra("vocabularies/scheme.html", finish, names=concepts, hidden=HIDDEN)


def _notations(rows: Iterable[Row]) -> dict[str, str]:
    """Return the notations of each concept that has any, with commas between them."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if "notation" in row:
            found.setdefault(row["concept"]["value"], {})[row["notation"]["value"]] = None
    return {iri: ", ".join(notations) for iri, notations in found.items()}


def concept_tree(
    rows: Sequence[Row], notations: Mapping[str, str], labels: LabelLookup
) -> list[Branch]:
    """Return the concepts of ``rows`` as trees; one under two others stands under both."""
    broader: dict[str, set[str]] = {row["concept"]["value"]: set() for row in rows}
    for row in rows:
        if "broader" in row:
            broader[row["concept"]["value"]].add(row["broader"]["value"])

    def order(iri: str) -> tuple[tuple[int, str], tuple, str]:
        notation = notations.get(iri, "")
        return (len(notation), notation), in_order(labels[iri].text), iri

    return grow(broader, order)
