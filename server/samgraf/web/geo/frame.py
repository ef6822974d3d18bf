"""The frame of a picture: which part of the flat earth it shows, and how large."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from samgraf.web.geo.projection import Flat, Projection
from samgraf.web.geo.wkt import Position, Shape


class Box(NamedTuple):
    """Hold the sides of a rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, points: Iterable[Flat]) -> Box:
        """Return the smallest box that holds ``points``, of which there is one at least."""
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    @property
    def width(self) -> float:
        """Return how wide the box is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return how high the box is."""
        return self.bottom - self.top

    def grown(self, by: float) -> Box:
        """Return the box with ``by`` more on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def shared(self, other: Box) -> float:
        """Return the area that the two boxes share."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


@dataclass(frozen=True)
class Frame:
    """Hold a picture of ``width`` by ``height`` units, and how a position comes into it."""

    projection: Projection
    width: float
    height: float
    west: float
    north: float
    scale: float

    @classmethod
    def fit(cls, box: Box, projection: Projection, *, width: float, heights: Flat) -> Frame:
        """Return the frame that holds ``box`` of the flat earth, in its middle.

        It is ``width`` wide and as high as the box asks for, within ``heights``.
        """
        low, high = heights
        scale = min(width / box.width, high / box.height)
        height = min(max(box.height * scale, low), high)
        west = box.left - (width / scale - box.width) / 2
        north = box.bottom + (height / scale - box.height) / 2
        return cls(projection, width, round(height), west, north, scale)

    def place(self, position: Position) -> Flat:
        """Return where ``position`` comes in the picture; y grows downwards."""
        x, y = self.projection(position)
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def box(self) -> Box:
        """Return the picture's own sides."""
        return Box(0, 0, self.width, self.height)


def box_of(shapes: Iterable[Shape], projection: Projection) -> Box:
    """Return the box of ``shapes`` on the flat earth."""
    return Box.around(projection(p) for shape in shapes for p in shape.positions())
