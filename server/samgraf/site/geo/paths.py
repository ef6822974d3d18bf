"""Draw shapes as SVG paths, as light as the picture allows: https://www.w3.org/TR/SVG2/paths.html.

Corners that the picture is too small to show are left out (Douglas and Peucker,
https://doi.org/10.3138/FM57-6770-U75U-7727), and so is what lies outside of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import sqrt

from samgraf.site.geo.plane import Box, Flat, FlatShape, Frame

_TOLERANCE = 0.35  # of a unit of the picture
_OUTSIDE = 20  # units beyond the picture's edge, where a cut does not show


@lru_cache(maxsize=2048)
def path_of(shape: FlatShape, frame: Frame) -> str:
    """Return the path of the lines and rings of ``shape``, empty where the frame shows none."""
    shown = frame.shown(_OUTSIDE)
    tolerance = _TOLERANCE / frame.scale
    # islets too small to be seen go, but the largest ring stays, however small
    most = max((max(r.box.width, r.box.height) for r in shape.rings), default=0.0)
    least = min(1 / frame.scale, most)
    parts = []
    for ring in shape.rings:
        if max(ring.box.width, ring.box.height) < least or not ring.box.meets(shown):
            continue
        cut = ring.points if shown.holds(ring.box) else clip(ring.points, shown)
        kept = simpler(cut, tolerance)
        if len(kept) > 3:
            parts.append(written(map(frame.place, kept[:-1])) + "z")
        elif most <= 1 / frame.scale and len(cut) > 3:
            parts.append(written(map(frame.place, cut[:-1])) + "z")
    for line in shape.lines:
        parts.append(written(map(frame.place, simpler(line, tolerance))))
    return "".join(parts)


def clip(ring: list[Flat], box: Box) -> list[Flat]:
    """Return the part of a closed ring inside ``box`` (Sutherland and Hodgman), closed.

    https://doi.org/10.1145/360767.360802
    """
    sides = ((0, box.left, 1), (0, box.right, -1), (1, box.low, 1), (1, box.high, -1))
    for axis, limit, sign in sides:
        kept: list[Flat] = []
        for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
            a, b = here[axis], there[axis]
            inside = sign * (a - limit) >= 0
            if inside:
                kept.append(here)
            if inside != (sign * (b - limit) >= 0):
                part = (limit - a) / (b - a)
                kept.append(
                    (
                        here[0] + part * (there[0] - here[0]),
                        here[1] + part * (there[1] - here[1]),
                    )
                )
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
        furthest, off = _furthest(line, first, last)
        if off > tolerance * tolerance:
            kept.add(furthest)
            spans += [(first, furthest), (furthest, last)]
    return [line[i] for i in sorted(kept)]


def _furthest(line: list[Flat], first: int, last: int) -> tuple[int, float]:
    """Return the corner that is furthest off the chord between two, and that distance, squared."""
    (ax, ay), (bx, by) = line[first], line[last]
    dx, dy = bx - ax, by - ay
    length = sqrt(dx * dx + dy * dy)
    if length == 0:  # the ends of a ring
        offs = [((x - ax) ** 2 + (y - ay) ** 2, i) for i, (x, y) in enumerate(line)]
        off, found = max(offs[first:last])
        return found, off
    ux, uy = dx / length, dy / length
    found, most = first, 0.0
    for i in range(first + 1, last):
        x, y = line[i]
        px, py = x - ax, y - ay
        along = px * ux + py * uy
        if along < 0:
            off = px * px + py * py
        elif along > length:
            off = (x - bx) ** 2 + (y - by) ** 2
        else:
            off = (px * uy - py * ux) ** 2
        if off > most:
            found, most = i, off
    return found, most


def written(line: Iterable[Flat]) -> str:
    """Return ``line`` as a path of short relative steps, to a tenth of a unit."""
    before = (0, 0)
    parts: list[str] = []
    for x, y in line:
        here = round(x * 10), round(y * 10)
        if parts and here == before:
            continue
        command = ("M", "l")[len(parts)] if len(parts) < 2 else ""
        parts.append(command + _pair(here[0] - before[0], here[1] - before[1]))
        before = here
    return " ".join(parts)


def _pair(x: int, y: int) -> str:
    second = _tenth(y)
    return _tenth(x) + ("" if second.startswith("-") else " ") + second


def _tenth(value: int) -> str:
    whole, tenth = divmod(abs(value), 10)
    return ("-" if value < 0 else "") + (f"{whole or ''}.{tenth}" if tenth else str(whole))
