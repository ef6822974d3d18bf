"""Every type of page × language × scheme × width: accessible, silent, and of one host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import COLOURS, RULES, violations
from page_types import PAGES
from playwright.sync_api import Browser
from visits import Visitor, comes_true

from samgraf.release import read_manifest
from samgraf.site.language import LANGUAGES

#: Each page is held against all rules in one of these in each language, and in the fourth against
#: those of colours; which is which goes round from page to page.
LOOKS = [(1200, "light"), (1200, "dark"), (390, "dark"), (390, "light")]

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


def looks(name: str, lang: str) -> list[tuple[int, str, bool]]:
    """Return the looks of a page in a language, each with whether all rules are tried in it."""
    first = list(PAGES).index(name)
    turns = [LOOKS[(first + step) % len(LOOKS)] for step in range(len(LOOKS))]
    chosen = [(*turns[list(LANGUAGES).index(lang)], True)]
    return chosen if lang != LANGUAGES[-1] else [*chosen, (*turns[-1], False)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_of_one_host(window, axe, addresses, name, lang):
    address = addresses[name]
    page = window.go(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert page.evaluate("document.documentElement.lang") == lang
    # before axe, which puts style sheets into the page to read them
    found = {"at first": amiss} if (amiss := window.faults()) else {}
    for width, scheme, whole in looks(name, lang):
        window.look(width, scheme)
        if amiss := violations(page, axe, only=RULES if whole else COLOURS):
            found[f"{width} {scheme}"] = amiss
    for width in (1200, 390):
        window.look(width, "light")
        # what is drawn anew for the width may come later
        if not comes_true(page, lambda: page.evaluate(TOO_WIDE) <= 0, 10):
            found[f"{width}"] = f"{page.evaluate(TOO_WIDE)} px wider than the window"
    if cut := page.evaluate(CUT):
        found["390"] = f"these tables are cut: {cut}"
    if broken := page.evaluate(BROKEN):
        found["390, words"] = f"these are broken: {broken}"
    assert found == {}


def test_every_page_is_tried_in_every_look_and_by_all_rules_in_every_language():
    for name in PAGES:
        tried = [look for lang in LANGUAGES for look in looks(name, lang)]
        assert {(width, scheme) for width, scheme, _ in tried} == set(LOOKS)
        assert sum(whole for *_, whole in tried) == len(LANGUAGES)


@pytest.fixture(scope="module")
def plain(browser: Browser, site: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, site, scripts=False)
    yield visitor
    visitor.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_readable_without_scripts(plain, addresses, name):
    page = plain.go(addresses[name])
    assert len(page.locator("main").inner_text()) > 100
    assert page.locator("h1:visible").count() == 1
    for promise in page.locator("[aria-busy=true], .loading").all():
        assert not promise.is_visible(), "what waits for a script is not to be seen without"
    assert plain.faults() == []
