"""Draw links from top to bottom, a thing in each row, links in the margin: for narrow screens."""

from __future__ import annotations

from typing import Any

from samgraf.web.drawing.arcs import lanes, stacked
from samgraf.web.drawing.links import (
    LINE,
    MARK,
    Picture,
    arrow,
    drawn_box,
    height_of,
    lines_of,
)

WIDTH = 358.0  # a screen of 390 px less the margins of the page
_LANE = 13.0
_GAP = 14.0
_ROUND = 8.0


def tall(picture: Picture) -> dict[str, Any]:
    """Return the picture as a column of boxes with lanes to their left."""
    nodes = {n.key: n for n in picture.nodes}
    order = stacked(list(nodes), picture.edges)
    found = lanes(order, picture.edges, [link.line for link in picture.links])
    margin = max((lane.number for lane in found), default=0) * _LANE + 2 * MARK + 16
    width = WIDTH - margin - 1
    # the links that leave a thing on the same grounds in the same manner leave it at one place
    leaving: dict[str, list[tuple[Any, ...]]] = {key: [] for key in nodes}
    for link in picture.links:
        if link.cause != link.effect and (port := _port(link)) not in leaving[link.cause]:
            leaving[link.cause].append(port)
    entering = {link.effect for link in picture.links if link.cause != link.effect}
    boxes, tops, y = [], {}, 1.0
    for key in order:
        lines = lines_of(nodes[key], width)
        ports = len(leaving[key]) * (2 * MARK + 3) + (LINE if key in entering else 6)
        height = max(height_of(nodes[key], lines), ports)
        boxes.append(drawn_box(nodes[key], margin, y, width, height, lines))
        tops[key] = (y, height)
        y += height + _GAP
    drawn = []
    for lane in found:
        x = margin - 2 * MARK - 6 - lane.number * _LANE
        for number in lane.edges:
            link = picture.links[number]
            start = _out(link, leaving, tops)
            end = tops[link.effect][0] + 13
            drawn.append(
                {
                    "link": link,
                    "path": _path(margin, x, start, end),
                    "arrow": arrow(margin, end, 1.0),
                    "marks": [
                        {
                            "number": n,
                            "name": name,
                            "x": round(margin - i * 2 * MARK, 1),
                            "y": start,
                        }
                        for i, (n, name) in enumerate(link.marks)
                    ],
                }
            )
    return {
        "width": WIDTH,
        "height": round(y - _GAP + 1, 1),
        "left": 0,
        "links": drawn,
        "boxes": boxes,
    }


def _port(link: Any) -> tuple[Any, ...]:
    return (link.line, *(number for number, _ in link.marks))


def _out(link: Any, leaving: dict[str, list[Any]], tops: dict[str, tuple[float, float]]) -> float:
    """Return the height at which the link leaves: from the bottom of the box upwards."""
    top, height = tops[link.cause]
    ports = leaving[link.cause]
    from_below = len(ports) - 1 - ports.index(_port(link))
    return round(top + height - MARK - 3 - from_below * (2 * MARK + 3), 1)


def _path(margin: float, x: float, start: float, end: float) -> str:
    """Return a line out to the lane, along it and back in, with round corners."""
    turn = _ROUND if end > start else -_ROUND
    return (
        f"M{margin:.1f} {start:.1f}H{x + _ROUND:.1f}"
        f"Q{x:.1f} {start:.1f} {x:.1f} {start + turn:.1f}"
        f"V{end - turn:.1f}Q{x:.1f} {end:.1f} {x + _ROUND:.1f} {end:.1f}H{margin - 8:.1f}"
    )
