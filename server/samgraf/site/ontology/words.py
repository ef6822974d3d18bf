"""Say in words what axioms and shapes say: texts of the interface with things in their places.

A text is a key of the interface's strings with values; a value is a text again, a thing of the
graph, a literal, or several of them. Templates write them out: ``ontology/words.html``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from samgraf.site.graph.ask import Row
from samgraf.site.ontology.names import RDF

Nodes = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]


@dataclass(frozen=True)
class Thing:
    """Hold something that has an IRI, to be shown by its label as a link."""

    iri: str


@dataclass(frozen=True)
class Value:
    """Hold the text of a literal, or a piece of code."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Said:
    """Hold a text of the interface by its key, with the values in its places."""

    key: str
    values: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class Several:
    """Hold several texts and the key of what stands between the last two."""

    parts: Sequence[Words]
    between: str = "ontology_and"


Words = Thing | Value | Said | Several


def nodes_of(rows: Iterable[Row]) -> dict[str, dict[str, list[Mapping[str, Any]]]]:
    """Return the statements of ``rows`` (?node ?property ?value) by node and property."""
    nodes: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        of_node = nodes.setdefault(key_of(row["node"]), {})
        of_node.setdefault(row["property"]["value"], []).append(row["value"])
    return nodes


def key_of(term: Mapping[str, Any]) -> str:
    """Return a key for an IRI or a blank node."""
    return ("_:" if term["type"] == "bnode" else "") + term["value"]


def members(nodes: Nodes, head: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the members of an RDF list; a broken or circular one ends where it breaks."""
    found, at, seen = [], key_of(head), set()
    while at in nodes and at not in seen and at != RDF + "nil":
        seen.add(at)
        first, rest = nodes[at].get(RDF + "first"), nodes[at].get(RDF + "rest")
        if not first or not rest:
            break
        found.append(first[0])
        at = key_of(rest[0])
    return found


def things_in(words: Words) -> Iterable[str]:
    """Yield the IRI of every thing in ``words``."""
    if isinstance(words, Thing):
        yield words.iri
    elif isinstance(words, Several):
        for part in words.parts:
            yield from things_in(part)
    elif isinstance(words, Said):
        for value in words.values.values():
            yield from things_in(value)
