"""Write boundaries as well-known text, from GeoJSON.

https://docs.ogc.org/is/22-047r1/22-047r1.html#_rdfs_datatype_geowktliteral
"""

from __future__ import annotations

from .municipalities import MODIFIED
from .turtle import Document, labels, ref, text, year

_ATTRIBUTION = "© Kartverket (CC BY 4.0), through csmaps"


def well_known_text(geometry: dict) -> str:
    """Return a (multi)polygon as WKT in longitude and latitude, the default axes of the literal.

    Raise ValueError where the kind is another or a ring is not closed.
    """
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Polygon":
        return f"POLYGON {_polygon(coordinates)}"
    if kind == "MultiPolygon":
        return f"MULTIPOLYGON ({', '.join(_polygon(p) for p in coordinates)})"
    raise ValueError(f"a boundary is not a {kind}")


def _polygon(rings: list) -> str:
    return f"({', '.join(_ring(r) for r in rings)})"


def _ring(points: list) -> str:
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError("a ring has four points or more and ends where it starts")
    return f"({', '.join(f'{lon} {lat}' for lon, lat in points)})"


def write_boundaries(
    name: str, reference: str, things: list[tuple[str, str, dict]], what: tuple[str, str, str]
) -> Document:
    """Return a file of boundaries; ``things`` are (IRI path, label, GeoJSON geometry)."""
    document = Document(
        name=f"geometry/{name}",
        heading=f"Boundaries of {reference}, clipped to the coast and simplified, longitude and "
        f"latitude (CRS84). {_ATTRIBUTION}.",
        title=what,
        sources=["https://www.geonorge.no/"],
        modified=MODIFIED,
        description=f"{_ATTRIBUTION} 2023.5.22 (rings grouped and joined into polygons). Small "
        "islands are missing.",
    )
    for path, label, geometry in sorted(things):
        key = f"geometry/{path.split('/')[1]}-{reference}"
        document.add(path, ("geo:hasGeometry", ref(key)))
        document.add(
            key,
            ("a", "geo:Geometry"),
            (
                "rdfs:label",
                labels(
                    f"grense for {label} {reference}",
                    None,
                    f"boundary of {label} {reference}",
                ),
            ),
            ("sg:referenceYear", year(reference)),
            ("dct:rights", text(_ATTRIBUTION)),
            ("geo:asWKT", f"{text(well_known_text(geometry))}^^geo:wktLiteral"),
        )
    return document
