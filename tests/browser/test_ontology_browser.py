import re

import pytest
from playwright.sync_api import expect
from visits import comes_true

from live import Live

INK = """() => {
  const canvas = document.querySelectorAll(".canvas canvas")[2];
  if (!canvas) return false;
  const ink = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return ink.some((value) => value > 0);
}"""


@pytest.fixture
def page(browser):
    """Return a page on which nothing may go wrong in the console, and nothing leave the host."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    made = context.new_page()
    amiss = []
    made.on("console", lambda message: amiss.append(message.text))
    made.on("pageerror", lambda error: amiss.append(str(error)))
    made.on("request", lambda r: r.url.startswith("http://127.0.0.1") or amiss.append(r.url))
    yield made
    context.close()
    assert amiss == []


def go(page, address):
    page.goto(address)
    page.wait_for_load_state("networkidle")


def test_picture_is_drawn_and_has_a_name(page, site):
    go(page, site + "/ontology/Claim?lang=en")
    canvas = page.get_by_role("img")
    name = re.compile(r"^Diagram with \d+ classes and \d+ properties$")
    expect(canvas).to_have_attribute("aria-label", name)
    assert comes_true(page, lambda: canvas.bounding_box()["height"] > 100)
    assert comes_true(page, lambda: page.evaluate(INK))


def test_picture_is_drawn_anew_when_the_colours_change(page, site):
    go(page, site + "/ontology/Claim")
    assert comes_true(page, lambda: page.evaluate(INK))
    before = page.locator(".canvas").screenshot()
    page.emulate_media(color_scheme="dark")
    assert comes_true(page, lambda: page.locator(".canvas").screenshot() != before)


def test_open_branches_stand_in_the_address_and_come_back_with_it(page, site):
    go(page, site + "/ontology?lang=en")
    handle = page.locator("#Actor > details > summary")
    handle.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**open=Actor**")
    expect(page.locator("#Organisation")).to_be_visible()
    assert "open=Actor" in page.locator(".languages a").first.get_attribute("href")
    go(page, page.url)
    expect(page.locator("#Organisation")).to_be_visible()


SEEN = """() => {
  const side = document.querySelector(".side").getBoundingClientRect();
  const [head, chosen] = ["h2", "[aria-current]"].map(
    (name) => document.querySelector(`.side ${name}`).getBoundingClientRect());
  return [head.top >= side.top, side.top <= chosen.top && chosen.bottom <= side.bottom];
}"""


@pytest.mark.parametrize(
    ("term", "heading"), [("Claim", True), ("Actor", True), ("resultingUnit", False)]
)
def test_tree_beside_a_term_scrolls_only_to_show_it(page, site, term, heading):
    go(page, f"{site}/ontology/{term}?lang=nb")
    assert page.evaluate(SEEN) == [heading, True]


def test_tree_is_walked_by_keyboard_alone(page, site):
    go(page, site + "/ontology?lang=en")
    page.locator("#page-filter").focus()
    page.keyboard.type("sector that is not")
    page.keyboard.press("Enter")
    page.wait_for_url("**filter=sector**")
    go(page, site + "/ontology?lang=en")
    page.locator("#Actor .leaf a").first.focus()
    page.keyboard.press("Tab")
    expect(page.locator("summary:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ontology/ActorGroup**")


def test_anchor_of_a_term_leads_on_to_its_page(page, site):
    go(page, site + "/ontology#Claim")
    page.wait_for_url("**/ontology/Claim")


def test_anchor_of_a_term_is_shown_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/ontology#Organisation")
    assert page.locator("#Organisation .leaf a").first.is_visible()
    assert page.locator(".diagram").is_hidden()
    context.close()


SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((e) => e.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("address", ["/ontology", "/ontology/Claim"])
@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_pushed_away(browser, site, width, address):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.goto(f"{site}{address}?lang=en")
    if width > 640 and address == "/ontology/Claim":
        expect(page.locator(".diagram canvas").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    # what Core Web Vitals call good: https://web.dev/articles/cls
    assert page.evaluate("shifts.reduce((a, b) => a + b, 0)") < 0.1
    context.close()


BOXES = """() => document.querySelector(".diagram .canvas")._cyreg?.cy.nodes().map((node) => {
  const { x1, y1, x2, y2 } = node.renderedBoundingBox({ includeOverlays: false });
  return [node.data("label"), x1, y1, x2, y2];
}) ?? []"""


@pytest.fixture(scope="module")
def hives(other_release):
    """Return the address of a server over a content that has no picture of its own."""
    with Live("--release", other_release) as live:
        yield f"http://127.0.0.1:{live.port}"


WIDER = """() => [...document.querySelectorAll("main :not(pre)")]
  .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1
    && /auto|scroll/.test(getComputedStyle(e).overflowX)).map((e) => e.className)"""


@pytest.mark.parametrize("path", ["/ontology", "/ontology/Claim"])
def test_on_a_phone_no_picture_scrolls_sideways(page, site, hives, path):
    page.set_viewport_size({"width": 390, "height": 900})
    for address in (site + path, hives + "/ontology"):
        go(page, address)
        assert page.evaluate(WIDER) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".diagram")).to_be_hidden()
    page.set_viewport_size({"width": 1200, "height": 900})
    expect(page.locator(".diagram canvas").first).to_be_visible()


@pytest.mark.parametrize("path", ["hives", "hives open", "/ontology/Claim"])
def test_no_label_lies_over_another(page, site, hives, path):
    overviews = {"hives": f"{hives}/ontology", "hives open": f"{hives}/ontology?open=*"}
    go(page, overviews.get(path) or site + path)
    assert comes_true(page, lambda: len(page.evaluate(BOXES)) > 3)
    boxes = page.evaluate(BOXES)
    for number, (one, left, top, right, bottom) in enumerate(boxes):
        for other, x1, y1, x2, y2 in boxes[number + 1 :]:
            # a border's width is no overlap
            apart = min(right, x2) - max(left, x1) <= 1 or min(bottom, y2) - max(top, y1) <= 1
            assert apart, (one, other)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200


def test_heart_of_the_model_is_drawn_though_no_domain_is_stated(page, site):
    go(page, site + "/ontology/Claim?lang=en")
    assert comes_true(page, lambda: page.evaluate(BOXES))
    labels = " ".join(label for label, *_ in page.evaluate(BOXES))
    assert "has evidence" in labels
    assert "passage" in labels


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_model_drawn_by_hand_is_the_picture(page, site, scheme):
    page.emulate_media(color_scheme=scheme)
    go(page, site + "/ontology?lang=en")
    picture = page.locator("main img, #page-content img").first
    expect(picture).to_have_attribute("src", re.compile("model.svg"))
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    expect(page.locator(".diagram")).to_have_count(0)
