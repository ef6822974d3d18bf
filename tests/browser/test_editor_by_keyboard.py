"""The query editor as it is used: https://www.w3.org/TR/WCAG22/#keyboard-accessible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

CLASSES = "SELECT ?class (COUNT(?x) AS ?n) WHERE { ?x a ?class } GROUP BY ?class ORDER BY DESC(?n)"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
VALUE = "document.querySelector('.CodeMirror').CodeMirror.getValue()"
WHERE = "document.activeElement.id || document.activeElement.className"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Return a page that fails the test on a console error or a request to another host."""
    context = browser.new_context(base_url=site, locale="nb-NO")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda m: (
            m.type == "error"
            and "Failed to load resource" not in m.text
            # the browser's own word of an answer that is a problem
            and faults.append(m.text)
        ),
    )
    page.on("request", lambda r: r.url.startswith(site) or faults.append(r.url))
    yield page
    context.close()
    assert faults == []


def address(page: Page) -> str:
    """Return the address that the browser shows now; word of a change may still be on its way."""
    return page.evaluate("location.href")


def write(page: Page, query: str) -> None:
    page.locator("#query").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)
    page.keyboard.press("Escape")


def tab_to(page: Page, wanted: str, most: int = 60) -> None:
    for _ in range(most):
        if page.evaluate(f"document.activeElement.matches({wanted!r})"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab: {page.evaluate(WHERE)}")


def test_walk_by_keyboard_alone(page: Page):
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    tab_to(page, "#query")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(CLASSES)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#told")).to_contain_text("hele svaret")
    assert page.evaluate(WHERE) == "query"
    page.keyboard.press("Tab")  # out of the field, not a tab in it
    tab_to(page, "#run", most=2)
    tab_to(page, "#share")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_have_text("Lenken er kopiert.")
    assert page.evaluate("navigator.clipboard.readText()") == address(page)
    tab_to(page, "#examples a")
    page.keyboard.press("Enter")
    expect(page.locator("#answer-title")).to_have_text(
        page.locator("#examples a").first.inner_text()
    )
    assert page.evaluate(VALUE) in page.locator("#examples a").first.evaluate(
        "link => new URL(link.href).searchParams.get('query')"
    )
    tab_to(page, "#downloads a")
    tab_to(page, "#view .scroll")
    tab_to(page, "#view .sort")
    page.keyboard.press("Enter")
    expect(page.locator("#view th").first).to_have_attribute("aria-sort", "ascending")
    tab_to(page, "#view td a")
    for _ in range(80):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(WHERE) == "query":
            break
    assert page.evaluate(WHERE) == "query"  # and back into the field


def test_address_holds_the_query_and_brings_the_answer_back(page: Page):
    page.goto("/sparql?lang=en&timeout=19")
    page.wait_for_selector(".CodeMirror")
    write(page, CLASSES)
    page.locator("#run").click()
    expect(page.locator("#told")).to_contain_text("whole answer")
    assert "timeout=19" in address(page)
    assert "lang=en" in address(page)
    assert "format=csv" in page.locator("#downloads a", has_text="CSV").get_attribute("href")
    cells = page.locator("#view tbody a, #view tbody .figure")  # names beside them come later
    shown = cells.all_inner_texts()
    page.goto(address(page))
    expect(page.locator("#told")).to_contain_text("whole answer")
    assert len(shown) > 40
    assert cells.all_inner_texts() == shown


def test_bars_are_offered_for_a_number_per_label(page: Page):
    page.goto(f"/sparql?query={quote(CLASSES)}")
    page.get_by_role("button", name="Stolper").click()
    rows = page.locator(".bars tbody tr")
    expect(rows.first).to_be_visible()
    widths = rows.locator(".bar").evaluate_all("bars => bars.map((bar) => bar.offsetWidth)")
    assert len(widths) > 20
    assert widths == sorted(widths, reverse=True)
    expect(page).to_have_url(re.compile("#as-chart$"))
    page.reload()
    expect(page.get_by_role("button", name="Stolper")).to_have_attribute("aria-pressed", "true")
    page.goto("/sparql?query=ASK{}")
    expect(page.locator("#told")).to_contain_text("hele svaret")
    expect(page.locator("#views")).to_be_hidden()


def test_graph_is_shown_as_turtle_picture_and_triples(page: Page):
    page.goto(f"/sparql?query={quote('DESCRIBE owl:Class ?x WHERE { ?x a owl:Ontology }')}")
    page.get_by_role("button", name="Tripler").click()
    expect(page.locator("#view tbody tr").first).to_be_visible()
    page.get_by_role("button", name="Bilde").click()
    expect(page.locator(".picture canvas").first).to_be_visible()
    expect(page.locator(".picture")).to_have_attribute("role", "img")
    assert page.locator("style").count() == 0
    page.get_by_role("button", name="Turtle").click()
    expect(page.locator("pre.turtle")).to_be_visible()


def test_long_answer_comes_bit_by_bit(page: Page):
    page.goto(f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 450')}")
    rows = page.locator("#view tbody tr")
    expect(rows).to_have_count(200)
    page.get_by_role("button", name="Vis 200 til").click()
    expect(rows).to_have_count(400)
    expect(rows.nth(200)).to_be_focused()
    page.get_by_role("button", name="Vis 50 til").click()
    expect(rows).to_have_count(450)
    expect(page.locator(".more button")).to_be_hidden()


def test_fault_is_marked_at_its_line(page: Page):
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    write(page, "SELECT * {\n  ?s ?p ?o .\n  ?s nosuch:thing ?o\n}")
    page.keyboard.press("Control+Enter")
    alert = page.locator("#problem")
    expect(alert).to_contain_text("Spørringen er ikke riktig skrevet.")
    expect(alert.locator("p[lang=en]")).to_contain_text("the prefix nosuch: is not declared")
    marked = page.locator(".CodeMirror-code > div", has=page.locator(".fault"))
    expect(marked).to_contain_text("nosuch:thing")
    page.get_by_role("button", name="Gå til linje 3").press("Enter")
    expect(page.locator("#query")).to_be_focused()
    at = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getCursor().line")
    assert at == 2
    page.keyboard.insert_text("x")
    expect(page.locator(".fault")).to_have_count(0)


def test_query_can_be_cancelled(page: Page, site: str):
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    write(page, HEAVY)
    page.keyboard.press("Control+Enter")
    cancel = page.locator("#cancel")
    expect(cancel).to_be_visible()
    cancel.press("Enter")
    expect(page.locator("#told")).to_contain_text("Avbrutt etter")
    expect(page.locator("#run")).to_be_focused()
    expect(cancel).to_be_hidden()


def test_time_out_is_told_in_the_readers_language(page: Page):
    page.goto("/sparql?timeout=3&lang=nn")
    page.wait_for_selector(".CodeMirror")
    write(page, HEAVY)
    page.locator("#run").click()
    expect(page.locator("#problem")).to_contain_text("Spørjinga tok for lang tid")


def test_names_are_suggested_with_what_they_are_called(page: Page):
    page.goto("/sparql?lang=en")
    page.wait_for_selector(".CodeMirror")
    write(page, "SELECT * { ?thing a ")
    page.keyboard.type("org:")
    hints = page.locator(".CodeMirror-hints li")
    expect(hints.first).to_be_visible()
    assert all(text.startswith("org:") for text in hints.all_inner_texts())
    page.keyboard.press("Escape")
    write(page, "SELECT * { ?thing ")
    page.keyboard.press("Control+Space")
    expect(hints.first).to_contain_text("rdfs:label")
    page.keyboard.press("Enter")
    page.keyboard.type(" ?t")
    expect(hints).to_have_text(["?thing"])
    page.keyboard.press("Enter")
    assert page.evaluate(VALUE) == "SELECT * { ?thing rdfs:label ?thing"
    page.locator("#declare").click()
    assert page.evaluate(VALUE).startswith("PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n")
    page.locator("#declare").click()
    assert page.evaluate(VALUE).count("PREFIX") == 1


def test_page_works_without_scripts(browser: Browser, site: str):
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto("/sparql")
    page.locator("textarea").fill(CLASSES)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#view tbody tr").nth(20)).to_be_visible()
    expect(page.locator("textarea")).to_have_value(re.compile(rf"^\s*{re.escape(CLASSES)}\s*$"))
    example = page.locator("#examples a").first
    name = example.inner_text()
    example.click()
    expect(page.locator("#answer-title")).to_have_text(name)
    context.close()


def offered(page: Page) -> list[str]:
    page.wait_for_selector(".CodeMirror-hints")
    return page.locator(".CodeMirror-hints li code").all_inner_texts()


def expect_first_offered(page: Page, text: str) -> None:
    # what was offered before may stand until what is asked for is there
    expect(page.locator(".CodeMirror-hints li code").first).to_have_text(text)


def test_query_for_claims_by_certainty_is_written_by_completion_alone(page: Page):
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    write(page, "SELECT * {\n  ?c a ")
    page.keyboard.type("sg:Påst")  # found by what it is called
    expect_first_offered(page, "sg:Claim")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(" ; ")
    page.keyboard.press("Control+Space")
    assert "sg:certainty" in offered(page)[:8]  # of those that few but claims have
    page.keyboard.type("sikk")
    expect_first_offered(page, "sg:certainty")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(" ")
    page.keyboard.press("Control+Space")
    expect_first_offered(page, "certainty:stated")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(" .\n  ?o sg:observedYear ")
    page.keyboard.type('"201')
    expect_first_offered(page, '"2017"^^xsd:gYear')
    page.keyboard.press("Enter")
    page.keyboard.insert_text(" }")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#told")).to_contain_text("hele svaret")
    assert page.locator("#view tbody tr").count() > 0


#: What holds an event of the browser back until it is let go.
HOLD_FRAMES = """
    const frame = window.requestAnimationFrame, held = [];
    window.requestAnimationFrame = (step) => window.hold ? held.push(step) : frame(step);
    window.goOn = () => { window.hold = false; held.splice(0).forEach((step) => step(0)); };
"""
HOLD_ANSWERS = """
    const real = window.fetch, held = [];
    const ask = (given) => new Promise((go) => held.push(go)).then(() => real(...given));
    window.fetch = (...given) => window.hold ? ask(given) : real(...given);
    window.goOn = () => { window.hold = false; held.splice(0).forEach((go) => go()); };
"""


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        (["Enter"], "sg:certainty"),
        (["Tab"], "sg:certainty"),
        (["ArrowDown", "Enter"], "certainty:"),
        (["End", "Enter"], "certainty:"),
        (["Escape"], "cert"),
    ],
)
def test_keys_are_those_of_the_list_however_fast_it_is_written(page: Page, keys, written):
    page.add_init_script(HOLD_FRAMES)
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    write(page, "SELECT * { ?c a sg:Claim ; ")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints li").nth(20)).to_be_visible()
    page.evaluate("window.hold = true")  # as on a machine that is slower than who types
    page.keyboard.type("cert")
    for key in keys:
        page.keyboard.press(key)
    page.evaluate("window.goOn()")
    expect(page.locator(".CodeMirror-hints")).to_have_count(0)
    assert page.evaluate(VALUE) == f"SELECT * {{ ?c a sg:Claim ; {written}"
    assert page.evaluate(WHERE) == "query"


