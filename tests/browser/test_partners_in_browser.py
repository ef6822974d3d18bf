"""The editor tells of partners by its scripts as the server does in the page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from accessible import violations
from playwright.sync_api import Browser, Page, Route, expect
from visits import Visitor, comes_true

QUERY = "SELECT * { ?s ?p ?o } LIMIT 1"
OUTCOMES = [
    {"partner": "wikidata", "outcome": "ok", "rows": 9, "requests": 1, "seconds": 0.4},
    {"partner": "osm", "outcome": "cache", "at": "2026-11-25T21:04:00Z", "rows": 1, "requests": 0},
    {
        "partner": "data-norge",
        "outcome": "mirror",
        "date": "2026-10-12",
        "fault": "busy",
        "reason": "It <b>asks</b> to be left alone.",
        "rows": 2,
        "requests": 1,
    },
    {"partner": "nobody", "outcome": "failed", "fault": "timeout", "reason": "No answer."},
    {"partner": "wikidata", "outcome": "ok", "rows": 0, "requests": 0},
]
HEADER = (
    'wikidata;outcome=ok;rows=9;requests=1, osm;outcome=cache;at="2026-11-25T21:04:00Z";rows=1;'
    'requests=0, data-norge;outcome=mirror;date="2026-10-12";fault=busy;rows=2;requests=1'
)


@pytest.fixture(scope="module")
def window(browser: Browser, site: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, site)
    yield visitor
    visitor.close()


def answering(page: Page, body: str, content_type: str, status: int = 200) -> None:
    """Have the endpoint answer scripts so, whatever they ask."""

    def answer(route: Route) -> None:
        if "text/html" in route.request.headers.get("accept", ""):
            route.continue_()
            return
        headers = {"Content-Type": content_type, "Samgraf-Partners": HEADER}
        route.fulfill(status=status, body=body, headers=headers)

    page.unroute_all()
    page.route("**/sparql?*", answer)


def run(page: Page, query: str = QUERY) -> list[str]:
    page.evaluate("q => document.querySelector('.CodeMirror').CodeMirror.setValue(q)", query)
    page.locator("#run").click()
    page.wait_for_selector(".outcomes li")
    return [said.strip() for said in page.locator(".outcomes li").all_inner_texts()]


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "dark")])
def test_outcomes_stand_above_the_answer(window, axe, width, scheme):
    page = window.go("/sparql?lang=en")
    window.look(width, scheme)
    results = {"head": {"vars": ["s"]}, "results": {"bindings": []}, "partners": OUTCOMES}
    answering(page, json.dumps(results), "application/sparql-results+json")
    assert run(page) == [
        "Wikidata answered. (9 rows · 1 request · 400 ms)",
        "OpenStreetMap at QLever was not asked again: the answer is from 25 November 2026 at 21:04"
        " UTC. (1 row)",
        "The national data catalogue (data.norge.no) did not answer. An extract from 12 October"
        " 2026 is used instead, and may be incomplete. Reason: too busy. (2 rows · 1 request)"
        "\n\nIt <b>asks</b> to be left alone.",
        "nobody did not answer as it should, so its part of the answer is missing."
        " Reason: it took too long.\n\nNo answer.",
        "Wikidata was not asked, because there was nothing to ask about.",
    ]
    colours = page.locator(".outcomes li").evaluate_all("all => all.map(li => li.dataset.color)")
    assert colours == ["info", "info", "warning", "warning", "info"]
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert comes_true(page, lambda: page.evaluate(fits), 10)
    assert window.faults() == []  # before axe, which puts style sheets into the page
    assert violations(page, axe) == []


def test_header_tells_of_partners_where_the_answer_is_a_graph(window):
    page = window.go("/sparql?lang=en")
    answering(page, "<http://e/s> <http://e/p> 1 .", "text/turtle")
    told = run(page, "CONSTRUCT WHERE { ?s ?p ?o }")
    assert told[0] == "Wikidata answered. (9 rows · 1 request)"
    assert "21:04" in told[1]
    assert "12 October 2026" in told[2]


def test_failed_partner_is_told_with_the_problem(window):
    page = window.go("/sparql?lang=nb")
    problem = {"outcome": "partner", "detail": "It gave no answer.", "partners": [OUTCOMES[3]]}
    answering(page, json.dumps(problem), "application/problem+json", 502)
    [told] = run(page)
    assert "svarte ikke som den skulle" in told
    expect(page.locator("#problem")).to_contain_text("En partner svarte ikke")
    expect(page.locator("#answer")).to_be_hidden()


def test_next_answer_without_partners_tells_of_none(window):
    page = window.go("/sparql?lang=en")
    answering(page, "<http://e/s> <http://e/p> 1 .", "text/turtle")
    run(page, "CONSTRUCT WHERE { ?s ?p ?o }")
    page.unroute_all()
    page.locator("#run").click()
    page.wait_for_selector("#partners-told", state="hidden")
    expect(page.locator(".outcomes li")).to_have_count(0)


def test_page_ends_with_its_footer(window):
    window.look(1200, "light")
    page = window.go("/sparql?lang=en")
    end = "document.querySelector('footer').getBoundingClientRect().bottom + scrollY"
    assert page.evaluate(f"document.documentElement.scrollHeight - Math.ceil({end})") <= 0


def test_examples_that_need_partners_are_not_offered_where_federation_is_off(window):
    window.look(1200, "light")
    page = window.go("/sparql?lang=en")
    asked = page.locator("#examples a").evaluate_all(
        "links => links.map(link => new URL(link.href).searchParams.get('query') ?? '')"
    )
    assert len(asked) > 10
    assert not [query for query in asked if "SERVICE" in query]
    page.locator("#query").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT * { SERVICE <https://example.org/sparql> { ?s ?p ?o } }")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#problem strong")
    expect(page.locator("#problem")).to_contain_text("federation is off")
