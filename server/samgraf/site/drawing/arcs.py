"""Set the nodes one above the other, each cause before its effects, the links in the margin.

Links to the same node share a lane; lanes that would run into one another lie side by side.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from samgraf.site.drawing.layers import Edge, Key, layers_of


@dataclass(frozen=True)
class Lane:
    """Hold one vertical run of the margin: its number from the boxes outwards, and its edges."""

    number: int
    edges: tuple[int, ...]


def stacked(nodes: Sequence[Key], edges: Sequence[Edge]) -> list[Key]:
    """Return the nodes from top to bottom, those of a layer together."""
    layer, _ = layers_of(nodes, edges)
    first = {n: min((layer[b] for a, b in edges if a == n and b != n), default=0) for n in nodes}
    place = {n: i for i, n in enumerate(nodes)}
    return sorted(nodes, key=lambda n: (layer[n], -first[n], place[n]))


def lanes(order: Sequence[Key], edges: Sequence[Edge], kinds: Sequence[Hashable]) -> list[Lane]:
    """Return the lanes of the edges; only edges with the same end and kind share one."""
    place = {n: i for i, n in enumerate(order)}
    groups: dict[Hashable, list[int]] = {}
    for i, (a, b) in enumerate(edges):
        if a != b:
            groups.setdefault((b, kinds[i]), []).append(i)
    spans = []
    for members in groups.values():
        touched = [place[n] for i in members for n in edges[i]]
        spans.append((max(touched) - min(touched), min(touched), max(touched), members))
    taken: list[list[tuple[int, int]]] = []
    found = []
    for _, start, end, members in sorted(spans):
        for number, runs in enumerate(taken):  # noqa: B007 - the first lane that is free
            if all(end < s or e < start for s, e in runs):
                break
        else:
            number = len(taken)
            taken.append([])
        taken[number].append((start, end))
        found.append(Lane(number, tuple(members)))
    return found
