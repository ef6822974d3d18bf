"""An answer is cited by its hash, and held against it later: the same, or what differs."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app

HTML = {"Accept": "text/html"}
NAMES = 'SELECT ?s ?l { ?s a bee:Hive ; rdfs:label ?l FILTER(LANG(?l) = "en") }'


@pytest.fixture(scope="module")
def site(past):
    return create_app(in_process_service(past.folder, past.settings)).test_client()


@pytest.fixture(scope="module")
def before(past):
    """Return a client of the old release, from when it was served."""
    return create_app(in_process_service(past.old_folder, past.settings)).test_client()


def cited(client, query, **more):
    return client.get("/cite/query.json", query_string={"query": query, **more})


def parameters(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_the_address_of_a_citation_holds_all_there_is_to_know(site, past):
    told = cited(site, NAMES).json
    assert parameters(told["address"]) == {
        "query": NAMES,
        "release": past.new,
        "sha256": told["sha256"],
    }
    assert told["rows"] == 2
    assert told["sha256"] in told["citation"]


def test_the_same_answer_is_told_to_be_the_same(site):
    address = cited(site, NAMES).json["address"]
    again = site.get("/cite/query.json", query_string=parameters(address)).json
    assert again["cited"]["verdict"] == "same"


def test_the_order_of_rows_does_not_count(site):
    one = cited(site, NAMES + " ORDER BY ?l").json["sha256"]
    assert cited(site, NAMES + " ORDER BY DESC(?l)").json["sha256"] == one


def test_blank_nodes_have_one_name_in_every_process(site, past):
    query = "SELECT ?b ?p ?o { ?b ?p ?o FILTER(ISBLANK(?b)) }"
    one = cited(site, query).json
    assert one["rows"]
    other = create_app(in_process_service(past.folder, past.settings)).test_client()
    assert cited(other, query).json["sha256"] == one["sha256"]


def test_what_changed_is_shown_row_by_row(site, before, past):
    address = cited(before, NAMES).json["address"]
    assert parameters(address)["release"] == past.old
    told = site.get("/cite/query.json", query_string=parameters(address)).json["cited"]
    assert told["verdict"] == "changed"
    assert told["columns"] == ["?s", "?l"]
    iri = "<https://example.org/bees/id/hive-north>"
    assert told["added"] == {"count": 1, "rows": [[iri, '"northern hive"@en']]}
    assert told["removed"] == {"count": 1, "rows": [[iri, '"hive in the north"@en']]}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_shows_it(site, before, language):
    address = cited(before, NAMES).json["address"]
    asked = {**parameters(address), "lang": language}
    page = site.get("/cite/query", query_string=asked, headers=HTML)
    assert page.status_code == 200
    assert "hive in the north" in page.text
    assert "/doc/hive-north" in page.text


def test_a_yes_that_became_a_no_is_shown(site, before):
    address = cited(before, 'ASK { ?s rdfs:label "northern hive"@en }').json["address"]
    told = site.get("/cite/query.json", query_string=parameters(address)).json["cited"]
    assert (told["added"]["rows"], told["removed"]["rows"]) == ([["true"]], [["false"]])


def test_a_graph_is_cited_too(site, before):
    query = 'CONSTRUCT { ?s rdfs:label ?l } { ?s rdfs:label ?l FILTER(CONTAINS(?l, "north")) }'
    address = cited(before, query).json["address"]
    told = site.get("/cite/query.json", query_string=parameters(address)).json["cited"]
    assert (told["added"]["count"], told["removed"]["count"]) == (1, 1)


def test_where_the_release_is_gone_only_the_hash_is_known(site, past):
    told = cited(site, NAMES, release=past.gone, sha256="b" * 64).json["cited"]
    assert told["verdict"] == "other"
    page = site.get(
        "/cite/query",
        query_string={"query": NAMES, "release": past.gone, "sha256": "b" * 64, "lang": "en"},
        headers=HTML,
    )
    assert "only the checksum" in page.text


def test_without_a_release_only_the_hash_is_known(site):
    assert cited(site, NAMES, sha256="b" * 64).json["cited"]["verdict"] == "other"


def test_a_hash_that_no_release_gave_is_told_to_be_wrong(site, past):
    for release in (past.old, past.new):
        told = cited(site, NAMES, release=release, sha256="b" * 64).json["cited"]
        assert told["verdict"] == "wrong"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?n) {}",
        "SELECT (RAND() AS ?n) {}",
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT nonsense",
        "",
    ],
)
def test_what_has_no_one_answer_is_not_cited(site, query):
    answer = cited(site, query)
    assert (answer.status_code, bool(answer.json["detail"])) == (400, True)


@pytest.mark.parametrize("more", [{"sha256": "xyz"}, {"sha256": "b" * 64, "release": "xyz"}])
def test_what_is_no_hash_is_a_wrong_call(site, more):
    assert cited(site, NAMES, **more).status_code == 400


def test_an_answer_that_is_too_long_is_told_to_be(past, monkeypatch):
    monkeypatch.setattr("samgraf.site.cite.answers.CITED_ANSWER_BYTES", 100)
    site = create_app(in_process_service(past.folder, Settings(cache_dir=past.settings.cache_dir)))
    answer = cited(site.test_client(), NAMES)
    assert (answer.status_code, answer.json["outcome"]) == (400, "too-large")


def test_a_question_is_cited_by_its_name(site):
    query = site.get("/questions/forage.rq").text.strip()
    told = site.get("/cite/query.txt", query_string={"query": query, "lang": "en"}).text
    label = site.get("/questions/forage", query_string={"lang": "en"}, headers=HTML).text
    title = told.split(". In: ")[0].split("). ")[-1]
    assert title
    assert title in label


@pytest.mark.parametrize("suffix", ["bib", "ris", "csl", "txt"])
def test_each_format_carries_the_hash(site, suffix):
    sha256 = cited(site, NAMES).json["sha256"]
    answer = site.get(f"/cite/query.{suffix}", query_string={"query": NAMES})
    assert sha256 in answer.text


def test_named_graphs_are_part_of_what_is_cited(site):
    graph = "https://example.org/bees/graph/places"
    told = cited(site, NAMES, **{"default-graph-uri": graph}).json
    assert parameters(told["address"])["default-graph-uri"] == graph
