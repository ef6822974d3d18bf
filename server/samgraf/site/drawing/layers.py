"""Set the nodes of a directed graph in columns, each cause before its effects.

The layered method of Sugiyama, Tagawa and Toda (https://doi.org/10.1109/TSMC.1981.4308636):
take circles apart, layer by longest path, order by barycentres, place. A circle never hangs it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Key = Hashable
Edge = tuple[Key, Key]
_SWEEPS = 10


class Box(NamedTuple):
    """Hold a node's place."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bend:
    """Stand for a long edge in a layer that it passes through."""

    edge: int
    layer: int


@dataclass
class Layout:
    """Hold the size of the picture, the boxes, and each edge as points from cause to effect.

    ``backward`` are the edges that close a circle: they run against the direction of the picture.
    """

    width: float = 0
    height: float = 0
    boxes: dict[Key, Box] = field(default_factory=dict)
    paths: list[list[tuple[float, float]]] = field(default_factory=list)
    backward: frozenset[int] = frozenset()


def layers_of(nodes: Sequence[Key], edges: Sequence[Edge]) -> tuple[dict[Key, int], frozenset[int]]:
    """Return the layer of each node by longest path, and the edges that close a circle.

    A node that nothing leads to stands right before the first that it leads to.
    """
    backward = _closing(nodes, edges)
    forward = [(b, a) if i in backward else (a, b) for i, (a, b) in enumerate(edges) if a != b]
    after, indegree = defaultdict(list), dict.fromkeys(nodes, 0)
    for a, b in forward:
        after[a].append(b)
        indegree[b] += 1
    layer = dict.fromkeys(nodes, 0)
    roots = [n for n in nodes if not indegree[n]]
    ready = list(roots)
    while ready:
        node = ready.pop()
        for other in after[node]:
            layer[other] = max(layer[other], layer[node] + 1)
            indegree[other] -= 1
            if not indegree[other]:
                ready.append(other)
    for node in roots:
        if after[node]:
            layer[node] = min(layer[other] for other in after[node]) - 1
    return layer, backward


def layered(
    sizes: Mapping[Key, tuple[float, float]],
    edges: Sequence[Edge],
    gap: tuple[float, float] = (72, 18),
) -> Layout:
    """Return the nodes of ``sizes`` (width, height) in columns with ``gap`` between them."""
    nodes = list(sizes)
    layer, backward = layers_of(nodes, edges)
    chains = [_chain(i, a, b, layer) for i, (a, b) in enumerate(edges)]
    columns: list[list[Key]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node in nodes:
        columns[layer[node]].append(node)
    for chain in chains:
        for bend in chain[1:-1]:
            columns[bend.layer].append(bend)
    neighbours = _neighbours(chains)
    columns = _ordered(columns, neighbours)
    heights = {n: sizes[n][1] if n in sizes else 10 for column in columns for n in column}
    middles = _middles(columns, neighbours, heights, gap[1])
    return _placed(sizes, columns, chains, middles, heights, gap[0], backward)


def _closing(nodes: Sequence[Key], edges: Sequence[Edge]) -> frozenset[int]:
    """Return the edges that lead back to where a walk from the first nodes came from."""
    out = defaultdict(list)
    for i, (a, b) in enumerate(edges):
        out[a].append((i, b))
    targets = {b for a, b in edges if a != b}
    starts = sorted(nodes, key=lambda n: n in targets)  # roots first
    state: dict[Key, int] = {}
    closing = set()
    for start in starts:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(out[start]))]
        while stack:
            node, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                state[node] = 2
                stack.pop()
                continue
            i, other = step
            if state.get(other) == 1:
                closing.add(i)
            elif other not in state:
                state[other] = 1
                stack.append((other, iter(out[other])))
    return frozenset(closing)


def _chain(number: int, a: Key, b: Key, layer: Mapping[Key, int]) -> list[Key]:
    step = 1 if layer[b] >= layer[a] else -1
    between = range(layer[a] + step, layer[b], step)
    return [a, *(Bend(number, level) for level in between), b]


def _neighbours(chains: Sequence[Sequence[Key]]) -> dict[Key, list[Key]]:
    found = defaultdict(list)
    for chain in chains:
        for a, b in itertools.pairwise(chain):
            if a != b:
                found[a].append(b)
                found[b].append(a)
    return found


