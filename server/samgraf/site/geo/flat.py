"""Shapes on the flat earth, each worked out once, since many pages show the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from samgraf.site.geo.box import Box, Flat
from samgraf.site.geo.projection import Projection
from samgraf.site.geo.wkt import Shape


@dataclass(frozen=True, eq=False)
class Ring:
    """Hold a closed ring of a polygon and its sides."""

    points: list[Flat]
    box: Box


@dataclass(frozen=True, eq=False)
class FlatShape:
    """Hold a projected shape: its parts, its sides, and a point that stands for it."""

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
