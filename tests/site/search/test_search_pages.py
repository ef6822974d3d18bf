"""The pages of search, on contents of different kinds."""

import html
import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samgraf.build.cached import cached_release
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.search.results import KEEPER
from small_release import EX, HOSTILE_LABEL

HTML = {"Accept": "text/html"}
LANGUAGES = ("nb", "nn", "en")
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def app_over(release, folder):
    app = create_app(in_process_service(release, Settings(cache_dir=folder)))
    assert app.extensions[KEEPER].index(60) is not None
    return app


@pytest.fixture(scope="module")
def flowers(release_dir, tmp_path_factory):
    return app_over(release_dir, tmp_path_factory.mktemp("flowers")).test_client()


@pytest.fixture(scope="module")
def bees(other_release, tmp_path_factory):
    return app_over(other_release, tmp_path_factory.mktemp("bees")).test_client()


@pytest.fixture(scope="module")
def study(release, tmp_path_factory):
    return app_over(release, tmp_path_factory.mktemp("study")).test_client()


def found(client, q, **more):
    return client.get("/search.json", query_string={"q": q, **more}).get_json()


def page(client, q, lang="nb", **more):
    response = client.get("/search", query_string={"q": q, "lang": lang, **more}, headers=HTML)
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_shows_hits_classes_and_marks(bees, lang):
    word = {"nb": "våteng", "nn": "våteng", "en": "wet meadow"}[lang]
    text = page(bees, word, lang)
    assert f'<html lang="{lang}"' in text
    assert f"<mark>{word.split()[0]}</mark>" in text
    assert 'href="/ontology/WetMeadow' in text


def test_json_tells_what_was_found(flowers):
    told = found(flowers, "nype")
    (hit,) = told["hits"]
    assert (told["query"], told["total"], told["pages"], told["match"]) == ("nype", 1, 1, "all")
    assert hit["iri"] == EX + "rose"
    assert hit["label"] == {"value": "nype", "language": "nb", "marks": [[0, 4]]}
    assert hit["classes"] == []  # Flower has no label here
    assert hit["score"] > 0


def test_json_by_accept_is_the_same(flowers):
    accepted = flowers.get("/search?q=nype", headers={"Accept": "application/json"})
    assert accepted.get_json() == found(flowers, "nype")
    assert flowers.get("/search?q=nype", headers={"Accept": "text/turtle"}).status_code == 406


def test_hostile_texts_are_text(flowers):
    text = page(flowers, "script onload alert")
    assert "<script>alert" not in text
    assert "&lt;" in text
    assert found(flowers, HOSTILE_LABEL)["hits"][0]["iri"] == EX + "evil"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_without_words_and_without_hits(flowers, lang):
    for text in ("", "  ", '"*()', "xyzzyplugh"):
        assert page(flowers, text, lang).count("<h1>") == 1


def test_class_narrows_by_iri_and_by_prefix(bees):
    whole = found(bees, "eng")
    kind = whole["facets"][0]["class"]
    narrowed = found(bees, "eng", **{"class": kind})
    assert 0 < narrowed["total"] == whole["facets"][0]["count"]
    assert narrowed["facets"] == whole["facets"]
    assert found(bees, "eng", **{"class": "urn:none"})["total"] == 0
    assert found(bees, "eng", **{"class": "bad <iri>"})["total"] == 0


@pytest.mark.parametrize("word", ["concept", "municipality"])
def test_lists_of_the_classes_that_are_called_so_are_there(study, word):
    lists = re.findall(r'class="search-lists">(.*?)</p>', page(study, word, "en"), re.DOTALL)
    addresses = re.findall(r'href="([^"]*)"', "".join(lists))
    assert addresses
    for address in addresses:
        assert study.get(html.unescape(address)).status_code == 200
        assert "lang=en" in address


@pytest.mark.parametrize("wanted", ["0", "-1", "x", "1" * 400, "²", ""])
def test_page_that_is_no_number_is_the_first(flowers, wanted):
    assert found(flowers, "rose", page=wanted)["page"] == 1


def test_page_after_the_last_is_the_last(study):
    told = found(study, "samarbeid", page="99")
    assert 1 < told["page"] == told["pages"]
    assert told["hits"]


def test_number_of_queries_is_constant(study):
    import flask

    counts = set()
    for text in ("a", "kommune", "tillit", "xyzzyplugh", ""):
        with study.application.test_request_context("/search.json", query_string={"q": text}):
            study.application.view_functions["search.search_json"]()
            counts.add(flask.g.get("asked", 0))
    assert max(counts) == 1


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_any_text_is_200(flowers, text, lang):
    query = {"q": text, "lang": lang}
    for path in ("/search", "/search.json", "/search/suggestions"):
        assert flowers.get(path, query_string=query).status_code == 200


