import re

import pytest

from samgraf.site.graph import NamedTerm
from samgraf.site.language import LANGUAGES, Phrase
from samgraf.site.sources.pages import PassagePlace, lay_out

HTML = {"Accept": "text/html"}


def page_of(client, address):
    response = client.get(address, headers=HTML)
    assert response.status_code == 200
    return response.text


def place(start, end, *items):
    label = Phrase("a", "")
    made = [NamedTerm(label, "/" + i) for i in items]
    return PassagePlace(f"p{start}", start, end, label, "/p", made)


def test_places_are_laid_out_by_their_length():
    strip = lay_out([place(0, 60), place(60, 120, "x"), place(130, 240)])
    assert (strip.per_line, strip.lines, strip.uncovered) == (120, 2, 10)
    widths = [[p.width for p in pieces] for _, pieces in strip.places]
    assert widths == [["50.000%"], ["50.000%"], ["91.667%"]]
    assert [(gap.line, gap.left) for gap in strip.gaps] == [(1, "0.000%")]


def test_a_place_goes_on_on_the_next_line():
    strip = lay_out([place(100, 300)])
    [(_, pieces)] = strip.places
    assert [(p.line, p.left, p.width) for p in pieces] == [
        (0, "83.333%", "16.667%"),
        (1, "0.000%", "100.000%"),
        (2, "0.000%", "50.000%"),
    ]


def test_places_that_overlap_leave_no_gap_twice():
    assert lay_out([place(0, 50), place(20, 30), place(40, 60)]).uncovered == 0


def test_a_long_text_takes_no_more_than_some_lines():
    strip = lay_out([place(n * 100, n * 100 + 90) for n in range(1000)])
    assert strip.lines <= 8


def test_no_place_makes_no_strip():
    assert lay_out([]).places == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_passage_stands_in_strip_and_table(study, lang):
    page = page_of(study, f"/sources?lang={lang}")
    ids = re.findall(r'<tr role="row" id="(place-1-\d+)"', page)
    assert len(ids) == 40
    assert [i for i in ids if f'<a href="#{i}"' in page] == ids
    starts = [int(n) for n in re.findall(r'class="where-cell"><div>(\d+)–', page)]
    assert starts == sorted(starts)


def test_what_was_left_says_what_it_is(study):
    page = page_of(study, "/sources?lang=en")
    assert page.count('class="left-out"') == 6
    assert "Nothing is drawn from here: heading" in page
    assert page.count("#:~:text=") == 40
    assert "40 passages: 34 are used, 6 are not." in page


def test_a_content_without_a_view_shows_what_points_at_its_places(bees):
    page = page_of(bees, "/sources?lang=en")
    assert re.search(r"24–51.*?honey yield", page, re.DOTALL)
    assert "diary" in page


def test_a_content_without_places_says_so(client):
    assert "refers to no passages" in page_of(client, "/sources?lang=en")


WORK = re.compile(r"<li(?: class=\"main\")?>\s*<p class=\"work\">(.*?)</li>", re.DOTALL)


def works_of(page):
    found = [re.sub(r"<[^>]+>", "", work) for work in WORK.findall(page)]
    return [re.sub(r"\s+", " ", work).strip() for work in found]


def test_the_bibliography_comes_first_and_the_source_of_the_passages_first_of_it(study):
    page = page_of(study, "/sources?lang=en")
    assert page.index('id="bibliography"') < page.index('id="text-1"')
    works = works_of(page)
    assert works[0].startswith("Småkommuners nytte av regionalt samarbeid om næringsutvikling.")
    assert "Distriktssenteret distriktssenteret.no Based on: the report" in works[0]
    assert "The claims of the summary" in works[0]
    assert any(w.startswith("Einar Leknes, Knut Onsager") and "(2018): " in w for w in works)


def test_statistics_are_told_by_table_and_publisher(study):
    for language, publisher in (("nb", "Statistisk sentralbyrå"), ("en", "Statistics Norway")):
        works = works_of(page_of(study, f"/sources?lang={language}"))
        (table,) = [w for w in works if "07459" in w]
        assert table.startswith(f"{publisher}, ")
        assert f". {publisher} ssb.no" in table
        assert "CC BY 4.0" in table


def test_terms_are_told_once_of_all_that_they_hold_for(study):
    works = works_of(page_of(study, "/sources?lang=nb"))
    terms = [re.findall(r"\(([^()]*, sist endret [^()]*)\)", work) for work in works]
    assert all(len(told) == len(set(told)) for told in terms)
    assert any(len(told) > 1 for told in terms)


def test_a_title_that_is_a_question_has_no_full_stop(study):
    works = works_of(page_of(study, "/sources?lang=nb"))
    assert any("? Distriktssenteret" in work for work in works)
    assert not any(mark in work for work in works for mark in ("?.", ".. ", "!."))


def test_a_source_of_which_nothing_is_told_stands_by_its_address_behind_a_fold(study):
    page = page_of(study, "/sources?lang=en")
    folded = page.partition("<details")[2].partition("</details>")[0]
    assert "ruijan-kaiku.no/kvensk-kommunenavn-offisielt-godkjent" in folded
    assert "07459" not in folded


def test_the_picture_names_the_passage_and_what_is_drawn_from_it(study):
    page = page_of(study, "/sources?lang=nb")
    titles = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)[1:]
    assert len(titles) == 40
    assert any("S03b" in t and "Samarbeid kan legge beslag på ressurser" in t for t in titles)


def test_a_thing_names_the_sources_of_the_graphs_that_it_is_in(study):
    page = page_of(study, "/doc/municipality/fosnes?lang=nb")
    footer = page.partition('id="sources-heading"')[2]
    assert "Hentet fra: " in footer
    assert "tabell 07459" in footer


def test_the_sources_are_data_too(study):
    by_accept = study.get("/sources", headers={"Accept": "application/n-triples"})
    assert by_accept.data == study.get("/sources.nt").data
    graph = by_accept.text
    page = page_of(study, "/sources?lang=en")
    works = re.findall(r'<cite><a href="/doc/(publication/[^"?]+)', page)
    passages = set(re.findall(r'href="/doc/(passage/[^"?]+)', page))
    assert len(works) > 5
    assert len(passages) == 40
    for thing in (*works, *passages):
        assert f"\n<https://w3id.org/samgraf/id/{thing}> " in f"\n{graph}"
    assert 'rel="alternate" type="text/turtle" href="/sources.ttl"' in page
    assert study.get("/sources", headers={"Accept": "image/png"}).status_code == 406
