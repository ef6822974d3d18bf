"""Compose the picture of a map: ground, shapes, names, details, and where in the whole it lies.

Layers are drawn one upon another. One that covers what lies in an earlier one is drawn as an
outline. Where most shapes are specks, the picture has details: one for each group of places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from samgraf.site.geo.labels import Named, label_places
from samgraf.site.geo.paths import path_of
from samgraf.site.geo.plane import Box, Flat, FlatShape, Frame, degrees, flatten
from samgraf.site.geo.projection import projection_for
from samgraf.site.geo.wkt import Shape
from samgraf.site.graph import address
from samgraf.text import Phrase

WIDTH, HEIGHTS = 480.0, (260.0, 620.0)
LOCATOR = 90.0
DETAIL, DETAIL_HEIGHTS = 240.0, (150.0, 250.0)
_WHOLE = 0.4  # a map of more than this of the ground needs no locator
_AROUND = 0.08  # of the extent, left free on each side
_LEAST = 30_000.0  # metres across, on a ground
_LEAST_ALONE = 400.0
_SMALL = 7.0  # units: a smaller shape has a ring around it
_SPECK = 30.0  # units: where most shapes are smaller, details show them
_NEAR = 0.02  # of the extent between places that belong to one detail
_MOST_DETAILS = 8
_MOST_GROUPED = 200  # places that are grouped, or compared for what covers what: a square of them
_DIGITS, _LINE = 16.0, 13.0  # about the size of a number of two digits
_MOST_NUMBERS = 40  # with more, they would hide what they stand on


@dataclass(frozen=True)
class Place:
    """A thing on a map: ``iri`` is empty where the answer names none.

    ``facts`` are what else is said of it, each with its heading.
    """

    iri: str
    name: Phrase
    shape: Shape
    layer: Phrase | None = None
    facts: tuple[tuple[str, str], ...] = ()


def layers_of(places: Iterable[Place]) -> list[Phrase]:
    """Return the layers of ``places``, in order."""
    return list(dict.fromkeys(p.layer for p in places if p.layer))


def outlines(places: Sequence[Place]) -> set[int]:
    """Return the numbers of the layers to draw as outlines, lest they hide an earlier one."""
    layers = layers_of(places)
    if len(places) > _MOST_GROUPED:
        return set(range(1, len(layers)))
    found: set[int] = set()
    for number in range(1, len(layers)):
        own = [p.shape for p in places if p.layer == layers[number]]
        below = [layer for i, layer in enumerate(layers[:number]) if i not in found]
        if any(_cover(a, b.shape) for b in places if b.layer in below for a in own):
            found.add(number)
    return found


def picture(
    places: Sequence[Place], ground: Sequence[Place], shown: Collection[int] = ()
) -> dict[str, Any]:
    """Return what the template draws: paths, names, the layers, details, the locator.

    ``shown`` are the layers to draw, by default all. ``iris`` are the things that are in it, those
    of the ground among them.
    """
    layers = layers_of(places)
    asked = [number for number in sorted(set(shown)) if number < len(layers)]
    chosen = asked or list(range(len(layers)))
    everywhere = places
    places = [p for p in places if not p.layer or layers.index(p.layer) in chosen]
    drawn = {p.iri for p in places if p.iri}
    ground = [p for p in ground if p.iri not in drawn]
    projection = projection_for(degrees(p.shape) for p in (*everywhere, *ground))
    shapes = [flatten(p.shape, projection) for p in places]
    under = [flatten(p.shape, projection) for p in ground]
    # the picture stays where it is, whichever layers are shown
    extent = Box.of_all(flatten(p.shape, projection).box for p in everywhere)
    whole = Box.of_all(s.box for s in under) if under else None
    if whole and not whole.meets(_at_least(extent, _LEAST_ALONE)):
        ground, under, whole = [], [], None  # the places lie elsewhere
    around = whole is not None and extent.diagonal > _WHOLE * whole.diagonal
    box = extent.grown((_AROUND / 2 if around else _AROUND) * max(extent.width, extent.height))
    frame = Frame.fit(
        _at_least(box, _LEAST if whole else _LEAST_ALONE), width=WIDTH, heights=HEIGHTS
    )
    covering = outlines(everywhere)
    # the lowest one that is drawn hides nothing
    drawing = _Drawing(places, shapes, under, layers, covering - set(chosen[:1]))
    groups = drawing.groups(frame)
    return {
        **drawing.panel(range(len(places)), frame, named=not groups),
        "details": [drawing.detail(group, frame) for group in groups],
        "layers": [(layer, n in covering) for n, layer in enumerate(layers)],
        "shown": chosen,
        "locator": _locator(under, whole, frame) if whole and not around else None,
        "iris": {p.iri for p in (*places, *ground)},
    }


@dataclass
class _Drawing:
    places: Sequence[Place]
    shapes: Sequence[FlatShape]
    under: Sequence[FlatShape]
    layers: Sequence[Phrase]
    outlined: Collection[int]

    def panel(self, indices: Iterable[int], frame: Frame, *, named: bool = True) -> dict[str, Any]:
        """Return one picture of some of the places."""
        indices = list(indices)
        boxes = {i: frame.placed(self.shapes[i].box) for i in indices}
        middles = {i: _rounded(frame.place(self.shapes[i].middle)) for i in indices}
        # a thing in several layers has one name
        first = list({self.places[i].iri or str(i): i for i in reversed(indices)}.values())
        wanted = [Named(self.places[i].name.text, boxes[i], middles[i]) for i in first]
        found = label_places(wanted, frame.width, frame.height) if named else []
        labels = {i: place for i, place in zip(first, found, strict=False) if place}
        left = sorted(i for i in first if i not in labels and self.places[i].name.text)
        if not named or len(left) > _MOST_NUMBERS:
            left = []
        marks = _apart({n: middles[i] for n, i in enumerate(left, 1)})
        numbers = {i: n for n, i in enumerate(left, 1)}
        drawn: list[dict[str, Any]] = []
        for i in indices:
            place, shape = self.places[i], self.shapes[i]
            small = max(boxes[i].width, boxes[i].height) < _SMALL
            style = self.layers.index(place.layer) if place.layer else 0
            drawn.append(
                {
                    "name": place.name,
                    "href": address(place.iri) if place.iri else None,
                    "layer": place.layer,
                    "facts": place.facts,
                    "style": style,
                    "outline": style in self.outlined,
                    "path": path_of(shape, frame),
                    "points": [_rounded(frame.place(p)) for p in shape.points],
                    "ring": middles[i] if small and not shape.points else None,
                    "label": labels.get(i),
                    "number": numbers.get(i),
                    "mark": marks.get(numbers.get(i, 0)),
                    "area": boxes[i].width * boxes[i].height,
                }
            )
        return {
            "width": round(frame.width),
            "height": frame.height,
            "ground": [d for shape in self.under if (d := path_of(shape, frame))],
            # what is large lies below what is small, or nobody could reach it
            "places": sorted(drawn, key=lambda d: -d["area"]),
            "numbered": sorted((d for d in drawn if d["number"]), key=lambda d: d["number"]),
        }

    def detail(self, group: list[int], frame: Frame) -> dict[str, Any]:
        """Return a nearer picture of a group of places, with its place in ``frame``."""
        box = Box.of_all(self.shapes[i].box for i in group)
        box = _at_least(box.grown(2 * _AROUND * max(box.width, box.height)), _LEAST)
        near = Frame.fit(box, width=DETAIL, heights=DETAIL_HEIGHTS)
        seen = frame.placed(near.shown())
        layers = {place.layer for place in self.places}
        own = {self.places[i].layer for i in group}
        return self.panel(group, near) | {
            "title": own.pop() if len(own) == 1 < len(layers) else None,
            "x": round(seen.left, 1),
            "y": round(seen.low, 1),
            "w": round(seen.width, 1),
            "h": round(seen.height, 1),
        }

    def groups(self, frame: Frame) -> list[list[int]]:
        """Return the groups of places that want details: by layer, else by what lies together."""
        # a point is drawn as large as it must be
        specks = [
            not shape.points and max(box.width, box.height) < _SPECK
            for shape in self.shapes
            for box in (frame.placed(shape.box),)
        ]
        if 2 * sum(specks) <= len(specks) or len(specks) > _MOST_GROUPED:
            return []
        by_layer: dict[Phrase | None, list[int]] = {}
        for i, place in enumerate(self.places):
            by_layer.setdefault(place.layer, []).append(i)
        boxes = [Box.of_all(self.shapes[i].box for i in group) for group in by_layer.values()]
        apart = not any(a.meets(b) for a, b in combinations(boxes, 2))
        found = list(by_layer.values()) if apart and len(boxes) > 1 else self._together(frame)
        return found if 1 < len(found) <= _MOST_DETAILS else []

    def _together(self, frame: Frame) -> list[list[int]]:
        reach = _NEAR * frame.shown().diagonal
        groups: list[tuple[Box, list[int]]] = []
        for i, shape in enumerate(self.shapes):
            box, members = shape.box, [i]
            while near := [g for g in groups if g[0].grown(reach).meets(box)]:
                groups = [g for g in groups if g not in near]
                box = Box.of_all((box, *(g[0] for g in near)))
                members = [*(m for g in near for m in g[1]), *members]
            groups.append((box, members))
        return [members for _, members in groups]


def _cover(one: Shape, other: Shape) -> bool:
    """Return whether the middle of one of two shapes lies within the other."""
    if not degrees(one).meets(degrees(other)):
        return False
    return one is other or _within(other, one) or _within(one, other)


def middle_of(shape: Shape) -> Flat:
    """Return the longitude and latitude at which the name of ``shape`` may stand."""
    return flatten(shape, _plain).middle


def _within(one: Shape, other: Shape) -> bool:
    return any(_inside(middle_of(one), ring.points) for ring in flatten(other, _plain).rings)


def _plain(position: tuple[float, ...]) -> Flat:
    return position[0], position[1]


def _inside(point: Flat, ring: list[Flat]) -> bool:
    """Return whether ``point`` lies within a closed ring: a ray from it crosses an odd number."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return inside


def _at_least(box: Box, least: float) -> Box:
    return box.grown(max(0.0, least - max(box.width, box.height)) / 2)


def _apart(marks: dict[int, Flat]) -> dict[int, Flat]:
    """Return where the numbers stand: those that would hide one another below each other."""
    found: dict[int, Flat] = {}
    for number, (x, y) in sorted(marks.items(), key=lambda item: item[1][1]):
        for other_x, other_y in found.values():
            if abs(other_x - x) < _DIGITS and abs(other_y - y) < _LINE:
                y = other_y + _LINE
        found[number] = (x, round(y, 1))
    return found


def _locator(under: Sequence[FlatShape], whole: Box, frame: Frame) -> dict[str, Any]:
    small = Frame.fit(whole.grown(0.03 * whole.height), width=LOCATOR, heights=(20, LOCATOR * 1.3))
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
