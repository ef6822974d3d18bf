"""The sentence, the figures and the picture that a page of a thing opens with."""

import html
import re

import pyoxigraph as ox
import pytest

from samgraf.release import open_release
from samgraf.vocab import RDF

HTML = {"Accept": "text/html"}
STUDY = "https://w3id.org/samgraf/"


def lead(page):
    """Return the text of the sentences under the heading."""
    head = page[page.index("<h1") : page.index("</header>", page.index("<h1"))]
    texts = re.findall(r'<p class="(?:sentence|paraphrase)"><span[^>]*>(.*?)</p>', head, re.S)
    return html.unescape(re.sub("<[^>]+>", "", texts[0])) if texts else ""


@pytest.mark.parametrize(
    ("thing", "language", "told"),
    [
        (
            "municipality/fosnes",
            "nb",
            "Fosnes var kommune til 31. desember 2019, i Nord-Trøndelag og fra 2018 Trøndelag; "
            "gikk over i Namsos; 628\u00a0innbyggere i 2017; "
            "én av de ni kommunene som studien lister opp.",
        ),
        (
            "municipality/nissedal",
            "nn",
            "Nissedal er kommune i Telemark; 1476\u00a0innbyggjarar i 2017, 1509 i 2026; éin"
            " av dei ni kommunane som studien listar opp.",
        ),
        (
            "municipality/naeroy",
            "en",
            "Nærøy was a municipality until 31 December 2019, in Nord-Trøndelag and from 2018 "
            "Trøndelag; became part of Nærøysund, and gave an area to Namsos.",
        ),
        (
            "region/midt-troms",
            "en",
            "A programme region in Byregionprogrammet, administered by Midt-Troms regional "
            "council, until 2018. The graph has eight municipalities in it, but the list is "
            "inferred, not read in any source.",
        ),
        (
            "municipality/namsos-1703",
            "nb",
            "Namsos var kommune til 31. desember 2019, i Nord-Trøndelag og fra 2018 Trøndelag; "
            "gikk over i den nye kommunen Namsos; 13\u00a0113\u00a0innbyggere i 2019.",
        ),
        (
            "municipality-number/5538",
            "nn",
            "Kommunenummer 5538 for Storfjord, frå 1. januar 2024.",
        ),
        (
            "membership/vinje-vest-telemark",
            "nb",
            "Vinje hørte til Vest-Telemark i 2015–2018 (utledet).",
        ),
        (
            "reading/county-helps-and-presses",
            "en",
            "Our reading, not something that the source itself says; presumed. Read from passage "
            "S06 and passage S18 of the summary on the landing page, published by "
            "Distriktssenteret, on the report (Rokkansenteret 5–2017) by Elisabeth Angell and Gro "
            "Marit Grimsrud, 2017.",
        ),
    ],
)
def test_a_page_opens_with_a_sentence_made_of_facts(study, thing, language, told):
    page = study.get(f"/doc/{thing}?lang={language}", headers=HTML).text
    assert lead(page) == told


def test_a_map_says_above_it_what_is_inferred(study):
    def told(region):
        page = study.get(f"/doc/region/{region}?lang=en", headers=HTML).text
        return re.findall(r'</h2>\n<p class="sentence">(.*?)</p>', page)

    said = "Which municipalities belonged to the region is inferred, not read in any source."
    assert [re.sub("<[^>]+>", "", one) for one in told("midt-troms")] == [said]
    assert told("namdal") == []


def test_what_has_no_label_is_named_by_a_sentence_of_the_content(study):
    for language, name in [
        ("nb", "folketall for Fosnes, 2017"),
        ("en", "population of Fosnes, 2017"),
    ]:
        address = f"/doc/observation/population-fosnes-2017?lang={language}"
        page = study.get(address, headers=HTML).text
        assert re.search(rf"<h1[^>]*><bdi>{name}</bdi></h1>", page)


def test_what_has_not_ended_is_not_told_as_ended(study, release):
    store = open_release(release)
    units = "https://w3id.org/samgraf/id/municipality/"
    ended = ox.NamedNode("https://w3id.org/samgraf/ontology#validThrough")
    kind = ox.NamedNode("https://w3id.org/samgraf/ontology#Municipality")
    found = {
        q.subject.value
        for q in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), kind, ox.DefaultGraph())
    }
    assert len(found) == 39
    for iri in found:
        over = any(store.quads_for_pattern(ox.NamedNode(iri), ended, None, None))
        page = study.get(f"/doc/municipality/{iri.removeprefix(units)}?lang=en", headers=HTML).text
        assert (" was a municipality until " in lead(page)) == over, iri


def test_a_claim_tells_its_source_under_the_heading_and_leads_there(study):
    page = study.get("/doc/claim/S26-2?lang=en", headers=HTML).text
    told = lead(page)
    assert told.startswith("The source's own claim: result of the study, possible, held by ")
    assert "the summary on the landing page, published by Distriktssenteret" in told
    assert "by Elisabeth Angell and Gro Marit Grimsrud, 2017. Read it there" in told
    head = page[page.index("<h1") : page.index("</header>", page.index("<h1"))]
    assert re.search(r'class="outside" href="https://distriktssenteret[^"]*#:~:text=', head)
    # the publication is one statement of the claim, also for machines
    data = study.get("/doc/claim/S26-2", headers={"Accept": "application/n-triples"}).text
    assert (
        "<https://w3id.org/samgraf/ontology#readIn> <https://w3id.org/samgraf/id/publication/summary>"
        in data
    )
    assert re.search(r"<details class=\"fold note\"><summary>[^<]*SHA-256", page)


def test_figures_and_a_chart_follow_the_sentence(study):
    page = study.get("/doc/municipality/senja?lang=en", headers=HTML).text
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert headings[:2] == ["Key figures", "Population year by year"]
    assert "<strong>14,946</strong> inhabitants" in page
    assert "Follows Berg, Lenvik, Torsken and Tranøy" in page
    fosnes = study.get("/doc/municipality/fosnes?lang=nb", headers=HTML).text
    assert "<strong>544,63</strong> km²" in fosnes
    assert "Går over i Namsos" in fosnes
    assert re.search(r"Totalareal</bdi></a>.*?544,63\u00a0km²", fosnes, re.S)


def test_a_view_that_names_nothing_but_the_thing_itself_is_left_out(study):
    for county, is_shown in (("nordland", False), ("troms-og-finnmark", True)):
        page = study.get(f"/doc/county/{county}?lang=en", headers=HTML).text
        assert ("Before, now and later" in page) == is_shown, county


def test_the_neighbours_of_a_factor_are_drawn_with_tensions(study):
    page = study.get("/doc/factor/earlier-experience-and-trust?lang=en", headers=HTML).text
    picture = page[page.index('<figure class="causal">') : page.index("</figure>")]
    assert 'aria-current="true"' in picture
    assert "Building trust" in picture
    assert "The benefit of regional collaboration" in picture
    assert len(re.findall(r'<path class="line', picture)) > len(
        re.findall(r'class="head"', picture)
    )


def test_the_bees_open_with_a_sentence_too(bees):
    page = bees.get("/doc/hive-north?lang=nb", headers=HTML).text
    assert re.fullmatch(r".+ har \d+\u00a0rammer og henter fra .+\.", lead(page))
    assert re.search(r"<data value=\"\d+\">\d+\u00a0rammer</data>", page)
