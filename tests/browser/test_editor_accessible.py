"""The editor's states that no address leads to, held against WCAG 2.2 A and AA by axe-core."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

CLIENTS = Path(__file__).parents[1] / "javascript.py"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COUNTS = "SELECT ?class (COUNT(?x) AS ?n) WHERE { ?x a ?class } GROUP BY ?class LIMIT 20"
# the pages as such are tested in every look; here the two that differ most
LOOKS = [("nb", 1200, "light"), ("nn", 390, "dark")]


@pytest.fixture(scope="module")
def axe() -> str:
    spec = importlib.util.spec_from_file_location("samgraf_javascript", CLIENTS)
    javascript = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(javascript)
    file = javascript.folder() / "node_modules" / "axe-core" / "axe.min.js"
    if not file.is_file():
        pytest.skip("axe-core is not installed: python tests/javascript.py")
    return file.read_text("utf-8") + "\n;0"


def assert_accessible(page: Page, axe: str, state: str, within: str = "html") -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate(axe)
    found = page.evaluate(
        "([within, rules]) => axe.run(within, {runOnly: {type: 'tag', values: rules}})"
        ".then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.target.join(' '))]))",
        [within, RULES],
    )
    assert found == [], state
    assert page.evaluate("document.body.scrollWidth <= innerWidth"), f"{state}: too wide"


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_states_are_accessible(
    browser: Browser, site: str, axe: str, language: str, width: int, scheme: str
):
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()

    def show(query: str, view: int = 0) -> None:
        page.goto(f"/sparql?lang={language}&query={quote(query)}")
        page.wait_for_load_state("networkidle")
        if view:
            page.locator("#views button").nth(view).click()

    show(COUNTS)
    assert_accessible(page, axe, "table")
    page.locator("#view .sort").first.click()
    page.locator("#share").click()
    page.locator("#prefixes summary").click()
    assert_accessible(page, axe, "sorted, with prefixes")
    show(COUNTS, 1)
    assert_accessible(page, axe, "bars")
    for view in range(3):
        show("DESCRIBE ?x { ?x a owl:Ontology }", view)
        assert_accessible(page, axe, f"graph {view}")
    show("SELECT * {\n  ?s nosuch:thing ?o\n}")
    assert_accessible(page, axe, "fault")
    page.locator("#query").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT * { ?x ")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints li").first.wait_for()
    # the list lies over what follows the field
    assert_accessible(page, axe, "suggestions", within="#field")
    context.close()
