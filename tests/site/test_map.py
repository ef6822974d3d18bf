"""The map and the line of time: over the real content, over another, and over hostile answers."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import g, render_template

from samgraf.site.geo.wkt import WKT
from samgraf.site.graph import ask_text, ask_whole
from samgraf.site.language import LANGUAGES
from samgraf.site.result_views import ResultTable, shown_as

HTML = {"Accept": "text/html"}
XSD = "http://www.w3.org/2001/XMLSchema#"
THING = "https://w3id.org/samgraf/id/"
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(params=["study_app", "bees_app", "app"])
def pages(request):
    return request.getfixturevalue(request.param)


def iri(value):
    return {"type": "uri", "value": value}


def text(value, datatype=None):
    return {"type": "literal", "value": value} | ({"datatype": datatype} if datatype else {})


def drawn(app, form, rows, path="/", variables=None):
    """Return the form that rows are shown in, and its HTML."""
    with app.test_request_context(path, headers=HTML):
        names = variables or list(dict.fromkeys(v for row in rows for v in row))
        form, shown = shown_as(form, ResultTable(names, rows, "nb"))
        return form, render_template(f"result_views/{form}.html", shown=shown)


def view(app, root, name, thing):
    """Return the view ``name`` of the real content on the page of ``thing``, as HTML."""
    import pyoxigraph as ox

    query = (root / "ontology" / "views" / f"{name}.rq").read_text("utf-8")
    form = re.search(r"# view: (\w+)", query)[1]
    with app.test_request_context("/", headers=HTML):
        g.subject = THING + thing  # what the page is about
        result = ResultTable(*ask_whole(query, this=ox.NamedNode(THING + thing)), "nb")
        form, shown = shown_as(form, result)
        return form, render_template(f"result_views/{form}.html", shown=shown)


# the page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_there_with_whatever_content(pages, language):
    response = pages.test_client().get(f"/map?lang={language}", headers=HTML)
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    assert not re.search(r"<[^>]+ (?:style|on\w+)=", response.text)


def test_other_content_is_shown_by_the_same_code(bees_app):
    html = bees_app.test_client().get("/map?lang=en", headers=HTML).text
    assert "Where the hives and meadows are" in html
    assert html.count('class="map-place map-layer-0"') == 2  # hives
    assert "map-layer-1" in html  # meadows, which the reader may choose
    assert 'class="map-place map-layer-1' not in html
    both = bees_app.test_client().get("/map?lang=en&layer=0&layer=1", headers=HTML).text
    assert both.count('class="map-place map-layer-1') == 2
    assert 'href="/doc/hive-north?lang=en"' in html
    assert "The beekeepers, CC0" in html
    assert '<path class="map-ground"' not in html
    assert 'class="ds-table"' in html


PICTURE = re.compile(r'<svg class="map-picture".*?</svg>', re.DOTALL)


def test_the_picture_of_the_study_is_light(study_app):
    html = study_app.test_client().get("/map", headers=HTML).text
    (picture,) = PICTURE.findall(html)
    assert picture.count('<a class="map-place') == 5  # the regions alone
    assert len(picture.encode()) < 60_000
    ground = re.search(r'class="map-ground" d="([^"]*)"', picture)[1]
    assert 10_000 < len(ground) < 30_000


def test_names_stand_on_the_picture(study_app):
    (picture,) = PICTURE.findall(study_app.test_client().get("/map?lang=nb", headers=HTML).text)
    names = re.findall(r"<text [^>]*>([^<]+)</text>", picture)
    regions = ["Midt-Troms", "Ranaregionen", "Region Namdal", "Tromsøregionen", "Vest-Telemark"]
    assert sorted(names) == regions


def test_specks_have_details_in_which_they_are_links(study_app):
    html = study_app.test_client().get("/map?lang=nb&layer=1", headers=HTML).text
    whole, *details = PICTURE.findall(html)
    assert len(details) == whole.count('class="map-frame"') == 5
    assert "<a " not in whole
    assert sum(detail.count('<a class="map-place') for detail in details) == 12
    for name in ("Berg", "Tranøy", "Lurøy", "Nissedal"):
        assert f">{name}</text>" in "".join(details)


def test_a_layer_that_covers_another_is_an_outline(study_app, root):
    _, html = view(study_app, root, "municipality-boundary", "municipality/tranoy")
    assert re.search(r'class="map-place map-layer-0" [^>]*aria-label="Tranøy', html)
    assert re.search(r'class="map-place map-layer-1 map-outline" [^>]*aria-label="Senja', html)
    legend = re.search(r'<ul class="map-legend">.*?</ul>', html, re.DOTALL)[0]
    assert re.findall(r'map-swatch (map-layer-\d(?: map-outline)?)"', legend) == [
        "map-layer-0",
        "map-layer-1 map-outline",
    ]


@pytest.mark.parametrize(
    "layers", ["layer=9", "layer=x", "layer=-1", "layer=" + "1" * 99, "layer="]
)
def test_a_layer_that_there_is_not_is_left_out(study_app, layers):
    assert study_app.test_client().get(f"/map?{layers}", headers=HTML).status_code == 200


def test_what_the_map_lacks_is_named(study_app):
    html = study_app.test_client().get("/map?lang=nb", headers=HTML).text
    lacking = re.search(r'<details class="map-lacking">.*?</details>', html, re.DOTALL)[0]
    assert "Nærøy" in lacking
    assert "Vikna" in lacking
    assert ">Berg<" not in lacking
    rows = [{"u": iri(THING + f"municipality/{m}")} for m in ("berg", "vikna")]
    _, some = drawn(study_app, "map", rows)
    assert re.search(r'class="note map-lacking">[^<]*<a href="[^"]*vikna">Vikna</a>', some)


def test_how_exact_the_layers_are_is_told(study_app):
    for language, words in (("nb", "ikke til å måle"), ("nn", "ikkje til å måle")):
        html = study_app.test_client().get(f"/map?lang={language}", headers=HTML).text
        notes = re.search(r'<dl class="map-notes">.*?</dl>', html, re.DOTALL)[0]
        assert notes.count(words) == 3


def test_the_number_of_queries_does_not_depend_on_the_answer(study_app, bees_app):
    counts = set()
    for app in (study_app, bees_app):
        with app.test_request_context("/map", headers=HTML):
            from flask import g

            app.full_dispatch_request()
            counts.add(g.asked)
    assert max(counts) <= 6


# GeoJSON


def test_geojson_tells_every_place_with_its_page(study_app):
    response = study_app.test_client().get("/map.geojson?lang=en")
    assert response.mimetype == "application/geo+json"
    features = response.get_json()["features"]
    places = [f for f in features if not f["properties"].get("ground")]
    assert len(places) == 24
    assert len(features) - len(places) == 1
    assert {f["geometry"]["type"] for f in places} == {"Polygon", "MultiPolygon"}
    berg = next(f for f in places if f["properties"]["name"] == "Berg")
    assert berg["id"] == THING + "municipality/berg"
    assert berg["properties"]["page"] == "/doc/municipality/berg?lang=en"
    assert berg["properties"]["layerName"] == "Municipal boundaries 2019"
    assert berg["properties"]["facts"] == [["Year", "2019"], ["Population", "888"]]
    assert berg["properties"]["outline"] is True  # it lies in a region, which is drawn first
    longitude, latitude = berg["properties"]["middle"]
    assert 17 < longitude < 18
    assert 69 < latitude < 70


def test_geojson_turns_latitude_and_longitude_round(bees_app):
    features = bees_app.test_client().get("/map.geojson").get_json()["features"]
    points = [f["geometry"]["coordinates"] for f in features if f["geometry"]["type"] == "Point"]
    assert points == [[8.312, 61.636], [8.319, 61.631]]


def test_the_page_is_geojson_to_who_asks_for_it(bees_app):
    client = bees_app.test_client()
    negotiated = client.get("/map", headers={"Accept": "application/geo+json"})
    assert negotiated.mimetype == "application/geo+json"
    assert negotiated.data == client.get("/map.geojson").data
    assert "Accept" in negotiated.headers["Vary"]


def test_geojson_is_not_sent_twice(bees_app):
    client = bees_app.test_client()
    tag = client.get("/map.geojson").headers["ETag"]
    assert client.get("/map.geojson", headers={"If-None-Match": tag}).status_code == 304


# the form


def test_an_answer_without_shapes_is_mapped_by_what_it_names(study_app):
    rows = [{"unit": iri(THING + f"municipality/{m}"), "n": text("1")} for m in ("berg", "senja")]
    form, html = drawn(study_app, "map", rows)
    assert form == "map"
    assert 'href="/doc/municipality/berg"' in html
    assert "Kartverket" in html


def test_things_of_few_kinds_divide_the_map(study_app):
    cases = {"berg": "midt-troms", "tranoy": "midt-troms", "fyresdal": "vest-telemark"}
    rows = [
        {"region": iri(THING + f"region/{r}"), "unit": iri(THING + f"municipality/{m}")}
        for m, r in cases.items()
    ]
    _, html = drawn(study_app, "map", rows)
    # each layer lies apart, so each has a picture of its own under its name
    details = re.search(r'<div class="map-details">.*</div>', html, re.DOTALL)[0]
    titles = re.findall(r"<p><b>\d</b> ([^<]+)</p>", details)
    assert titles == ["Midt-Troms", "Vest-Telemark"]
    assert re.findall(r"<text [^>]*>([^<]+)<", details) == ["Tranøy", "Berg", "Fyresdal"]


def test_an_answer_that_names_no_place_is_a_table(study_app):
    assert drawn(study_app, "map", [{"x": iri("urn:nothing"), "y": text("1")}])[0] == "table"
    assert drawn(study_app, "map", [{"x": text("POINT (1 2)", WKT + "x")}])[0] == "table"
    assert drawn(study_app, "map", [], variables=["x"])[0] == "table"


def test_a_near_view_shows_where_in_the_whole_it_is(study_app):
    _, near = drawn(study_app, "map", [{"unit": iri(THING + "municipality/berg")}])
    assert "map-locator" in near
    far = [{"u": iri(THING + f"municipality/{m}")} for m in ("fyresdal", "storfjord")]
    assert "map-locator" not in drawn(study_app, "map", far)[1]


def test_places_elsewhere_do_not_stand_on_this_ground(study_app):
    _, html = drawn(study_app, "map", [{"x": text("Lima"), "wkt": text("POINT (-77 -12)", WKT)}])
    assert "map-ground" not in html
    assert ">Lima<" in html


def test_hostile_names_and_addresses_stay_text(bees_app):
    rows = [
        {"x": iri("javascript:alert(1)"), "xName": text(HOSTILE), "wkt": text("POINT (8 61)", WKT),
         "layer": text(HOSTILE)},
        {"x": iri("urn:y"), "wkt": text("POINT (8.1 61)", WKT), "layer": text("other")},
    ]  # fmt: skip
    _, html = drawn(bees_app, "map", rows)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert 'href="javascript' not in html


# time


def test_the_line_of_a_unit_shows_what_it_came_from_and_became(study_app, root):
    form, html = view(study_app, root, "municipality-time", "municipality/namdalseid")
    assert form == "timeline"
    assert 'aria-label="Namdalseid, til og med 2019, går over i Namsos"' in html
    assert html.count("time-current") == 1
    assert re.search(r'aria-label="Namsos, fra 2020"', html)
    assert "Begynnelsen er ikke kjent" in html


def test_every_view_of_maps_and_time_fits_the_things_it_is_for(study_app, root):
    for name, thing, form in [
        ("municipality-time", "municipality/nissedal", "timeline"),
        ("municipality-boundary", "municipality/senja", "map"),
        ("municipality-boundary", "municipality/balsfjord", "table"),  # no boundary is held
        ("region-boundary", "region/midt-troms", "map"),
        ("county-time", "county/troms-og-finnmark", "timeline"),
    ]:
        assert view(study_app, root, name, thing)[0] == form, (name, thing)


def test_bars_follow_the_days(bees_app):
    rows = [
        {"x": text("old"), "to": text("1999-12-31", XSD + "date")},
        {"x": text("new"), "from": text("2000", XSD + "gYear")},
    ]
    with bees_app.test_request_context("/"):
        _, shown = shown_as("timeline", ResultTable(["x", "from", "to"], rows, "en"))
    old, new = shown["bars"]
    assert old["end"] == new["x"] == 50
    assert (old["open_start"], old["open_end"]) == (True, False)
    assert (new["open_start"], new["open_end"]) == (False, True)
    assert [y["year"] for y in shown["years"]] == [2000]


def test_a_day_within_a_year_is_written_as_readers_write_it(bees_app):
    days = {"from": text("2017-07-01", XSD + "date"), "to": text("2019", XSD + "gYear")}
    for language, told in (("nb", "1. juli 2017–2019"), ("en", "1 July 2017–2019")):
        with bees_app.test_request_context("/"):
            rows = [{"x": text("a"), **days}]
            _, shown = shown_as("timeline", ResultTable(["x", "from", "to"], rows, language))
        assert shown["bars"][0]["span"].told == told


@pytest.mark.parametrize("day", ["", "soon", "2020-13-45", "99999-01-01", "-0044-03-15"])
def test_a_day_that_is_none_is_not_known(bees_app, day):
    rows = [
        {"x": text("a"), "from": text(day), "to": text(day)},
        {"x": text(HOSTILE), "from": text("2001-02-03")},
    ]
    form, html = drawn(bees_app, "timeline", rows)
    assert form == "timeline"
    assert "<script" not in html


def test_without_any_day_there_is_no_line(bees_app):
    assert drawn(bees_app, "timeline", [{"x": text("a"), "from": text("soon")}])[0] == "table"
    assert drawn(bees_app, "timeline", [], variables=["x", "from"])[0] == "table"


# measures


def test_the_example_of_measures_answers_with_the_areas_that_are_known(study_app):
    client = study_app.test_client()
    page = client.get("/about/sparql?lang=en", headers=HTML).text
    link = re.search(r'href="(/sparql\?[^"]*area[^"]*)"', page)[1]
    (query,) = parse_qs(urlsplit(unescape(link)).query)["query"]
    with study_app.test_request_context("/"):
        rows = ask_text(query)
    measured = {r["thing"]["value"]: float(r["squareKilometres"]["value"]) for r in rows}
    assert measured[THING + "municipality/nissedal"] == pytest.approx(905, rel=0.03)
    assert (
        max(measured.values()) < 400_000
    )  # square kilometres of the country, not the rest of the earth
