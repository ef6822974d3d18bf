import json
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from json_shape import differences
from samgraf.engine.in_process_service import in_process_service
from samgraf.release import open_release, read_manifest
from samgraf.settings import Settings
from samgraf.site import create_app, well_known
from samgraf.site.search.results import KEEPER

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="module", params=["release", "other_release", "release_dir"])
def folder(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def site(folder, tmp_path):
    return create_app(in_process_service(folder, Settings(cache_dir=tmp_path))).test_client()


def addresses(client, path):
    root = ElementTree.fromstring(client.get(path).data)  # noqa: S314 - our own
    return [e.text for e in root.iter(LOC)]


def mapped(client):
    return [a for part in addresses(client, "/sitemap.xml") for a in addresses(client, part)]


def test_the_site_map_names_every_thing_once(site, folder):
    manifest = read_manifest(folder)
    rows = open_release(folder).query(
        "SELECT DISTINCT ?s { ?s ?p ?o "
        f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), '{manifest['base']}id/')) }}"
    )
    things = {"/doc/" + row["s"].value.removeprefix(manifest["base"] + "id/") for row in rows}
    found = [urlsplit(a).path for a in mapped(site)]
    assert len(found) == len(set(found))
    if manifest["namespace"] != manifest["base"] + "id/":
        assert things <= set(found)
    assert {"/", "/datasets", "/sparql"} <= set(found)


def test_the_site_map_comes_in_parts_that_hold_all(site, monkeypatch):
    whole = mapped(site)
    things = [a for a in whole if "/doc/" in a]
    monkeypatch.setattr(well_known, "MOST", len(whole) - len(things) // 2)
    parts = addresses(site, "/sitemap.xml")
    assert len(parts) > 1
    assert sorted(mapped(site)) == sorted(whole)
    assert all(len(addresses(site, p)) <= well_known.MOST for p in parts)


def test_there_is_no_part_beyond_the_last(site):
    last = len(addresses(site, "/sitemap.xml"))
    assert site.get(f"/sitemap-{last + 1}.xml").status_code == 404
    assert site.get("/sitemap-0.xml").status_code == 404


def test_addresses_are_under_the_base_that_is_set(folder, tmp_path):
    settings = Settings(cache_dir=tmp_path, base="https://graph.example/")
    client = create_app(in_process_service(folder, settings)).test_client()
    assert client.get("/robots.txt").text.endswith("Sitemap: https://graph.example/sitemap.xml\n")
    assert addresses(client, "/sitemap.xml") == ["https://graph.example/sitemap-1.xml"]


def test_robots_may_read_pages_but_ask_nothing(site):
    text = site.get("/robots.txt").text
    assert "Disallow: /sparql?\n" in text
    assert "Allow: /\n" in text
    assert not re.search(r"Disallow: /(doc|datasets|ontology)?\n", text)


#: What no page is asked for.
BY_GATEWAY = {"/health"}


def test_every_interface_that_is_told_is_served(app):
    document = app.test_client().get("/openapi.json").json
    adapter = app.url_map.bind("localhost")
    for path, methods in document["paths"].items():
        if path in BY_GATEWAY:
            continue
        concrete = re.sub(r"{\w+}", "x", path).replace("/release/x", "/release/" + "0" * 64)
        for method in methods:
            try:
                rule, _ = adapter.match(concrete, method.upper(), return_rule=True)
                # what takes every address would take those that nobody serves
                assert (rule.rule == "/<path:name>") == (path == "/{path}"), path
            except RequestRedirect:
                pass
            except (NotFound, MethodNotAllowed):
                pytest.fail(f"{method} {path} is told and not served")


#: What is for people, or is told by a standard of its own.
NOT_TOLD = {
    "/",
    "/accessibility",
    "/about/sparql",
    "/map",
    "/opensearch.xml",
    "/privacy",
    "/robots.txt",
    "/sitemap.xml",
    "/sources",
}


def test_every_interface_that_is_served_is_told(app):
    told = app.test_client().get("/openapi.json").json["paths"]
    told = {re.sub(r"{\w+}", "{}", path) for path in told}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "{}", rule.rule)
        stem = path.removesuffix(".{}").removesuffix("/")
        shown = any(path.startswith(p) for p in ("/static", "/sitemap-", "/release/"))
        assert shown or path in NOT_TOLD | told or stem in told, path


def test_the_description_is_whole(app):
    text = app.test_client().get("/openapi.json").text
    document = json.loads(text)
    assert document["openapi"].startswith("3.1.")
    operations = [o for methods in document["paths"].values() for o in methods.values()]
    ids = [o["operationId"] for o in operations]
    assert len(ids) == len(set(ids))
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', text):
        found = document
        for step in reference.split("/"):
            found = found[step]
        assert found
    for path, methods in document["paths"].items():
        for operation in methods.values():
            told = set()
            for parameter in operation.get("parameters", []):
                if "$ref" in parameter:
                    name = parameter["$ref"].rpartition("/")[2]
                    parameter = document["components"]["parameters"][name]
                if parameter["in"] == "path":
                    told.add(parameter["name"])
            assert told == set(re.findall(r"{(\w+)}", path)), path
            assert operation["responses"]
            assert operation["summary"]


SHAPES = {
    "/partners.json": "Partners",
    "/things.json": "Contents",
    "/status.json": "Status",
    "/search.json?q=flower": "Found",
    "/search.json?q=hive": "Found",
    "/search.json?q=kommune": "Found",
    "/search/suggestions?q=h": "Suggestions",
    "/map.geojson": "Features",
    "/ontology/diagram.json?open=all": "Diagram",
    "/sparql/terms": "Terms",
    "/sparql/values?property=http://www.w3.org/1999/02/22-rdf-syntax-ns%23type": "Values",
    "/sparql/places?query=SELECT+*+{+?s+?p+?o+}+LIMIT+3": "Features",
    "/sparql/triples?query=CONSTRUCT+WHERE+{+?s+?p+?o+}+LIMIT+3": "Results",
    "/doc/no/such/thing": "Problem",
}


def test_the_answers_are_as_they_are_told(site):
    document = site.get("/openapi.json").json

    def valid(name, answer):
        schema = {"$ref": f"#/components/schemas/{name}"}
        assert not differences(answer, schema, document), name

    site.application.extensions[KEEPER].index(60)
    for path, name in SHAPES.items():
        answer = site.get(path, headers={"Accept": "*/*;q=0.5, application/json"}, buffered=True)
        valid(name, json.loads(answer.data))
    for listed in site.get("/things.json").json:
        address = listed["list"].removeprefix("http://localhost")
        answer = site.get(address, headers={"Accept": "application/json"}).json
        valid("ThingList", answer)
        assert answer["count"] == listed["things"] == len(answer["things"])
    release = site.application.extensions["samgraf"].release
    valid("Manifest", json.loads(site.get(f"/release/{release}/manifest.json", buffered=True).data))
    iris = [hit["iri"] for hit in site.get("/search.json?q=a").json["hits"]]
    valid("Labels", site.post("/sparql/labels", json=iris).json)