def test_long_text_is_200(flowers):
    text = page(flowers, "ord og " * 1_500 + "slutt" * 900)
    assert "24" not in text or len(text) < 200_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_opensearch_description_leads_to_all_three(flowers, lang):
    response = flowers.get(f"/opensearch.xml?lang={lang}")
    assert response.mimetype == "application/opensearchdescription+xml"
    tree = ET.fromstring(response.data)  # noqa: S314 - our own
    assert len(tree.find(OPENSEARCH + "ShortName").text) <= 16
    assert tree.find(OPENSEARCH + "Language").text == lang
    for url in tree.findall(OPENSEARCH + "Url"):
        address = url.get("template").replace("{searchTerms}", "rose").replace("{startPage?}", "1")
        answer = flowers.get(address, headers={"Accept": url.get("type")})
        assert (answer.status_code, answer.mimetype) == (200, url.get("type"))


def test_suggestions_have_the_form_of_browsers(flowers):
    response = flowers.get("/search/suggestions?q=ny&lang=nb")
    typed, names, kinds, addresses = json.loads(response.data)
    assert (typed, names) == ("ny", ["nype"])
    assert len(kinds) == len(addresses) == 1
    assert addresses[0].startswith("http://localhost/")


@pytest.mark.parametrize("path", ["/", "/sparql", "/nowhere"])
def test_every_page_has_a_field_and_names_the_description(flowers, path):
    text = flowers.get(path, headers=HTML).text
    assert '<form class="top-search" role="search" action="/search">' in text
    assert 'rel="search"' in text


def test_a_reader_is_told_while_the_index_is_made(release_dir, tmp_path, monkeypatch):
    settings = Settings(cache_dir=tmp_path, base="https://public.example/sub")
    app = create_app(in_process_service(release_dir, settings))
    monkeypatch.setattr(app.extensions[KEEPER], "index", lambda wait: None)
    for path, kind in (("/search?q=a", "text/html"), ("/search.json?q=a", "application/json")):
        response = app.test_client().get(f"/sub{path}", headers={"Accept": kind})
        assert kind != "text/html" or f'<a href="/sub{path}">' in response.text
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "3"
        assert response.headers["Cache-Control"] == "no-store"


def wanted(name):
    lines = (Path(__file__).parent / "wanted" / f"{name}.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def meets(client, text, lang, first):
    """Assert that what was meant comes first, on the page as in the data."""
    told = found(client, text, lang=lang)
    if first == "none":
        assert (told["total"], told["hits"]) == (0, [])
        assert told["covered"][0]["count"] > 0
        assert told["covered"][0]["label"]["value"] in page(client, text, lang)
    elif first.startswith("list "):
        assert told["named"][0].endswith("#" + first.removeprefix("list "))
    else:
        assert told["hits"][0]["iri"].endswith(first)


@pytest.mark.parametrize(("text", "lang", "first"), wanted("study"))
def test_first_hit_in_the_study(study, text, lang, first):
    meets(study, text, lang, first)


@pytest.mark.parametrize(("text", "lang", "first"), wanted("other"))
def test_first_hit_in_another_content(bees, text, lang, first):
    meets(bees, text, lang, first)


@pytest.mark.slow
def test_first_hits_in_a_published_ontology(tmp_path):
    beside = Path(__file__).parents[4] / "shared" / "suites"
    folder = Path(os.environ.get("SAMGRAF_SUITES") or beside) / "foreign" / "pizza"
    if not folder.is_dir():
        pytest.skip("the folder of foreign contents is not here (SAMGRAF_SUITES)")
    release = cached_release(folder, Settings(cache_dir=tmp_path / "releases"))
    client = app_over(release, tmp_path / "index").test_client()
    for text, lang, first in wanted("pizza"):
        meets(client, text, lang, first)


def test_two_of_one_name_are_told_apart_by_their_dates(study):
    now, then = found(study, "Namsos", lang="nb")["hits"][:2]
    assert now["label"]["value"] == then["label"]["value"] == "Namsos"
    assert (now["since"], now["until"], then["until"]) == ("2020-01-01", None, "2019-12-31")
    text = page(study, "Namsos", "nb")
    assert text.index("fra 2020") < text.index("til og med 2019")


def test_the_model_is_shown_on_demand_without_a_script(study):
    text = page(study, "tillit", "nb")
    assert "shape/" not in text
    link = re.search(r'class="search-model"><a href="([^"]+)"', text)
    assert link
    more = study.get(html.unescape(link[1]), headers=HTML).text
    assert more.count("<h3>") > text.count("<h3>")
    assert found(study, "tillit", model="1")["model"] == {
        "count": found(study, "tillit")["model"]["count"],
        "shown": True,
    }


def test_the_likely_spelling_is_shown_at_once_and_the_exact_one_on_demand(study):
    told = found(study, "tilit", lang="nb")
    assert (told["mended"], told["total"] > 5) == ("tillit", True)
    text = page(study, "tilit", "nb")
    assert "Viser treff for" in text
    link = re.search(r'class="search-mended">.*?<a href="([^"]+)"', text)
    assert link
    assert "exact=1" in link[1]
    exact = found(study, "tilit", exact="1")
    assert (exact["mended"], exact["total"], exact["suggestions"][0]) == (None, 0, "tillit")


def test_suggestions_come_in_the_order_of_the_hits(study):
    _, names, _, addresses = study.get("/search/suggestions?q=namso&lang=nb").get_json()
    assert names[0] == "Namsos"
    assert addresses[0].endswith("/doc/municipality/namsos-5007?lang=nb")
