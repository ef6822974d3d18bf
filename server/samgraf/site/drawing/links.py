"""What a picture of links is made of, before and after it is laid out."""

from __future__ import annotations

from typing import Any, NamedTuple

from samgraf.site.drawing.text import wrap

LABEL, CAPTION = 15.0, 12.0  # font sizes, as the style sheet sets them
LINE = 19.0  # height of a line of the label
PAD = 11.0
MARK = 11.0  # radius of the number at a link


class Node(NamedTuple):
    """Hold a thing: its key, its name (``text``, ``phrase``, ``href``), its kind, its tone."""

    key: str
    name: Any
    kind: Any
    tone: str


class Link(NamedTuple):
    """Hold a link: its ends, how it is drawn, and the numbered things that it rests on."""

    cause: str
    effect: str
    line: str
    marks: list[tuple[int, Any]]


class Picture(NamedTuple):
    """Hold the nodes and the links between them."""

    nodes: list[Node]
    links: list[Link]

    @property
    def edges(self) -> list[tuple[str, str]]:
        """Return the links as pairs of keys."""
        return [(link.cause, link.effect) for link in self.links]


def lines_of(node: Node, width: float) -> list[str]:
    """Return the lines of the node's name in a box of ``width``."""
    return wrap(node.name.text, width - 2 * PAD - 4, LABEL)


def height_of(node: Node, lines: list[str]) -> float:
    """Return the height of the node's box."""
    caption = CAPTION + 5 if node.kind else 0
    return 2 * PAD + caption + LINE * len(lines) - 3


def drawn_box(node: Node, x: float, y: float, width: float, height: float, lines: list[str]) -> Any:
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


def arrow(x: float, y: float, dx: float, dy: float = 0.0) -> str:
    """Return the path of an arrow head with its point at (x, y), pointing along (dx, dy)."""
    back_x, back_y = x - 9 * dx, y - 9 * dy
    side_x, side_y = -4.5 * dy, 4.5 * dx
    points = ((x, y), (back_x + side_x, back_y + side_y), (back_x - side_x, back_y - side_y))
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points) + "Z"
