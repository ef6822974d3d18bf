"""A concept scheme with its concepts as a tree: https://www.w3.org/TR/skos-reference/#schemes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from samgraf.site.graph import Definitions, Labels, Row, ask
from samgraf.site.ontology.terms import TYPE, in_order
from samgraf.vocab import DCT, RDFS, SKOS

_FACTS = {
    DCT + "license": "vocabularies_licence",
    DCT + "creator": "vocabularies_creator",
    DCT + "publisher": "vocabularies_publisher",
    DCT + "source": "vocabularies_source",
    RDFS + "seeAlso": "vocabularies_see_also",
    DCT + "created": "vocabularies_created",
    DCT + "issued": "vocabularies_issued",
    DCT + "modified": "vocabularies_modified",
}
_DEEP = 60


@dataclass
class Place:
    """Hold a concept's place in the tree of its scheme."""

    iri: str
    notation: str
    narrower: list[Place] = field(default_factory=list)


@dataclass(frozen=True)
class Scheme:
    """Hold what is shown of a scheme."""

    iri: str
    labels: Labels
    definitions: Definitions
    facts: Sequence[tuple[str, Mapping[str, Any]]]
    tree: Sequence[Place]
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


def read_scheme(iri: str, language: str) -> Scheme | None:
    """Return the scheme ``iri``, or None where the graph knows no such scheme."""
    this = ox.NamedNode(iri)
    facts = ask(__package__, "facts.rq", this=this)
    if not any(r["value"]["value"] == SKOS + "ConceptScheme" for r in facts):
        return None
    rows = ask(__package__, "scheme.rq", this=this)
    concepts = list(dict.fromkeys(row["concept"]["value"] for row in rows))
    named = [r["value"]["value"] for r in facts if r["value"]["type"] == "uri"]
    labels = Labels((iri, *concepts, *named), language)
    uses = {
        row["concept"]["value"]: int(row["things"]["value"])
        for row in ask(__package__, "uses.rq", this=this)
    }
    return Scheme(
        iri=iri,
        labels=labels,
        definitions=Definitions((iri, *concepts), language),
        facts=[
            (_FACTS[p], row["value"])
            for p in _FACTS
            for row in facts
            if row["property"]["value"] == p != TYPE
        ],
        tree=_tree(rows, labels),
        concepts=len(concepts),
        uses=uses,
    )


def _tree(rows: Sequence[Row], labels: Labels) -> list[Place]:
    """Return the places at the top; a concept under two others stands under both."""
    notations: dict[str, str] = {}
    above: dict[str, set[str]] = {}
    for row in rows:
        iri = row["concept"]["value"]
        notations.setdefault(iri, row["notation"]["value"] if "notation" in row else "")
        above.setdefault(iri, set())
        if "broader" in row and row["broader"]["value"] != iri:
            above[iri].add(row["broader"]["value"])
    below: dict[str, list[str]] = {}
    for iri, broader in above.items():
        for each in broader:
            below.setdefault(each, []).append(iri)

    def order(iri: str) -> tuple[tuple[int, str], str, str]:
        notation = notations.get(iri, "")
        return (len(notation), notation), in_order(labels[iri].text), iri

    placed: set[str] = set()

    def place(iri: str, path: tuple[str, ...]) -> Place:
        # unfolded in the first place only, and never within itself
        first = iri not in placed and len(path) < _DEEP
        placed.add(iri)
        under = [b for b in below.get(iri, ()) if first and b not in path and b != iri]
        return Place(
            iri, notations.get(iri, ""), [place(b, (*path, iri)) for b in sorted(under, key=order)]
        )

    tops = [place(iri, ()) for iri in sorted((i for i in above if not above[i]), key=order)]
    # what stands in a circle has no top
    return tops + [place(iri, ()) for iri in sorted(above, key=order) if iri not in placed]
