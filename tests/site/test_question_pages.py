"""A question is a page with its answer, and by Accept or suffix its RDF, its answer, its query."""

import json
import re

import pyoxigraph as ox
import pytest
from flask import g
from markupsafe import Markup

from samgraf.release import read_manifest
from samgraf.site.answers import PLAIN
from samgraf.site.language import LANGUAGES, Phrase
from samgraf.site.questions import QuestionEntry, pages, read_questions
from samgraf.site.questions.pages import nearest
from samgraf.site.result_views import VIEWS
from samgraf.sparql.protocol import Operation

HTML = {"Accept": "text/html"}
CSV, JSON = "text/csv", "application/sparql-results+json"


@pytest.fixture
def client(study):
    return study


@pytest.fixture(scope="module")
def questions(study_app):
    with study_app.test_request_context("/"):
        return read_questions("nb")


def html(client, address):
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, address
    return answer.text


def test_every_question_is_shown_in_the_form_that_it_asks_for(client, questions):
    for question in questions:
        page = html(client, f"/questions/{question.name}")
        assert f"<h1>{question.label.text}</h1>" in page
        assert "ds-table" in page, "the table is always there"
        if question.view in VIEWS and question.view not in PLAIN:
            assert 'class="answer"' in page, f"{question.name} is not shown as {question.view}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_things_are_called_by_their_names_in_the_readers_language(client, lang):
    names = {"nb": "lik stemmevekt", "nn": "lik røystevekt", "en": "equal votes"}
    page = html(client, f"/questions/promoting-factors?lang={lang}")
    for code, name in names.items():
        assert (name in page) is (code == lang)


def test_page_tells_what_was_inferred_and_that_the_answer_was_tested(client):
    assert "fakta som er avledet automatisk" in html(client, "/questions/restatements")
    assert "bare på fakta som er ført inn" in html(client, "/questions/promoting-factors")
    assert "stemte svaret (6 rader)" in html(client, "/questions/promoting-factors")


def test_failed_and_untested_questions_say_so(release_dir, app, monkeypatch):
    client = app.test_client()
    assert "Ikke kontrollert i denne utgaven" in html(client, "/questions/01")
    verdicts = [{"id": "01", "passed": False, "rows": 2}]
    manifest = read_manifest(release_dir) | {"questions": verdicts}
    monkeypatch.setattr(app.extensions["samgraf"], "manifest", manifest)
    assert "Ikke som ventet" in html(client, "/questions/01")


def test_query_opens_in_the_editor_in_the_same_language(client):
    page = html(client, "/questions/promoting-factors?lang=nn")
    [href] = re.findall(r'href="(/sparql\?[^"]*)"', page.split("<details", 1)[1])
    assert "lang=nn" in href
    assert "query=PREFIX" in href


def test_neighbours_are_linked(client, questions):
    page = html(client, "/questions/inhibiting-factors")
    assert 'rel="prev" href="/questions/promoting-factors"' in page
    assert 'rel="next" class="next" href="/questions/factors-by-theme"' in page
    assert 'rel="prev"' not in html(client, "/questions/promoting-factors")
    assert 'rel="next"' not in html(client, f"/questions/{questions[-1].name}")


@pytest.mark.parametrize(
    ("address", "accept", "sent"),
    [
        ("/questions/promoting-factors", "*/*", "text/html"),
        ("/questions/promoting-factors", CSV, CSV),
        ("/questions/promoting-factors", "application/json", "application/json"),
        ("/questions/promoting-factors", f"{JSON}, */*;q=0.1", JSON),
        ("/questions/promoting-factors", "text/turtle", "text/turtle"),
        ("/questions/promoting-factors", "application/ld+json", "application/ld+json"),
        ("/questions/promoting-factors", "application/sparql-query", "application/sparql-query"),
        ("/questions/promoting-factors.csv", "text/html", CSV),
        ("/questions/promoting-factors.json", "*/*", JSON),
        ("/questions/promoting-factors.ttl", "*/*", "text/turtle"),
        ("/questions/promoting-factors.rq", "*/*", "application/sparql-query"),
        ("/questions", "text/turtle", "text/turtle"),
        ("/questions", "application/ld+json", "application/ld+json"),
        ("/questions.ttl", "*/*", "text/turtle"),
        ("/questions.jsonld", "*/*", "application/ld+json"),
    ],
)
def test_form_follows_accept_and_suffix(client, address, accept, sent):
    answer = client.get(address, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, sent)
    assert "Accept" in answer.vary


