"""What people come for, walked from the home page as they would, with the clicks that it takes.

Clicks are counted and bounded; seconds are told in the report of the tests, and bound nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from live import PATIENCE, Live

CONTACT = "mailto:editors@example.org"


class Walk:
    """One reader's way through the site: each click is counted, and ``most`` are allowed."""

    def __init__(self, page: Page, most: int, report: Callable[[Mapping[str, object]], None]):
        self.page, self.most, self.clicks = page, most, 0
        self._report, self._start = report, time.monotonic()

    def click(self, what: str | Locator) -> Page:
        """Click a link by its words, or what is given."""
        place = self.page.get_by_role("link", name=what) if isinstance(what, str) else what
        self.clicks += 1
        place.first.click()
        self.page.wait_for_load_state("load")
        return self.page

    def done(self) -> None:
        """Note what it took, and fail where it took too many clicks."""
        seconds = round(time.monotonic() - self._start, 1)
        self._report({"clicks": self.clicks, "seconds": seconds})
        assert self.clicks <= self.most


@pytest.fixture(scope="module")
def run_by_people(release: Path) -> Iterator[str]:
    """Return the address of a site whose operators say how they are reached."""
    with Live("--release", release, contact=CONTACT, query_timeout=60) as live:
        yield f"http://127.0.0.1:{live.port}"


@pytest.fixture
def walk(
    browser: Browser,
    run_by_people: str,
    report_counts: Callable[..., None],
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[int], Walk]]:
    context = browser.new_context(
        base_url=run_by_people, locale="en", viewport={"width": 1200, "height": 900}
    )
    context.set_default_timeout(PATIENCE * 1000)

    def start(most: int) -> Walk:
        page = context.new_page()
        page.goto("/?lang=en")
        return Walk(page, most, partial(report_counts, request.node.name))

    yield start
    context.close()


def lead(page: Page) -> str:
    return page.locator("article.thing > header").inner_text()


def test_read_why_trust_matters_and_where_that_is_said(walk):
    way = walk(3)
    page = way.click("Good earlier experience and trust")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("trust"))
    page = way.click(page.locator('main a[href*="/doc/claim/"]'))
    expect(page.locator("article.thing > header")).to_contain_text("Grimsrud")
    there = page.locator('article.thing > header a[href*="#:~:text="]')
    expect(there).to_be_visible()
    assert there.get_attribute("href").startswith("https://distriktssenteret.no/")
    way.done()


def test_cite_that_claim_in_bibtex(walk):
    way = walk(4)
    page = way.click("Good earlier experience and trust")
    page = way.click(page.locator('main a[href*="/doc/claim/"]'))
    way.click(page.locator("#cite summary"))
    code = page.locator("#cite pre", has_text="@").first
    expect(code).to_be_visible()
    assert re.match(r"@\w+\{[\w:.-]+,\n", code.inner_text())
    assert "/id/claim/" in code.inner_text()
    way.done()


def test_read_how_many_lived_in_a_case_when_it_was_studied(walk):
    way = walk(3)
    page = way.click(way.page.locator("main").get_by_role("link", name="Fosnes"))
    assert re.search(r"628\D{1,3}inhabitants in 2017", lead(page))
    way.done()


def test_read_what_became_of_it(walk):
    way = walk(2)
    page = way.click(way.page.locator("main").get_by_role("link", name="Fosnes"))
    assert "became part of Namsos" in lead(page)
    way.done()


def test_take_all_factors_as_csv(walk):
    way = walk(3)
    way.click("Contents")
    page = way.click(
        way.page.locator("main").get_by_role("link", name=re.compile("^factors$", re.IGNORECASE))
    )
    with page.expect_download() as waited:
        way.clicks += 1
        page.get_by_role("link", name="CSV", exact=True).first.click()
    rows = Path(waited.value.path()).read_text("utf-8").splitlines()
    assert len(rows) == 1 + 10
    assert all("/id/factor/" in row for row in rows[1:])
    way.done()


def test_see_which_lists_are_not_complete(walk):
    way = walk(3)
    way.click("Contents")
    page = way.click(
        way.page.locator("main").get_by_role("link", name=re.compile("^regions$", re.IGNORECASE))
    )
    told = page.locator("main table").inner_text()
    assert "partial" in told
    way.done()


@pytest.mark.parametrize(("typed", "found"), [("1748", "Fosnes"), ("Raane", "Rana")])
def test_find_a_municipality_by_its_number_and_by_its_sami_name(walk, typed, found):
    way = walk(2)
    field = way.page.get_by_role("search").get_by_role("combobox")
    field.fill(typed)
    field.press("Enter")
    way.clicks += 1
    way.page.wait_for_load_state("load")
    page = way.click(way.page.locator("main").get_by_role("link", name=re.compile(f"^{found}")))
    expect(page.get_by_role("heading", level=1)).to_contain_text(found)
    way.done()


def test_see_what_changed_since_the_release_before(walk):
    way = walk(1)
    page = way.click(way.page.locator("footer").get_by_role("link", name="Changes"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/changes" in page.url
    way.done()


def test_find_whom_to_tell_of_a_fault(walk):
    way = walk(1)
    page = way.click("Good earlier experience and trust")
    told = page.locator("footer .fault a")
    expect(told).to_be_visible()
    assert told.get_attribute("href").startswith(CONTACT)
    assert "trust" in told.get_attribute("href")
    way.done()
