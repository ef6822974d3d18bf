"""Read well-known text: https://docs.ogc.org/is/22-047r1/22-047r1.html#_rdfs_datatype_geowktliteral.

The grammar of the text is that of https://www.ogc.org/standard/sfa/ (7.2.2). Longitude and latitude
come out. What is not understood is left out, and the reason is told, since a thing in a wrong
place is worse than one that is missing. Reading takes time in proportion to the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from samgraf.limits import WKT_KEPT, WKT_KEPT_LENGTH, WKT_NESTING
from samgraf.site.geo.crs import Position, on_earth, positions_of
from samgraf.vocab import GEO

WKT = GEO + "wktLiteral"
Line = list[Position]
T = TypeVar("T")

_CRS = re.compile(r"\s*<([^<>\s]*)>", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z]+|[(),]|[^\s(),A-Za-z][^\s(),]*", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")
_KIND = re.compile(
    "(POINT|LINESTRING|POLYGON|TRIANGLE|TIN|POLYHEDRALSURFACE|GEOMETRYCOLLECTION"
    "|MULTI(?:POINT|LINESTRING|POLYGON))(ZM|Z|M)?"
)
EMPTY = "EMPTY"
_DIMENSIONS = {"": 2, "Z": 3, "M": 3, "ZM": 4}
#: What has corners only in part; a picture of the corners alone would be wrong.
_CURVED = re.compile(
    "(?:CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE|COMPOUNDSURFACE|CIRCLE"
    "|CURVE|SURFACE|GEODESICSTRING|ELLIPTICALCURVE|NURBSCURVE|CLOTHOID|SPIRALCURVE|BREPSOLID"
    ")(?:ZM|Z|M)?"
)


class LeftOut(StrEnum):
    """Why a geometry, or a part of one, is not shown."""

    TEXT = "text"  # it does not follow the grammar, or lies nowhere on earth
    CRS = "crs"  # its reference system is not known
    CURVE = "curve"  # it has curves


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

    @classmethod
    def of_all(cls, shapes: Iterable[Shape]) -> Shape:
        """Return one shape of all parts of ``shapes``; where there is one, itself."""
        shapes = list(shapes)
        if len(shapes) == 1:
            return shapes[0]
        return cls(
            [point for shape in shapes for point in shape.points],
            [line for shape in shapes for line in shape.lines],
            [polygon for shape in shapes for polygon in shape.polygons],
        )


class Reading(NamedTuple):
    """The shape that a text describes, and why it is not all there, or not at all.

    An empty geometry has no shape, and nothing of it is left out.
    """

    shape: Shape | None
    left_out: LeftOut | None = None


def read_wkt(text: str) -> Reading:
    """Return the shape that ``text`` describes, and what is left out of it."""
    return _kept(text) if len(text) <= WKT_KEPT_LENGTH else _read(text)


def _read(text: str) -> Reading:
    position: Callable[[float, float], Position] | None = on_earth
    if named := _CRS.match(text):
        position, text = positions_of(named[1]), text[named.end() :]
        if position is None:
            return Reading(None, LeftOut.CRS)
    reader = _WktReader(text, position)
    try:
        reader.read()
    except (ValueError, IndexError, OverflowError):
        return Reading(None, LeftOut.TEXT)
    shape = reader.shape if next(reader.shape.positions(), None) else None
    return Reading(shape, LeftOut.CURVE if reader.has_curves else None)


_kept = lru_cache(maxsize=WKT_KEPT)(_read)


class _WktReader:
    """A reader of tokens; it raises ValueError or IndexError where the text is wrong."""

    def __init__(self, text: str, position: Callable[[float, float], Position]):
        self.shape, self.has_curves = Shape(), False
        # without the spaces at its end, for each of which the pattern would look through the rest
        self._tokens = _TOKEN.findall(text.rstrip())
        self._at = 0
        self._on_earth = position
        self._dimensions = 2

    def read(self) -> None:
        if self._tokens:  # a text without any is an empty geometry
            self._geometry(0)
        if self._at != len(self._tokens):
            raise ValueError

    def _geometry(self, depth: int) -> None:
        word = self._next().upper()
        if _CURVED.fullmatch(word):
            self._curve()
            return
        found = _KIND.fullmatch(word)
        if found is None or depth > WKT_NESTING:
            raise ValueError(word)
        kind, flags = found[1], found[2] or ""
        if not flags and self._peek().upper() in ("Z", "M", "ZM"):
            flags = self._next().upper()
        self._dimensions = _DIMENSIONS[flags]
        shape = self.shape
        if self._is_empty():
            return
        if kind == "POINT":
            self._expect("(")
            shape.points.append(self._position())
            self._expect(")")
        elif kind == "MULTIPOINT":
            shape.points += self._several(self._position_of_many, EMPTY)
        elif kind == "LINESTRING":
            shape.lines.append(self._line())
        elif kind == "MULTILINESTRING":
            shape.lines += self._several(self._line, EMPTY)
        elif kind == "POLYGON":
            shape.polygons.append(self._polygon())
        elif kind == "TRIANGLE":
            shape.polygons.append(self._triangle())
        elif kind == "TIN":
            shape.polygons += self._several(self._triangle, EMPTY)
        elif kind == "GEOMETRYCOLLECTION":
            self._several(lambda: self._geometry(depth + 1))
        else:
            shape.polygons += self._several(self._polygon, EMPTY)

    def _several(self, read: Callable[[], T], nothing: str = "") -> list[T]:
        """Read a list in brackets, in which the word ``nothing`` may stand for a part."""
        self._expect("(")
        found: list[T] = []
        while True:
            if not (nothing and self._is_empty()):
                found.append(read())
            mark = self._next()
            if mark == ")":
                return found
            if mark != ",":
                raise ValueError(mark)

    def _line(self) -> Line:
        line = self._several(self._position)
        if len(line) < 2:
            raise ValueError
        return line

    def _polygon(self) -> list[Line]:
        return self._several(self._ring)

    def _ring(self) -> Line:
        ring = self._several(self._position)
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise ValueError
        return ring

    def _triangle(self) -> list[Line]:
        rings = self._polygon()
        if len(rings) != 1 or len(rings[0]) != 4:
            raise ValueError
        return rings

    def _position_of_many(self) -> Position:
        if self._peek() != "(":
            return self._position()
        self._next()
        found = self._position()
        self._expect(")")
        return found

    def _position(self) -> Position:
        x, y, *_ = (self._number() for _ in range(self._dimensions))
        return self._on_earth(x, y)

    def _number(self) -> float:
        number = self._next()
        if not _NUMBER.fullmatch(number):
            raise ValueError(number)
        return float(number)

    def _curve(self) -> None:
        """Pass over what stands in brackets."""
        self.has_curves = True
        if self._peek().upper() in ("Z", "M", "ZM"):
            self._next()
        if self._is_empty():
            return
        self._expect("(")
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(self._next(), 0)

    def _is_empty(self) -> bool:
        if self._peek().upper() != EMPTY:
            return False
        self._next()
        return True

    def _peek(self) -> str:
        return self._tokens[self._at]

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise ValueError(token)
