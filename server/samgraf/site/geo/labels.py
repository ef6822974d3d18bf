"""Put names on a picture where they hide neither each other nor the shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import hypot, inf

from samgraf.site.geo.box import Box, Flat

SIZE = 15.0  # of the letters, in units of the picture
_LETTER = 0.64  # mean width of a letter, of its size
_DISTANCES = (0, 14, 30, 52, 80, 115)
_DIRECTIONS = (
    (1, 0), (-1, 0), (1, -0.5), (-1, -0.5), (1, 0.5), (-1, 0.5), (0.5, -1), (-0.5, -1), (0.5, 1),
    (-0.5, 1), (0, -1), (0, 1),
)  # fmt: skip
_LED = 24  # units from the shape at which a line leads to the name


@dataclass(frozen=True)
class Label:
    """Hold where a name stands: its left end on the base line, its box, and a line to it.

    One that stands ``inside`` its shape hides no other that the shape does not hide already.
    """

    x: float
    y: float
    box: Box
    leader: tuple[Flat, Flat] | None = None
    inside: bool = False


@dataclass(frozen=True)
class Named:
    """Hold what is to be named: the text, the sides of the shape and its middle."""

    text: str
    box: Box
    middle: Flat


@lru_cache(maxsize=512)
def place_labels(things: tuple[Named, ...], frame: Box) -> list[Label | None]:
    """Return a label for each of ``things``, None for one whose name finds no room."""
    placed: list[Label | None] = [None] * len(things)
    # those with most neighbours first: they have the least choice
    order = sorted(range(len(things)), key=lambda i: (-_crowd(things, i), i))
    candidates = [list(_candidates(thing, frame)) for thing in things]
    for _ in range(3):  # again, now that all the others stand somewhere
        before = list(placed)
        for i in order:
            others = [x for n, x in enumerate(placed) if x and n != i]
            shapes = [t.box for n, t in enumerate(things) if n != i]
            placed[i] = _best(candidates[i], others, shapes, frame)
        if placed == before:
            break
    for i in order:
        others = [x.box for n, x in enumerate(placed) if x and n != i]
        if (mine := placed[i]) and sum(mine.box.shared(o) for o in others) > SIZE * SIZE / 2:
            placed[i] = None
    return placed


def _best(
    candidates: list[tuple[float, Label]], others: list[Label], shapes: list[Box], frame: Box
) -> Label:
    cheapest, best = inf, candidates[0][1]
    for far, label in candidates:
        # nothing costs less than its distance
        if far < cheapest:
            cost = far + _cost(label, others, shapes, frame)
            if cost < cheapest:
                cheapest, best = cost, label
    return best


def _crowd(things: Sequence[Named], i: int) -> int:
    x, y = things[i].middle
    return sum(hypot(t.middle[0] - x, t.middle[1] - y) < 80 for t in things)


def _candidates(thing: Named, frame: Box) -> Iterator[tuple[float, Label]]:
    width, height = len(thing.text) * SIZE * _LETTER, SIZE * 1.2
    x, y = thing.middle
    if thing.box.width > width * 1.15 and thing.box.height > height * 1.6:
        for far, down in ((-8, 0.0), (-4, 0.25), (-4, -0.25)):
            top = y - height / 2 + down * thing.box.height
            yield far, replace(_label(x - width / 2, top, width, height), inside=True)
    for distance in _DISTANCES:
        for dx, dy in _DIRECTIONS:
            long = hypot(dx, dy)
            reach = 4 + distance
            # from the side of the shape outwards; the box's near side comes to stand there
            cx = x + dx * min(thing.box.width / 2, 200) + reach * dx / long
            cy = y + dy * min(thing.box.height / 2, 200) + reach * dy / long
            left = cx if dx > 0 else cx - width if dx < 0 else cx - width / 2
            top = cy - height / 2 + (height / 2) * (dy if abs(dy) == 1 else 0)
            left = min(max(left, frame.left + 2), frame.right - width - 2)
            leader = None
            if distance >= _LED:
                end_x = left - 2 if left > x else left + width + 2 if left + width < x else x
                leader = ((x, y), (end_x, top + height * 0.5))
            # the sides are read more easily than above and below
            yield distance + (6 if dx == 0 else 0), _label(left, top, width, height, leader)


def _label(
    left: float, top: float, width: float, height: float, leader: tuple[Flat, Flat] | None = None
) -> Label:
    box = Box(left, top, left + width, top + height)
    return Label(round(left, 1), round(top + height * 0.78, 1), box, leader)


def _cost(label: Label, others: list[Label], shapes: list[Box], frame: Box) -> float:
    box = label.box
    size = box.width * box.height
    cost = 400 * (size - box.shared(frame)) / size
    wide = box.grown(2)
    cost += 400 * sum(wide.shared(o.box) for o in others) / size
    if not label.inside:
        cost += 150 * sum(box.shared(s) for s in shapes) / size
    cost += 60 * sum(o.leader is not None and _touches(o.leader, box) for o in others)
    if label.leader:
        cost += 60 * sum(_touches(label.leader, o.box) for o in others)
    return cost


def _touches(line: tuple[Flat, Flat], box: Box) -> bool:
    (ax, ay), (bx, by) = line
    if not Box.around(line).grown(0.1).shared(box):
        return False
    steps = [i / 12 for i in range(13)]
    return any(
        box.left < ax + s * (bx - ax) < box.right and box.low < ay + s * (by - ay) < box.high
        for s in steps
    )
