"""Shapes on the flat earth, and the frame of a picture: which part it shows, and how large."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from samgraf.site.geo.crs import Position
from samgraf.site.geo.wkt import Shape

Flat = tuple[float, float]
Projection = Callable[[Position], Flat]


class Box(NamedTuple):
    """A rectangle: of degrees, of metres on the flat earth, or of units of a picture."""

    left: float
    low: float
    right: float
    high: float

    @classmethod
    def around(cls, points: Iterable[Flat]) -> Box:
        """Return the smallest box that holds ``points``, of which there is one at least."""
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    @classmethod
    def of_all(cls, boxes: Iterable[Box]) -> Box:
        """Return the smallest box that holds ``boxes``, of which there is one at least."""
        lefts, lows, rights, highs = zip(*boxes, strict=True)
        return cls(min(lefts), min(lows), max(rights), max(highs))

    @property
    def width(self) -> float:
        """Return how wide the box is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return how high the box is."""
        return self.high - self.low

    @property
    def diagonal(self) -> float:
        """Return how far its corners are apart."""
        return hypot(self.width, self.height)

    def grown(self, by: float) -> Box:
        """Return the box with ``by`` more on each side."""
        return Box(self.left - by, self.low - by, self.right + by, self.high + by)

    def meets(self, other: Box) -> bool:
        """Return whether the two boxes share an area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.high
            and other.low < self.high
        )

    def holds(self, other: Box) -> bool:
        """Return whether ``other`` lies wholly inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.low <= other.low
            and other.high <= self.high
        )


@dataclass(frozen=True)
class Frame:
    """A picture of ``width`` by ``height`` units, whose corner lies at ``west``, ``north``."""

    width: float
    height: float
    west: float
    north: float
    scale: float

    @classmethod
    def fit(cls, box: Box, *, width: float, heights: Flat) -> Frame:
        """Return the frame that holds ``box`` of the flat earth, in its middle.

        It is ``width`` wide and as high as the box asks for, within ``heights``.
        """
        low, high = heights
        scale = min(width / box.width, high / box.height)
        height = round(min(max(box.height * scale, low), high))
        west = box.left - (width / scale - box.width) / 2
        north = box.high + (height / scale - box.height) / 2
        return cls(width, height, west, north, scale)

    def place(self, point: Flat) -> Flat:
        """Return where a point of the flat earth comes in the picture; y grows downwards."""
        return (point[0] - self.west) * self.scale, (self.north - point[1]) * self.scale

    def placed(self, box: Box) -> Box:
        """Return where a box of the flat earth comes in the picture."""
        left, high = self.place((box.left, box.low))
        right, low = self.place((box.right, box.high))
        return Box(left, low, right, high)

    def shown(self, beyond: float = 0) -> Box:
        """Return what the picture shows of the flat earth, and ``beyond`` units around it."""
        south, east = self.north - self.height / self.scale, self.west + self.width / self.scale
        return Box(self.west, south, east, self.north).grown(beyond / self.scale)


@dataclass(frozen=True, eq=False)
class Ring:
    """A closed ring of a polygon, and the box around it."""

    points: list[Flat]
    box: Box


@dataclass(frozen=True, eq=False)
class FlatShape:
    """A projected shape: its parts, the box around it, and a point that stands for it."""

    points: list[Flat]
    lines: list[list[Flat]]
    rings: list[Ring]
    box: Box
    middle: Flat


@lru_cache(maxsize=512)
def degrees(shape: Shape) -> Box:
    """Return the sides of ``shape`` in longitude and latitude."""
    return Box.around(shape.positions())


@lru_cache(maxsize=1024)
def flatten(shape: Shape, projection: Projection) -> FlatShape:
    """Return ``shape`` as ``projection`` lays it flat."""
    points = [projection(p) for p in shape.points]
    lines = [[projection(p) for p in line] for line in shape.lines]
    polygons = [[[projection(p) for p in ring] for ring in polygon] for polygon in shape.polygons]
    rings = [Ring(ring, Box.around(ring)) for polygon in polygons for ring in polygon]
    boxes = [r.box for r in rings] + [Box.around(part) for part in (*lines, points) if part]
    if polygons:
        middle = _centroid(max((p[0] for p in polygons), key=lambda r: abs(_area(r))))
    elif lines:
        longest = max(lines, key=len)
        middle = longest[len(longest) // 2]
    else:
        middle = points[0]
    return FlatShape(points, lines, rings, Box.of_all(boxes), middle)


def _area(ring: list[Flat]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def _centroid(ring: list[Flat]) -> Flat:
    # from the first corner, or the digits that tell would drown in the distance from the equator
    ox, oy = ring[0]
    near = [(x - ox, y - oy) for x, y in ring]
    area = _area(near)
    if abs(area) < 1e-6:
        return ring[0]
    x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(near):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return ox + x / (6 * area), oy + y / (6 * area)
