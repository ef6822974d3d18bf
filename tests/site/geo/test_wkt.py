"""Well-known text is read as GeoSPARQL and Simple Features have it, or not at all."""

import pytest

from cpu_time import cpu_time
from samgraf.site.geo.geojson import geometry
from samgraf.site.geo.projection import transverse_mercator
from samgraf.site.geo.wkt import LeftOut, Shape, read_wkt

OGC = "http://www.opengis.net/def/crs"
SQUARE = "((0 0, 2 0, 2 2, 0 2, 0 0))"
ZED = "((0 0 9, 2 0 9, 2 2 9, 0 2 9, 0 0 9))"
TRIANGLE = "((0 0, 2 0, 2 2, 0 0))"


@pytest.mark.parametrize(
    ("text", "points", "lines", "polygons"),
    [
        ("POINT (8.5 61)", 1, 0, 0),
        ("point(8.5 61)", 1, 0, 0),
        ("  Point\n (\t8.5\r\n61 ) ", 1, 0, 0),
        ("POINT Z (8.5 61 300)", 1, 0, 0),
        ("POINTZ(8.5 61 300)", 1, 0, 0),
        ("POINT M (8.5 61 300)", 1, 0, 0),
        ("POINTM (8.5 61 300)", 1, 0, 0),
        ("POINT ZM (8.5 61 300 2)", 1, 0, 0),
        ("pointzm (8.5 61 300 2)", 1, 0, 0),
        ("MULTIPOINT ((1 2), (3 4))", 2, 0, 0),
        ("MULTIPOINT (1 2, 3 4)", 2, 0, 0),
        ("MULTIPOINT (EMPTY, (3 4))", 1, 0, 0),
        ("LINESTRING (0 0, 1 1)", 0, 1, 0),
        ("LINESTRING Z (0 0 5, 1 1 5)", 0, 1, 0),
        ("MULTILINESTRING ((0 0, 1 1), EMPTY, (2 2, 3 3))", 0, 2, 0),
        (f"POLYGON {SQUARE}", 0, 0, 1),
        (f"POLYGON Z {ZED}", 0, 0, 1),
        (f"TRIANGLE {TRIANGLE}", 0, 0, 1),
        (f"MULTIPOLYGON ({SQUARE}, {SQUARE})", 0, 0, 2),
        (f"MULTIPOLYGONZ ({ZED}, {ZED})", 0, 0, 2),
        (f"TIN ({TRIANGLE}, {TRIANGLE})", 0, 0, 2),
        (f"POLYHEDRALSURFACE Z ({ZED}, {ZED})", 0, 0, 2),
        (f"GEOMETRYCOLLECTION (POINT (1 2), POLYGON {SQUARE}, POINT EMPTY)", 1, 0, 1),
        ("GEOMETRYCOLLECTION Z (POINT Z (1 2 3), LINESTRING (0 0, 1 1))", 1, 1, 0),
        ("GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POINT (1 2)), POINT (3 4))", 2, 0, 0),
        (f"<{OGC}/OGC/1.3/CRS84> POINT (1e0 -2.5E-1)", 1, 0, 0),
    ],
)
def test_every_kind_is_read(text, points, lines, polygons):
    shape, left_out = read_wkt(text)
    assert (len(shape.points), len(shape.lines), len(shape.polygons)) == (points, lines, polygons)
    assert left_out is None


@pytest.mark.parametrize(
    ("number", "value"),
    [("5", 5), ("+5", 5), ("-5.", -5), (".5", 0.5), ("5.0e0", 5), ("5.2E1", 52), ("-50e-1", -5)],
)
def test_numbers_have_signs_and_exponents(number, value):
    assert read_wkt(f"POINT({number} 1)").shape.points == [(value, 1)]


@pytest.mark.parametrize(
    "text",
    [
        f"<{OGC}/OGC/1.3/CRS84>POINT(6 50)",
        f"<{OGC}/OGC/1.3/CRS84> POINT(6 50)",
        f"<{OGC}/OGC/0/CRS84> POINT(6 50)",
        f"<{OGC}/OGC/1.3/CRS84h> POINT Z (6 50 1)",
        "<https://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(6 50)",
        "<urn:ogc:def:crs:OGC:1.3:CRS84> POINT(6 50)",
        "<urn:ogc:def:crs:OGC::CRS84> POINT(6 50)",
        "<urn:x-ogc:def:crs:EPSG:6.9:4326> POINT(50 6)",
        "<urn:ogc:def:crs:EPSG::4326> POINT(50 6)",
        f"<{OGC}/EPSG/0/4326> POINT(50 6)",
        f"<{OGC}/EPSG/9.9.1/4326> POINT(50 6)",
        "<https://www.opengis.net/def/crs/EPSG/0/4326> POINT(50 6)",
        f"<{OGC}/EPSG/0/4258> POINT(50 6)",
        f"<{OGC}/EPSG/0/4979> POINT Z (50 6 1)",
        "POINTZ(6 50 1)",
    ],
)
def test_longitude_comes_out_first_whichever_comes_in_first(text):
    assert read_wkt(text) == (read_wkt(text).shape, None)
    assert read_wkt(text).shape.points == [(6, 50)]


@pytest.mark.parametrize("code", [25832, 25833, 25835, 32632, 32733])
@pytest.mark.parametrize("position", [(10.39, 63.43), (15.0, 58.0), (29.7, 70.4), (9.0, 0.5)])
def test_positions_of_utm_zones_are_turned_into_degrees(code, position):
    zone, southern = code % 100, str(code).startswith("327")
    longitude, latitude = position[0], -position[1] if southern else position[1]
    x, y = transverse_mercator(zone * 6 - 183)((longitude, latitude))
    y += 10_000_000 if southern else 0
    text = f"<{OGC}/EPSG/0/{code}> POINT({x + 500_000} {y})"
    ((east, north),) = read_wkt(text).shape.points
    assert east == pytest.approx(longitude, abs=1e-7)
    assert north == pytest.approx(latitude, abs=1e-7)


