"""Where names stand in a picture, so that none covers another or runs out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from samgraf.site.geo.plane import Box, Flat

LETTER, LINE = 7.4, 15.0  # units: how wide a letter is, about, and how high a line
_GAP = 4.0  # between a shape and a name beside it
_DOT = 3.0  # around the middle of a shape, which names leave free if they can
_MOST = 60  # names: with more, the picture would be text


class Named(NamedTuple):
    """A name, and where in the picture that lies which it names."""

    text: str
    box: Box
    middle: Flat


def label_places(named: Sequence[Named], width: float, height: float) -> list[Flat | None]:
    """Return the middle of each name in a picture so large, None for those without room."""
    found: list[Flat | None] = [None] * len(named)
    taken: list[Box] = []
    frame = Box(0, 0, width, height)
    dots = [_around(thing.middle, _DOT, _DOT) for thing in named]
    # the large ones have most room in themselves, the small ones take what is left
    order = sorted(range(len(named)), key=lambda i: -named[i].box.width * named[i].box.height)
    for index in order[:_MOST]:
        if not named[index].text:
            continue
        half = len(named[index].text) * LETTER / 2
        inside = [
            (place, box)
            for place in _candidates(named[index], half)
            if frame.holds(box := _around(place, half, LINE / 2))
            and not any(box.meets(other) for other in taken)
        ]
        others = [dot for i, dot in enumerate(dots) if i != index]
        free = [c for c in inside if not any(c[1].meets(dot) for dot in others)]
        if inside:
            place, box = (free or inside)[0]
            found[index] = (round(place[0], 1), round(place[1], 1))
            taken.append(box)
    return found


def _candidates(thing: Named, half: float) -> list[Flat]:
    """Return where a name may stand, the best first: in the shape, else beside it."""
    (x, y), box = thing.middle, thing.box
    beside = [
        (box.right + _GAP + half, y),
        (box.left - _GAP - half, y),
        (x, box.low - _GAP - LINE / 2),
        (x, box.high + _GAP + LINE / 2),
    ]
    fits = box.width >= 1.6 * half and box.height >= LINE
    return [(x, y), *beside] if fits else [*beside, (x, y)]


def _around(middle: Flat, half_width: float, half_height: float) -> Box:
    x, y = middle
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)
