"""Well-known text is read as GeoSPARQL and Simple Features have it, or not at all."""

import pytest

from samgraf.site.geo.wkt import read_wkt

CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
EPSG = "<http://www.opengis.net/def/crs/EPSG/0/4326>"
SQUARE = "((0 0, 2 0, 2 2, 0 2, 0 0))"


@pytest.mark.parametrize(
    ("text", "points", "lines", "polygons"),
    [
        ("POINT (8.5 61)", 1, 0, 0),
        ("point(8.5 61)", 1, 0, 0),
        ("POINT Z (8.5 61 300)", 1, 0, 0),
        ("MULTIPOINT ((1 2), (3 4))", 2, 0, 0),
        ("MULTIPOINT (1 2, 3 4)", 2, 0, 0),
        ("LINESTRING (0 0, 1 1)", 0, 1, 0),
        ("MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", 0, 2, 0),
        (f"POLYGON {SQUARE}", 0, 0, 1),
        (f"MULTIPOLYGON ({SQUARE}, {SQUARE})", 0, 0, 2),
        (f"GEOMETRYCOLLECTION (POINT (1 2), POLYGON {SQUARE}, POINT EMPTY)", 1, 0, 1),
        (f"{CRS84} POINT (1e0 -2.5E-1)", 1, 0, 0),
    ],
)
def test_every_kind_is_read(text, points, lines, polygons):
    shape = read_wkt(text)
    assert (len(shape.points), len(shape.lines), len(shape.polygons)) == (points, lines, polygons)


def test_longitude_comes_out_first_whichever_comes_in_first():
    assert read_wkt(f"{CRS84} POINT (8.5 61)").points == [(8.5, 61)]
    assert read_wkt(f"{EPSG} POINT (61 8.5)").points == [(8.5, 61)]
    assert read_wkt("POINT (8.5 61)").points == [(8.5, 61)]


def test_a_hole_stays_with_its_polygon():
    (polygon,) = read_wkt("POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))").polygons
    assert len(polygon) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "POINT",
        "POINT EMPTY",
        "POINT (8.5)",
        "POINT (8.5 61",
        "POINT (8.5 61) POINT (1 2)",
        "POINT (a b)",
        "POINT (nan 1)",
        "POINT (inf 1)",
        "POINT (181 1)",
        "POINT (1 91)",
        "CIRCLE (1 2 3)",
        "POLYGON (0 0, 1 1)",
        "<http://www.opengis.net/def/crs/EPSG/0/25833> POINT (600000 6600000)",
        "GEOMETRYCOLLECTION (" * 9000 + "POINT (1 2)" + ")" * 9000,
        "(" * 100_000,
        "<script>alert(1)</script>",
    ],
)
def test_what_is_not_understood_gives_nothing(text):
    assert read_wkt(text) is None
