"""Read positions in the reference systems that data come in: longitude and latitude come out.

A system is named by an IRI (https://docs.ogc.org/pol/09-048r6.html), and the order of its axes is
the one that its authority gives: EPSG:4326 has the latitude first, CRS84 the longitude. The ones
known are those, their European twin EPSG:4258, the zones of UTM on either, and the Mercator of maps
on the web. Positions on WGS 84 and on ETRS89 differ by less than a metre.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from math import asin, atan, atan2, cos, cosh, degrees, exp, isfinite, pi, sin, sinh

Position = tuple[float, float]

AXIS = 6_378_137.0  # metres
_FLATTENING = 1 / 298.257223563
N = _FLATTENING / (2 - _FLATTENING)
RADIUS = AXIS / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
SCALE = 0.9996  # of UTM on its middle meridian
# Krüger's series back: https://doi.org/10.1007/s00190-011-0445-3, equations 36 and 26
_BETA = (
    (2, N / 2 - 2 / 3 * N**2 + 37 / 96 * N**3),
    (4, N**2 / 48 + N**3 / 15),
    (6, 17 / 480 * N**3),
)
_DELTA = (
    (2, 2 * N - 2 / 3 * N**2 - 2 * N**3),
    (4, 7 / 3 * N**2 - 8 / 5 * N**3),
    (6, 56 / 15 * N**3),
)
_FALSE_EASTING, _FALSE_NORTHING = 500_000.0, 10_000_000.0
_WIDEST = 3_000_000.0  # metres off the middle meridian: the series holds no further

_IRI = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/|urn:(?:x-)?ogc:def:crs:)"
    r"(?P<authority>OGC|EPSG)[/:](?P<version>[0-9.]*)[/:](?P<code>[A-Za-z0-9]{1,8})",
    re.IGNORECASE,
)
#: Systems of latitude and longitude, in this order; the second of each pair has heights too.
_GEOGRAPHIC = {"4326", "4979", "4258", "4937"}
_WEB_MERCATOR = "3857"
#: Codes of UTM zones: the first and the last, the zone of the code 0, and whether it is southern.
_ZONES = (
    (25828, 25838, 25800, False),
    (32601, 32660, 32600, False),
    (32701, 32760, 32700, True),
)


@lru_cache(64)
def positions_of(iri: str) -> Callable[[float, float], Position] | None:
    """Return what makes longitude and latitude of a pair of numbers in the system ``iri``.

    None where the system is not known. The function raises ValueError for what is no place on
    earth.
    """
    found = _IRI.fullmatch(iri)
    if found is None:
        return None
    code = found["code"].upper()
    if found["authority"].upper() == "OGC":
        return on_earth if code in ("CRS84", "CRS84H") else None
    if code in _GEOGRAPHIC:
        return lambda latitude, longitude: on_earth(longitude, latitude)
    if code == _WEB_MERCATOR:
        return _from_web_mercator
    for first, last, zero, southern in _ZONES:
        if code.isdigit() and first <= int(code) <= last:
            return _from_utm(int(code) - zero, southern)
    return None


def on_earth(longitude: float, latitude: float) -> Position:
    """Return the position; raise ValueError where it is none."""
    # written so that not-a-number fails too
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError
    return longitude, latitude


def _from_web_mercator(x: float, y: float) -> Position:
    if not abs(y) <= 2 * pi * AXIS:
        raise ValueError
    # rounded, or 180 would be a little more
    longitude, latitude = x / AXIS, 2 * atan(exp(y / AXIS)) - pi / 2
    return on_earth(round(degrees(longitude), 9), round(degrees(latitude), 9))


def _from_utm(zone: int, southern: bool) -> Callable[[float, float], Position]:
    meridian = zone * 6 - 183

    def position(easting: float, northing: float) -> Position:
        east = easting - _FALSE_EASTING
        north = northing - (_FALSE_NORTHING if southern else 0.0)
        if not (isfinite(north) and abs(east) <= _WIDEST and abs(north) <= _FALSE_NORTHING):
            raise ValueError
        x, y = east / (SCALE * RADIUS), north / (SCALE * RADIUS)
        eta = x - sum(b * cos(j * y) * sinh(j * x) for j, b in _BETA)
        xi = y - sum(b * sin(j * y) * cosh(j * x) for j, b in _BETA)
        conformal = asin(sin(xi) / cosh(eta))
        latitude = conformal + sum(d * sin(j * conformal) for j, d in _DELTA)
        longitude = meridian + degrees(atan2(sinh(eta), cos(xi)))
        return on_earth((longitude + 180) % 360 - 180, degrees(latitude))

    return position
