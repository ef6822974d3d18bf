"""Lay the round earth flat: https://en.wikipedia.org/wiki/Transverse_Mercator_projection.

A map of one country is a transverse Mercator on the ellipsoid WGS 84, by Krüger's series (Karney,
https://doi.org/10.1007/s00190-011-0445-3), on the middle meridian of the UTM zone in which its
middle lies, so that it looks as people know it; a map of more of the world has evenly spaced
meridians and parallels.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import asinh, atan2, atanh, cos, cosh, hypot, radians, sin, sinh, sqrt

from samgraf.site.geo.crs import AXIS, RADIUS, SCALE, N, Position
from samgraf.site.geo.plane import Box, Flat, Projection

_WIDEST = 45  # degrees of longitude: beyond, the series loses its footing
_ALPHA = (
    (2, N / 2 - 2 / 3 * N**2 + 5 / 16 * N**3),
    (4, 13 / 48 * N**2 - 3 / 5 * N**3),
    (6, 61 / 240 * N**3),
)
_BEND = 2 * sqrt(N) / (1 + N)


def projection_for(boxes: Iterable[Box]) -> Projection:
    """Return the projection that suits a map of what lies within ``boxes`` of degrees."""
    west, south, east, north = Box.of_all(boxes)
    if east - west > _WIDEST:
        return even(round((south + north) / 2))
    zone = min(int(((west + east) / 2 + 180) // 6), 59)
    return transverse_mercator(zone * 6 - 177)


@cache
def transverse_mercator(meridian: float) -> Projection:
    """Return the projection on ``meridian`` as UTM has it, in metres, without false easting."""

    def project(position: Position) -> Flat:
        turned, latitude = radians(position[0] - meridian), radians(position[1])
        sine = min(max(sin(latitude), -1 + 1e-15), 1 - 1e-15)
        t = sinh(atanh(sine) - _BEND * atanh(_BEND * sine))
        north = atan2(t, cos(turned))
        # asinh(sin Δλ / √(t² + cos² Δλ)) is atanh(sin Δλ / √(1 + t²)), but safe near the pole
        east = asinh(sin(turned) / hypot(t, cos(turned)))
        x, y = east, north
        for j, a in _ALPHA:
            x += a * cos(j * north) * sinh(j * east)
            y += a * sin(j * north) * cosh(j * east)
        return SCALE * RADIUS * x, SCALE * RADIUS * y

    return project


@cache
def even(latitude: float) -> Projection:
    """Return the equirectangular projection, true to scale along ``latitude``."""
    narrowed = max(cos(radians(latitude)), 0.2)

    def project(position: Position) -> Flat:
        return AXIS * radians(position[0]) * narrowed, AXIS * radians(position[1])

    return project
