"""Rectangles: of degrees, of the flat earth, of a picture."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot
from typing import NamedTuple

Flat = tuple[float, float]


class Box(NamedTuple):
    """Hold the least and the greatest of two coordinates."""

    left: float
    low: float
    right: float
    high: float

    @classmethod
    def around(cls, points: Iterable[Flat]) -> Box:
        """Return the smallest box that holds ``points``, of which there is one at least."""
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    @classmethod
    def of_all(cls, boxes: Iterable[Box]) -> Box:
        """Return the smallest box that holds ``boxes``, of which there is one at least."""
        lefts, lows, rights, highs = zip(*boxes, strict=True)
        return cls(min(lefts), min(lows), max(rights), max(highs))

    @property
    def width(self) -> float:
        """Return how wide the box is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return how high the box is."""
        return self.high - self.low

    @property
    def diagonal(self) -> float:
        """Return how far its corners are apart."""
        return hypot(self.width, self.height)

    def grown(self, by: float) -> Box:
        """Return the box with ``by`` more on each side."""
        return Box(self.left - by, self.low - by, self.right + by, self.high + by)

    def shared(self, other: Box) -> float:
        """Return the area that the two boxes share."""
        left = self.left if self.left > other.left else other.left
        right = self.right if self.right < other.right else other.right
        if right <= left:
            return 0.0
        low = self.low if self.low > other.low else other.low
        high = self.high if self.high < other.high else other.high
        return (right - left) * (high - low) if high > low else 0.0

    def holds(self, other: Box) -> bool:
        """Say whether ``other`` lies wholly inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.low <= other.low
            and other.high <= self.high
        )
