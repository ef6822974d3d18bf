import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway_client import GatewayClient
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import app as app_module
from samgraf.site import create_app
from samgraf.site.language import LANGUAGES, catalogue
from small_release import HOSTILE_LABEL

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = ["/", "/sparql", "/sparql?query=SELECT+*+{?s+rdfs:label+?o}", "/sparql?query=ASK{}"]
PAGES += ["/questions", "/questions/01", "/questions/02", "/questions/99"]
PAGES += ["/sparql?query=DESCRIBE+ex:evil", "/sparql?query=nonsense", "/nowhere"]
VOID_ELEMENTS = {"meta", "link", "input", "br"}


OUR_SCRIPT = re.compile(
    r'<script (?:type="module" )?src="/static/[\w./-]+"(?: defer)?></script>'
    r'|<script type="application/ld\+json">[^<]*</script>'  # data, in which no < stands as it is
)


def without_our_scripts(text):
    """Return the page without the scripts that stand in files of ours."""
    return OUR_SCRIPT.sub("", text)


class Page(HTMLParser):
    """Hold the elements of a page, and fail where they are not nested well."""

    def __init__(self, text):
        super().__init__()
        self.elements, self._open = [], []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID_ELEMENTS:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def language(self):
        (html,) = self.all("html")
        return html["lang"]

    def addresses(self):
        for _, attrs in self.elements:
            yield from (attrs[n] for n in ("href", "src", "action") if n in attrs)


@pytest.fixture(scope="module")
def front(release_dir):
    made = GatewayClient(release_dir, Settings(max_query_bytes=20_000))
    yield made
    made.close()


@pytest.fixture(params=["flask", "front"])
def client(request, app, front):
    """Return a client of the pages alone, and one that comes through the front."""
    return app.test_client() if request.param == "flask" else front


def page(client, address, **headers):
    return Page(client.get(address, headers=HTML | headers).text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_page_is_accessible_at_the_root(client, address, lang):
    found = page(client, address + ("&" if "?" in address else "?") + "lang=" + lang)
    assert found.language() == lang
    assert len(found.all("h1")) == len(found.all("main")) == len(found.all("title")) == 1
    assert found.all("a")[0]["href"] == "#page-content"
    assert found.all("main")[0]["id"] == "page-content"
    labelled = {label["for"] for label in found.all("label")}
    for tag in ("textarea", "select"):
        assert {field["id"] for field in found.all(tag)} <= labelled
    ids = [attrs["id"] for _, attrs in found.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_page_runs_and_fetches_nothing_from_elsewhere(client, address):
    response = client.get(address, headers=HTML)
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    found = Page(without_our_scripts(response.text))
    scripts = [s for s in found.all("script") if s.get("type") != "application/ld+json"]
    assert scripts == found.all("style") == found.all("img") == []
    for _, attrs in found.elements:
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
    for link in found.all("link"):
        if link["rel"] in ("stylesheet", "icon"):
            assert link["href"].startswith("/static/")
            assert client.get(link["href"], buffered=True).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_links_inside_lead_somewhere(client, address):
    followed = 0
    for href in page(client, address).addresses():
        if href.startswith("/") and not any(
            word in href for word in ("nonsense", "nowhere", "/99")
        ):
            assert client.get(href, headers=HTML, buffered=True).status_code == 200, href
            followed += 1
    assert followed > 5


def test_home_leads_to_each_question_with_its_answer(client):
    found = page(client, "/?lang=en")
    hrefs = [a["href"] for a in found.all("a") if a["href"].startswith("/questions/")]
    assert hrefs == ["/questions/01?lang=en", "/questions/02?lang=en"]
    text = client.get(hrefs[0], headers=HTML).text
    assert "<h1>Which flowers are there?</h1>" in text
    assert ">rose</bdi>" in text
    assert ">Yes<" in client.get(hrefs[1], headers=HTML).text


def test_answer_to_a_question_bears_its_words(client):
    query = "SELECT ?flower WHERE { ?flower a ex:Flower } ORDER BY ?flower"
    asked = client.get("/sparql", query_string={"query": query, "lang": "en"}, headers=HTML)
    title = '<h2 id="answer-title">'
    assert f"{title}Which flowers are there?</h2>" in asked.text
    assert f"{title}Answer</h2>" in client.get("/sparql?lang=en&query=ASK{}", headers=HTML).text


def test_question_offers_its_answer_as_data(client):
    types = {}
    for number in ("01", "02"):
        hrefs = [a["href"] for a in page(client, f"/questions/{number}").all("a")]
        data = [h for h in hrefs if h.startswith(f"/questions/{number}.")]
        types[number] = [client.get(href).mimetype for href in data]
    results = ["application/sparql-results+json", "application/sparql-results+xml"]
    results += ["text/csv", "text/tab-separated-values"]
    rest = ["application/sparql-query", "text/turtle", "application/n-triples"]
    rest += ["application/ld+json", "application/rdf+xml"]
    assert types == {"01": [*results, *rest], "02": [*results, *rest]}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nn", "nn"),
        ("no", "nb"),
        ("nb-NO,nb;q=0.9,en;q=0.1", "nb"),
        ("en-GB", "en"),
        ("de, en;q=0.5, nn;q=0.2", "en"),
        ("de", "nb"),
        ("", "nb"),
    ],
)
def test_language_follows_the_reader(client, header, language):
    assert page(client, "/", **{"Accept-Language": header}).language() == language