def _ordered(columns: list[list[Key]], neighbours: Mapping[Key, list[Key]]) -> list[list[Key]]:
    """Return the columns in the order with the fewest crossings that the sweeps come upon."""
    best, fewest = columns, _crossings(columns, neighbours)
    current = columns
    for sweep in range(_SWEEPS):
        numbers = range(1, len(columns)) if sweep % 2 == 0 else range(len(columns) - 2, -1, -1)
        current = [list(c) for c in current]
        for i in numbers:
            beside = current[i - 1] if sweep % 2 == 0 else current[i + 1]
            place = {n: p for p, n in enumerate(beside)}
            own = {n: p for p, n in enumerate(current[i])}
            current[i].sort(
                key=lambda n, place=place, own=own: _mean(
                    [place[m] for m in neighbours[n] if m in place], own[n]
                )
            )
        if (found := _crossings(current, neighbours)) < fewest:
            best, fewest = current, found
    return best


def _crossings(columns: Sequence[Sequence[Key]], neighbours: Mapping[Key, list[Key]]) -> int:
    total = 0
    for left, right in itertools.pairwise(columns):
        place = {n: p for p, n in enumerate(right)}
        ends = [(p, place[m]) for p, n in enumerate(left) for m in neighbours[n] if m in place]
        total += sum(
            (a[0] - b[0]) * (a[1] - b[1]) < 0 for i, a in enumerate(ends) for b in ends[:i]
        )
    return total


def _middles(
    columns: Sequence[Sequence[Key]],
    neighbours: Mapping[Key, list[Key]],
    heights: Mapping[Key, float],
    gap: float,
) -> dict[Key, float]:
    """Return the middle of each node's height: near its neighbours, apart from its column."""
    middle: dict[Key, float] = {}
    for column in columns:
        top = 0.0
        for node in column:
            middle[node] = top + heights[node] / 2
            top += heights[node] + gap
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            wanted = [_mean([middle[m] for m in neighbours[n]], middle[n]) for n in column]
            middle.update(zip(column, _apart(column, wanted, heights, gap), strict=True))
    return middle


def _apart(
    column: Sequence[Key], wanted: Sequence[float], heights: Mapping[Key, float], gap: float
) -> list[float]:
    """Return the places nearest to ``wanted``, by least squares, that keep order and distance.

    By pooling adjacent violators: https://en.wikipedia.org/wiki/Isotonic_regression
    """
    offsets = [0.0]
    for a, b in itertools.pairwise(column):
        offsets.append(offsets[-1] + (heights[a] + heights[b]) / 2 + gap)
    pools: list[list[float]] = []  # sum, count
    for want, offset in zip(wanted, offsets, strict=True):
        pools.append([want - offset, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += count
    free = [total / count for total, count in pools for _ in range(int(count))]
    return [place + offset for place, offset in zip(free, offsets, strict=True)]


def _placed(
    sizes: Mapping[Key, tuple[float, float]],
    columns: Sequence[Sequence[Key]],
    chains: Sequence[Sequence[Key]],
    middles: Mapping[Key, float],
    heights: Mapping[Key, float],
    gap: float,
    backward: frozenset[int],
) -> Layout:
    top = min((middles[n] - heights[n] / 2 for n in middles), default=0.0)
    layout = Layout(backward=backward)
    left, spans = 0.0, []
    for column in columns:
        width = max((sizes[n][0] for n in column if n in sizes), default=0.0)
        spans.append((left, left + width))
        for node in column:
            if node in sizes:
                own, height = sizes[node]
                layout.boxes[node] = Box(left, middles[node] - top - height / 2, own, height)
        left += width + gap
    layout.width = max(left - gap, 0.0)
    layout.height = max((b.y + b.height for b in layout.boxes.values()), default=0.0)
    for number, chain in enumerate(chains):
        points = []
        for bend in chain[1:-1]:
            y = middles[bend] - top
            layout.height = max(layout.height, y + heights[bend])
            ends = [(x, y) for x in spans[bend.layer]]
            points += ends[::-1] if number in backward else ends
        layout.paths.append(points)
    return layout


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
