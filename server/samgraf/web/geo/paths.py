"""Draw shapes as SVG paths, as light as the picture allows: https://www.w3.org/TR/SVG2/paths.html.

Corners that the picture is too small to show are left out (Douglas and Peucker,
https://doi.org/10.3138/FM57-6770-U75U-7727), and so is what lies outside of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import hypot

from samgraf.web.geo.frame import Box, Frame
from samgraf.web.geo.projection import Flat
from samgraf.web.geo.wkt import Line, Shape

_TOLERANCE = 0.35  # of a unit of the picture
_OUTSIDE = 20  # units beyond the picture's edge, where a cut does not show


def path_of(shape: Shape, frame: Frame, tolerance: float = _TOLERANCE) -> str:
    """Return the path of the lines and polygons of ``shape``, empty where the frame has none."""
    box = frame.box().grown(_OUTSIDE)
    rings = (ring for polygon in shape.polygons for ring in polygon)
    closed = [
        cut for ring in rings if len(cut := simpler(clip(_placed(ring, frame), box), tolerance)) > 3
    ]
    # the largest stays even where the picture hardly shows it
    most = max((_extent(ring) for ring in closed), default=0)
    parts = [written(ring[:-1]) + "z" for ring in closed if _extent(ring) >= min(1, most)]
    parts += [written(simpler(_placed(line, frame), tolerance)) for line in shape.lines]
    return "".join(parts)


def middle(shape: Shape, frame: Frame) -> Flat:
    """Return the place in the picture at which ``shape`` is: the middle of its largest part."""
    if shape.polygons:
        ring = max((_placed(p[0], frame) for p in shape.polygons), key=lambda r: abs(_area(r)))
        return _centroid(ring)
    if shape.lines:
        line = max(shape.lines, key=len)
        return frame.place(line[len(line) // 2])
    return frame.place(shape.points[0])


def extent_of(shape: Shape, frame: Frame) -> Box:
    """Return the sides of ``shape`` in the picture."""
    return Box.around(frame.place(p) for p in shape.positions())


def clip(ring: list[Flat], box: Box) -> list[Flat]:
    """Return the part of a closed ring inside ``box`` (Sutherland and Hodgman), closed.

    https://doi.org/10.1145/360767.360802
    """
    for axis, limit, sign in (
        (0, box.left, 1),
        (0, box.right, -1),
        (1, box.top, 1),
        (1, box.bottom, -1),
    ):
        kept: list[Flat] = []
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            a, b = (ax, bx) if axis == 0 else (ay, by)
            inside, then = sign * (a - limit) >= 0, sign * (b - limit) >= 0
            if inside:
                kept.append((ax, ay))
            if inside != then:
                part = (limit - a) / (b - a)
                kept.append((ax + part * (bx - ax), ay + part * (by - ay)))
        ring = kept
    return ring if not ring or ring[0] == ring[-1] else [*ring, ring[0]]


def simpler(line: list[Flat], tolerance: float) -> list[Flat]:
    """Return ``line`` without the corners that are off the rest by less than ``tolerance``."""
    if len(line) < 3:
        return line
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        offs = [(_off(line[i], line[first], line[last]), -i) for i in range(first + 1, last)]
        if offs and max(offs)[0] > tolerance:
            furthest = -max(offs)[1]
            kept.add(furthest)
            spans += [(first, furthest), (furthest, last)]
    return [line[i] for i in sorted(kept)]


def written(line: Iterable[Flat]) -> str:
    """Return ``line`` as a path of short relative steps, to a tenth of a unit."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in line]
    before = (0, 0)
    parts = []
    for number, here in enumerate(tenths):
        step = here[0] - before[0], here[1] - before[1]
        if number and step == (0, 0):
            continue
        command = "M" if number == 0 else "l" if len(parts) == 1 else ""
        parts.append(command + _pair(*step))
        before = here
    return " ".join(parts)


def _pair(x: int, y: int) -> str:
    second = _tenth(y)
    return _tenth(x) + ("" if second.startswith("-") else " ") + second


def _tenth(value: int) -> str:
    text = f"{value / 10:g}" if value % 10 else str(value // 10)
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _placed(line: Line, frame: Frame) -> list[Flat]:
    return [frame.place(p) for p in line]


def _extent(ring: list[Flat]) -> float:
    box = Box.around(ring)
    return max(box.width, box.height)


def _off(point: Flat, start: Flat, end: Flat) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if length == 0:
        return hypot(point[0] - start[0], point[1] - start[1])
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length**2
    along = min(max(along, 0), 1)
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def _area(ring: list[Flat]) -> float:
    pairs = pairwise(ring)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2


def _centroid(ring: list[Flat]) -> Flat:
    area = _area(ring)
    if abs(area) < 1e-9:
        return ring[0]
    x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return x / (6 * area), y / (6 * area)