@pytest.mark.parametrize("key", ["Escape", "Tab"])
def test_a_list_that_is_given_up_does_not_come_later(page: Page, key):
    page.add_init_script(HOLD_ANSWERS)
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    write(page, "SELECT * { ?c sg:certainty ")
    page.evaluate("window.hold = true")
    page.keyboard.press("Control+Space")
    page.keyboard.press(key)
    with page.expect_response("**/sparql/values?**"):
        page.evaluate("window.goOn()")
    page.locator("#query").focus()
    page.keyboard.type("?")  # what is asked for goes before what is typed
    expect(page.locator(".CodeMirror-hints")).to_have_count(0)


def test_a_suggestion_is_taken_by_a_click_and_the_list_is_gone(page: Page):
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    write(page, "SELECT * { ?c a ")
    page.keyboard.type("sg:Fac")
    page.locator(".CodeMirror-hints li", has_text="sg:FactorClaim").click()
    assert page.evaluate(VALUE) == "SELECT * { ?c a sg:FactorClaim"
    expect(page.locator(".CodeMirror-hints")).to_have_count(0)


@pytest.mark.parametrize("before", [r'rdfs:label "a\"b" ;', "<http://e.example/o'brien> 1 ;"])
def test_names_are_suggested_behind_marks_within_texts_and_iris(page: Page, before):
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    write(page, f"SELECT * {{ ?c {before} ")
    page.keyboard.type("sg:certainty")
    expect_first_offered(page, "sg:certainty")


