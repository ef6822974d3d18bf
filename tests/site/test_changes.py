"""The page /changes tells what became other since the release before, and which are kept."""

from __future__ import annotations

import re

import pytest

from json_shape import differences
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.releases.words import Changes

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(past):
    return create_app(in_process_service(past.folder, past.settings)).test_client()


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_tells_what_changed_thing_by_thing(site, language):
    page = site.get("/changes", query_string={"lang": language}, headers=HTML)
    assert page.status_code == 200
    assert "hive in the north" in page.text
    assert "northern hive" in page.text
    assert "/doc/hive-north" in page.text


def test_things_that_changed_are_sorted_as_the_reader_sorts_names():
    names = ("Østre", "Zeta", "Aasen", "ärlig")
    told = {
        "labels": {f"urn:{name}": {"nb": name, "en": name} for name in names},
        "things": [{"iri": f"urn:{name}", "what": "added", "changes": []} for name in names],
    }
    for language, order in (
        ("nb", ["Zeta", "ärlig", "Østre", "Aasen"]),
        ("en", ["Aasen", "ärlig", "Østre", "Zeta"]),
    ):
        changes = Changes(told, "", language)
        assert [changes.label(t["iri"]).text for t in changes.things("things")] == order


def test_an_answer_that_changed_leads_to_its_rows(site, past):
    page = site.get("/changes?lang=en", headers=HTML)
    found = re.search(r'href="(/cite/query\?[^"]+)"', page.text)
    assert found
    told = site.get(found[1].replace("&amp;", "&"), headers={"Accept": "application/json"}).json
    assert told["cited"]["verdict"] == "changed"
    assert told["cited"]["release"] == past.old


def test_the_two_may_be_named_and_turned_round(site, past):
    told = site.get("/changes.json", query_string={"from": past.new, "to": past.old}).json
    (step,) = told["changes"]["things"][0]["changes"]
    assert [v["value"] for v in step["added"]] == ["hive in the north"]


def test_kept_releases_and_listed_versions_are_told(site, past):
    page = text_of(site.get("/changes?lang=en", headers=HTML))
    for part in ("0.9", "1 November 2026", past.gone, past.old[:12], past.new[:12]):
        assert part in page


def test_the_document_is_as_it_is_described(site):
    document = site.get("/openapi.json").json
    told = site.get("/changes.json").json
    assert not differences(told, {"$ref": "#/components/schemas/Changes"}, document)
    answer = site.get("/cite/query.json", query_string={"query": "ASK {}"}).json
    assert not differences(answer, {"$ref": "#/components/schemas/CitedAnswer"}, document)


def test_it_is_told_again_from_what_was_kept(site, past):
    first = site.get("/changes.json").json
    assert list((past.settings.cache_dir / "changes").glob("*.json"))
    assert site.get("/changes.json").json == first


@pytest.mark.parametrize(("name", "status"), [("xyz", 404), ("c" * 64, 410)])
def test_a_release_that_is_not_there_is_told(site, name, status):
    assert site.get(f"/changes?from={name}").status_code == status


def test_without_another_release_there_is_nothing_to_compare_with(release_dir, tmp_path):
    settings = Settings(cache_dir=tmp_path)
    alone = create_app(in_process_service(release_dir, settings)).test_client()
    page = alone.get("/changes?lang=en", headers=HTML)
    assert (page.status_code, "nothing to compare with" in page.text) == (200, True)
    assert alone.get("/changes.json").json["changes"] is None
