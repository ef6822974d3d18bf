"""Compose the picture of a map: ground, shapes, names, and where in the whole it lies."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Any

from samgraf.web.geo.frame import Box, Frame, box_of
from samgraf.web.geo.labels import Named, place_labels
from samgraf.web.geo.paths import extent_of, middle, path_of
from samgraf.web.geo.places import Place, credits_of
from samgraf.web.geo.projection import Projection, projection_for
from samgraf.web.graph import address
from samgraf.web.language import Phrase

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
    positions = [q for p in (*places, *ground) for q in p.shape.positions()]
    projection = projection_for(positions)
    extent = box_of((p.shape for p in places), projection)
    under = box_of((p.shape for p in ground), projection) if ground else None
    if under and not under.shared(_grown(extent, _LEAST_ALONE)):
        ground, under = [], None  # the places lie elsewhere
    whole = under is not None and _diagonal(extent) > _WHOLE * _diagonal(under)
    box = _shown(extent, under if whole else None, _LEAST if under else _LEAST_ALONE)
    frame = Frame.fit(box, projection, width=WIDTH, heights=HEIGHTS)
    layers = list(dict.fromkeys(p.layer for p in places if p.layer))
    return {
        "width": round(frame.width),
        "height": round(frame.height),
        "ground": [d for p in ground if (d := path_of(p.shape, frame))],
        "places": _drawn(places, layers, frame),
        "layers": layers,
        "inset": None if whole or under is None else _inset(ground, projection, under, frame),
        "credits": credits_of((*places, *ground)),
    }


def _shown(extent: Box, ground: Box | None, least: float) -> Box:
    if ground is not None:
        extent = Box.around([extent[:2], extent[2:], ground[:2], ground[2:]])
        return extent.grown(_AROUND / 4 * max(extent.width, extent.height))
    return _grown(extent.grown(_AROUND * max(extent.width, extent.height)), least)


def _grown(box: Box, least: float) -> Box:
    return box.grown(max(0.0, least - max(box.width, box.height)) / 2)


def _diagonal(box: Box) -> float:
    return hypot(box.width, box.height)


def _drawn(places: Sequence[Place], layers: list[Phrase], frame: Frame) -> list[dict[str, Any]]:
    boxes = [extent_of(p.shape, frame) for p in places]
    middles = [middle(p.shape, frame) for p in places]
    # a thing in several layers is named once
    first = list({p.iri or i: i for i, p in reversed(list(enumerate(places)))}.values())
    named = [i for i in sorted(first) if places[i].name.text]
    labels = {}
    if len(named) <= _MOST_NAMES:
        things = [Named(places[i].name.text, boxes[i], middles[i]) for i in named]
        labels = dict(zip(named, place_labels(things, frame.box()), strict=True))
    found = []
    for i, place in enumerate(places):
        small = max(boxes[i].width, boxes[i].height) < _SMALL
        found.append(
            {
                "name": place.name,
                "href": address(place.iri) if place.iri else None,
                "layer": place.layer,
                "number": layers.index(place.layer) if place.layer else 0,
                "path": path_of(place.shape, frame),
                "points": [_rounded(frame.place(p)) for p in place.shape.points],
                "ring": _rounded(middles[i]) if small and not place.shape.points else None,
                "label": labels.get(i),
                "area": boxes[i].width * boxes[i].height,
            }
        )
    # what is large lies below what is small, or nobody could reach it
    return sorted(found, key=lambda d: -d["area"])


def _inset(
    ground: Sequence[Place], projection: Projection, under: Box, frame: Frame
) -> dict[str, Any]:
    small = Frame.fit(
        under.grown(0.03 * under.height), projection, width=INSET, heights=(20.0, INSET * 1.3)
    )
    left, top = frame.west, frame.north
    corner = ((left - small.west) * small.scale, (small.north - top) * small.scale)
    ratio = small.scale / frame.scale
    return {
        "width": round(small.width),
        "height": round(small.height),
        "ground": [path_of(p.shape, small) for p in ground],
        "x": round(corner[0], 1),
        "y": round(corner[1], 1),
        "w": round(max(frame.width * ratio, 3), 1),
        "h": round(max(frame.height * ratio, 3), 1),
    }


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 1), round(point[1], 1)