def write_on_before_the_answer(page: Page, query: str) -> None:
    page.add_init_script(HOLD_ANSWERS)
    page.goto("/sparql?lang=en")
    page.wait_for_selector(".CodeMirror")
    write(page, query)
    page.evaluate("window.hold = true")
    page.keyboard.press("Control+Enter")
    page.keyboard.insert_text(" # written")
    page.evaluate("window.goOn()")


def test_address_and_files_are_those_of_what_was_answered(page: Page):
    write_on_before_the_answer(page, "ASK {}")
    expect(page.locator("#told")).to_contain_text("whole answer")
    assert "query=ASK+%7B%7D&" in page.locator("#downloads a").first.get_attribute("href")
    assert "query=ASK+%7B%7D&" in address(page)


def test_the_cursor_is_the_readers_where_they_have_written_on(page: Page):
    write_on_before_the_answer(page, "ASK { ?s nosuch:p 1 }")
    expect(page.locator("#problem")).to_contain_text("nosuch: is not declared")
    page.keyboard.insert_text(" on")
    assert page.evaluate(VALUE) == "ASK { ?s nosuch:p 1 } # written on"
    expect(page.locator(".fault")).to_have_count(0)


def test_a_view_that_cannot_be_had_says_so_and_is_asked_for_again(page: Page):
    page.route("**/sparql/triples?**", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(f"/sparql?lang=en&query={quote('DESCRIBE owl:Class')}")
    page.get_by_role("button", name="Triples").click()
    expect(page.locator("#view")).to_have_text("The service could not answer.")
    page.unroute("**/sparql/triples?**")
    page.get_by_role("button", name="Turtle").click()
    page.get_by_role("button", name="Triples").click()
    expect(page.locator("#view tbody tr").first).to_be_visible()


def test_places_are_found_behind_characters_of_two_halves(page: Page):
    page.goto("/sparql?lang=en")
    page.wait_for_selector(".CodeMirror")
    write(page, "SELECT * { ?c rdfs:label '\U0001f41d' ; a sg:Claims }")
    page.keyboard.press("Control+Enter")
    page.locator("#hints button", has_text="sg:Claim").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(VALUE).endswith(" a sg:Claim }")


def test_prefixes_in_comments_are_not_declared(page: Page):
    page.goto("/sparql?lang=en")
    page.wait_for_selector(".CodeMirror")
    write(page, "# PREFIX rdfs: <urn:x>\nPREFIX owl: # here\n<urn:y>\nASK { ?s rdfs:label owl:x }")
    page.locator("#declare").click()
    assert page.evaluate(VALUE).count("PREFIX") == 3


def test_empty_answer_offers_what_fits_and_puts_it_in(page: Page):
    page.goto("/sparql?lang=en")
    page.wait_for_selector(".CodeMirror")
    write(page, "SELECT * {\n  ?c a sg:Claims }")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#hints")).to_contain_text("No thing in the graph is of the class")
    page.locator("#hints button", has_text="sg:Claim").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(VALUE) == "SELECT * {\n  ?c a sg:Claim }"
    assert page.evaluate(WHERE) == "query"
    page.keyboard.press("Control+Enter")
    expect(page.locator("#view tbody tr").first).to_be_visible()
    assert page.locator("#hints").count() == 0