@pytest.mark.parametrize(
    ("address", "accept", "status"),
    [
        ("/questions/promoting-factors", "image/png", 406),
        ("/questions", CSV, 406),
        ("/questions/promoting-factors.png", "*/*", 404),
        ("/questions.csv", "*/*", 404),
        ("/questions/99.csv", "*/*", 404),
        ("/questions/99", "application/json", 404),
    ],
)
def test_what_cannot_be_had_is_a_problem(client, address, accept, status):
    answer = client.get(address, headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_description_is_of_the_question_that_the_address_names(client, questions):
    answer = client.get("/questions/decision-rule.nt")
    quads = list(ox.parse(input=answer.data, format=ox.RdfFormat.N_TRIPLES))
    assert {q.subject.value for q in quads} == {"https://w3id.org/samgraf/questions/decision-rule"}
    said = {q.predicate.value.rpartition("#")[2]: q.object.value for q in quads}
    assert said["form"] == "table"
    assert "needsInference" not in said
    every = ox.parse(input=client.get("/questions.nt").data, format=ox.RdfFormat.N_TRIPLES)
    things = {q.subject.value for q in every}
    assert sum("/questions/" in iri for iri in things) == len(questions)
    assert any("/federated/" in iri for iri in things)


def test_answer_as_data_is_revalidated_by_its_tag(client):
    first = client.get("/questions/promoting-factors.csv")
    again = client.get(
        "/questions/promoting-factors.csv", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (first.status_code, again.status_code) == (200, 304)


def test_unknown_name_shows_near_ones(client):
    answer = client.get("/questions/who-holds-claims?lang=nb", headers=HTML)
    assert answer.status_code == 404
    assert 'href="/questions/who-holds-the-claims?lang=nb"' in answer.text
    assert 'href="/questions/former-municipalities?lang=nb"' not in answer.text


def test_near_questions_are_found_by_name(questions):
    def near(key):
        return [q.name for q in nearest(key, questions)]

    assert near("limitations")[0] == "limitation"
    assert near("counterpart")[0] == "counterparts"
    assert near("zzzzzz") == near("9" * 40) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/questions/01", "/questions/promoting-factors"),
        ("/questions/40.csv?lang=nn", "/questions/who-holds-the-claims.csv?lang=nn"),
        ("/questions/01.ttl", "/questions/promoting-factors.ttl"),
        ("/questions/01?lang=en&x=%C3%A5", "/questions/promoting-factors?lang=en&x=%C3%A5"),
    ],
)
def test_an_old_address_leads_to_the_present_one(client, old, new):
    answer = client.get(old)
    assert (answer.status_code, answer.location) == (301, new)


def test_the_graph_says_which_question_an_old_iri_has_become(client):
    answer = client.get("/questions/01.nt", follow_redirects=True)
    assert answer.status_code == 200
    ask = """ASK { <https://w3id.org/samgraf/questions/01> owl:deprecated true ;
        dct:isReplacedBy <https://w3id.org/samgraf/questions/promoting-factors> }"""
    service = client.application.extensions["samgraf"]
    prepared = service.prepare(Operation(query=ask, format="json"), None, html=False)
    assert json.loads(service.wait(service.answer(prepared)).read())["boolean"] is True


def test_page_and_list_tell_what_a_question_covers(client, questions, bees):
    page = html(client, "/questions/promoting-factors?lang=en")
    study = "the study of small municipalities in regional collaboration, 2017"
    link = f'<a href="/doc/study/smakommuner-2017?lang=en">{study}</a>'
    assert f"<dt>Covers</dt><dd>{link}</dd>" in page
    assert "<dt>Gjelder</dt><dd>alle samlet</dd>" in html(
        client, "/questions/former-municipalities?lang=nb"
    )
    listed = html(client, "/questions?lang=nn")
    assert listed.count("Gjeld: alle samla") == sum(q.is_about_all for q in questions)
    assert listed.count("Gjeld: studien av") == sum(not q.is_about_all for q in questions)
    assert 'href="/doc/meadow-upper?lang=en"' in html(bees, "/questions/downstream?lang=en")


