"""Draw links from top to bottom, a thing in each row, links in the margin: for narrow screens."""

from __future__ import annotations

from typing import Any

from samgraf.site.drawing.arcs import Lane, lanes, stacked
from samgraf.site.drawing.links import LINE, MARK, Picture, arrow, drawn_box, height_of, lines_of

WIDTH = 358.0  # a screen of 390 px less the margins of the page
_LANE = 13.0
_GAP = 14.0
_APART = 8.0  # between the arrows at one box
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
    # lanes that end at the same thing enter it one below the other, the innermost first
    entering: dict[str, list[Lane]] = {key: [] for key in nodes}
    for lane in sorted(found, key=lambda lane: lane.number):
        entering[picture.links[lane.edges[0]].effect].append(lane)
    boxes, tops, y = [], {}, 1.0
    for key in order:
        lines = lines_of(nodes[key], width)
        ends = LINE + _APART * (len(entering[key]) - 1) if entering[key] else 6
        ports = len(leaving[key]) * (2 * MARK + 3) + ends
        height = max(height_of(nodes[key], lines), ports)
        boxes.append(drawn_box(nodes[key], margin, y, width, height, lines))
        tops[key] = (y, height)
        y += height + _GAP
    drawn = []
    for lane in found:
        x = margin - 2 * MARK - 6 - lane.number * _LANE
        effect = picture.links[lane.edges[0]].effect
        end = tops[effect][0] + 13 + _APART * entering[effect].index(lane)
        starts = [_out(picture.links[number], leaving, tops) for number in lane.edges]
        # strokes that lie over one another would look unbroken: the link from farthest off runs
        # the whole lane, on either side of its end, and the others only join it
        longest = {starts.index(min(starts)), starts.index(max(starts))}
        if max(starts) < end or min(starts) > end:
            longest = {max(range(len(starts)), key=lambda i: abs(starts[i] - end))}
        for i, (number, start) in enumerate(zip(lane.edges, starts, strict=True)):
            link = picture.links[number]
            drawn.append(
                {
                    "link": link,
                    "path": _path(margin, x, start, end, joins=i not in longest),
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


def _path(margin: float, x: float, start: float, end: float, joins: bool) -> str:
    """Return a line out to the lane, along it and back in, with round corners.

    One that ``joins`` another's ends at the lane.
    """
    turn = _ROUND if end > start else -_ROUND
    out = (
        f"M{margin:.1f} {start:.1f}H{x + _ROUND:.1f}Q{x:.1f} {start:.1f} {x:.1f} {start + turn:.1f}"
    )
    if joins:
        return out
    return out + (
        f"V{end - turn:.1f}Q{x:.1f} {end:.1f} {x + _ROUND:.1f} {end:.1f}H{margin - 8:.1f}"
    )
