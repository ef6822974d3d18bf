"""Compose the picture of a map: ground, shapes, names, and where in the whole it lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from samgraf.site.geo.box import Box, Flat
from samgraf.site.geo.flat import FlatShape, degrees, flatten
from samgraf.site.geo.frame import Frame
from samgraf.site.geo.labels import Label, Named, place_labels
from samgraf.site.geo.paths import path_of
from samgraf.site.geo.places import Place, credits_of
from samgraf.site.geo.projection import projection_for
from samgraf.site.graph import address
from samgraf.site.language import Phrase

WIDTH, HEIGHTS = 480.0, (260.0, 620.0)
INSET = 90.0
_WHOLE = 0.4  # a map of more than this of the ground shows all of it
_AROUND = 0.08  # of the extent, left free on each side
_LEAST = 30_000.0  # metres across, on a ground
_LEAST_ALONE = 400.0
_SMALL = 7.0  # units: a smaller shape has a ring around it
_MOST_NAMES = 40


def picture(places: Sequence[Place], ground: Sequence[Place]) -> dict[str, Any]:
    """Return what the template draws: paths by layer, names, legend, inset and whose work it is."""
    drawn = {p.iri for p in places if p.iri}
    ground = [p for p in ground if p.iri not in drawn]
    projection = projection_for(degrees(p.shape) for p in (*places, *ground))
    shapes = [flatten(p.shape, projection) for p in places]
    under = [flatten(p.shape, projection) for p in ground]
    extent = Box.of_all(s.box for s in shapes)
    whole = Box.of_all(s.box for s in under) if under else None
    if whole and not whole.shared(_at_least(extent, _LEAST_ALONE)):
        ground, under, whole = [], [], None  # the places lie elsewhere
    if whole and extent.diagonal > _WHOLE * whole.diagonal:
        box, inset = Box.of_all((extent, whole)), None
        box = box.grown(_AROUND / 4 * max(box.width, box.height))
    else:
        box = extent.grown(_AROUND * max(extent.width, extent.height))
        box, inset = _at_least(box, _LEAST if whole else _LEAST_ALONE), whole
    frame = Frame.fit(box, width=WIDTH, heights=HEIGHTS)
    layers = list(dict.fromkeys(p.layer for p in places if p.layer))
    return {
        "width": round(frame.width),
        "height": frame.height,
        "ground": [d for shape in under if (d := path_of(shape, frame))],
        "places": _drawn(places, shapes, layers, frame),
        "layers": layers,
        "inset": _inset(under, inset, frame) if inset else None,
        "credits": credits_of((*places, *ground)),
    }


def _at_least(box: Box, least: float) -> Box:
    return box.grown(max(0.0, least - max(box.width, box.height)) / 2)


def _drawn(
    places: Sequence[Place], shapes: Sequence[FlatShape], layers: list[Phrase], frame: Frame
) -> list[dict[str, Any]]:
    boxes = [frame.placed(shape.box) for shape in shapes]
    middles = [frame.place(shape.middle) for shape in shapes]
    labels = _labels(places, boxes, middles, frame)
    found = []
    for i, (place, shape) in enumerate(zip(places, shapes, strict=True)):
        small = max(boxes[i].width, boxes[i].height) < _SMALL
        found.append(
            {
                "name": place.name,
                "href": address(place.iri) if place.iri else None,
                "layer": place.layer,
                "number": layers.index(place.layer) if place.layer else 0,
                "path": path_of(shape, frame),
                "points": [_rounded(frame.place(p)) for p in shape.points],
                "ring": _rounded(middles[i]) if small and not shape.points else None,
                "label": labels.get(i),
                "area": boxes[i].width * boxes[i].height,
            }
        )
    # what is large lies below what is small, or nobody could reach it
    return sorted(found, key=lambda d: -d["area"])


def _labels(
    places: Sequence[Place], boxes: list[Box], middles: list[Flat], frame: Frame
) -> dict[int, Label | None]:
    # a thing in several layers is named once
    first = {p.iri or str(i): i for i, p in reversed(list(enumerate(places)))}
    named = [i for i in sorted(first.values()) if places[i].name.text]
    if len(named) > _MOST_NAMES:
        return {}
    things = tuple(Named(places[i].name.text, boxes[i], middles[i]) for i in named)
    return dict(zip(named, place_labels(things, frame.sides()), strict=True))


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