def test_chosen_language_goes_before_the_browsers(client):
    found = page(client, "/?lang=nn", **{"Accept-Language": "en"})
    assert found.language() == "nn"


def test_chosen_language_stays_on_the_way(client):
    inside = [a["href"] for a in page(client, "/?lang=nn").all("a") if a["href"].startswith("/sp")]
    kept = [href for href in inside if "format=" not in href]
    assert kept
    assert all("lang=nn" in href for href in kept)


def test_language_links_keep_the_query(client):
    found = page(client, "/sparql?query=ASK{}&default-graph-uri=http://e/&lang=nb")
    [english] = [a for a in found.all("a") if a.get("hreflang") == "en"]
    asked = parse_qs(urlsplit(english["href"]).query)
    assert asked == {"query": ["ASK{}"], "default-graph-uri": ["http://e/"], "lang": ["en"]}


def test_title_and_questions_come_in_the_readers_language(client):
    text = client.get("/?lang=nb", headers=HTML).text
    assert "<h1>Blomster &amp; bier</h1>" in text
    assert "Om blomster." in text
    assert "Hvilke blomster finnes?" in text


def test_text_in_another_language_says_so(client):
    text = client.get("/?lang=nb", headers=HTML).text
    assert '<span lang="en">Is mint &lt;b&gt;a flower&lt;/b&gt;?</span>' in text


def test_every_string_is_there_in_every_language():
    keys = {language: set(catalogue()[language]) for language in LANGUAGES}
    assert keys["nb"] == keys["nn"] == keys["en"]
    for key in keys["nb"]:
        places = {tuple(re.findall(r"{\w+}", catalogue()[lang][key])) for lang in LANGUAGES}
        assert len(places) == 1, key


# hostile content


def test_hostile_label_is_text(client):
    for query in ("SELECT * { ex:evil ?p ?o }", "DESCRIBE ex:evil"):
        response = client.get("/sparql", query_string={"query": query}, headers=HTML)
        assert "<script" not in without_our_scripts(response.text)
        assert "&lt;script&gt;alert(" in response.text
    assert "onload" in HOSTILE_LABEL


def test_only_web_and_mail_iris_become_links(client):
    found = page(client, "/sparql?query=SELECT+?o+{ex:evil+ex:link+?o}")
    outside = [a for a in found.all("a") if ":" in a["href"].split("?")[0]]
    assert [a["href"] for a in outside] == ["http://ok.example/?a'b"]
    assert outside[0]["rel"] == "nofollow noopener"


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "data:text/html,<script>", "vbscript:x", "JaVaScRiPt:x"]
)
def test_hostile_iri_in_a_query_is_text(client, iri):
    query = f'SELECT ?x ?y {{ BIND(IRI("{iri}") AS ?x) BIND("{iri}" AS ?y) }}'
    found = page(client, "/sparql?" + "query=" + query.replace("+", "%2B"))
    assert not [a for a in found.addresses() if not a.startswith(("/", "#", "http://localhost/"))]


def test_hostile_parameters_stay_text(client):
    hostile = '"><script>alert(1)</script>'
    for name in ("query", "lang", "format", "default-graph-uri", hostile):
        response = client.get(
            "/sparql", query_string={"query": "ASK {}", name: hostile}, headers=HTML
        )
        assert "<script" not in without_our_scripts(response.text)


def test_variable_and_prefix_names_stay_text(client):
    text = client.get("/sparql?query=SELECT+(1+AS+?é_1)+{}", headers=HTML).text
    assert '<th scope="col" role="columnheader">é_1</th>' in text


# the result pages


def test_literal_tells_its_language_and_number_its_side(client):
    query = "SELECT ?l ?n { ex:rose rdfs:label ?l ; ex:petals ?n } ORDER BY LANG(?l)"
    text = client.get("/sparql", query_string={"query": query, "lang": "en"}, headers=HTML).text
    assert '<bdi lang="en">rose</bdi></div></td>' in text
    assert '<bdi lang="nb">nype</bdi> <span class="note">nb</span>' in text
    assert 'class="figure"><div><bdi>5</bdi></div></td>' in text


