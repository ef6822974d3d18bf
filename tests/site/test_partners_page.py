"""The page about partners: who they are, how it went, and what the operator has to set."""

import re

import pyoxigraph as ox
import pytest
from flask import g

from json_shape import differences
from partner_release import (
    FEDERATION,
    PARTNER,
    Pretending,
    partner_service,
    write_partners,
)
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.language import LANGUAGES

HTML = {"Accept": "text/html"}
CONTACT = "mailto:flowers@example.org"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_partners(tmp_path_factory.mktemp("partners"))


@pytest.fixture
def desk():
    return Pretending()


@pytest.fixture
def app(folder, desk):
    return create_app(partner_service(folder, desk, contact=CONTACT))


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def off(folder):
    return create_app(partner_service(folder, None)).test_client()


def page(client, address="/partners?lang=en"):
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def part(text, name):
    return re.search(rf'<article class="partner" id="{name}".*?</article>', text, re.DOTALL)[0]


def test_page_tells_who_a_partner_is_and_how_it_is_asked(client):
    text = part(page(client), "herbarium")
    assert 'partner/herbarium?lang=en">The herbarium</a></h2>' in text
    assert "Pressed flowers, &lt;b&gt;dried&lt;/b&gt;." in text
    assert 'href="https://herbarium.example/sparql"' in text
    assert 'href="https://herbarium.example/"' in text
    assert ">CC0 1.0</a>" in text
    assert "the name of the flower" in text
    assert "at most 2 at a time" in text
    assert "waits at most 15 seconds" in text
    assert "reuses an answer for 5 minutes" in text
    assert "from 12 October 2026" in text


def test_page_tells_how_it_last_went(client):
    text = page(client)
    known = part(text, "herbarium")
    assert ">Answered</span>" in known
    assert "1 row · 250\N{NO-BREAK SPACE}ms" in known
    assert "4 answers in memory" in known
    failed = part(text, "seeds")
    assert ">Did not answer</span>" in failed
    assert "it took too long" in failed
    assert "Asks us to wait for 42 seconds" in failed


def test_page_leads_to_the_examples_that_need_the_partner(client):
    text = page(client)
    assert ">How high are they?</a>" in part(text, "herbarium")
    assert 'href="/federated/both?lang=en"' in part(text, "seeds")
    assert "How high are they?" not in part(text, "seeds")


def test_where_federation_is_off_the_page_says_so(off):
    text = page(off)
    assert "This server does not query the partners" in text
    assert "has not allowed them" in text
    assert "Never asked from here" in part(text, "herbarium")
    assert off.get("/partners.json").json["federation"] == "off"


def test_where_the_process_is_away_nothing_is_claimed(client, desk):
    desk.away = True
    assert "is not known at the moment" in part(page(client), "herbarium")
    assert client.get("/partners.json").json["partners"][0]["state"] is None


def test_contact_without_the_process_is_told_apart(folder):
    client = create_app(partner_service(folder, None, contact=CONTACT)).test_client()
    text = page(client)
    assert "The part of the server that queries the partners is not answering" in text
    assert "SAMGRAF_CONTACT" not in text


def test_nobody_is_asked_for_the_page(client, desk):
    page(client)
    assert desk.asked == []


def test_what_the_graph_says_is_hostile(client):
    text = page(client)
    assert "<script>alert" not in text
    assert 'href="javascript' not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_is_in_the_readers_language(client, lang):
    titles = {"nb": "Partnere", "nn": "Partnarar", "en": "Partners"}
    assert f"<h1>{titles[lang]}</h1>" in page(client, f"/partners?lang={lang}")
    assert f'href="/partners?lang={lang}">{titles[lang]}</a>' in page(client, f"/?lang={lang}")


@pytest.mark.parametrize(
    ("address", "accept", "sent"),
    [
        ("/partners", "text/html", "text/html"),
        ("/partners", "text/turtle", "text/turtle"),
        ("/partners", "application/ld+json", "application/ld+json"),
        ("/partners", "application/json", "application/json"),
        ("/partners.nt", "text/html", "application/n-triples"),
        ("/partners.json", "text/html", "application/json"),
    ],
)
def test_form_follows_accept_and_suffix(client, address, accept, sent):
    answer = client.get(address, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, sent)
    assert "Accept" in answer.vary


def test_what_cannot_be_had_is_a_problem(client):
    assert client.get("/partners", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/partners.png").status_code == 404


def test_rdf_describes_the_partners_and_what_they_join_on(client):
    quads = list(ox.parse(input=client.get("/partners.nt").data, format=ox.RdfFormat.N_TRIPLES))
    assert {q.subject.value for q in quads} == {
        PARTNER + "herbarium",
        PARTNER + "herbarium/join/name",
        PARTNER + "seeds",
    }
    assert FEDERATION + "byProperty" in {q.predicate.value for q in quads}


def test_json_tells_the_state(client):
    document = client.get("/partners.json").json
    failed, known = document["partners"]
    assert document["federation"] == "on"
    assert known["name"] == "herbarium"
    assert known["title"] == {"nb": "Herbariet", "en": "The herbarium"}
    assert known["state"]["outcome"] == "ok"
    assert known["mirror"] == "2026-10-12"
    assert known["examples"] == [
        "https://example.org/federated/both",
        "https://example.org/federated/heights",
    ]
    assert (failed["state"]["outcome"], failed["state"]["fault"]) == ("failed", "timeout")


def test_json_is_as_the_description_of_the_api_tells(client):
    api = client.get("/openapi.json").json
    schema = {"$ref": "#/components/schemas/Partners"}
    assert not differences(client.get("/partners.json").json, schema, api)


def test_what_changes_from_moment_to_moment_is_not_kept(client):
    assert client.get("/partners", headers=HTML).headers["Cache-Control"] == "no-store"
    assert client.get("/partners.json").headers["Cache-Control"] == "no-store"


def test_number_of_queries_does_not_grow_with_the_partners(app):
    with app.test_request_context("/partners", headers=HTML):
        app.full_dispatch_request()
        assert g.asked == 2


def test_content_without_partners_says_so(release_dir):
    client = create_app(in_process_service(release_dir, Settings())).test_client()
    text = page(client)
    assert "No partners are defined." in text
    assert "<article" not in text
    assert client.get("/partners.json").json["partners"] == []
    assert 'id="federated"' not in page(client, "/questions?lang=en")


@pytest.mark.parametrize("name", ["release", "other_release"])
def test_partners_of_any_content_are_shown(name, request):
    folder = request.getfixturevalue(name)
    client = create_app(in_process_service(folder, Settings())).test_client()
    text = page(client)
    partners = client.get("/partners.json").json["partners"]
    assert partners
    for partner in partners:
        told = part(text, partner["name"])
        assert partner["endpoint"] in told
        for iri in partner["examples"]:
            example = "/federated/" + iri.rpartition("/")[2]
            assert f'href="{example}?lang=en"' in told
            assert "SERVICE" in page(client, example)
