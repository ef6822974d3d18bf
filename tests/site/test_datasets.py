import json
import re

import pyoxigraph as ox
import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.release import names, read_manifest
from samgraf.release.dumps import Dumps
from samgraf.settings import Settings
from samgraf.site import create_app

HTML = {"Accept": "text/html"}
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def client_of(release, cache):
    settings = Settings(cache_dir=cache)
    return create_app(in_process_service(release, settings)).test_client()


@pytest.fixture(scope="module")
def real(release, tmp_path_factory):
    return client_of(release, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module", params=["release", "other_release", "release_dir"])
def folder(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def site(folder, tmp_path_factory):
    """Return a client of the real site, of one on bees, and of one without a catalogue."""
    return client_of(folder, tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_lists_every_graph_with_its_triples(site, folder, language):
    page = site.get(f"/datasets?lang={language}", headers=HTML)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    base = read_manifest(folder)["base"]
    for graph in read_manifest(folder)["graphs"]:
        stem = names.stem_of(graph["iri"], base)
        assert f'href="/datasets/{stem}?lang={language}"' in page.text
        assert f'/dumps/{stem}.ttl.gz"' in page.text


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("nb", r"\d\. [a-z]+ 20\d\d"),
        ("nn", r"\d\. [a-z]+ 20\d\d"),
        ("en", r"\d [A-Z][a-z]+ 20\d\d"),
    ],
)
def test_days_are_written_as_readers_write_them(real, language, day):
    release = real.get("/").headers["Samgraf-Release"]
    for path in ("/datasets", "/ontology", "/changes", f"/release/{release}/"):
        page = real.get(path, query_string={"lang": language}, headers=HTML).text
        text = re.sub(r"<[^>]*>", " ", page.partition("<main")[2])
        assert re.search(day, text), path
        assert not re.search(r"(?<![\w/])\d{4}-\d\d-\d\d(?![\w/])", text), path


def test_a_page_each_tells_source_licence_date_and_files(real):
    page = real.get("/datasets/graph/statistics/area-2017?lang=nb", headers=HTML).text
    assert "<bdi>Totalareal 2017</bdi></h1>" in page
    assert 'href="https://creativecommons.org/licenses/by-sa/3.0/"' in page
    assert "2026-11-28" in page
    # the graph knows more of this source, so that it has a page
    source = "https%3A%2F%2Fgithub.com%2Fengvik%2Fnorwegian-municipalities-json"
    assert re.search(f'href="/doc\\?iri={source}[^"]*"[^>]*>.*norwegian-municipalities-json', page)
    for extension in ("ttl", "nt", "jsonld", "rdf"):
        assert f'href="/dumps/graph/statistics/area-2017.{extension}.gz"' in page


@pytest.mark.parametrize("path", ["/datasets", "/datasets/all", "/datasets/graph/study/claims"])
def test_the_number_of_queries_is_the_same_for_small_and_large(real, path):
    with real.application.app_context() as context:
        real.get(path, headers=HTML)
        del context
    with real.application.test_request_context(path, headers=HTML):
        from flask import g

        real.application.dispatch_request()
        assert g.asked <= 10


def test_hostile_names_are_text_in_the_page_and_in_the_block(tmp_path):
    from small_release import BASE, DCT, LINES, A, write_release

    evil = '"</script><script>alert(1)</script>"'
    catalogue = BASE + "graph/catalogue"
    kind = (
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        "<http://www.w3.org/ns/dcat#Dataset>",
    )
    node = f"<{BASE}datasets/{A.removeprefix(BASE)}>"
    lines = [
        *LINES,
        (node, *kind, catalogue),
        (node, f"<{DCT}title>", evil, catalogue),
        (node, "<http://www.w3.org/ns/prov#wasDerivedFrom>", "<javascript:alert(1)>", catalogue),
    ]
    client = client_of(write_release(tmp_path / "release", lines), tmp_path / "cache")
    for path in ("/datasets", "/datasets/graph/a"):
        text = client.get(path, headers=HTML).text
        assert "<script>alert" not in text
        assert 'href="javascript' not in text
        assert all(json.loads(block) for block in BLOCK.findall(text))


def test_search_engines_find_the_whole_with_its_parts_and_files(real):
    blocks = map(json.loads, BLOCK.findall(real.get("/datasets?lang=en", headers=HTML).text))
    told, cited = (block for block in blocks if "@id" in block)
    assert cited["@id"] == told["@id"]
    assert told["@type"] == "Dataset"
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert 50 <= len(told["description"]) <= 5000
    assert {d["contentUrl"] for d in told["distribution"]} == {
        "http://localhost/dumps/all.nq.gz",
        "http://localhost/dumps/all.trig.gz",
    }
    files = [g["file"] for g in real.application.extensions["samgraf"].manifest["graphs"]]
    of_data = [f for f in files if f and f.startswith("data/") and f != "data/catalogue.ttl"]
    assert len(told["hasPart"]) == len(of_data) > 25
    assert all(len(part["description"]) for part in told["hasPart"])


TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}


@pytest.mark.parametrize("extension", TYPES)
@pytest.mark.parametrize("path", ["/datasets", "/datasets/all", "/datasets/graph/study/claims"])
def test_the_record_is_had_by_suffix_and_by_accept(real, path, extension):
    by_suffix = real.get(f"{path}.{extension}")
    by_accept = real.get(path, headers={"Accept": TYPES[extension]})
    assert by_suffix.mimetype == by_accept.mimetype == TYPES[extension]
    assert by_suffix.data == by_accept.data
    kind = ox.RdfFormat.from_media_type(TYPES[extension])
    assert len(list(ox.parse(input=by_suffix.data, format=kind))) > 20


