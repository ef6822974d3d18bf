"""Where the setting ``base`` has a path, every link, redirect and file stands below it."""

import html
import re
from collections import Counter
from urllib.parse import parse_qsl

import pytest

from gateway_client import GatewayClient
from samgraf.settings import Settings
from small_release import BASE, EX
from thing_release import write_things

PREFIX = "/kg"
HTML = {"Accept": "text/html"}
PAGES = ["/", "/sparql", "/doc/rose", "/ontology", "/questions", "/questions/01", "/datasets"]
PAGES += ["/search?q=rose", "/map", "/vocabularies", "/status", "/sources", "/partners", "/nothing"]
PAGES += ["/about", "/privacy", "/accessibility", "/about/sparql"]
#: How many addresses of a kind are asked for; browser/test_crawl.py asks for all of them.
SOME = 20


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = GatewayClient(
        write_things(tmp_path_factory.mktemp("below")),
        Settings(base="https://host.example/kg/", cache_dir=tmp_path_factory.mktemp("cache")),
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def whole(other_release, tmp_path_factory):
    settings = Settings(base="https://host.example/kg/", cache_dir=tmp_path_factory.mktemp("cache"))
    made = GatewayClient(other_release, settings)
    yield made
    made.close()


def links_of(page: str) -> set[str]:
    found = re.findall(r'\b(?:src|href|action|data-[a-z-]+)="(/[^"]*)"', page)
    return {html.unescape(link) for link in found}


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_stands_below_it(site, path):
    page = site.get(PREFIX + path, headers=HTML)
    assert page.status_code == (404 if path == "/nothing" else 200)
    links = links_of(page.text)
    assert links
    assert [link for link in links if not link.startswith((PREFIX + "/", PREFIX + "?"))] == []


def test_links_lead_to_what_stands_there_without_the_path(site):
    links = set().union(*(links_of(site.get(PREFIX + p, headers=HTML).text) for p in PAGES[:7]))
    for link in {link.partition("#")[0] for link in links}:
        if link.startswith(f"{PREFIX}/dumps/"):
            continue  # made meanwhile
        with_path = site.get(link, headers=HTML)
        without = site.get(link.removeprefix(PREFIX) or "/", headers=HTML)
        assert with_path.status_code == without.status_code, link
        if "/static/" in link:
            assert with_path.status_code == 200


def kind(address: str) -> tuple[object, ...]:
    """Return what the address has in common with its like: folder, format, what it is asked."""
    path, _, query = address.partition("?")
    asked = ((name, value if name == "format" else "") for name, value in parse_qsl(query))
    return path if query else re.sub(r"[^/.]+(?=[^/]*$)", "", path, count=1), frozenset(asked)


def test_everything_that_the_site_leads_to_stands_below_it_and_is_there(whole):
    """Walk the site of another content from its front page, as a search engine would."""
    queue, seen, outside, kinds = [f"{PREFIX}/"], {f"{PREFIX}/"}, set(), Counter()
    while queue:
        address = queue.pop()
        answer = whole.get(address, headers=HTML)
        if answer.status_code == 503:
            continue  # a file that is only now made
        assert answer.status_code < 400, address
        assert "Set-Cookie" not in answer.headers
        found = set()
        if "Location" in answer.headers:
            found = {answer.headers["Location"]}
        elif answer.mimetype == "text/html":
            # scripts alone ask for what data-… names
            found = set(re.findall(r'\b(?:src|href|action)="(/[^"]*)"', answer.text))
            told = re.findall(
                r'(?:hreflang="\w+"|property="og:url"|rel="canonical") (?:href|content)="([^"]*)"',
                answer.text,
            )
            outside |= {t for t in told if not t.startswith(("https://host.example/kg/", "/kg"))}
        for link in {html.unescape(f).partition("#")[0] for f in found} - seen:
            # each page in one language, files of other makers elsewhere
            if re.search(r"[?&]lang=n[bn]|/static/vendor/|^$", link):
                continue
            seen.add(link)
            kinds[kind(link)] += 1
            if kinds[kind(link)] <= SOME:
                queue.append(link)
    assert [a for a in seen if not a.startswith(PREFIX)] == []
    assert outside == set()
    folders = {a.split("/")[2].split("?")[0] for a in seen}
    assert {"about", "doc", "ontology", "questions", "sparql", "static", "datasets"} <= folders
    assert len(kinds) > 100


def test_redirects_and_headers_stand_below_it(site):
    moved = site.get(f"{PREFIX}/id/rose", headers=HTML)
    assert (moved.status_code, moved.headers["Location"]) == (303, f"{PREFIX}/doc/rose")
    page = site.get(f"{PREFIX}/doc/rose", headers=HTML)
    assert page.headers["Content-Location"].startswith(f"{PREFIX}/doc/rose.html")
    assert '<https://host.example/kg/doc/rose>; rel="canonical"' in page.headers["Link"]
    assert f"<{PREFIX}/doc/rose.ttl>" in page.headers["Link"]


def test_programs_are_told_addresses_below_it(site):
    assert "Sitemap: https://host.example/kg/sitemap.xml" in site.get(f"{PREFIX}/robots.txt").text
    found = site.get(f"{PREFIX}/sitemap-1.xml").text
    assert "<loc>https://host.example/kg/doc/rose</loc>" in found
    assert "/kg/kg" not in found
    assert "<loc>https://host.example/kg/questions</loc>" in found
    assert "https://host.example/kg/search?" in site.get(f"{PREFIX}/opensearch.xml").text
    suggested = site.get(f"{PREFIX}/search/suggestions?q=ros").json
    assert suggested[3] == ["https://host.example/kg/doc/rose"]


def test_no_iri_changes(site):
    data = site.get(f"{PREFIX}/doc/rose", headers={"Accept": "application/n-triples"})
    assert f"<{EX}rose>" in data.text
    assert "host.example" not in data.text
    assert BASE not in site.get(f"{PREFIX}/id/rose").headers["Location"]


def test_the_endpoint_and_the_probes_are_below_it(site):
    answer = site.get(f"{PREFIX}/sparql?query=ASK%7B%7D", headers={"Accept": "application/json"})
    assert answer.json["boolean"] is True
    assert site.get(f"{PREFIX}/health").json["status"] == "ok"


def test_what_a_view_is_made_of_is_below_it(site):
    asked = {"query_string": {"query": "CONSTRUCT WHERE { ?s a ex:Flower }"}}
    made = site.get(f"{PREFIX}/sparql/triples", **asked)
    assert made.status_code == 200
    assert made.json == site.get("/sparql/triples", **asked).json


def test_a_part_of_a_file_to_download_can_be_had(site):
    quads = f"{PREFIX}/release/{site.service.release}/quads.nq"
    part = site.get(quads, headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)


def test_a_proxy_may_have_taken_the_path_off(site):
    page = site.get("/doc/rose", headers=HTML)
    assert page.status_code == 200
    assert all(link.startswith(PREFIX) for link in links_of(page.text))
