"""The properties of a class by the classes that they are stated on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from samgraf.site.graph import Labels
from samgraf.site.graph.ask import Row
from samgraf.site.ontology.names import in_order
from samgraf.site.ontology.terms import Term, ancestors


def properties_by_class(
    iri: str, inherited: Sequence[Row], terms: Mapping[str, Term], labels: Labels
) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Return the properties by the class that they are stated on: its own, then the nearest."""
    by_class: dict[str, dict[str, list[str]]] = {}
    for row in inherited:
        ranges = by_class.setdefault(row["class"]["value"], {}).setdefault(
            row["property"]["value"], []
        )
        if "range" in row and row["range"]["value"] not in ranges:
            ranges.append(row["range"]["value"])

    def order(class_: str) -> tuple[bool, bool, int, str]:
        depth = len(ancestors(terms, class_))
        return class_ != iri, class_ not in terms, -depth, name_in_order(labels, class_)

    return [
        (c, sorted(by_class[c].items(), key=lambda item: name_in_order(labels, item[0])))
        for c in sorted(by_class, key=order)
    ]


def name_in_order(labels: Labels, iri: str | None) -> str:
    """Return a key that sorts things by what they are called; those without a name come first."""
    return in_order(labels[iri].text) if iri else ""
