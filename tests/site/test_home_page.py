"""The front page shows what the content found, by views of the content, or does well without."""

import re
import shutil
from pathlib import Path

import pytest
from flask import g

from samgraf.build.cached import cached_release
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.language import LANGUAGES

HTML = {"Accept": "text/html"}
OTHER = Path(__file__).parents[1] / "fixtures" / "other"
VIEWS = {
    "opening": "SELECT ?title ?hive { BIND(\"What do bees do?\"@en AS ?title) ?hive a bee:Hive }",
    "columns": "SELECT ?column ?item { ?column bee:foragesOn ?item }",
    "causal": "SELECT ?cause ?effect { ?effect bee:downstreamOf ?cause }",
    "bar": "SELECT ?hive ?frames { ?hive bee:frames ?frames }",
    "notice": "SELECT ?notice ?text { ?notice a bee:Diary ; rdfs:label ?text }",
    "nonsense": "SELECT ?hive { ?hive a bee:Hive }",
}  # fmt: skip


@pytest.fixture
def client(study):
    return study


@pytest.fixture(scope="module")
def viewed(tmp_path_factory):
    """Return a client of the bees with a view in every form."""
    root = Path(shutil.copytree(OTHER, tmp_path_factory.mktemp("viewed") / "bees"))
    folder = root / "ontology" / "views"
    folder.mkdir(exist_ok=True)
    for order, (form, query) in enumerate(VIEWS.items()):
        head = f"# en: The {form}\n# on: home\n# order: {order}\n# view: {form}\n"
        (folder / f"home-{form}.rq").write_text(head + query + "\n")
    with (folder / "columns.ttl").open("a") as columns:
        columns.write('column:cause rdfs:label "cause"@en . column:effect rdfs:label "effect"@en .')
    made = cached_release(root, Settings(cache_dir=tmp_path_factory.mktemp("cache")))
    return create_app(in_process_service(made, Settings())).test_client()


def home(client, lang="nb"):
    answer = client.get(f"/?lang={lang}", headers=HTML)
    assert answer.status_code == 200
    return answer.text


def plain(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page.split("<main", 1)[1]).split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_study_found_stands_on_the_page(client, lang):
    said = {
        "nb": (
            "slår begge veier",
            "Fremmer 6",
            "Hemmer 4",
            "Lik stemmevekt",
            "om småkommuner generelt",
        ),
        "nn": (
            "slår begge vegar",
            "Fremjar 6",
            "Hemmar 4",
            "Lik røystevekt",
            "om småkommunar generelt",
        ),
        "en": (
            "cuts both ways",
            "Promotes 6",
            "Inhibits 4",
            "Equal votes",
            "on small municipalities",
        ),
    }
    text = plain(home(client, lang))
    for phrase in said[lang]:
        assert phrase in text
    others = [p for code in LANGUAGES for p in said[code] if code != lang]
    assert not [p for p in others if p in text and p not in said[lang]]


def test_mechanism_is_a_picture_with_its_evidence(client):
    page = home(client)
    assert page.count('<svg class="picture"') == 1
    assert 'class="line dashed"' in page
    assert 'href="/doc/claim/S19' in page


def test_what_is_only_read_is_drawn_dotted_and_named(client):
    page = home(client, "en")
    assert page.count('class="line dotted"') == 6, "five links, and the key"
    assert 'href="/doc/reading/pressure-and-reluctance' in page
    assert "our reading" in page
    assert "Weakest link of the chain" in page


def test_one_language_only_stands_on_the_page(client):
    main = home(client, "nn").split("<main", 1)[1].split("</main>")[0]
    assert not re.findall(r'<(?:span|bdi|text)[^>]* lang="(?!nn)', main)


def test_eight_questions_are_put_first_and_all_are_a_click_away(client, root):
    page = home(client)
    assert len(set(re.findall(r'href="/questions/([\w-]+)\?lang=nb"', page))) == 8
    number = len(list((root / "ontology" / "questions").glob("*.rq")))
    assert f"Alle {number} spørsmål" in page
    assert "curl -H" in page


