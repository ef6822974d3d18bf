"""Lay out a picture of causes: things one above the other, each before its effects.

The links run in lanes of the margin; links to the same thing in the same manner share a lane, and
lanes that would run into one another lie side by side. A circle of causes is taken apart at one
link. Sizes are in pixels at a width of ``WIDTH``; the picture suits narrow and wide screens alike.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

Edge = tuple[str, str]
WIDTH = 358.0  # a screen of 390 px less the margins of the page
_LANE = 13.0
_GAP = 14.0
_APART = 8.0  # between the arrows at one box
_ROUND = 8.0
LABEL, CAPTION = 15.0, 12.0  # font sizes, as the style sheet sets them
LINE = 19.0  # height of a line of the label
PAD = 11.0
MARK = 11.0  # radius of the number at a link
# widths of letters in Inter, of their size: near enough to wrap by, on the safe side
_CLASSES = (
    (0.30, "iIjlítf.,:;'’|!()[]/ \u00ad"),
    (0.40, 'r-–“”"*'),
    (0.67, "ABCDEFGHKLNOPQRSTUVXYZÅÄÖÆŠŽŊ&"),
    (0.90, "mwMWæœ@%—…"),
)
_WIDTH = {letter: width for width, letters in _CLASSES for letter in letters}
_OTHER = 0.59
_SCRIPTS = 0x2E80  # from here on letters are about as wide as high


class DrawnNode(NamedTuple):
    """A thing: its key, its name and kind (``text``, ``phrase``, ``href``), its tone."""

    key: str
    name: Any
    kind: Any
    tone: str


class Link(NamedTuple):
    """A link: the keys of its ends, how it is drawn, and the numbered things that it rests on.

    One that is not ``pointed`` has no arrow: it sets two things against each other.
    """

    cause: str
    effect: str
    line: str
    marks: list[tuple[int, Any]]
    pointed: bool = True


class Picture(NamedTuple):
    """Nodes and the links between them."""

    nodes: list[DrawnNode]
    links: list[Link]

    @property
    def edges(self) -> list[tuple[str, str]]:
        """Return the links as pairs of keys."""
        return [(link.cause, link.effect) for link in self.links]


def draw(picture: Picture) -> dict[str, Any]:
    """Return the sizes and places with which the template draws the picture."""
    nodes = {n.key: n for n in picture.nodes}
    order = stacked(list(nodes), picture.edges)
    found = lanes(order, picture.edges, [(link.line, link.pointed) for link in picture.links])
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
                    "path": _path(
                        margin, x, start, end, joins=i not in longest, back=8 if link.pointed else 0
                    ),
                    "arrow": _arrow(margin, end) if link.pointed else None,
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
        "links": drawn,
        "boxes": boxes,
    }


def _port(link: Any) -> tuple[Any, ...]:
    return (link.line, link.pointed, *(number for number, _ in link.marks))


def _out(link: Any, leaving: dict[str, list[Any]], tops: dict[str, tuple[float, float]]) -> float:
    """Return the height at which the link leaves: from the bottom of the box upwards."""
    top, height = tops[link.cause]
    ports = leaving[link.cause]
    from_below = len(ports) - 1 - ports.index(_port(link))
    return round(top + height - MARK - 3 - from_below * (2 * MARK + 3), 1)


def _path(margin: float, x: float, start: float, end: float, *, joins: bool, back: float) -> str:
    """Return a line out to the lane, along it and ``back`` off its end, with round corners.

    One that ``joins`` another's ends at the lane.
    """
    turn = _ROUND if end > start else -_ROUND
    out = (
        f"M{margin:.1f} {start:.1f}H{x + _ROUND:.1f}Q{x:.1f} {start:.1f} {x:.1f} {start + turn:.1f}"
    )
    if joins:
        return out
    return out + (
        f"V{end - turn:.1f}Q{x:.1f} {end:.1f} {x + _ROUND:.1f} {end:.1f}H{margin - back:.1f}"
    )


@dataclass(frozen=True)
class Lane:
    """A vertical run of the margin: its number from the boxes outwards, and its edges."""

    number: int
    edges: tuple[int, ...]


def stacked(nodes: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """Return the nodes from top to bottom, those of a layer together."""
    layer = layers_of(nodes, edges)
    first = {n: min((layer[b] for a, b in edges if a == n and b != n), default=0) for n in nodes}
    place = {n: i for i, n in enumerate(nodes)}
    return sorted(nodes, key=lambda n: (layer[n], -first[n], place[n]))


def lanes(order: Sequence[str], edges: Sequence[Edge], kinds: Sequence[Hashable]) -> list[Lane]:
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


def layers_of(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Return the layer of each node by longest path, where edges that close a circle are turned.

    A node that nothing leads to stands right before the first that it leads to.
    """
    links = [edge for edge in edges if edge[0] != edge[1]]
    closing = _closing(nodes, links)
    before: dict[str, list[str]] = {node: [] for node in nodes}
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for edge in links:
        cause, effect = reversed(edge) if edge in closing else edge
        before[effect].append(cause)
        after[cause].append(effect)
    layer: dict[str, int] = {}
    for node in TopologicalSorter(before).static_order():
        layer[node] = max((layer[cause] + 1 for cause in before[node]), default=0)
    for node in nodes:
        if after[node] and not before[node]:
            layer[node] = min(layer[effect] for effect in after[node]) - 1
    return layer


