"""An IRI is found by the address that a client makes of it and by no other, escapes as written."""

import html
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from gateway_client import GatewayClient
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from small_release import BASE, EX, LABEL, LINES, REPORT, A
from thing_release import write_things

TURTLE = {"Accept": "text/turtle"}
HTML = {"Accept": "text/html"}
#: A graph that nothing is said of, and that is no file's.
SET = BASE + "sets/one"
SEE = "<http://www.w3.org/2000/01/rdf-schema#seeAlso>"
#: What an IRI is written as below /id/, and the address that a client makes of it.
NAMES = {
    "a%3D1": "a%3D1",
    "New%20Town": "New%20Town",
    "who%3F": "who%3F",
    "sharp%23": "sharp%23",
    "half%2Fpath": "half%2Fpath",
    "half/path": "half/path",
    "per%25cent": "per%25cent",
    "lower%2fpath": "lower%2fpath",
    "til%7Ede": "til%7Ede",
    "til~de": "til~de",
    "C%C3%A1diz": "C%C3%A1diz",
    "Málaga": "M%C3%A1laga",
    "c%c3%b3mo": "c%c3%b3mo",
    "ñ%C3%B1": "%C3%B1%C3%B1",
    "latin%E9": "latin%E9",
    "nul%00": "nul%00",
    "когда_рак": quote("когда_рак"),
    "11I62(AARON)71": "11I62(AARON)71",
    "R&B~x": "R&B~x",
    "it's": "it's",
    "a//b": "a//b",
    "/first": "/first",
    "semi;colon=1,2": "semi;colon=1,2",
    "at@home:x": "at@home:x",
    "dot.ttl": "dot.ttl",
    "trailing/": "trailing/",
    "😀": "%F0%9F%98%80",
}
BOTH = ("Ja%C3%A9n", "Jaén")
#: Other IRIs that have pages of their own, with their labels.
OUTSIDE = {
    "https://other.example/q?a=%26b&c=d": "other query",
    f"{BASE}plain/x%2Fy": "plain with escape",
    f"{BASE}ontology#Ter%2Fm": "term with escape",
    f"{BASE}ontology#what?now": "term with question mark",
    f"{BASE}doc/x": "named like a page",
    f"{EX}../up": "dots",
    f"{EX}%2e%2E/up": "escaped dots",
}


def label_of(name: str) -> str:
    return f"called {name.encode().hex()} end"


@pytest.fixture(scope="module")
def odd_release(tmp_path_factory) -> Path:
    lines = [(f"<{EX}{n}>", LABEL, f'"{label_of(n)}"@en', A) for n in (*NAMES, *BOTH)]
    lines += [(f"<{EX}all>", SEE, f"<{EX}{n}>", A) for n in (*NAMES, *BOTH)]
    lines += [(f"<{iri}>", LABEL, f'"{label}"@en', A) for iri, label in OUTSIDE.items()]
    lines += [(f"<{EX}all>", SEE, f"<{iri}>", A) for iri in OUTSIDE]
    lines.append((f"<{EX}all>", LABEL, '"in a graph of another kind"@en', SET))
    return write_things(tmp_path_factory.mktemp("odd"), [*LINES, *lines])


@pytest.fixture(scope="module")
def pages(odd_release):
    return create_app(in_process_service(odd_release, Settings()))


@pytest.fixture(scope="module")
def by_gateway(odd_release):
    made = GatewayClient(odd_release, Settings())
    yield made
    made.close()


@pytest.fixture(params=["pages", "gateway"])
def site(request, pages, by_gateway):
    return by_gateway if request.param == "gateway" else pages.test_client()


@pytest.mark.parametrize("name", NAMES)
def test_a_thing_is_found_by_the_address_that_a_client_makes_of_its_iri(site, name):
    first = site.get(f"/id/{NAMES[name]}", headers=TURTLE)
    assert first.status_code == 303
    assert first.headers["Location"] == f"/doc/{NAMES[name]}"
    document = site.get(first.headers["Location"], headers={"Accept": "application/n-triples"})
    assert document.status_code == 200
    assert f'<{EX}{name}> {LABEL} "{label_of(name)}"@en .' in document.text
    page = site.get(first.headers["Location"], headers=HTML)
    assert label_of(name) in page.text


@pytest.mark.parametrize(
    "path",
    [
        "a=1",
        "a%253D1",
        "%61%3D1",
        "New+Town",
        "who",
        "lower%2Fpath",
        "half%252Fpath",
        "C%25C3%25A1diz",
        "a/b",
        "first",
        "R%26B~x",
        "dot.ttl.ttl.ttl",
        "%C3%83%C2%B1",
    ],
)
def test_no_other_address_leads_to_it(site, path):
    assert site.get(f"/doc/{path}", headers=TURTLE).status_code == 404


@pytest.mark.parametrize(
    "path", ["/%73earch?q=a", "/questions%2F01", "/questions/%301", "/do%63/a"]
)
def test_the_sites_own_addresses_are_read_as_written_too(site, path):
    assert site.get(path, headers=HTML).status_code == 404


@pytest.mark.parametrize("path", ["//search", "//doc/all", "//sparql", "//"])
def test_a_second_slash_makes_another_address(by_gateway, path):
    scope, exchange = by_gateway.request("/", method="GET", headers=HTML)
    scope |= {"path": path, "raw_path": path.encode()}
    by_gateway.run(by_gateway.call(scope, exchange))
    assert exchange.status == 404


