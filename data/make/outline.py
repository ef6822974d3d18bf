"""Dissolve neighbours into their common outline, and simplify it to the size of a picture.

Neighbours that were cut from one topology share their edges to the last digit, so an edge that
stands in two of them lies inside; what stands in one alone is the outline. Simplified by
Visvalingam's method (https://doi.org/10.1179/000870493786962263): the corner that spans the
smallest triangle goes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import pairwise
from math import atan2, cos, inf, pi, radians

Point = tuple[float, float]
Ring = list[Point]

_KM = 111.32  # a degree of latitude
_SPECK = 0.05  # km²: smaller rings are what simplification left of an islet, not always in place


def dissolve(geometries: Iterable[dict]) -> list[Ring]:
    """Return the outer rings of the union of GeoJSON (multi)polygons, the largest first."""
    edges: set[tuple[Point, Point]] = set()
    for geometry in geometries:
        polygons = geometry["coordinates"]
        for polygon in polygons if geometry["type"] == "MultiPolygon" else [polygons]:
            for number, ring in enumerate(polygon):
                points = [(p[0], p[1]) for p in ring]
                size = area(points)
                if abs(size) < _SPECK:
                    continue
                if (size > 0) == (number > 0):
                    points.reverse()  # shells to the left, holes to the right
                for start, end in pairwise(points):
                    # an edge shared by two neighbours is walked both ways
                    if (end, start) in edges:
                        edges.remove((end, start))
                    elif (start, end) in edges:
                        raise ValueError(f"two areas overlap at {start}")
                    else:
                        edges.add((start, end))
    # a ring that turns to the right is a gap between neighbours, or a hole
    return sorted((r for r in _rings(edges) if area(r) > 0), key=lambda r: (-area(r), r))


def _rings(edges: set[tuple[Point, Point]]) -> Iterator[Ring]:
    following: dict[Point, list[Point]] = defaultdict(list)
    for start, end in sorted(edges):
        following[start].append(end)
    while following:
        first = min(following)
        ring, here, before = [first], first, None
        while True:
            choices = following[here]
            there = choices[0] if before is None else max(choices, key=_turn(before, here))
            choices.remove(there)
            if not choices:
                del following[here]
            ring.append(there)
            if there == first:
                break
            before, here = here, there
        yield ring


def _turn(before: Point, here: Point) -> Callable[[Point], float]:
    """Return how far to the left a way on leads, so that rings that touch stay two."""
    back = atan2(before[1] - here[1], before[0] - here[0])

    def angle(there: Point) -> float:
        return (atan2(there[1] - here[1], there[0] - here[0]) - back) % (2 * pi)

    return angle


def area(ring: Ring) -> float:
    """Return the area of a ring in square kilometres on a sphere, with the sign of its turn."""
    flat = [(lon * _KM * cos(radians(lat)), lat * _KM) for lon, lat in ring]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(flat)) / 2


def simplify(rings: Iterable[Ring], least: Callable[[Point], float]) -> list[Ring]:
    """Return ``rings`` without the corners that span less than ``least`` there, in km².

    A corner stays where its triangle holds a corner of any ring: so no two edges ever cross.
    """
    corners = _Corners(rings)
    queue = [(corners.weight(i, least), i) for i in range(len(corners.points))]
    weights = [w for w, _ in queue]
    heapify(queue)
    while queue:
        lightest, i = heappop(queue)
        if lightest >= 1:
            break
        if lightest != weights[i] or not corners.may_go(i):
            continue
        weights[i] = inf
        for n in corners.remove(i):
            # never lighter than what went before, or a bay would be eaten from within
            weights[n] = max(corners.weight(n, least), lightest)
            heappush(queue, (weights[n], n))
    return corners.rings()


class _Corners:
    """Hold the corners of rings, each linked to its neighbours, found again by their place."""

    def __init__(self, rings: Iterable[Ring]):
        self.points: list[Point] = []
        self._before: list[int] = []
        self._after: list[int] = []
        self._ring: list[int] = []
        self._left: list[int] = []
        self._cells: dict[tuple[int, int], set[int]] = defaultdict(set)
        for number, ring in enumerate(rings):
            first, size = len(self.points), len(ring) - 1
            self.points += ring[:-1]
            self._before += [first + (i - 1) % size for i in range(size)]
            self._after += [first + (i + 1) % size for i in range(size)]
            self._ring += [number] * size
            self._left.append(size)
        for i, point in enumerate(self.points):
            self._cells[_cell(point)].add(i)

    def weight(self, i: int, least: Callable[[Point], float]) -> float:
        a, b, c = (self.points[n] for n in (self._before[i], i, self._after[i]))
        return abs(area([a, b, c, a])) / least(b)

    def may_go(self, i: int) -> bool:
        around = self._before[i], i, self._after[i]
        if self._left[self._ring[i]] <= 4:
            return False
        triangle = [self.points[n] for n in around]
        (west, south), (east, north) = (
            _cell((choose(p[0] for p in triangle), choose(p[1] for p in triangle)))
            for choose in (min, max)
        )
        cells = ((x, y) for x in range(west, east + 1) for y in range(south, north + 1))
        near = (n for cell in cells for n in self._cells.get(cell, ()) if n not in around)
        return not any(_inside(self.points[n], triangle) for n in near)

    def remove(self, i: int) -> tuple[int, int]:
        left, right = self._before[i], self._after[i]
        self._after[left], self._before[right] = right, left
        self._left[self._ring[i]] -= 1
        self._cells[_cell(self.points[i])].remove(i)
        return left, right

    def rings(self) -> list[Ring]:
        kept: dict[int, Ring] = defaultdict(list)
        living = set().union(*self._cells.values())
        for i in sorted(living):
            kept[self._ring[i]].append(self.points[i])
        return [[*ring, ring[0]] for ring in kept.values()]


def _cell(point: Point) -> tuple[int, int]:
    return int(point[0] * 10), int(point[1] * 10)


def _inside(point: Point, triangle: list[Point]) -> bool:
    sides = [
        (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
        for a, b in pairwise([*triangle, triangle[0]])
    ]
    return all(s >= 0 for s in sides) or all(s <= 0 for s in sides)