def test_graph_is_shown_as_turtle(client):
    text = client.get("/sparql?query=DESCRIBE+ex:rose", headers=HTML).text
    assert "<pre" in text
    assert "ex:rose a ex:Flower" in text


def test_long_result_says_that_the_page_is_not_all_of_it(client, monkeypatch):
    monkeypatch.setattr("samgraf.site.query.page.MAX_ROWS", 2)
    text = client.get("/sparql?lang=en&query=SELECT+*+{?s+?p+?o}", headers=HTML).text
    assert re.search(r"shows the first 2 of \d\d rows", text)
    assert text.count('<tr role="row">') == 3


def test_form_keeps_query_and_dataset(client):
    found = page(client, "/sparql?query=ASK{}&named-graph-uri=http://e/")
    hidden = [(i["name"], i["value"]) for i in found.all("input") if i["type"] == "hidden"]
    assert hidden == [("named-graph-uri", "http://e/")]


# the other addresses


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html"])
def test_unknown_address_is_404_in_the_clients_form(client, accept):
    response = client.get("/nowhere", headers={"Accept": accept})
    assert response.status_code == 404
    expected = "text/html" if accept == "text/html" else "application/problem+json"
    assert response.mimetype == expected
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_wrong_method_on_a_page_is_405_with_allow(client):
    response = client.post("/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_inner_failure_is_500_and_tells_nothing(release_dir, accept, monkeypatch):
    app = create_app(in_process_service(release_dir, Settings()))
    monkeypatch.setattr(app.extensions["samgraf"], "engine", None)
    response = app.test_client().get("/sparql?query=ASK{}", headers={"Accept": accept})
    assert response.status_code == 500
    assert "NoneType" not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_base_setting_names_the_endpoint(release_dir):
    made = GatewayClient(release_dir, Settings(base="https://public.example/sub/"))
    text = made.get("/sparql", headers={"Accept": "application/n-triples"}).text
    made.close()
    assert "<https://public.example/sub/sparql>" in text


def test_the_order_of_the_parts_does_not_matter(other_release, bees, monkeypatch):
    monkeypatch.setattr("samgraf.site.app.PARTS", tuple(reversed(app_module.PARTS)))
    turned = create_app(in_process_service(other_release, Settings())).test_client()
    for path in ("/", "/ontology/Hive", "/doc/hive-north", "/datasets/all", "/soils", "/nothing"):
        one, other = (client.get(path, headers=HTML) for client in (bees, turned))
        assert (one.status_code, one.text) == (other.status_code, other.text), path
        assert set(one.headers) == set(other.headers)


@pytest.mark.parametrize(
    "name", ["endpoint", "_anchor", "_scheme", "_method", "_external", "suffix"]
)
def test_a_parameter_does_not_steer_the_links(bees, name):
    for path in ("/", "/vocabularies", "/status"):
        page = bees.get(f"{path}?{name}=x", headers=HTML)
        assert page.status_code == 200
        assert f'hreflang="nn" href="http://localhost{path}?{name}=x&amp;lang=nn"' in page.text


@pytest.mark.parametrize("path", ["/%25", "/%25g1", "/doc/%25", "/%ff"])
def test_what_can_be_no_iri_is_not_found(bees, path):
    assert bees.get(path).status_code == 404


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_what_depends_on_the_readers_language_says_which_it_is_in(bees, language):
    said = HTML | {"Accept-Language": language}
    for path in ("/", "/map.geojson", "/things.csv", "/ontology/diagram.json", "/nowhere"):
        answer = bees.get(path, headers=said)
        assert answer.headers["Content-Language"] == language, path
        assert "Accept-Language" in answer.vary, path
    for path in ("/robots.txt", "/ontology.ttl", "/status.json"):
        answer = bees.get(path, headers=said)
        assert "Content-Language" not in answer.headers, path


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_page_describes_itself_and_names_its_languages_in_full(bees, language):
    told = {}
    for path in ("/", "/ontology", "/sparql", "/map", "/datasets", "/status", "/ontology/Hive"):
        text = bees.get(f"{path}?lang={language}", headers=HTML).text
        [told[path]] = re.findall(r'<meta name="description" content="([^"<]{10,300})">', text)
        addresses = re.findall(r'<link rel="alternate" hreflang="\w+" href="([^"]+)">', text)
        assert len(addresses) == 3
        assert all(a.startswith(f"http://localhost{path}") for a in addresses)
    assert len(set(told.values())) >= 4


@pytest.mark.parametrize("path", ["/", "/about", "/sources", "/things", "/map", "/openapi.json"])
def test_what_the_client_has_is_not_sent_again(client, path):
    first = client.get(path, headers=HTML)
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(path, headers=HTML | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "ETag" not in client.get("/partners", headers=HTML).headers  # which is of a moment