def test_content_without_views_introduces_itself_and_its_questions(bees):
    page = home(bees)
    assert "<h1>Bier og enger</h1>" in page
    assert "<figure" not in page
    assert len(re.findall(r'href="/questions/[\w-]+\?lang=nb"', page)) == 2


def test_content_without_questions_has_no_place_for_them(bees, monkeypatch):
    assert 'id="questions"' in home(bees)
    monkeypatch.setattr("samgraf.site.home.read_questions", lambda language: [])
    assert 'id="questions"' not in home(bees)


def test_each_form_is_shown_whatever_it_is_about(viewed):
    page = home(viewed, "en")
    assert "<h1><bdi>What do bees do?</bdi></h1>" in page
    assert "Northern hive" in page
    shown = re.findall(r'class="view as-(\w+)"', page)
    assert shown == ["columns", "causal", "bar", "notice", "table"], "the unknown form is a table"
    assert page.count('class="as-table"') == 2, "pictures have their table beside them"


def test_views_of_several_things_are_grouped_by_what_they_are_about(tmp_path):
    root = Path(shutil.copytree(OTHER, tmp_path / "bees"))
    folder = root / "ontology" / "views"
    for order, scope in enumerate(("hive-north", "hive-south", "hive-north", "")):
        head = f"# en: View {order}\n# on: home\n# order: {order}\n"
        head += f"# scope: beeid:{scope}\n" if scope else ""
        (folder / f"home-{order}.rq").write_text(head + VIEWS["bar"] + "\n")
    made = cached_release(root, Settings(cache_dir=tmp_path / "cache"))
    page = home(create_app(in_process_service(made, Settings())).test_client(), "en")
    main = page.split("<main", 1)[1]
    found = re.findall(r'class="kicker scope"><a href="[^"]*/doc/([\w-]+)|<h2 id="home-(\d)"', main)
    assert ["".join(pair) for pair in found] == ["hive-north", "0", "2", "hive-south", "1", "3"]


def test_one_thing_needs_no_heading_of_its_own(client):
    assert 'class="kicker scope"' not in home(client)


def test_number_of_queries_is_that_of_the_views_and_no_more(client):
    with client.application.test_request_context("/", headers=HTML):
        client.application.full_dispatch_request()
        asked = g.asked
    # questions, views, labels, one for each view; maps look up their ground as well
    assert asked <= 3 + 5 + 3


@pytest.mark.parametrize("examples", ["", ":Argo a :Boat ."])
def test_content_of_little_but_an_ontology_leads_to_its_terms(tmp_path, examples):
    (tmp_path / "boats.ttl").write_text(
        "@prefix : <https://boats.example/ns#> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        "<https://boats.example/ns> a owl:Ontology ."
        ":Boat a owl:Class . :Ferry a owl:Class ; rdfs:subClassOf :Boat ."
        ":Ark a owl:Class ; owl:deprecated true ." + examples
    )
    made = cached_release(tmp_path, Settings(cache_dir=tmp_path / "cache"))
    page = home(create_app(in_process_service(made, Settings())).test_client(), "en")
    listed = page.partition('aria-labelledby="terms"')[2].partition("</section>")[0]
    assert re.findall(r"<li><p><a[^>]*>([^<]+)", listed) == ["ns:Boat"]
    assert re.search(r'href="[^"]*/ontology\?lang=en"', listed)
    assert 'id="questions"' not in page
    assert 'id="classes"' not in page
    assert ('href="/things' in page) == bool(examples)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/turtle", 303),
        ("application/ld+json", 303),
        ("*/*", 200),
        ("image/png", 200),
        ("", 200),
    ],
)
def test_who_wants_rdf_of_the_front_page_is_led_to_the_record_of_the_data(study, accept, status):
    answer = study.get("/", headers={"Accept": accept})
    assert answer.status_code == status
    if status == 303:
        there = study.get(answer.headers["Location"], headers={"Accept": accept})
        assert there.status_code == 200
        assert "http://www.w3.org/ns/dcat#Dataset" in there.text or "dcat:Dataset" in there.text
        assert "Accept" in answer.headers["Vary"]
