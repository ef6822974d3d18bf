"""Read well-known text: https://docs.ogc.org/is/22-047r1/22-047r1.html#_rdfs_datatype_geowktliteral.

The grammar of the text is that of https://www.ogc.org/standard/sfa/ (7.2.2). Longitude and latitude
come out; a text that is not understood gives nothing, since a thing in a wrong place is worse than
one that is missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from samgraf.vocab import GEO

WKT = GEO + "wktLiteral"
Position = tuple[float, float]
Line = list[Position]
T = TypeVar("T")

_CRS = re.compile(r"\s*<([^<>\s]*)>\s*")
_TOKEN = re.compile(r"\s*([A-Za-z]+|[(),]|[^\s(),A-Za-z][^\s(),]*)")
#: Reference systems of longitude and latitude, and whether latitude comes first in them.
_LATITUDE_FIRST = {
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84": False,
    "https://www.opengis.net/def/crs/OGC/1.3/CRS84": False,
    "http://www.opengis.net/def/crs/EPSG/0/4326": True,
    "http://www.opengis.net/def/crs/EPSG/0/4258": True,
}
_DEEPEST = 4  # collections within collections
_MORE = {"Z": 1, "M": 1, "ZM": 2}  # coordinates beside the two, left out


@dataclass(eq=False)
class Shape:
    """The parts of a geometry; a polygon is its rings, the outer one first.

    One that has been read is never changed, so that it may be kept and told by its identity.
    """

    points: list[Position] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    polygons: list[list[Line]] = field(default_factory=list)

    def positions(self) -> Iterator[Position]:
        """Yield every position."""
        yield from self.points
        for line in self.lines:
            yield from line
        for polygon in self.polygons:
            for ring in polygon:
                yield from ring


@lru_cache(maxsize=512)
def read_wkt(text: str) -> Shape | None:
    """Return the shape that ``text`` describes, None where it is none or not understood."""
    turned = False
    if named := _CRS.match(text):
        if named[1] not in _LATITUDE_FIRST:
            return None
        turned = _LATITUDE_FIRST[named[1]]
        text = text[named.end() :]
    shape = Shape()
    try:
        reader = _Reader(text, turned)
        reader.geometry(shape, 0)
        reader.end()
    except (ValueError, IndexError):
        return None
    return shape if next(shape.positions(), None) else None


class _Reader:
    """A reader of tokens; it raises ValueError or IndexError where the text is wrong."""

    def __init__(self, text: str, turned: bool):
        # without the spaces at its end, for each of which the pattern would look through the rest
        self._tokens = _TOKEN.findall(text.rstrip())
        self._at = 0
        self._turned = turned
        self._dimensions = 2

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise ValueError

    def geometry(self, shape: Shape, depth: int) -> None:
        kind, self._dimensions = self._next().upper(), 2
        if self._peek().upper() in _MORE:
            self._dimensions += _MORE[self._next().upper()]
        if self._peek().upper() == "EMPTY":
            self._next()
        elif kind == "POINT":
            shape.points += self._many(self._position)
        elif kind == "MULTIPOINT":
            shape.points += self._many(self._position_of_many)
        elif kind == "LINESTRING":
            shape.lines.append(self._line())
        elif kind == "MULTILINESTRING":
            shape.lines += self._many(self._line)
        elif kind == "POLYGON":
            shape.polygons.append(self._polygon())
        elif kind == "MULTIPOLYGON":
            shape.polygons += self._many(self._polygon)
        elif kind == "GEOMETRYCOLLECTION" and depth < _DEEPEST:
            self._many(lambda: self.geometry(shape, depth + 1))
        else:
            raise ValueError(kind)

    def _many(self, read: Callable[[], T]) -> list[T]:
        self._expect("(")
        found = [read()]
        while self._peek() == ",":
            self._next()
            found.append(read())
        self._expect(")")
        return found

    def _line(self) -> Line:
        return self._many(self._position)

    def _polygon(self) -> list[Line]:
        return self._many(self._line)

    def _position_of_many(self) -> Position:
        if self._peek() != "(":
            return self._position()
        self._next()
        found = self._position()
        self._expect(")")
        return found

    def _position(self) -> Position:
        x, y, *_ = (float(self._next()) for _ in range(self._dimensions))
        longitude, latitude = (y, x) if self._turned else (x, y)
        # written so that not-a-number fails too
        if not (abs(longitude) <= 180 and abs(latitude) <= 90) or math.isnan(x + y):
            raise ValueError
        return longitude, latitude

    def _peek(self) -> str:
        return self._tokens[self._at]

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise ValueError(token)
