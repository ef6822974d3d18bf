import json

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.release import open_release, read_manifest
from samgraf.settings import Settings
from samgraf.site import create_app
from small_release import BASE, LINES, REPORT, write_release

HTML = {"Accept": "text/html"}
SH = "http://www.w3.org/ns/shacl#"


@pytest.fixture(scope="module", params=["release", "other_release"])
def folder(request):
    return request.getfixturevalue(request.param)


def client_of(folder, cache):
    return create_app(in_process_service(folder, Settings(cache_dir=cache))).test_client()


@pytest.fixture
def site(folder, tmp_path):
    return client_of(folder, tmp_path)


def test_the_numbers_are_those_of_the_manifest_and_of_the_report(site, folder):
    told, manifest = site.get("/status.json").json, read_manifest(folder)
    assert told["release"] == manifest["release"]
    assert told["tools"] == manifest["tools"]
    assert told["questions"] == manifest["questions"]
    numbers = told["numbers"]
    assert numbers["violations"] == 0
    assert numbers["warnings"] == manifest["report"]["warnings"] == len(told["results"])
    assert numbers["passed"] == numbers["questions"] == len(manifest["questions"])
    graph = manifest["base"] + "graph/inferred"
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    rows = open_release(folder).query(count)
    assert numbers["inferred"] == int(next(rows)["n"].value)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_leads_to_every_question(site, folder, language):
    page = site.get(f"/status?lang={language}", headers=HTML)
    assert page.status_code == 200
    for question in read_manifest(folder)["questions"]:
        assert f'href="/questions/{question["id"]}?lang={language}"' in page.text


def test_it_is_json_by_accept_and_a_page_to_browsers(site):
    assert site.get("/status", headers={"Accept": "application/json"}).is_json
    assert site.get("/status", headers=HTML).mimetype == "text/html"
    assert site.get("/status", headers={"Accept": "image/png"}).status_code == 406


def test_a_remark_is_told_in_the_language_of_the_reader(other_release, tmp_path):
    client = client_of(other_release, tmp_path)
    (result,) = client.get("/status.json").json["results"]
    for language in ("nb", "en"):
        page = client.get(f"/status?lang={language}", headers=HTML).text
        message = result["messages"].get(language) or next(iter(result["messages"].values()))
        assert message.split("<")[0][:30] in page


def test_a_hostile_message_is_text(tmp_path):
    node = f"<{BASE}report/result/1>"
    evil = "<script>alert(1)</script>"
    lines = [
        (f"<{BASE}report/1>", f"<{SH}result>", node, REPORT),
        (node, f"<{SH}resultSeverity>", f"<{SH}Warning>", REPORT),
        (node, f"<{SH}focusNode>", "<javascript:alert(1)>", REPORT),
        (node, f"<{SH}value>", f'"{evil}"', REPORT),
        (node, f"<{SH}resultMessage>", f'"{evil}"@en', REPORT),
    ]
    client = client_of(write_release(tmp_path / "release", [*LINES, *lines]), tmp_path)
    page = client.get("/status", headers=HTML).text
    assert evil not in page
    assert 'href="javascript' not in page
    assert evil in json.loads(client.get("/status.json").data)["results"][0]["messages"]["en"]


def test_every_page_leads_there(site):
    assert 'href="/status"' in site.get("/", headers=HTML).text