def test_a_position_of_web_maps_is_turned_into_degrees():
    # the corner of the world that maps on the web show
    text = f"<{OGC}/EPSG/0/3857> POINT(20037508.342789244 20037508.342789244)"
    ((east, north),) = read_wkt(text).shape.points
    assert (east, north) == (pytest.approx(180), pytest.approx(85.0511287798))


def test_the_pole_is_as_far_as_the_meridian_is_long():
    # a quarter of a meridian of WGS 84 is 10 001 965.729 m
    ((_, north),) = read_wkt(f"<{OGC}/EPSG/0/25833> POINT(500000 9997964.943)").shape.points
    assert north == pytest.approx(90, abs=1e-6)


def test_a_hole_stays_with_its_polygon():
    shape, _ = read_wkt("POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))")
    (polygon,) = shape.polygons
    assert len(polygon) == 2


@pytest.mark.parametrize(
    "text",
    ["", " ", "POINT EMPTY", "POINT Z EMPTY", "POLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY",
     "MULTIPOINT(EMPTY)", f"<{OGC}/OGC/1.3/CRS84> POINT EMPTY", f"<{OGC}/OGC/1.3/CRS84>",
     "GEOMETRYCOLLECTION(POINT EMPTY)"],
)  # fmt: skip
def test_an_empty_geometry_has_no_shape_and_no_fault(text):
    assert read_wkt(text) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "POINT",
        "POINT (8.5)",
        "POINT (8.5 61 300)",
        "POINT Z (8.5 61)",
        "POINT (1 2, 3 4)",
        "POINT (8.5 61",
        "POINT (8.5 61) POINT (1 2)",
        "POINT (8.5,61)",
        "POINT (a b)",
        "POINT (x y)",
        "POINT (1_0 49)",
        "POINT (0x1 1)",
        "POINT (\u0661 1)",
        "POINT (1\u00a02)",
        "POINT (nan 1)",
        "POINT (inf 1)",
        "POINT (1e999 1)",
        "POINT (181 1)",
        "POINT (1 91)",
        "POINT (10 95)",
        "CIRCLES (1 2 3)",
        "LINESTRING (1 1)",
        "LINESTRING (EMPTY, 1 1)",
        "POLYGON (0 0, 1 1)",
        "POLYGON((0 0, 1 0, 1 1))",
        "POLYGON((0 0, 2 0, 2 2))",
        "POLYGON((0 0, 1 1, 0 0))",
        f"MULTIPOLYGON ({SQUARE}, ((0 0, 2 0, 2 2, 0 1)))",
        f"GEOMETRYCOLLECTION (POINT (1 2), POLYGON {SQUARE}, POINT (x y))",
        f"<{OGC}/EPSG/0/25833> POINT (600000000 6600000)",
        f"<{OGC}/EPSG/0/25833> POINT (1e308 1e308)",
        f"<{OGC}/EPSG/0/3857> POINT (0 1e308)",
        '{"type":"Point","coordinates":[1,2]}',
        "GEOMETRYCOLLECTION (" * 9000 + "POINT (1 2)" + ")" * 9000,
        "(" * 100_000,
        "<script>alert(1)</script>",
        "<a b> POINT (1 2)",
        "CIRCULARSTRING (0 0, 1 1, 2 0",
    ],
)
def test_what_is_not_understood_gives_nothing(text):
    shape, left_out = read_wkt(text)
    assert shape is None
    assert left_out in (LeftOut.TEXT, LeftOut.CRS)


@pytest.mark.parametrize(
    "iri", [f"{OGC}/EPSG/0/27700", "urn:x", f"{OGC}/OGC/1.3/CRS27", "", "4326"]
)
def test_a_reference_system_that_is_not_known_is_told(iri):
    assert read_wkt(f"<{iri}> POINT (1 2)") == (None, LeftOut.CRS)


def test_curves_are_told_and_the_rest_is_shown():
    assert read_wkt("CIRCULARSTRING (0 0, 1 1, 2 0)") == (None, LeftOut.CURVE)
    assert read_wkt("CURVEPOLYGON Z ((0 0 1, 1 1 1, 0 0 1))") == (None, LeftOut.CURVE)
    curve = "COMPOUNDCURVE (CIRCULARSTRING (0 0, 1 1, 2 0), (2 0, 3 0))"
    shape, left_out = read_wkt(f"GEOMETRYCOLLECTION (POINT (1 2), {curve})")
    assert (shape.points, left_out) == ([(1, 2)], LeftOut.CURVE)


def test_several_shapes_become_one_and_one_stays_itself():
    one, two = read_wkt("POINT (1 2)").shape, read_wkt("LINESTRING (0 0, 1 1)").shape
    assert Shape.of_all([one]) is one
    both = Shape.of_all([one, two])
    assert geometry(both)["type"] == "GeometryCollection"


@pytest.mark.parametrize(
    "piece", ["1 2, ", " ", "<", "(", "POINT", "1", "a1", ")", "<a", "\n", ",", "1e", "EMPTY,"]
)
def test_the_work_grows_with_the_text_and_no_faster(piece):
    def cost(size: int) -> float:
        text = "LINESTRING (" + piece * (size // len(piece)) + " " * size
        return cpu_time(lambda: read_wkt(text))

    cost(10_000)
    assert min(cost(800_000) for _ in range(2)) < 4 * min(cost(400_000) for _ in range(3)) + 0.02
