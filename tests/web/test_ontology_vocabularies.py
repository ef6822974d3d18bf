import re

import pytest
from flask import g, render_template

from samgraf.settings import Settings
from samgraf.sparql.in_process import in_process_service
from samgraf.web import create_app
from samgraf.web.vocabularies import read_concept, read_scheme

HTML = {"Accept": "text/html"}
BASE = "https://w3id.org/samgraf/"


@pytest.fixture(scope="module")
def study(release):
    return create_app(in_process_service(release, Settings()))


@pytest.fixture(scope="module")
def bees(other_release):
    return create_app(in_process_service(other_release, Settings()))


def get(app, address, **headers):
    return app.test_client().get(address, headers=HTML | headers)


def concept_page(app, iri, lang="nb"):
    with app.test_request_context(f"/?lang={lang}"):
        return render_template("vocabularies/concept.html", concept=read_concept(iri, lang))


def test_every_scheme_is_listed_with_its_number_of_concepts(study):
    page = get(study, "/vocabularies?lang=en").text
    assert 'href="/vocabulary/themes?lang=en"' in page
    assert "Concepts: 14" in page


def test_vocabularies_and_schemes_are_had_as_data(study):
    assert "hasTopConcept" in get(study, "/vocabularies.nt").text
    turtle = get(study, "/vocabulary/themes", Accept="text/turtle")
    assert turtle.mimetype == "text/turtle"
    assert turtle.data == get(study, "/vocabulary/themes.ttl").data
    assert "skos:broader" in turtle.text
    assert get(study, "/vocabulary/nothing").status_code == 404


def test_concepts_stand_below_their_broader_ones(study):
    page = get(study, "/vocabulary/themes?lang=en").text
    tree = page.partition('class="tree concepts"')[2].partition('id="about-scheme"')[0]
    above = tree.partition("structure and governance")[2]
    assert above.count('class="tree concepts"') == 1
    assert "geography" in above
    assert "trust" not in above


def test_concepts_with_notations_stand_in_their_order(study):
    page = get(study, "/vocabulary/centrality-index").text
    tree = page.partition('class="tree concepts"')[2].partition("</section>")[0]
    assert re.findall(r'class="notation">(\d)<', tree) == ["1", "2", "3", "4", "5", "6"]


def test_concept_shows_names_in_all_languages_and_where_it_is_used(study):
    page = concept_page(study, BASE + "id/theme/geography", "en")
    assert '<td lang="nb">geografi</td>' in page
    assert 'href="/vocabulary/themes?lang=en"' in page
    assert "structure and governance" in page
    assert 'href="/ontology/theme?lang=en"' in page.partition("concept-uses")[2]


def test_concept_lists_what_is_narrower(study):
    page = concept_page(study, BASE + "id/theme/structure", "en")
    assert "Narrower concepts" in page
    assert "geography" in page


def test_other_content_is_shown_as_well(bees):
    assert "Concepts: 2" in get(bees, "/vocabularies?lang=en").text
    page = concept_page(bees, "https://example.org/bees/soils/sand", "en")
    assert "upper meadow" in page
    with bees.test_request_context("/?lang=en"):
        scheme = read_scheme("https://example.org/bees/soils", "en")
        body = render_template("vocabularies/scheme_body.html", scheme=scheme)
    assert scheme.concepts == 2
    assert "peat" in body


def test_things_that_are_no_concepts_are_not_shown_as_such(bees):
    with bees.test_request_context("/"):
        assert read_concept("https://example.org/bees/id/hive-north", "nb") is None
        assert read_scheme("https://example.org/bees/id/hive-north", "nb") is None


def test_number_of_queries_does_not_grow(study, bees):
    counts = []
    for slug in ("themes", "methods"):
        with study.test_client() as client:
            client.get(f"/vocabulary/{slug}", headers=HTML)
            counts.append(g.asked)
    for app, iri in (
        (study, BASE + "id/theme/structure"),
        (bees, "https://example.org/bees/soils/sand"),
    ):
        with app.test_request_context("/"):
            read_concept(iri, "nb")
            counts.append(g.asked)
    assert counts == [5, 5, 4, 4]
