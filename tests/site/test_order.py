"""Lists on pages are in the order of names, as the reader's language sorts them, never of IRIs."""

import re

import pytest

from samgraf.site.result_views import ordered_by
from samgraf.text import sort_key

HTML = {"Accept": "text/html"}


def names(html):
    return [re.sub(r"<[^>]+>", "", name) for name in re.findall(r"<bdi[^>]*>(.*?)</bdi>", html)]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("SELECT * { ?s ?p ?o }", []),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?o LIMIT 5", [("s", False), ("o", False)]),
        ("SELECT * { ?s ?p ?o } order by desc(?s) asc( ?o )", [("s", True), ("o", False)]),
        ("SELECT * { ?s ?p ?o } ORDER BY (?s) ?o", [("s", False), ("o", False)]),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s STRLEN(?o) ?p", [("s", False)]),
        ("SELECT * { ?s ?p ?o } ORDER BY (?s = ?o) ?p", []),
        ("SELECT * { ?s ?p '} ORDER BY ?s' } ORDER BY ?p", [("p", False)]),
        ("SELECT * { { SELECT ?s { ?s ?p ?o } ORDER BY ?o LIMIT 1 } }", []),
        ("ASK {}", []),
    ],
)
def test_what_a_query_sorts_by_is_read_from_it(query, order):
    assert ordered_by(query) == order


@pytest.mark.parametrize(
    ("language", "first", "then"),
    [("nb", "Namdalseid", "Nærøy"), ("nn", "Namdalseid", "Nærøy"), ("en", "Nærøy", "Namdalseid")],
)
def test_units_of_an_answer_are_in_the_order_of_their_names(study, language, first, then):
    page = study.get(f"/questions/former-municipalities?lang={language}", headers=HTML).text
    rows = re.findall(r"<tr[^>]*>\s*<td[^>]*>(.*?)</td>", page, re.DOTALL)
    found = [name for row in rows for name in names(row)]
    assert found.index(first) < found.index(then)


def heads(page, list_id):
    part = page.partition(f'id="{list_id}"')[2].partition("</dd>")[0]
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>|<li>(.*?)</li>', part, re.DOTALL)
    return [name for row in rows for name in names("".join(row))]


def in_norwegian(found):
    return sorted(found, key=lambda name: sort_key(name, "nb"))


def test_a_list_of_a_thing_is_in_the_order_of_names(study):
    page = study.get("/doc/programme/byregionprogrammet?lang=nb", headers=HTML).text
    found = heads(page, "in-w3id-org-samgraf-ontology-takesPartIn")
    assert {"Namdalseid", "Nærøy"} < set(found)
    assert found == in_norwegian(found)


def test_a_long_list_begins_on_the_page_as_it_begins_when_it_is_opened(study):
    path, of_list = "/doc/source-text/summary?lang=nb", "http://www.w3.org/ns/oa%23hasSource"
    short = study.get(path, headers=HTML).text
    opened = study.get(f"{path}&in={of_list}", headers=HTML).text
    first, all_of_page = (heads(p, "in-www-w3-org-ns-oa-hasSource") for p in (short, opened))
    assert 20 < len(first) < len(all_of_page) == 40
    assert first == all_of_page[: len(first)]
    assert all_of_page == in_norwegian(all_of_page)


def test_what_is_sorted_by_a_variable_that_is_not_told_stays_as_it_comes(study):
    page = study.get("/?lang=en", headers={"Accept": "text/html"}).text
    # by the first claim that speaks of each: what promotes stands before what inhibits
    assert page.index(">Promotes<") < page.index(">Inhibits<")
