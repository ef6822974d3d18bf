import re

import pytest

from samgraf.site.language import LANGUAGES, Phrase
from samgraf.site.sources.pages import Item, PassagePlace, lay_out

HTML = {"Accept": "text/html"}


def page_of(client, address):
    response = client.get(address, headers=HTML)
    assert response.status_code == 200
    return response.text


def place(start, end, *items):
    label = Phrase("a", "")
    made = [Item(i, label, "/" + i) for i in items]
    return PassagePlace(f"p{start}", start, end, label, "/p", made)


def test_places_are_laid_out_by_their_length():
    strip = lay_out([place(0, 60), place(60, 120, "x"), place(130, 240)], None)
    assert (strip.per_line, strip.lines, strip.uncovered) == (120, 2, 10)
    widths = [[p.width for p in pieces] for _, pieces in strip.places]
    assert widths == [["50.000%"], ["50.000%"], ["91.667%"]]
    assert [(gap.line, gap.left) for gap in strip.gaps] == [(1, "0.000%")]


def test_a_place_goes_on_on_the_next_line():
    strip = lay_out([place(100, 300)], None)
    [(_, pieces)] = strip.places
    assert [(p.line, p.left, p.width) for p in pieces] == [
        (0, "83.333%", "16.667%"),
        (1, "0.000%", "100.000%"),
        (2, "0.000%", "50.000%"),
    ]


def test_places_that_overlap_leave_no_gap_twice():
    assert lay_out([place(0, 50), place(20, 30), place(40, 60)], None).uncovered == 0


def test_a_long_text_takes_no_more_than_some_lines():
    strip = lay_out([place(n * 100, n * 100 + 90) for n in range(1000)], None)
    assert strip.lines <= 14


def test_no_place_makes_no_strip():
    assert lay_out([], None).places == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_passage_stands_in_strip_and_table(study, lang):
    page = page_of(study, f"/sources?lang={lang}")
    ids = re.findall(r'<tr id="(place-1-\d+)"', page)
    assert len(ids) == 40
    assert [i for i in ids if f'<a href="#{i}"' in page] == ids
    starts = [int(n) for n in re.findall(r'class="where-cell">(\d+)–', page)]
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
