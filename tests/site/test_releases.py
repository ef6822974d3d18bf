"""A release that is kept is had whole under its hash; one that is gone is told to be gone."""

from __future__ import annotations

import hashlib
import json
import re

import pyoxigraph as ox
import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.release import MANIFEST
from samgraf.settings import Settings
from samgraf.site import create_app

HIVE = "doc/hive-north"
CSV = {"Accept": "text/csv"}


@pytest.fixture(scope="module")
def site(past):
    return create_app(in_process_service(past.folder, past.settings)).test_client()


@pytest.fixture(scope="module")
def old(past):
    return f"/release/{past.old}/"


@pytest.fixture(scope="module")
def new(past):
    return f"/release/{past.new}/"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_of_a_release_says_what_it_is(site, old, new, language):
    for address in (old, new):
        page = site.get(address, query_string={"lang": language}, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert address.split("/")[2] in page.text
        assert f"{address}quads.nq" in page.text


def test_where_the_base_has_a_path_all_links_stand_below_it(past, old):
    settings = Settings(cache_dir=past.settings.cache_dir, base="https://public.example/sub")
    client = create_app(in_process_service(past.folder, settings)).test_client()
    for address in ("/", "/ontology", "/search?q=", old, old + HIVE):
        page = client.get(f"/sub{address}", headers={"Accept": "text/html"})
        assert page.status_code == 200
        links = re.findall(r'href="(/[^"]*)"', page.text)
        assert links
        assert [link for link in links if not link.startswith("/sub/")] == [], address


def test_programs_get_the_manifest(site, old, past):
    answer = site.get(old, headers={"Accept": "application/json"}, buffered=True)
    assert answer.json["release"] == past.old


def test_without_its_last_slash_the_address_leads_on(site, old):
    answer = site.get(old.rstrip("/"))
    assert (answer.status_code, answer.headers["Location"]) == (308, old)


def test_its_files_are_those_that_were_served(site, old, past):
    quads = site.get(f"{old}quads.nq", buffered=True)
    assert hashlib.sha256(quads.data).hexdigest() == past.old
    assert site.get(f"{old}manifest.json", buffered=True).json["release"] == past.old
    assert site.get(f"{old}dumps/all.nq", buffered=True).data == quads.data
    assert "all.nq.gz" in site.get(f"{old}dumps/SHA256SUMS").text


def label(site, address):
    graph = site.get(address, headers={"Accept": "text/turtle"})
    assert graph.status_code == 200, graph.text
    triples = ox.parse(graph.data, ox.RdfFormat.TURTLE)
    return {
        t.object.value
        for t in triples
        if t.predicate.value.endswith("#label") and getattr(t.object, "language", "") == "en"
        and t.subject.value.endswith("hive-north")
    }  # fmt: skip


def test_a_thing_is_had_as_it_was(site, old, new):
    assert label(site, old + HIVE) == {"hive in the north"}
    assert label(site, new + HIVE) == {"northern hive"}
    assert label(site, f"{old}{HIVE}.ttl") == {"hive in the north"}


def test_a_thing_has_a_page_as_it_was_that_leads_to_the_present_one(site, old):
    page = site.get(old + HIVE, headers={"Accept": "text/html"})
    assert "hive in the north" in page.text
    assert f'href="/{HIVE}' in page.text


def test_a_thing_is_found_by_its_iri(site, old):
    answer = site.get(f"{old}doc?iri=https://example.org/bees/id/hive-north")
    assert (answer.status_code, answer.headers["Location"]) == (303, old + HIVE)
    assert site.get(f"{old}doc?iri=no iri").status_code == 400
    assert site.get(f"{old}doc?iri=").status_code == 400


def test_the_address_of_the_form_alone_leads_to_the_form(site, old):
    form = re.search(r'<form class="lookup" method="get" action="([^"]*)"', site.get(old).text)
    answer = site.get(form[1])
    assert (answer.status_code, answer.headers["Location"]) == (303, old)


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_what_the_release_does_not_know_is_not_found(site, old, accept):
    assert site.get(f"{old}doc/hive-west", headers={"Accept": accept}).status_code == 404


def test_queries_are_answered_as_they_were(site, old, new):
    query = 'SELECT ?l { ?s rdfs:label ?l FILTER(CONTAINS(?l, "north") && LANG(?l) = "en") }'
    for address, first in ((old, "hive in the north"), (new, "northern hive")):
        answer = site.get(f"{address}sparql", query_string={"query": query}, headers=CSV)
        assert first in answer.text.split("\r\n")
        assert answer.headers["Samgraf-Release"] == address.split("/")[2]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("SELECT nonsense", 400),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", 400),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 200),
    ],
)
def test_queries_are_guarded_as_ever(site, old, query, status):
    answer = site.get(f"{old}sparql", query_string={"query": query}, headers=CSV)
    assert (answer.status_code, "root:" in answer.text) == (status, False)


