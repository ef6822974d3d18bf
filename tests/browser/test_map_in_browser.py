"""The map in a real browser: it moves, it is walked by keyboard, it asks nobody else."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from accessible import COLOURS, RULES, violations
from playwright.sync_api import Browser, Page, expect
from visits import comes_true

WIDTHS = (1200, 390)
SCHEMES = ("light", "dark")


def opened(browser: Browser, address: str, width: int = 1200, scheme: str = "light", **options):
    """Return the page at ``address`` and a list of all that should not have happened on it."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="nb-NO", **options
    )
    page, faults = context.new_page(), []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: faults.append(str(e)))
    host = re.match(r"https?://[^/]+", address)[0]
    page.on("request", lambda r: faults.append(r.url) if not r.url.startswith(host) else None)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page, faults


@pytest.mark.parametrize(("width", "scheme"), list(zip(WIDTHS, SCHEMES, strict=True)))
def test_the_map_lives_and_asks_nobody_else(browser, site, width, scheme):
    page, faults = opened(browser, f"{site}/map", width, scheme)
    expect(page.locator("path.map-shape")).to_have_count(5)  # one layer at first
    expect(page.locator("svg.map-picture")).to_have_count(0)
    expect(page.get_by_role("button", name="Vis", exact=True)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []
    page.context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_fault_of_access_is_found_beside_an_open_card(browser, site, axe, width, scheme):
    page, _ = opened(browser, f"{site}/map", width, scheme)
    page.locator("path.map-shape").nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-card")).to_be_visible()
    rest(page)  # the map makes room
    # the page as such is held against them by test_every_page.py, in every look
    only = RULES if scheme == "light" else COLOURS
    assert violations(page, axe, only=only) == []
    page.context.close()


def test_colours_follow_when_the_reader_turns_to_dark(browser, site):
    page, _ = opened(browser, f"{site}/map")
    ground = page.locator("path.map-ground").first
    light = ground.evaluate("e => getComputedStyle(e).fill")
    page.emulate_media(color_scheme="dark")
    expect(ground).not_to_have_css("fill", light)
    page.context.close()


def test_without_script_the_picture_stands_there_with_its_links(browser, site):
    page, faults = opened(browser, f"{site}/map", java_script_enabled=False)
    expect(page.locator("a.map-place")).to_have_count(5)
    page.get_by_role("checkbox", name="Kommunegrenser 2019").check()
    page.get_by_role("checkbox", name="Grensene for programregionene 2019").uncheck()
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.locator("a.map-place")).to_have_count(12)
    page.locator("a.map-place[aria-label^=Lenvik]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/municipality/lenvik")
    assert [f for f in faults if "404" not in f] == []
    page.context.close()


MOVES = ".leaflet-pan-anim, .leaflet-zoom-anim"
TWO_PICTURES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def rest(page: Page) -> None:
    """Wait until the map neither moves nor fades, having begun to if it was to."""
    page.evaluate(TWO_PICTURES)
    still = f"!document.querySelector('{MOVES}') && !document.getAnimations().length"
    assert comes_true(page, lambda: page.evaluate(still))


def focus_on_map(page: Page) -> None:
    expect(page.locator(".map-live")).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('map-live')"):
            return
    raise AssertionError("the map cannot be reached by keyboard")


def middle_one(page: Page) -> dict:
    """Return the box of a shape near the middle, which is not cut off when the map moves."""
    return page.locator("path.map-shape[aria-label^='Region Namdal']").bounding_box()


