"""Every type of page in each language, light and dark, wide and narrow: accessible, and silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import COLOURS, RULES, WORDS, shape, violations
from page_types import PAGES
from playwright.sync_api import Browser, Page
from visits import Visitor, comes_true

from samgraf.release import read_manifest
from samgraf.site.language import LANGUAGES

#: A page is held against all rules in one look, and against those of colours in one that differs
#: from it in both width and scheme; which ones goes round from page to page.
LOOKS = [
    ((1200, "light", RULES), (390, "dark", COLOURS)),
    ((1200, "dark", COLOURS), (390, "light", RULES)),
    ((1200, "dark", RULES), (390, "light", COLOURS)),
    ((1200, "light", COLOURS), (390, "dark", RULES)),
]

TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
#: Tables of which a narrow window shows a part only.
CUT = """[...document.querySelectorAll(".cards")]
  .filter(table => table.scrollWidth > table.clientWidth + 1).map(table => table.ariaLabel)"""

#: Words of letters alone that stand on two lines, in the values of tables that are shown as cards.
BROKEN = r"""() => {
  const found = [], range = document.createRange();
  for (const cell of document.querySelectorAll(".cards td")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const word of node.data.matchAll(/(?<!\S)\p{L}{4,}(?![^\s.,;:)])/gu)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
        if (lines.size > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def window(browser: Browser, site: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, site)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def addresses(release: Path) -> dict[str, str]:
    """Return the address of each type of page."""
    served = read_manifest(release)["release"]
    return {name: address.replace("{release}", served) for name, address in PAGES.items()}


def turned(turns: list, name: str) -> list:
    """Return ``turns`` in the order that is a page's lot."""
    first = list(PAGES).index(name) % len(turns)
    return [*turns[first:], *turns[:first]]


def faults_of_size(page: Page) -> list[str]:
    """Return what is too wide, cut or broken at the width that the window has."""
    found = []
    # what is drawn anew for the width may come later
    if not comes_true(page, lambda: page.evaluate(TOO_WIDE) <= 0, 10):
        found.append(f"the page is {page.evaluate(TOO_WIDE)} px wider than the window")
    if page.viewport_size["width"] > 390:
        return found  # wider, tables are no cards
    if cut := page.evaluate(CUT):
        found.append(f"these tables are cut: {cut}")
    if broken := page.evaluate(BROKEN):
        found.append(f"these words are broken: {broken}")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_of_one_host(window, axe, addresses, name):
    """In one language in two looks; in the others again where they are of another shape.

    Otherwise words alone differ: those may be too long for a narrow window, or be the same for two
    things.
    """
    found, tried, address = {}, set(), addresses[name]
    for lang in turned(list(LANGUAGES), name):
        page = window.go(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert page.evaluate("document.documentElement.lang") == lang
        # before axe, which puts style sheets into the page to read them
        found[f"{lang} at first"] = window.faults()
        made_of = shape(page)
        if not made_of <= tried:
            for width, scheme, rules in turned(LOOKS, name)[0]:
                window.look(width, scheme)
                amiss = faults_of_size(page) + violations(page, axe, only=rules)
                found[f"{lang} {width} {scheme}"] = amiss
            tried |= made_of
        else:  # the window is narrow by now
            found[f"{lang} words"] = faults_of_size(page) + violations(page, axe, only=WORDS)
    assert {where: amiss for where, amiss in found.items() if amiss} == {}


def test_every_look_is_had_and_each_of_them_with_all_rules():
    assert {look[:2] for looks in LOOKS for look in looks if look[2] is RULES} == {
        (width, scheme) for width in (1200, 390) for scheme in ("light", "dark")
    }
    for wide, narrow in LOOKS:
        assert wide[0] > narrow[0]
        assert {wide[1], narrow[1]} == {"light", "dark"}
        assert [look[2] for look in (wide, narrow)].count(RULES) == 1


@pytest.fixture(scope="module")
def plain(browser: Browser, site: str) -> Iterator[Visitor]:
    # as wide as 1280 px at 400 %: https://www.w3.org/TR/WCAG22/#reflow
    visitor = Visitor(browser, site, width=320, scripts=False)
    yield visitor
    visitor.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_readable_without_scripts_and_very_large(plain, addresses, name):
    page = plain.go(addresses[name])
    assert page.evaluate(TOO_WIDE) <= 0
    assert len(page.locator("main").inner_text()) > 100
    assert page.locator("h1:visible").count() == 1
    for promise in page.locator("[aria-busy=true], .loading").all():
        assert not promise.is_visible(), "what waits for a script is not to be seen without"
    assert plain.faults() == []
