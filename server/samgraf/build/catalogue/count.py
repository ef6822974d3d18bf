"""Count what a set of triples holds, by the definitions of https://www.w3.org/TR/void/#statistics.

An entity is what has a description and an IRI below the base. A class is what something is an
instance of; it need not be declared. Nothing is counted twice, however many graphs say it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.build.catalogue.terms import TYPE


@dataclass(frozen=True)
class Counts:
    """Hold the statistics of a set of triples."""

    triples: int
    entities: int
    subjects: int
    objects: int
    classes: int
    properties: int


@dataclass(frozen=True)
class Partitions:
    """Hold how a set of triples falls apart.

    ``classes`` counts instances, ``properties`` triples, ``subjects`` and ``objects`` what each
    property stands between, and ``inside`` the triples with each property whose subject is an
    instance of a class.
    """

    classes: Counter[ox.NamedNode]
    properties: Counter[ox.NamedNode]
    subjects: Counter[ox.NamedNode]
    objects: Counter[ox.NamedNode]
    inside: dict[ox.NamedNode, Counter[ox.NamedNode]]


def count(triples: Collection[ox.Triple], base: str) -> Counts:
    """Return the statistics of ``triples``, each of which stands there once."""
    subjects = {t.subject for t in triples}
    named = (s for s in subjects if isinstance(s, ox.NamedNode))
    return Counts(
        triples=len(triples),
        entities=sum(s.value.startswith(base) for s in named),
        subjects=len(subjects),
        objects=len({t.object for t in triples}),
        classes=len({t.object for t in triples if t.predicate == TYPE}),
        properties=len({t.predicate for t in triples}),
    )


def partition(triples: Collection[ox.Triple]) -> Partitions:
    """Return the partitions of ``triples`` by class and by property."""
    kinds: dict[object, set[ox.NamedNode]] = defaultdict(set)
    for t in triples:
        if t.predicate == TYPE and isinstance(t.object, ox.NamedNode):
            kinds[t.subject].add(t.object)
    inside: dict[ox.NamedNode, Counter[ox.NamedNode]] = defaultdict(Counter)
    for t in triples:
        for kind in kinds.get(t.subject, ()):
            inside[kind][t.predicate] += 1
    return Partitions(
        classes=Counter(kind for found in kinds.values() for kind in found),
        properties=Counter(t.predicate for t in triples),
        subjects=Counter(p for p, _ in {(t.predicate, t.subject) for t in triples}),
        objects=Counter(p for p, _ in {(t.predicate, t.object) for t in triples}),
        inside=dict(inside),
    )
