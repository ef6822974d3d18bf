"""Draw links from left to right, in columns: for screens that are wide enough."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import Any

from samgraf.site.drawing.layers import Box, Layout, layered
from samgraf.site.drawing.links import MARK, Picture, arrow, drawn_box, height_of, lines_of

WIDEST = 1216.0  # of the picture, in its own units: the width of the page's column
_MOST_LAYERS = 6
_MARGIN = 2.0
Point = tuple[float, float]


def wide(picture: Picture) -> dict[str, Any] | None:
    """Return the picture in columns, None where it would need more than there is room for."""
    trial = layered({n.key: (1.0, 1.0) for n in picture.nodes}, picture.edges, (1.0, 1.0))
    columns = len({box.x for box in trial.boxes.values()})
    if columns > _MOST_LAYERS:
        return None
    gap = 84.0 if columns <= 5 else 64.0
    box_width = min((WIDEST - 2 * _MARGIN - gap * (columns - 1)) / columns, 224.0)
    lines = {n.key: lines_of(n, box_width) for n in picture.nodes}
    sizes = {n.key: (box_width, height_of(n, lines[n.key])) for n in picture.nodes}
    layout = layered(sizes, picture.edges, (gap, 18.0))
    out, into = _ports(layout, picture)
    drawn = []
    pairs = Counter(picture.edges)
    seen: Counter[tuple[str, str]] = Counter()
    for number, link in enumerate(picture.links):
        if link.cause == link.effect:
            continue
        backward = number in layout.backward
        points = [out[number], *layout.paths[number], into[number]]
        (x, y), way = points[-1], -1.0 if backward else 1.0
        points[-1] = (x - 8 * way, y)
        pair = (link.cause, link.effect)
        share = 0.5 + 0.25 * seen[pair] / max(pairs[pair] - 1, 1)
        seen[pair] += 1
        drawn.append(
            {
                "link": link,
                "path": _curve(points),
                "arrow": arrow(x, y, way),
                "marks": _marks(points, link.marks, share),
            }
        )
    return {
        "width": round(layout.width + 2 * _MARGIN, 1),
        "height": round(layout.height + 2 * _MARGIN, 1),
        "left": -_MARGIN,
        "links": drawn,
        "boxes": [drawn_box(n, *layout.boxes[n.key], lines[n.key]) for n in picture.nodes],
    }


def _ports(layout: Layout, picture: Picture) -> tuple[dict[int, Point], dict[int, Point]]:
    """Return where each link leaves its cause and reaches its effect, spread over the side."""
    sides: dict[tuple[str, bool], list[tuple[float, int, bool]]] = defaultdict(list)
    for number, (a, b) in enumerate(picture.edges):
        backward = number in layout.backward
        path = layout.paths[number]
        ahead = path[0][1] if path else _middle(layout.boxes[b])
        behind = path[-1][1] if path else _middle(layout.boxes[a])
        sides[(a, not backward)].append((ahead, number, True))
        sides[(b, backward)].append((behind, number, False))
    out: dict[int, Point] = {}
    into: dict[int, Point] = {}
    for (key, right), ends in sides.items():
        box = layout.boxes[key]
        x = box.x + box.width if right else box.x
        step = min(box.height / (len(ends) + 1), 20.0)
        first = _middle(box) - step * (len(ends) - 1) / 2
        for place, (_, number, leaves) in enumerate(sorted(ends)):
            (out if leaves else into)[number] = (x, first + step * place)
    return out, into


def _middle(box: Box) -> float:
    return box.y + box.height / 2


def _curve(points: list[Point]) -> str:
    """Return a path through ``points`` that leaves and reaches each of them level."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        half = (x1 + x2) / 2
        path += f"C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return path


def _marks(points: list[Point], marks: list[tuple[int, Any]], share: float) -> list[dict[str, Any]]:
    """Return the places of the numbers: at ``share`` of the link's first stretch.

    That is its middle; further links between the same two things have theirs farther on.
    """
    (x1, y1), (x2, y2) = points[0], points[1]
    rest = 1 - share
    # of the curve in ``_curve``, whose two points of control are halfway and level with its ends
    bend = 3 * share * rest * (x1 + x2) / 2
    x = rest**3 * x1 + bend + share**3 * x2
    y = (rest + 3 * share) * rest**2 * y1 + (share + 3 * rest) * share**2 * y2
    step = 2 * MARK + 2
    first = x - step * (len(marks) - 1) / 2
    return [
        {"number": n, "name": name, "x": round(first + step * i, 1), "y": round(y, 1)}
        for i, (n, name) in enumerate(marks)
    ]
