"""What the map cannot show is counted and told; one broken geometry hides nothing else."""

import json
from urllib.parse import urlencode

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.vocab import GEO, RDF, RDFS, SH, XSD
from small_release import BASE, EX, LABEL, LINES, A
from thing_release import write_things

HTML = {"Accept": "text/html"}
VIEW = f"<{BASE}view/places>"
AS_WKT = f"<{GEO}asWKT>"
QUERY = f"SELECT ?feature ?wkt {{ ?feature <{GEO}asWKT> ?wkt }} ORDER BY ?feature"
SHOWN = {
    "ok": "POINT(3 49)",
    "partly": "GEOMETRYCOLLECTION(POINT(4 49), CIRCULARSTRING(0 0, 1 1, 2 0))",
    "utm": "<http://www.opengis.net/def/crs/EPSG/0/25833> POINT(262045 6649310)",
}
HIDDEN = {
    "bad": "POINT(x y)",
    "open": "POLYGON((0 0, 2 0, 2 2))",
    "score": "POINT(1_0 49)",
    "far": "POINT(10 95)",
    "json": '{\\"type\\":\\"Point\\",\\"coordinates\\":[1,2]}',
    "grid": "<http://www.opengis.net/def/crs/EPSG/0/27700> POINT(1 2)",
    "arc": "CIRCULARSTRING(0 0, 1 1, 2 0)",
    "empty": "",
    "none": "GEOMETRYCOLLECTION EMPTY",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    lines = [*LINES]
    for name, text in (SHOWN | HIDDEN).items():
        thing = f"<{EX}{name}>"
        lines.append((thing, LABEL, f'"the {name} thing"@en', A))
        lines.append((thing, AS_WKT, f'"{text}"^^<{GEO}wktLiteral>', A))
    several = f"<{EX}several>"
    lines.append((several, LABEL, '"several"@en', A))
    for number, place in enumerate(("1 49", "2 49")):
        geometry = f"<{EX}geometry/{number}>"
        lines.append((several, f"<{GEO}hasGeometry>", geometry, A))
        lines.append((geometry, AS_WKT, f'"POINT({place})"^^<{GEO}wktLiteral>', A))
    lines += [
        (VIEW, "<https://w3id.org/samgraf/display#on>", f"<{BASE}map>", A),
        (VIEW, "<https://w3id.org/samgraf/display#form>", '"map"', A),
        (VIEW, f"<{SH}order>", f'"1"^^<{XSD}integer>', A),
        (VIEW, f"<{RDFS}label>", '"Places"@en', A),
        (VIEW, f"<{SH}select>", f'"{QUERY}"', A),
        (VIEW, f"<{RDF}type>", f"<{SH}SPARQLSelectExecutable>", A),
    ]
    folder = write_things(tmp_path_factory.mktemp("geometries"), lines)
    return create_app(in_process_service(folder, Settings())).test_client()


def test_the_map_says_how_many_geometries_it_leaves_out(client):
    page = client.get("/map?lang=en", headers=HTML).text
    assert "Geometries that could not be read and are not shown: 5." in page
    assert "Geometries in an unknown coordinate system that are not shown: 1." in page
    assert "Geometries with curves that are not shown: 2." in page


def test_what_can_be_shown_is_in_geojson_and_the_rest_is_counted(client):
    found = json.loads(client.get("/map.geojson").data)
    names = {feature["id"].removeprefix(EX) for feature in found["features"]}
    assert names == {*SHOWN, "geometry/0", "geometry/1"}
    assert found["leftOut"] == {"text": 5, "crs": 1, "curve": 2}
    for feature in found["features"]:
        assert feature["geometry"]["type"] == "Point"


def test_the_editor_is_given_both(client):
    found = client.get("/sparql/places?" + urlencode({"query": QUERY})).json
    assert len(found["features"]) == len(SHOWN) + 2
    assert found["leftOut"] == {"text": 5, "crs": 1, "curve": 2}


def test_all_geometries_of_a_thing_are_shown(client):
    query = f"SELECT ?thing {{ VALUES ?thing {{ <{EX}several> <{EX}ok> }} }}"
    found = client.get("/sparql/places?" + urlencode({"query": query})).json
    shapes = {f["id"].removeprefix(EX): f["geometry"] for f in found["features"]}
    assert shapes["several"] == {"type": "MultiPoint", "coordinates": [[1, 49], [2, 49]]}
    assert shapes["ok"] == {"type": "Point", "coordinates": [3, 49]}
    assert "leftOut" not in found


@pytest.mark.parametrize("name", [*SHOWN, *HIDDEN, "several"])
def test_the_page_of_a_thing_stands_whatever_its_geometry(client, name):
    assert client.get(f"/doc/{name}", headers=HTML).status_code == 200
