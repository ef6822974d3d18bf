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

#: Each width in light and dark; in the second of them all but the colours is as in the first.
LOOKS = [(1200, "light", True), (1200, "dark", False), (390, "dark", True), (390, "light", False)]

TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
#: Tables of which a narrow window shows a part only.
CUT = """[...document.querySelectorAll(".cards")]
  .filter(table => table.scrollWidth > table.clientWidth + 1).map(table => table.ariaLabel)"""


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


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_of_one_host(window, axe, addresses, name, lang):
    address = addresses[name]
    page = window.go(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert page.evaluate("document.documentElement.lang") == lang
    found = {}
    for width, scheme, whole in LOOKS:
        window.look(width, scheme)
        # before axe, which puts style sheets into the page to read them
        amiss = window.faults() if (width, scheme) == (1200, "light") else []
        # what is drawn anew for the width may come later
        if not comes_true(page, lambda: page.evaluate(TOO_WIDE) <= 0, 10):
            amiss.append(f"the page is {page.evaluate(TOO_WIDE)} px wider than the window")
        if width == 390 and (cut := page.evaluate(CUT)):
            amiss.append(f"these tables are cut: {cut}")
        amiss += violations(page, axe, only=RULES if whole else COLOURS)
        if amiss:
            found[f"{width} {scheme}"] = amiss
    assert found == {}


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