def test_a_walk_by_keyboard(browser, site):
    page, faults = opened(browser, f"{site}/map")
    focus_on_map(page)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    before = middle_one(page)
    page.keyboard.press("+")
    assert comes_true(page, lambda: middle_one(page)["height"] > before["height"] * 1.5)
    rest(page)
    rested = middle_one(page)
    page.keyboard.press("ArrowRight")
    assert comes_true(page, lambda: middle_one(page)["x"] < rested["x"])
    page.keyboard.press("Tab")
    shape = page.locator("path.map-shape:focus")
    assert shape.get_attribute("role") == "button"
    name = shape.get_attribute("aria-label").partition(",")[0]
    page.keyboard.press("Enter")
    link = page.locator(".map-card a")
    expect(link).to_be_focused()
    expect(link).to_have_text(name)
    page.keyboard.press("Escape")
    expect(page.locator(".map-card")).to_have_count(0)
    expect(page.locator("path.map-shape:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/**")
    assert [f for f in faults if "404" not in f] == []
    page.context.close()


def test_layers_are_switched(browser, site):
    page, faults = opened(browser, f"{site}/map")
    shapes = page.locator("path.map-shape")
    older, newer = (page.get_by_role("checkbox", name=f"Kommunegrenser {y}") for y in (2019, 2024))
    newer.check()
    expect(shapes).to_have_count(12)
    older.check()
    expect(shapes).to_have_count(24)
    newer.uncheck()
    expect(shapes).to_have_count(17)
    assert faults == []
    page.context.close()


SWATCHES = """[...document.querySelectorAll(".map-layers input")].map(box => {
  const drawn = document.querySelector(`path.map-shape.map-layer-${box.value}`);
  const told = box.parentElement.querySelector(".map-swatch rect + rect");
  const look = e =>
    ["fill", "fillOpacity", "stroke", "strokeDasharray"].map(k => getComputedStyle(e)[k]);
  return JSON.stringify(look(drawn)) === JSON.stringify(look(told));
})"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_legend_has_the_very_colours_that_are_drawn(browser, site, scheme):
    page, _ = opened(browser, f"{site}/map", scheme=scheme)
    for box in page.locator(".map-layers input").all():
        box.check()
    expect(page.locator("path.map-shape")).to_have_count(24)
    assert page.evaluate(SWATCHES) == [True, True, True]
    page.context.close()


OVERLAPS = """(() => {
  const boxes = [...document.querySelectorAll(".map-name")].map(e => e.getBoundingClientRect());
  const stage = document.querySelector(".map-live").getBoundingClientRect();
  const apart = (a, b) =>
    a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  return [boxes.length, boxes.every((a, i) => boxes.slice(i + 1).every(b => apart(a, b))),
    boxes.every(b => b.left >= stage.left && b.right <= stage.right)];
})()"""


@pytest.mark.parametrize("width", WIDTHS)
def test_names_stand_on_the_map_and_none_covers_another(browser, site, width):
    page, _ = opened(browser, f"{site}/map", width, reduced_motion="reduce")
    assert page.evaluate(OVERLAPS) == [5, True, True]
    page.get_by_role("checkbox", name="Kommunegrenser 2019").check()
    rest(page)
    many, apart, _ = page.evaluate(OVERLAPS)
    assert apart
    assert many >= 5
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_buttons_do_not_stand_on_the_land(browser, site, width):
    page, _ = opened(browser, f"{site}/map", width)
    stage = page.locator(".map-live").bounding_box()
    for button in page.locator(".map-buttons button").all():
        box = button.bounding_box()
        assert box["y"] + box["height"] <= stage["y"]
    page.context.close()


def test_a_place_tells_facts_and_leads_to_its_page(browser, site):
    page, _ = opened(browser, f"{site}/map?layer=1")
    page.locator("path.map-shape[aria-label^=Lurøy]").focus()
    page.keyboard.press("Enter")
    card = page.locator(".map-card")
    expect(card.locator("a")).to_have_text("Lurøy")
    expect(card.locator("dt")).to_have_text(["År", "Folketall"])
    page.context.close()


def test_buttons_zoom_and_show_all(browser, site):
    page, _ = opened(browser, f"{site}/map", reduced_motion="reduce")
    before = middle_one(page)
    page.get_by_role("button", name="Zoom inn").click()
    assert comes_true(page, lambda: middle_one(page)["height"] > before["height"] * 1.5)
    page.get_by_role("button", name="Vis alt").click()
    shown = pytest.approx(before["height"], abs=2)
    assert comes_true(page, lambda: middle_one(page)["height"] == shown)
    page.context.close()


HOSTILE = """async () => {
  const { drawMap } = await import(document.querySelector("script[src$='/map.js']").src);
  const element = document.createElement("div");
  document.querySelector("main").append(element);
  const hostile = '<img src=x onerror="document.title=1">';
  const point = { type: "Point", coordinates: [8, 61] };
  await drawMap(element, [
    { type: "Feature", geometry: point, properties:
      { name: hostile, layerName: hostile, page: "javascript:document.title=2" } },
  ], { ...document.querySelector("[data-map]").dataset, name: hostile });
  const enter = new KeyboardEvent("keydown", { key: "Enter" });
  element.querySelector("path.map-shape").dispatchEvent(enter);
  return [element.querySelectorAll("img, script, .map-card a").length,
    element.querySelector(".map-card").textContent.includes("<img")];
}"""


def test_hostile_names_stay_text_on_the_map(browser, site):
    page, faults = opened(browser, f"{site}/map")
    assert page.evaluate(HOSTILE) == [0, True]
    assert page.title() not in ("1", "2")
    assert faults == []
    page.context.close()


PLACES = """PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT DISTINCT ?place ?wkt { ?place geo:hasGeometry/geo:asWKT ?wkt } ORDER BY ?place LIMIT 5"""


def test_an_answer_with_places_is_shown_as_a_map(browser, site):
    page, faults = opened(browser, f"{site}/sparql?{urlencode({'query': PLACES})}")
    page.get_by_role("button", name="Kart", exact=True).click()
    expect(page.locator("path.map-shape")).to_have_count(5)
    expect(page.get_by_role("region", name="Kart over svaret")).to_be_visible()
    page.get_by_role("button", name="Zoom inn").click()
    rest(page)
    page.locator("path.map-shape").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-card a")).to_have_attribute("href", re.compile(r"/doc/"))
    assert faults == []
    page.context.close()
