"""The frame of a picture: which part of the flat earth it shows, and how large."""

from __future__ import annotations

from dataclasses import dataclass

from samgraf.site.geo.box import Box, Flat


@dataclass(frozen=True)
class Frame:
    """Hold a picture of ``width`` by ``height`` units, whose corner is at ``west``, ``north``."""

    width: float
    height: float
    west: float
    north: float
    scale: float

    @classmethod
    def fit(cls, box: Box, *, width: float, heights: Flat) -> Frame:
        """Return the frame that holds ``box`` of the flat earth, in its middle.

        It is ``width`` wide and as high as the box asks for, within ``heights``.
        """
        low, high = heights
        scale = min(width / box.width, high / box.height)
        height = round(min(max(box.height * scale, low), high))
        west = box.left - (width / scale - box.width) / 2
        north = box.high + (height / scale - box.height) / 2
        return cls(width, height, west, north, scale)

    def place(self, point: Flat) -> Flat:
        """Return where a point of the flat earth comes in the picture; y grows downwards."""
        return (point[0] - self.west) * self.scale, (self.north - point[1]) * self.scale

    def placed(self, box: Box) -> Box:
        """Return where a box of the flat earth comes in the picture."""
        left, high = self.place((box.left, box.low))
        right, low = self.place((box.right, box.high))
        return Box(left, low, right, high)

    def shown(self, beyond: float = 0) -> Box:
        """Return what the picture shows of the flat earth, and ``beyond`` units around it."""
        south, east = self.north - self.height / self.scale, self.west + self.width / self.scale
        return Box(self.west, south, east, self.north).grown(beyond / self.scale)

    def sides(self) -> Box:
        """Return the picture's own sides."""
        return Box(0, 0, self.width, self.height)
