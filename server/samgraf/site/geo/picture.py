"""Compose the picture of a map: ground, shapes, numbers, and where in the whole it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from samgraf.site.geo.paths import path_of
from samgraf.site.geo.plane import Box, Flat, FlatShape, Frame, degrees, flatten
from samgraf.site.geo.projection import projection_for
from samgraf.site.geo.wkt import Shape
from samgraf.site.graph import address
from samgraf.text import Phrase

WIDTH, HEIGHTS = 480.0, (260.0, 620.0)
INSET = 90.0
_WHOLE = 0.4  # a map of more than this of the ground shows all of it
_AROUND = 0.08  # of the extent, left free on each side
_LEAST = 30_000.0  # metres across, on a ground
_LEAST_ALONE = 400.0
_SMALL = 7.0  # units: a smaller shape has a ring around it
_DIGITS, _LINE = 16.0, 13.0  # about the size of a number of two digits
_MOST_NUMBERS = 40  # with more, they would hide what they stand on


@dataclass(frozen=True)
class Place:
    """A thing on a map: ``iri`` is empty where the answer names none."""

    iri: str
    name: Phrase
    shape: Shape
    layer: Phrase | None = None


def picture(places: Sequence[Place], ground: Sequence[Place]) -> dict[str, Any]:
    """Return what the template draws: paths, numbers, the legend by layer, and the inset.

    ``iris`` are the things that are in it, those of the ground among them.
    """
    drawn = {p.iri for p in places if p.iri}
    ground = [p for p in ground if p.iri not in drawn]
    projection = projection_for(degrees(p.shape) for p in (*places, *ground))
    shapes = [flatten(p.shape, projection) for p in places]
    under = [flatten(p.shape, projection) for p in ground]
    extent = Box.of_all(s.box for s in shapes)
    whole = Box.of_all(s.box for s in under) if under else None
    if whole and not whole.meets(_at_least(extent, _LEAST_ALONE)):
        ground, under, whole = [], [], None  # the places lie elsewhere
    if whole and extent.diagonal > _WHOLE * whole.diagonal:
        box, inset = Box.of_all((extent, whole)), None
        box = box.grown(_AROUND / 4 * max(box.width, box.height))
    else:
        box = extent.grown(_AROUND * max(extent.width, extent.height))
        box, inset = _at_least(box, _LEAST if whole else _LEAST_ALONE), whole
    frame = Frame.fit(box, width=WIDTH, heights=HEIGHTS)
    layers = list(dict.fromkeys(p.layer for p in places if p.layer))
    drawn_places = _drawn(places, shapes, layers, frame)
    return {
        "width": round(frame.width),
        "height": frame.height,
        "ground": [d for shape in under if (d := path_of(shape, frame))],
        "places": drawn_places,
        "layers": layers,
        "legend": _legend(drawn_places, layers),
        "inset": _inset(under, inset, frame) if inset else None,
        "iris": {p.iri for p in (*places, *ground)},
    }


def _at_least(box: Box, least: float) -> Box:
    return box.grown(max(0.0, least - max(box.width, box.height)) / 2)


def _drawn(
    places: Sequence[Place], shapes: Sequence[FlatShape], layers: list[Phrase], frame: Frame
) -> list[dict[str, Any]]:
    boxes = [frame.placed(shape.box) for shape in shapes]
    numbers = _numbers(places, layers)
    middles = [_rounded(frame.place(shape.middle)) for shape in shapes]
    marks = _apart({numbers[i]: middles[i] for i in numbers})
    found = []
    for i, (place, shape) in enumerate(zip(places, shapes, strict=True)):
        small = max(boxes[i].width, boxes[i].height) < _SMALL
        found.append(
            {
                "name": place.name,
                "href": address(place.iri) if place.iri else None,
                "layer": place.layer,
                "style": layers.index(place.layer) if place.layer else 0,
                "path": path_of(shape, frame),
                "points": [_rounded(frame.place(p)) for p in shape.points],
                "ring": middles[i] if small and not shape.points else None,
                "number": numbers.get(i),
                "mark": marks.get(numbers.get(i, 0)),
                "area": boxes[i].width * boxes[i].height,
            }
        )
    # what is large lies below what is small, or nobody could reach it
    return sorted(found, key=lambda d: -d["area"])


def _numbers(places: Sequence[Place], layers: list[Phrase]) -> dict[int, int]:
    """Return the number of each place that has a name, by layer; none for one or too many."""
    order = sorted(range(len(places)), key=lambda i: _layer_number(places[i], layers))
    named = [i for i in order if places[i].name.text]
    # a thing in several layers has one number
    keys = dict.fromkeys(places[i].iri or str(i) for i in named)
    if not 1 < len(keys) <= _MOST_NUMBERS:
        return {}
    number = {key: n for n, key in enumerate(keys, 1)}
    return {i: number[places[i].iri or str(i)] for i in named}


def _apart(marks: dict[int, Flat]) -> dict[int, Flat]:
    """Return where the numbers stand: those that would hide one another below each other."""
    found: dict[int, Flat] = {}
    for number, (x, y) in sorted(marks.items(), key=lambda item: item[1][1]):
        for other_x, other_y in found.values():
            if abs(other_x - x) < _DIGITS and abs(other_y - y) < _LINE:
                y = other_y + _LINE
        found[number] = (x, round(y, 1))
    return found


def _layer_number(place: Place, layers: list[Phrase]) -> int:
    return layers.index(place.layer) if place.layer else -1


def _legend(
    drawn: list[dict[str, Any]], layers: list[Phrase]
) -> list[tuple[Phrase | None, int, list[dict[str, Any]]]]:
    """Return each layer with its way of drawing and its places by their numbers."""
    found = []
    for style, layer in enumerate(layers or [None]):
        own = [d for d in drawn if d["layer"] == layer and d["number"]]
        found.append((layer, style, sorted(own, key=lambda d: d["number"])))
    return found


def _inset(under: Sequence[FlatShape], whole: Box, frame: Frame) -> dict[str, Any]:
    small = Frame.fit(whole.grown(0.03 * whole.height), width=INSET, heights=(20.0, INSET * 1.3))
    seen = small.placed(frame.shown())
    return {
        "width": round(small.width),
        "height": small.height,
        "ground": [path_of(shape, small) for shape in under],
        "x": round(seen.left, 1),
        "y": round(seen.low, 1),
        "w": round(max(seen.width, 3), 1),
        "h": round(max(seen.height, 3), 1),
    }


def _rounded(point: Flat) -> Flat:
    return round(point[0], 1), round(point[1], 1)
