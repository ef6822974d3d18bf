"""The editor's states that no address leads to, held against WCAG 2.2 A and AA by axe-core."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from accessible import COLOURS, RULES, WORDS, violations
from playwright.sync_api import Browser, Page, expect

COUNTS = "SELECT ?class (COUNT(?x) AS ?n) WHERE { ?x a ?class } GROUP BY ?class LIMIT 20"
SEEN = {"type": "rule", "values": [*COLOURS["values"], *WORDS["values"]]}
# the pages as such are tested in every look; here the two that differ most, in the second of which
# the same states have other colours, words and sizes
LOOKS = [("nb", 1200, "light", RULES), ("nn", 390, "dark", SEEN)]


def assert_accessible(page: Page, axe: Path, state: str, only: dict, within: str = "html") -> None:
    page.wait_for_load_state("networkidle")
    assert violations(page, axe, only=only, within=within) == [], state
    assert page.evaluate("document.body.scrollWidth <= innerWidth"), f"{state}: too wide"


@pytest.mark.parametrize(("language", "width", "scheme", "only"), LOOKS)
def test_states_are_accessible(
    browser: Browser, site: str, axe: Path, language: str, width: int, scheme: str, only: dict
):
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",  # what fades has no colour of its own meanwhile
    )
    page = context.new_page()

    def show(query: str, view: int = 0) -> None:
        page.goto(f"/sparql?lang={language}&query={quote(query)}")
        page.wait_for_load_state("networkidle")
        if view:
            page.locator("#views button").nth(view).click()
            expect(page.locator("#view .shown > *").first).to_be_attached()

    show(COUNTS)
    assert_accessible(page, axe, "table", only)
    page.locator("#view .sort").first.click()
    page.locator("#share").click()
    page.locator("#prefixes summary").click()
    assert_accessible(page, axe, "sorted, with prefixes", only)
    show(COUNTS, 1)
    assert_accessible(page, axe, "bars", only)
    for view in range(3):
        show("DESCRIBE ?x { ?x a owl:Ontology }", view)
        assert_accessible(page, axe, f"graph {view}", only)
    show("SELECT * {\n  ?s nosuch:thing ?o\n}")
    assert_accessible(page, axe, "fault", only)
    show("SELECT * { ?s a sg:Claims ; sg:observedYear 2017 }")
    page.locator("#hints button").first.wait_for()
    assert_accessible(page, axe, "reasons why it is empty", only)
    page.locator("#query").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT * { ?x ")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints li").first.wait_for()
    # the list lies over what follows the field
    assert_accessible(page, axe, "suggestions", only, within="#field")
    context.close()
