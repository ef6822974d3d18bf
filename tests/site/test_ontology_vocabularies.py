import re

from flask import g

HTML = {"Accept": "text/html"}
BASE = "https://w3id.org/samgraf/"


def get(app, address, **headers):
    return app.test_client().get(address, headers=HTML | headers)


def test_every_scheme_is_listed_with_its_number_of_concepts(study_app):
    page = get(study_app, "/vocabularies?lang=en").text
    assert 'href="/vocabulary/themes?lang=en"' in page
    assert "Concepts: 14" in page


def test_vocabularies_and_schemes_are_had_as_data(study_app):
    assert "hasTopConcept" in get(study_app, "/vocabularies.nt").text
    turtle = get(study_app, "/vocabulary/themes", Accept="text/turtle")
    assert turtle.mimetype == "text/turtle"
    assert turtle.data == get(study_app, "/vocabulary/themes.ttl").data
    assert "skos:broader" in turtle.text
    assert get(study_app, "/vocabulary/nothing").status_code == 404


def test_concepts_stand_below_their_broader_ones(study_app):
    page = get(study_app, "/vocabulary/themes?lang=en").text
    tree = page.partition('class="tree concepts"')[2].partition("</section>")[0]
    above = tree.partition("structure and governance")[2]
    assert above.count('class="tree concepts"') == 1
    assert "geography" in above
    assert "trust" not in above


def test_concepts_with_notations_stand_in_their_order(study_app):
    page = get(study_app, "/vocabulary/centrality-index").text
    tree = page.partition('class="tree concepts"')[2].partition("</section>")[0]
    assert re.findall(r'class="notation">(\d)<', tree) == ["1", "2", "3", "4", "5", "6"]


def test_a_scheme_elsewhere_shows_its_concepts_on_its_own_page(bees_app):
    assert "Concepts: 2" in get(bees_app, "/vocabularies?lang=en").text
    page = get(bees_app, "/soils?lang=en").text
    main = page.partition("<main")[2].partition("</main>")[0]
    tree = main.partition('class="tree concepts"')[2].partition("</section>")[0]
    assert re.findall(r'href="(/soils/\w+)\?lang=en"', tree) == ["/soils/peat", "/soils/sand"]
    assert tree.count('href="/soils/peat?lang=en"') == 1
    assert '<li id="source-1">' in main.partition('id="sources-heading"')[2]
    assert "ontology.css" in page


def test_a_concept_says_its_place_and_where_it_is_used_once(study_app):
    page = get(study_app, "/doc/theme/geography?lang=en").text
    main = page.partition("<main")[2].partition("</main>")[0]
    for path in ("/vocabulary/themes", "/doc/theme/structure"):
        assert main.count(f'<a href="{path}?lang=en"><bdi>') == 1, path


def test_things_that_are_no_schemes_are_not_shown_as_such(bees_app):
    assert "tree concepts" not in get(bees_app, "/doc/hive-north").text


def test_number_of_queries_does_not_grow(study_app):
    counts = []
    get(study_app, "/vocabulary/themes")  # some is asked once for a release
    for slug in ("themes", "methods"):
        with study_app.test_client() as client:
            client.get(f"/vocabulary/{slug}", headers=HTML)
            counts.append(g.asked)
    assert counts[0] == counts[1] <= 8