def test_one_that_is_gone_is_410_with_what_is_known(site, past):
    answer = site.get(f"/release/{past.gone}/quads.nq", headers={"Accept": "application/json"})
    assert answer.status_code == 410
    told = answer.json
    assert (told["release"], told["present"]) == (past.gone, past.new)
    assert (told["version"], told["date"]) == ("0.9", "2026-11-01")
    unknown = site.get(f"/release/{'b' * 64}/", headers={"Accept": "application/json"})
    assert (unknown.status_code, "version" in unknown.json) == (410, False)


@pytest.mark.parametrize("name", ["xyz", "A" * 64, "a" * 63, "%61" * 64])
def test_what_is_no_hash_is_404(site, name):
    for rest in ("/", "/quads.nq", f"/{HIVE}", "/sparql?query=ASK{}"):
        assert site.get(f"/release/{name}{rest}").status_code == 404


def test_what_was_says_when_it_was_and_what_it_was_of(site, old):
    answer = site.get(old + HIVE, headers={"Accept": "text/turtle"})
    assert answer.headers["Memento-Datetime"] == "Tue, 01 Dec 2026 00:00:00 GMT"
    links = ", ".join(answer.headers.getlist("Link"))
    assert f'<http://localhost/{HIVE}>; rel="original"' in links
    assert f'<http://localhost/release/at/{HIVE}>; rel="timegate"' in links


@pytest.mark.parametrize(
    ("when", "which"),
    [
        (None, "new"),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "new"),
        ("Mon, 07 Dec 2026 00:00:00 GMT", "old"),
        ("Fri, 01 Jan 1999 00:00:00 GMT", "old"),
    ],
)
def test_a_time_leads_to_the_release_of_that_time(site, old, new, when, which):
    headers = {"Accept-Datetime": when} if when else {}
    answer = site.get(f"/release/at/{HIVE}", headers=headers)
    assert answer.status_code == 302
    assert answer.headers["Location"] == {"old": old, "new": new}[which] + HIVE
    assert "accept-datetime" in answer.headers["Vary"].lower()


def test_what_is_no_time_is_a_wrong_call(site):
    assert site.get("/release/at/doc", headers={"Accept-Datetime": "soon"}).status_code == 400


def test_the_map_of_times_lists_every_release(site, old, new):
    text = site.get(f"/release/map/{HIVE}").text
    assert f'<http://localhost{old}{HIVE}>; rel="first memento"; datetime="Tue, 01 Dec' in text
    assert f'<http://localhost{new}{HIVE}>; rel="last memento"' in text


def test_a_server_that_keeps_none_says_so(release_dir, tmp_path):
    settings = Settings(cache_dir=tmp_path)
    site = create_app(in_process_service(release_dir, settings)).test_client()
    assert site.get("/release/at/doc/x").status_code == 404
    release = json.loads((release_dir / MANIFEST).read_text())["release"]
    page = site.get(f"/release/{release}/", headers={"Accept": "text/html"})
    assert (page.status_code, "Memento-Datetime" in page.headers) == (200, False)


def test_a_page_leads_to_what_it_was_at_other_times(site):
    answer = site.get(f"/{HIVE}", headers={"Accept": "text/html"})
    links = ", ".join(answer.headers.getlist("Link"))
    assert f'<http://localhost/release/at/{HIVE}>; rel="timegate"' in links