def test_questions_stand_by_topic(client, bees):
    page = html(client, "/questions?lang=en")
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert len(headings) == 7
    assert headings[-1] == "Together with data from others"
    assert "pressure, cost and gain" in headings
    assert re.findall("<h2[^>]*>", html(bees, "/questions")) == ['<h2 id="federated">']


def test_number_of_queries_is_the_same_for_each_question(study_app, questions):
    counts = set()
    # some is asked once for a release
    html(study_app.test_client(), "/questions/figures-that-differ")
    for question in questions:
        if question.view in PLAIN | {"bar", "causal"}:
            with study_app.test_request_context(f"/questions/{question.name}", headers=HTML):
                study_app.full_dispatch_request()
                counts.add(g.asked)
    assert counts == {3}


def test_another_content_is_shown_by_the_same_pages(bees):
    assert ">myra</bdi>" in html(bees, "/questions/downstream?lang=nb")
    assert ">fen</bdi>" in html(bees, "/questions/downstream?lang=en")
    assert json.loads(bees.get("/questions/downstream.json").data)["head"]["vars"] == ["meadow"]


def test_construct_is_shown_as_turtle_and_had_at_the_endpoint(app, monkeypatch):
    query = "CONSTRUCT { ?s a ex:Odd } WHERE { ?s a ex:Flower }"
    made = QuestionEntry("https://example.org/questions/factors-by-theme", query, "construct")
    made.label = Phrase("What is odd?", "en")
    monkeypatch.setattr(pages, "read_questions", lambda language: [made])
    client = app.test_client()
    page = html(client, "/questions/factors-by-theme?lang=en")
    assert "a ex:Odd" in page
    assert "format=turtle" in page
    assert client.get("/questions/factors-by-theme.csv").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_answer_is_said_in_words_first(study_app, client, lang):
    with study_app.test_request_context(f"/?lang={lang}"):
        entries = read_questions(lang)
    for question in entries:
        assert question.answer, question.name
        assert question.answer.language == lang
    page = html(client, f"/questions/{entries[0].name}?lang={lang}")
    said = str(Markup.escape(entries[0].answer.text))
    assert f'</h1>\n<p class="lead in-words">{said}</p>' in page
    assert f'<meta name="description" content="{said}">' in page


def test_yes_or_no_questions_begin_with_the_verdict(client):
    page = html(client, "/questions/study-regions-and-official-regions?lang=en")
    assert '<p class="lead in-words">No, not all' in page


def test_a_table_is_folded_where_bars_say_the_same(client):
    folded = '<details class="as-table"><summary>Svaret som tabell</summary>'
    assert folded in html(client, "/questions/claims-by-certainty")
    assert folded not in html(client, "/questions/cases-by-region")


def test_a_cell_without_a_value_is_marked_so_that_no_card_names_it(client):
    page = client.get("/questions/figures-that-differ?lang=en", headers=HTML).text
    assert re.findall(r'data-label="Study"( data-empty)?', page).count(" data-empty") == 1


def test_the_list_tells_each_answer_and_its_form(client, questions):
    page = html(client, "/questions")
    assert page.count('<span class="form') == len(questions)
    assert "Seks faktorer i studien: deltakelse utenfra" in page
    assert re.search(r"</svg> Kart</span>", page)


@pytest.mark.parametrize(
    ("find", "names"),
    [
        ("mayor", {"informant-roles"}),
        ("SENJA namsos", {"former-municipalities", "units-formed-by-merger"}),
        ("xyzzy", set()),
        ("  ", None),
    ],
)
def test_the_list_can_be_narrowed_by_words_of_question_or_answer(client, questions, find, names):
    page = client.get("/questions", query_string={"lang": "en", "find": find}, headers=HTML).text
    main = page.split("<main", 1)[1].split("</main>")[0]
    found = set(re.findall(r'href="/questions/([\w-]+)\?lang=en"', main))
    assert found == ({q.name for q in questions} if names is None else names)


def test_words_to_look_for_are_shown_as_text_and_bounded(client):
    page = client.get("/questions", query_string={"find": "<b>x" + "y" * 5000}, headers=HTML).text
    assert "<b>x" not in page
    assert "&lt;b&gt;xyyy" in page
    main = page.split("<main", 1)[1].split("</main>")[0]
    assert "y" * 201 not in main
