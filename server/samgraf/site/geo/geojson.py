"""Write places as GeoJSON: https://www.rfc-editor.org/rfc/rfc7946."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from samgraf.site.geo.crs import Position
from samgraf.site.geo.picture import Place, layers_of, middle_of, outlines
from samgraf.site.geo.wkt import LeftOut, Shape
from samgraf.site.graph import address

MEDIA_TYPE = "application/geo+json"
_DIGITS = 5  # about a metre


def collection(
    places: Sequence[Place], ground: Iterable[Place], left_out: Mapping[LeftOut, int]
) -> dict[str, Any]:
    """Return ``places`` as features, after those of the ``ground`` that they stand on.

    How many geometries are left out, and why, is a member of its own, ``leftOut``:
    https://www.rfc-editor.org/rfc/rfc7946#section-6.1.
    """
    layers, outlined = layers_of(places), outlines(places)
    features = [_feature(p, {"ground": True}) for p in ground]
    for place in places:
        properties: dict[str, Any] = {"name": place.name.text}
        if place.name.language:
            properties["language"] = place.name.language
        if place.iri:
            properties["page"] = address(place.iri)
        if place.layer:
            number = layers.index(place.layer)
            properties |= {"layer": number, "layerName": place.layer.text}
            properties |= {"outline": True} if number in outlined else {}
        if place.facts:
            properties["facts"] = [list(fact) for fact in place.facts]
        properties["middle"] = _round(middle_of(place.shape))
        features.append(_feature(place, properties))
    found = {"type": "FeatureCollection", "features": features}
    return found | {"leftOut": left_out} if left_out else found


def _feature(place: Place, properties: dict[str, Any]) -> dict[str, Any]:
    feature: dict[str, Any] = {"type": "Feature"}
    if place.iri:
        feature["id"] = place.iri
    return feature | {"geometry": geometry(place.shape), "properties": properties}


def geometry(shape: Shape) -> dict[str, Any]:
    """Return ``shape`` as the simplest geometry that holds all of it."""
    parts = [
        *_kind("Point", [_round(p) for p in shape.points]),
        *_kind("LineString", [_line(x) for x in shape.lines]),
        *_kind("Polygon", [[_line(ring) for ring in p] for p in shape.polygons]),
    ]
    if len(parts) == 1:
        return parts[0]
    return {"type": "GeometryCollection", "geometries": parts}


def _kind(name: str, found: list) -> list[dict[str, Any]]:
    if len(found) > 1:
        return [{"type": f"Multi{name}", "coordinates": found}]
    return [{"type": name, "coordinates": found[0]}] if found else []


def _line(line: Iterable[Position]) -> list[list[float]]:
    return [_round(p) for p in line]


def _round(position: Position) -> list[float]:
    return [round(position[0], _DIGITS), round(position[1], _DIGITS)]
