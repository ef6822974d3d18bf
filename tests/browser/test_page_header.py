"""The header: in a narrow window one line, whose menu opens without a script."""

from __future__ import annotations

import pytest
from accessible import violations
from playwright.sync_api import expect
from visits import Visitor, comes_true

NARROW = 390


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def page(browser, site, request):
    visitor = Visitor(browser, site, width=NARROW, scripts=request.param)
    yield visitor.go("/?lang=en")
    assert visitor.faults() == []
    visitor.close()


def test_page_begins_at_once(page):
    assert page.locator("header.top").bounding_box()["height"] < 80
    assert page.locator("h1").bounding_box()["y"] < 200


def test_menu_is_used_by_keyboard(page):
    links = page.get_by_role("navigation", name="Main menu").get_by_role("link")
    opener = page.get_by_role("button", name="Menu", exact=True)
    expect(links).to_have_count(0)
    opener.press("Enter")
    expect(links.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(links).to_have_count(0)
    expect(opener).to_be_focused()
    opener.press("Enter")
    page.get_by_role("button", name="Close the menu").press("Enter")
    expect(links).to_have_count(0)
    opener.press("Enter")
    links.get_by_text("Map").press("Enter")
    page.wait_for_url("**/map?lang=en")


def test_wide_window_needs_no_menu(browser, site):
    visitor = Visitor(browser, site, width=1200)
    page = visitor.go("/?lang=en")
    expect(page.get_by_role("button", name="Menu", exact=True)).to_have_count(0)
    expect(
        page.get_by_role("navigation", name="Main menu").get_by_role("link").first
    ).to_be_visible()
    visitor.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_menu_is_accessible(browser, site, axe, scheme):
    visitor = Visitor(browser, site, width=NARROW, scheme=scheme)
    page = visitor.go("/?lang=nb")
    page.get_by_role("button", name="Meny", exact=True).click()
    expect(page.locator("#page-menu")).to_be_visible()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    visitor.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/search?q=samarbeid", "mark"),
        ("/doc/claim/S19", ".told"),
        ("/doc/region/namdal", ".list-status"),
        ("/sources#place-1-1", "tr:target"),
    ],
)
def test_what_is_marked_stands_out_from_the_page(browser, site, scheme, address, marked):
    visitor = Visitor(browser, site, scheme=scheme)
    page = visitor.go(address)
    # the index of the search may have to be made first
    assert comes_true(page, lambda: page.locator(marked).count() or not page.reload())
    ground, own = (
        page.locator(name).first.evaluate("(e) => getComputedStyle(e).backgroundColor")
        for name in ("body", marked)
    )
    assert own not in (ground, "rgba(0, 0, 0, 0)")
    visitor.close()