def _closing(nodes: Sequence[str], links: Sequence[Edge]) -> set[Edge]:
    """Return the edges that lead back to where a walk from the first nodes came from."""
    targets = {effect for _, effect in links}
    closing: set[Edge] = set()
    while True:
        walk: TopologicalSorter[str] = TopologicalSorter()
        for node in sorted(nodes, key=lambda n: n in targets):  # those that nothing leads to first
            walk.add(node)
        for cause, effect in links:
            if (cause, effect) not in closing:
                walk.add(effect, cause)
        try:
            walk.prepare()
        except CycleError as error:
            closing.add(tuple(error.args[1][-2:]))
        else:
            return closing


def lines_of(node: DrawnNode, width: float) -> list[str]:
    """Return the lines of the node's name in a box of ``width``."""
    return wrap(node.name.text, width - 2 * PAD - 4, LABEL)


def height_of(node: DrawnNode, lines: list[str]) -> float:
    """Return the height of the node's box."""
    caption = CAPTION + 5 if node.kind else 0
    return 2 * PAD + caption + LINE * len(lines) - 3


def drawn_box(
    node: DrawnNode, x: float, y: float, width: float, height: float, lines: list[str]
) -> Any:
    """Return the box as the template draws it: corners, and the base line of each text."""
    top = y + PAD
    caption = None
    if node.kind:
        caption = {"text": node.kind.text, "phrase": node.kind.phrase, "y": round(top + 10, 1)}
        top += CAPTION + 5
    return {
        "node": node,
        "x": round(x, 1),
        "y": round(y, 1),
        "width": round(width, 1),
        "height": round(height, 1),
        "caption": caption,
        "lines": [(text, round(top + 13 + LINE * i, 1)) for i, text in enumerate(lines)],
    }


def _arrow(x: float, y: float) -> str:
    """Return the path of an arrow head that points to the right, at (x, y)."""
    points = ((x, y), (x - 9, y + 4.5), (x - 9, y - 4.5))
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points) + "Z"


def width_of(text: str, size: float) -> float:
    """Return about how wide ``text`` is at the font size ``size``."""
    return size * sum(_WIDTH.get(c, _OTHER if ord(c) < _SCRIPTS else 1.0) for c in text)


def wrap(text: str, width: float, size: float, most: int = 4) -> list[str]:
    """Return ``text`` in lines of ``width`` at most, the last one cut where ``most`` is passed.

    A word that is wider than a line is divided, with a hyphen.
    """
    lines: list[str] = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width_of(joined, size) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        *parts, rest = _divided(word, width, size)
        lines[-1:] = [*parts, rest]
    if len(lines) > most:
        lines = lines[:most]
        while lines[-1] and width_of(lines[-1] + "…", size) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] = lines[-1].rstrip() + "…"
    return lines


def _divided(word: str, width: float, size: float) -> list[str]:
    parts = []
    while width_of(word, size) > width and len(word) > 1:
        end = len(word) - 1
        while end > 1 and width_of(word[:end] + "-", size) > width:
            end -= 1
        parts.append(word[:end] + "-")
        word = word[end:]
    return [*parts, word]