@pytest.mark.parametrize(
    ("path", "graph", "text"),
    [
        ("/sets/one", SET, "in a graph of another kind"),
        ("/doc/report", REPORT, "only in the report"),
    ],
)
def test_what_stands_in_a_graph_alone_leads_to_its_triples(by_gateway, path, graph, text):
    for headers in (HTML, TURTLE):
        first = by_gateway.get(path, headers=headers)
        assert first.status_code == 303
        assert first.headers["Location"] == "/sparql?" + urlencode({"graph": graph})
        assert text in by_gateway.get(first.headers["Location"], headers=headers).text


def test_a_letter_and_its_escape_are_told_apart_by_the_query(site):
    for name in BOTH:
        address = "/doc?" + urlencode({"iri": EX + name})
        response = site.get(address, headers=TURTLE)
        if response.status_code == 301:
            response = site.get(response.headers["Location"], headers=TURTLE)
        assert label_of(name) in response.text
        assert response.status_code == 200
    assert label_of(BOTH[1]) in site.get("/doc/Ja%C3%A9n", headers=TURTLE).text


@pytest.mark.parametrize("iri", [*(EX + name for name in NAMES), *OUTSIDE])
def test_every_iri_is_found_by_the_parameter(site, iri):
    response = site.get("/doc?" + urlencode({"iri": iri}), headers=TURTLE)
    if response.status_code == 301:
        response = site.get(response.headers["Location"], headers=TURTLE)
    assert response.status_code == 200
    assert (OUTSIDE.get(iri) or label_of(iri.removeprefix(EX))) in response.text


def test_the_sites_own_links_lead_to_what_they_name(site):
    page = site.get(
        "/doc/all?out=http://www.w3.org/2000/01/rdf-schema%23seeAlso", headers=HTML
    ).text
    links = {
        text: html.unescape(href)
        for href, text in re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(?:<[^>]*>)*([^<]*)<', page)
    }
    texts = [label_of(n) for n in (*NAMES, *BOTH)]
    texts += [text for iri, text in OUTSIDE.items() if iri.startswith(BASE)]
    for text in texts:
        assert text in links, text
        response = site.get(links[text], headers=HTML)
        assert response.status_code == 200, links[text]
        assert f"<h1><bdi>{text}</bdi></h1>" in re.sub("<h1[^>]*>", "<h1>", response.text)


@pytest.mark.parametrize("name", NAMES)
def test_the_forms_of_a_page_keep_its_escapes(site, name):
    page = site.get(f"/doc/{NAMES[name]}", headers=HTML)
    links = re.findall(r'<link rel="alternate" type="text/turtle"[^>]* href="([^"]*)"', page.text)
    data = site.get(html.unescape(links[0]))
    assert data.status_code == 200
    assert data.content_type.startswith("text/turtle")
    assert label_of(name) in data.text
    there = site.get(page.headers["Content-Location"])
    assert label_of(name) in there.text
    for link in re.findall(r'href="([^"]*[?&;]lang=en)"', page.text):
        if "/doc" in link:
            other = site.get(html.unescape(link), headers=HTML)
            assert label_of(name) in other.text
            break


@pytest.mark.parametrize(
    "path",
    [
        *("/id/a%3Fb", "/id/a%23b", "/doc/a%5Bb", "/doc/100%25", "/doc/100%", "/doc/a%7Fb"),
        *("/doc/%FF", "/x%FF", "/ontology/a%5Bb", "/ontology/%FF", "/vocabulary/%FF", "/graph/%FF"),
        *(
            "/doc/%EE%80%80",
            "/doc/a[1]",
            "/%25",
            "/%ff",
            "/%25g1",
            "/doc/%25",
            "/%",
            "/%zz",
        ),
        *("/doc//", "/datasets/%FF", "/dumps/%FF", "/questions/%FF"),
        *(
            "/federated/%FF",
            "/static/%FF",
            "/static/..%2f..%2fx",
            "/doc/\\",
            '/doc/"<>',
            "/id/^`{|}",
        ),
    ],
)
@pytest.mark.parametrize("headers", [HTML, TURTLE])
def test_an_address_that_holds_no_iri_is_not_found(site, path, headers):
    response = site.get(path, headers=headers)
    while response.status_code == 303:
        response = site.get(response.headers["Location"], headers=headers)
    assert response.status_code in (400, 404)


@pytest.mark.parametrize(
    "iri", ["", "x", "http://x/%zz", "http://x/a b", "http://[::1", "\0", "a:\ufffd"]
)
def test_a_parameter_that_is_no_iri_is_a_bad_request(site, iri):
    query = urlencode({"iri": iri}, errors="surrogatepass")
    assert site.get(f"/doc?{query}", headers=HTML).status_code == 400


@pytest.mark.parametrize(
    "path", ["/", "/status", "/vocabularies", "/search?q=rose", "/sparql", "/doc/all"]
)
def test_no_parameter_steers_how_links_are_made(site, path):
    names = (
        "endpoint",
        "_anchor",
        "_scheme",
        "_method",
        "_external",
        "extension",
        "suffix",
        "values",
    )
    query = urlencode(
        [(n, "x") for n in (*names, "name", "filename", "self", "app", "kind", "stem")]
    )
    mark = "&" if "?" in path else "?"
    response = site.get(f"{path}{mark}{query}", headers=HTML)
    assert response.status_code == 200
    for link in re.findall(r'<a[^>]* href="([^"]*)"', response.text):
        assert not link.startswith(("x:", "http://localhost")), link


def test_the_site_map_names_addresses_that_are_there(pages):
    client = pages.test_client()
    found = re.findall("<loc>http://localhost([^<]*)</loc>", client.get("/sitemap-1.xml").text)
    below = [html.unescape(path) for path in found if path.startswith("/doc/")]
    assert f"/doc/{NAMES['half%2Fpath']}" in below
    for path in below:
        assert client.get(path, headers=HTML).status_code == 200, path
