"""Examples that need partners: on /questions, on pages of their own, in the editor."""

import json
import re
from html import unescape

import pyoxigraph as ox
import pytest

from partner_release import BOTH, HEIGHTS, Pretending, partner_service, write_partners
from samgraf.site import create_app
from samgraf.site.app import PROBLEM
from samgraf.site.language import LANGUAGES, catalogue
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation

HTML = {"Accept": "text/html"}
CONTACT = "mailto:flowers@example.org"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_partners(tmp_path_factory.mktemp("federated"))


@pytest.fixture
def desk():
    return Pretending()


@pytest.fixture
def client(folder, desk):
    return create_app(partner_service(folder, desk, contact=CONTACT)).test_client()


@pytest.fixture
def off(folder):
    return create_app(partner_service(folder, None)).test_client()


def page(client, address, **asked):
    answer = client.get(address, query_string={"lang": "en"} | asked, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def run(client, query):
    """Return the answer to ``query`` as JSON, or the problem that a program is told."""
    service = client.application.extensions["samgraf"]
    prepared = service.prepare(Operation(query=query, format="json"), None, html=False)
    try:
        return json.loads(service.wait(service.answer(prepared)).read())
    except ProblemError as problem:
        return problem


def notices(text):
    found = re.findall(r'<li class="ds-alert" data-color="(\w+)">(.*?)</li>', text, re.DOTALL)
    # how long it took is another number each time
    said = [(colour, re.sub(r"<[^>]+>| · [\d.]+\s(?:ms|s)\b", "", text)) for colour, text in found]
    return [(colour, " ".join(text.split())) for colour, text in said]


def test_examples_stand_by_themselves_with_what_they_need(client):
    text = page(client, "/questions")
    own, federated = text.split('id="federated"')
    assert "federated/" not in own
    assert re.findall(r'href="/federated/(\w+)\?lang=en"', federated) == ["both", "heights"]
    assert ">The herbarium</span>" in federated
    assert "<b>2</b>" not in text
    assert "2 questions" in own, "those that need partners are not counted among the others"


def test_page_shows_the_query_and_what_it_needs_and_asks_nobody(client, desk):
    text = page(client, "/federated/heights")
    assert "<h1>How high are they?</h1>" in text
    assert "SERVICE partner:herbarium" in text
    assert '<a href="/partners?lang=en#herbarium">The herbarium</a>' in text
    assert "Not run since the server started" in text
    assert desk.asked == []


def test_it_runs_by_a_button_that_no_robot_presses(client):
    text = page(client, "/federated/heights")
    form = re.search(r'<form class="row" method="get" action="/sparql">.*?</form>', text, re.DOTALL)
    assert unescape(re.search(r'name="query" value="([^"]*)"', form[0])[1]) == HEIGHTS
    assert "/sparql?query" not in text
    assert "Disallow: /sparql?" in client.get("/robots.txt").text


def test_last_outcome_is_told_whoever_ran_it(client):
    assert run(client, HEIGHTS)["results"]["bindings"]
    text = page(client, "/federated/heights")
    assert "Not run since" not in text
    assert notices(text) == [("info", "The herbarium answered. (1 row · 1 request · 812 bytes)")]


def test_failure_is_told_too(client):
    assert run(client, BOTH).status == 502
    [(colour, said)] = notices(page(client, "/federated/both"))
    assert colour == "warning"
    assert "did not answer as it should" in said
    assert "Reason: it took too long." in said


def test_same_query_in_other_spacing_is_the_same(client):
    run(client, "# tried by hand\n" + re.sub(r"\s+", "\n ", HEIGHTS))
    assert "Not run since" not in page(client, "/federated/heights")


def test_queries_of_others_are_not_remembered(client):
    service = client.application.extensions["samgraf"]
    other = HEIGHTS.replace("?height", "?tall")
    run(client, other)
    assert service.last_runs.of(other) is None


def test_where_federation_is_off_there_is_no_button(off):
    text = page(off, "/federated/heights")
    assert "has not allowed them" in text
    assert 'action="/sparql"' not in text


def test_where_federation_is_off_the_list_says_that_they_cannot_be_run_here(client, off):
    assert page(off, "/questions").count(">Not available here</span>") == 2
    assert "Not available here" not in page(client, "/questions")


@pytest.mark.parametrize("address", ["/questions", "/federated/heights", "/partners", "/sparql"])
def test_no_setting_of_the_operator_is_named_to_the_public(off, address):
    assert "SAMGRAF_" not in page(off, address)
    assert "SAMGRAF_" not in run(off, HEIGHTS).detail


def test_page_is_not_kept(client):
    answer = client.get("/federated/heights", headers=HTML)
    assert answer.headers["Cache-Control"] == "no-store"


def test_description_and_query_are_to_be_had_but_no_answer(client):
    quads = ox.parse(input=client.get("/federated/both.nt").data, format=ox.RdfFormat.N_TRIPLES)
    needs = {q.object.value for q in quads if q.predicate.value.endswith("#needs")}
    assert len(needs) == 2
    assert client.get("/federated/both.rq").text.strip() == BOTH
    assert client.get("/federated/both.csv").status_code == 404
    assert client.get("/federated/both", headers={"Accept": "text/csv"}).status_code == 406


def test_unknown_example_shows_near_ones(client):
    answer = client.get("/federated/hights", headers=HTML)
    assert answer.status_code == 404
    assert client.get("/federated/hights").mimetype == "application/problem+json"


def test_site_map_names_the_examples(client):
    assert "/federated/heights</loc>" in client.get("/sitemap-1.xml").text


def test_front_page_answers_no_example(client, desk):
    text = page(client, "/")
    assert "/federated/" not in text
    assert desk.asked == []


def test_editor_offers_no_example_that_cannot_run_here(off, client):
    for without in (off, client):
        shelf = re.search(r'id="examples".*?</details>', page(without, "/sparql"), re.DOTALL)[0]
        assert ("/federated/" in shelf) is (without is client)
        assert ("need partners that are not asked from here" in shelf) is (without is off)


def test_editor_has_the_examples_with_their_mark(client):
    shelf = re.search(r'<aside class="shelf".*?</aside>', page(client, "/sparql"), re.DOTALL)[0]
    link = re.search(r'<a href="/federated/heights\?lang=en" data-query="([^"]*)"', shelf)
    assert unescape(link[1]) == HEIGHTS
    assert ">The herbarium</span>" in shelf


def test_answer_on_the_page_stands_below_its_outcomes(client):
    text = page(client, "/sparql", query=HEIGHTS)
    assert notices(text) == [("info", "The herbarium answered. (1 row · 1 request · 812 bytes)")]
    assert text.index("ds-alert") < text.index("<tbody")
    assert "data-repeatable" not in text, "the page's script does not ask again"
    assert "ds-alert" not in page(client, "/sparql", query="ASK {}")


def test_part_of_an_answer_says_what_is_missing(client):
    told = notices(page(client, "/sparql", query=BOTH))
    assert [colour for colour, _ in told] == ["info", "warning"]
    assert "its part of the answer is missing" in told[1][1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_failed_partner_is_told_in_the_readers_language(client, lang):
    asked = {"query": BOTH, "lang": lang, "format": "csv"}
    problem = {PROBLEM: run(client, BOTH)}
    answer = client.get("/sparql", query_string=asked, headers=HTML, environ_overrides=problem)
    assert answer.status_code == 502
    words = catalogue()[lang]
    assert words["editor_js_outcome_partner"] in answer.text
    [(_, said)] = notices(answer.text)
    assert words["partners_outcome_failed"] in said
    assert words["partners_fault_timeout"] in said


def test_scripts_get_the_words_and_the_names(client):
    text = page(client, "/sparql")
    words = json.loads(unescape(re.search(r'data-words="([^"]*)"', text)[1]))
    assert words["partners_outcome_ok"] == "answered."
    names = json.loads(unescape(re.search(r'data-partners="([^"]*)"', text)[1]))
    assert names["herbarium"] == ["The herbarium", "en", "/partners?lang=en#herbarium"]
