import re

import pytest
from playwright.sync_api import expect
from visits import comes_true

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
def test_the_picture_pushes_nothing_away(browser, site, width, address):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.goto(f"{site}{address}?lang=en")
    expect(page.locator(".diagram canvas").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    # what Core Web Vitals call good: https://web.dev/articles/cls
    assert page.evaluate("shifts.reduce((a, b) => a + b, 0)") < 0.1
    context.close()


BOXES = """() => document.querySelector(".diagram .canvas")._cyreg?.cy.nodes().map((node) => {
  const { x1, y1, x2, y2 } = node.renderedBoundingBox({ includeOverlays: false });
  return [node.data("label"), x1, y1, x2, y2];
}) ?? []"""


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("path", ["/ontology", "/ontology?open=Actor", "/ontology/Claim"])
def test_no_label_lies_over_another(page, site, path, width):
    page.set_viewport_size({"width": width, "height": 900})
    go(page, site + path)
    assert comes_true(page, lambda: len(page.evaluate(BOXES)) > 5)
    boxes = page.evaluate(BOXES)
    for number, (one, left, top, right, bottom) in enumerate(boxes):
        for other, x1, y1, x2, y2 in boxes[number + 1 :]:
            # a border's width is no overlap
            apart = min(right, x2) - max(left, x1) <= 1 or min(bottom, y2) - max(top, y1) <= 1
            assert apart, (one, other)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_heart_of_the_model_is_drawn_though_no_domain_is_stated(page, site):
    go(page, site + "/ontology/Claim?lang=en")
    assert comes_true(page, lambda: page.evaluate(BOXES))
    labels = " ".join(label for label, *_ in page.evaluate(BOXES))
    assert "has evidence" in labels
    assert "passage" in labels


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_model_drawn_by_hand_is_the_first_picture(page, site, scheme):
    page.emulate_media(color_scheme=scheme)
    go(page, site + "/ontology?lang=en")
    picture = page.locator("main img, #page-content img").first
    expect(picture).to_have_attribute("src", re.compile("model.svg"))
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert picture.bounding_box()["y"] < page.locator(".diagram").bounding_box()["y"]