def test_a_record_that_the_client_has_is_not_sent_again(real):
    first = real.get("/datasets.ttl")
    again = real.get("/datasets.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_no_format_that_fits_is_406_and_no_such_data_set_is_404(real):
    assert real.get("/datasets", headers={"Accept": "image/png"}).status_code == 406
    assert real.get("/datasets/graph/nowhere").status_code == 404
    assert real.get("/datasets/graph/study").status_code == 404


def test_the_record_has_no_statistics_and_the_statistics_are_at_the_well_known_place(real):
    void = "http://rdfs.org/ns/void#"

    def predicates(path):
        data = real.get(path, headers={"Accept": "text/turtle"}).data
        return {q.predicate.value for q in ox.parse(input=data, format=ox.RdfFormat.TURTLE)}

    assert not {p for p in predicates("/datasets") if p.startswith(void)}
    told = predicates("/.well-known/void")
    assert {void + p for p in ("triples", "classPartition", "subset", "dataDump")} <= told
    assert not {p for p in told if p.startswith("http://www.w3.org/ns/dcat#")}


def test_the_well_known_place_leads_readers_to_the_page(real):
    answer = real.get("/.well-known/void", headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/datasets")


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/trig"])
def test_the_iri_of_a_graph_gives_its_triples_to_who_wants_rdf(folder, site, accept):
    manifest = read_manifest(folder)
    for entry in manifest["graphs"][:4]:
        path = "/" + entry["iri"].removeprefix(manifest["base"])
        answer = site.get(path, headers={"Accept": accept})
        assert answer.status_code == 200
        assert 'rel="describedby"' in answer.headers["Link"]
        format = ox.RdfFormat.from_media_type(accept)
        assert len(set(ox.parse(input=answer.data, format=format))) == entry["quads"]


def test_the_iri_of_a_graph_gives_its_page_to_a_reader(folder, site):
    manifest = read_manifest(folder)
    path = "/" + manifest["graphs"][0]["iri"].removeprefix(manifest["base"])
    assert site.get(path, headers=HTML).mimetype == "text/html"
    assert site.get("/graph/nothing", headers={"Accept": "text/turtle"}).status_code == 404


def test_a_data_set_with_places_is_geojson_too_and_another_is_not(real):
    features = real.get("/datasets/graph/geometry/boundaries-2019.geojson").json["features"]
    assert len(features) == 12
    assert {f["geometry"]["type"] for f in features} <= {"Polygon", "MultiPolygon"}
    page = real.get("/datasets?lang=en", headers=HTML).text
    assert page.count(">GeoJSON</a>") == 4
    assert real.get("/datasets/graph/study/claims.geojson").status_code == 404
    assert real.get("/datasets/all.geojson").status_code == 404


def test_all_groups_but_the_data_are_folded(real):
    page = real.get("/datasets?lang=en", headers=HTML).text
    folded = "".join(re.findall(r"<details>.*?</details>", page, re.DOTALL))
    assert "/datasets/graph/ontology/shapes?" in folded
    assert "/datasets/graph/inferred?" in folded
    assert "/datasets/graph/study/claims?" not in folded


def test_what_was_a_data_set_of_its_own_leads_to_that_of_several(real):
    for path, to in (
        ("/datasets/graph/ontology/shapes/claim", "/datasets/graph/ontology/shapes"),
        ("/datasets/graph/ontology/shapes/claim.ttl", "/datasets/graph/ontology/shapes"),
        ("/dumps/graph/ontology/shapes/claim.ttl.gz", "/dumps/graph/ontology/shapes.ttl.gz"),
    ):
        response = real.get(path, headers=HTML)
        assert (response.status_code, response.location) == (301, to)


def test_formats_that_cannot_hold_a_graph_are_not_offered(tmp_path):
    from small_release import BASE, LINES, A, write_release

    catalogue, dcat = BASE + "graph/catalogue", "http://www.w3.org/ns/dcat#"
    node = f"<{BASE}datasets/{A.removeprefix(BASE)}>"
    kind = ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"<{dcat}Dataset>", catalogue)
    file = (f"<{dcat}distribution>", node.replace(">", "#turtle>"), catalogue)
    release = write_release(tmp_path / "release", [*LINES, (node, *kind), (node, *file)])
    page = client_of(release, tmp_path / "cache").get("/datasets/graph/a", headers=HTML).text
    assert '/dumps/graph/a.ttl.gz"' in page
    assert "/dumps/graph/a.rdf.gz" not in page


@pytest.mark.parametrize("path", ["/datasets", "/datasets/all"])
def test_a_page_is_not_kept_before_the_files_that_it_tells_of_are_made(
    path, release_dir, tmp_path, monkeypatch
):
    client = client_of(release_dir, tmp_path)
    monkeypatch.setattr(Dumps, "begin", lambda _: False)
    assert client.get(path, headers=HTML).headers["Cache-Control"] == "no-store"
    monkeypatch.setattr(Dumps, "begin", lambda _: True)
    assert "no-store" not in client.get(path, headers=HTML).headers["Cache-Control"]
