"""Write boundaries as well-known text, from GeoJSON.

https://docs.ogc.org/is/22-047r1/22-047r1.html#_rdfs_datatype_geowktliteral
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise

from . import outline
from .regions import ENGLISH
from .turtle import Document, comments, labels, ref, text, year

_ATTRIBUTION = "© Kartverket (CC BY 4.0), via csmaps"
_OUTLINE_ATTRIBUTION = "© Kartverket (CC BY 4.0), via robhop/fylker-og-kommuner"
#: Square kilometres that a corner spans, and an island covers, to be kept in the outline: near
#: the units that the content tells about, and elsewhere.
_CORNER = (3.5, 10)
_ISLAND = (10, 30)
_MARGIN = (0.3, 0.15)  # degrees of longitude and latitude that are near


def well_known_text(geometry: dict) -> str:
    """Return a (multi)polygon as WKT in longitude and latitude, the default axes of the literal.

    Outer rings run counter-clockwise and holes clockwise (https://www.ogc.org/standard/sfa/,
    6.1.11.1), or functions that measure take the rest of the earth for the area. Raise ValueError
    where the kind is another or a ring is not closed.
    """
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Polygon":
        return f"POLYGON {_polygon(coordinates)}"
    if kind == "MultiPolygon":
        return f"MULTIPOLYGON ({', '.join(_polygon(p) for p in coordinates)})"
    raise ValueError(f"a boundary is not a {kind}")


def _polygon(rings: list) -> str:
    return f"({', '.join(_ring(r, hole=n > 0) for n, r in enumerate(rings))})"


def _ring(points: list, *, hole: bool) -> str:
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError("a ring has four points or more and ends where it starts")
    turns = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(points))
    if (turns > 0) == hole:
        points = points[::-1]
    return f"({', '.join(f'{lon} {lat}' for lon, lat in points)})"


def write_boundaries(
    name: str,
    reference: str,
    things: list[tuple[str, str, dict]],
    what: tuple[str, str, str],
    newer: Collection[str] = (),
) -> Document:
    """Return a file of boundaries; ``things`` are (IRI path, label, GeoJSON geometry).

    A boundary is the default one of its thing, unless the thing is among those, by IRI path, of
    which there is a ``newer`` one.
    """
    document = Document(
        name=f"geometry/{name}",
        heading=f"Boundaries of {reference}, clipped to the coast and simplified, longitude and "
        f"latitude (CRS84). {_ATTRIBUTION}.",
        title=what,
        sources=["https://www.geonorge.no/"],
        modified="2026-11-30",
        description=(
            f"{_ATTRIBUTION} 2023.5.22 (ringer satt sammen til flater). Forenklet, og små øyer "
            "mangler: til å vise, ikke til å måle. Naboer kan overlappe eller ha en glipe mellom "
            "seg, så en spørring om hvem som grenser til hverandre, kan svare feil.",
            f"{_ATTRIBUTION} 2023.5.22 (ringar sette saman til flater). Forenkla, og små øyar "
            "manglar: til å vise, ikkje til å måle. Naboar kan overlappe eller ha ei glipe mellom "
            "seg, så ei spørjing om kven som grensar til kvarandre, kan svare feil.",
            f"{_ATTRIBUTION} 2023.5.22 (rings joined into polygons). Simplified, and small islands "
            "are missing: for display, not for measuring. Neighbours may overlap or leave a gap "
            "between them, so a query for what borders on what may give a wrong answer.",
        ),
    )
    for path, label, geometry in sorted(things):
        key = f"geometry/{path.split('/')[1]}-{reference}"
        default = [] if path in newer else ref(key)
        document.add(path, ("geo:hasGeometry", ref(key)), ("geo:hasDefaultGeometry", default))
        document.add(
            key,
            ("a", "geo:Geometry"),
            (
                "rdfs:label",
                labels(
                    f"grense for {label} {reference}",
                    None,
                    f"boundary of {ENGLISH.get(label, label)} {reference}",
                ),
            ),
            ("sg:referenceYear", year(reference)),
            ("dct:rights", text(_ATTRIBUTION)),
            ("geo:asWKT", f"{text(well_known_text(geometry))}^^geo:wktLiteral"),
        )
    return document


def write_outline(parts: Iterable[dict], told: Iterable[dict]) -> Document:
    """Return the file of the country's outline, dissolved from ``parts``, GeoJSON geometries.

    It is finer near the geometries ``told``.
    """
    boxes = [_box(geometry) for geometry in told]

    def coarse(point: outline.Point) -> bool:
        return not any(w < point[0] < e and s < point[1] < n for w, s, e, n in boxes)

    land = [r for r in outline.dissolve(parts) if outline.area(r) > _ISLAND[coarse(r[0])]]
    rings = outline.simplify(land, lambda point: _CORNER[coarse(point)])
    shape = {
        "type": "MultiPolygon",
        "coordinates": [[[(round(x, 3), round(y, 3)) for x, y in ring]] for ring in rings],
    }
    document = Document(
        name="geometry/outline-2024",
        heading="The outline of the country in 2024, for maps to stand on: land and larger "
        f"islands, simplified, longitude and latitude (CRS84). {_OUTLINE_ATTRIBUTION}.",
        title=("Norges omriss 2024", "Noregs omriss 2024", "Outline of Norway 2024"),
        sources=["https://www.geonorge.no/", "https://github.com/robhop/fylker-og-kommuner"],
        modified="2026-11-30",
        description=(
            f"{_OUTLINE_ATTRIBUTION}. Slått sammen av de 357 kommunene og forenklet, mindre nær "
            "programregionene. Til å vise, ikke til å måle.",
            f"{_OUTLINE_ATTRIBUTION}. Slått saman av dei 357 kommunane og forenkla, mindre nær "
            "programregionane. Til å vise, ikkje til å måle.",
            f"{_OUTLINE_ATTRIBUTION}. Dissolved from the 357 municipalities and simplified, less "
            "so near the programme regions. For display, not for measuring.",
        ),
    )
    document.add(
        "country/norway",
        ("a", "sg:TerritorialUnit"),
        ("rdfs:label", labels("Norge", "Noreg", "Norway")),
        (
            "rdfs:seeAlso",
            [
                "<http://publications.europa.eu/resource/authority/country/NOR>",
                "<https://data.geonorge.no/administrativeEnheter/nasjon/id/173163>",
            ],
        ),
        ("geo:hasGeometry", ref("geometry/norway-2024")),
        ("geo:hasDefaultGeometry", ref("geometry/norway-2024")),
    )
    document.add(
        "geometry/norway-2024",
        ("a", "geo:Geometry"),
        (
            "rdfs:label",
            labels("omriss av Norge 2024", "omriss av Noreg 2024", "outline of Norway 2024"),
        ),
        (
            "rdfs:comment",
            comments(
                (
                    "Fastlandet med øyene. Svalbard og Jan Mayen er ikke med.",
                    "Fastlandet med øyane. Svalbard og Jan Mayen er ikkje med.",
                    "The mainland and its islands. Svalbard and Jan Mayen are not included.",
                )
            ),
        ),
        ("sg:referenceYear", year("2024")),
        ("dct:rights", text(_OUTLINE_ATTRIBUTION)),
        ("geo:asWKT", f"{text(well_known_text(shape))}^^geo:wktLiteral"),
    )
    return document


def _box(geometry: dict) -> tuple[float, float, float, float]:
    polygons = geometry["coordinates"]
    polygons = polygons if geometry["type"] == "MultiPolygon" else [polygons]
    points = [p for polygon in polygons for ring in polygon for p in ring]
    (east, north), (west, south) = (
        (choose(p[0] for p in points), choose(p[1] for p in points)) for choose in (max, min)
    )
    return west - _MARGIN[0], south - _MARGIN[1], east + _MARGIN[0], north + _MARGIN[1]
