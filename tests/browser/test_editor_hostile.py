"""What the graph says is text to the editor, whatever it says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from live import Live
from small_release import BASE, EX, LABEL, LINES, TYPE, B, write_release

RUN = "window.ran=1"
TEXTS = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f'"><script>{RUN}</script>',
    f"'><img src=x onerror={RUN}>",
    f"</td></table><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<a href=javascript:{RUN}>x</a>",
    f"javascript:{RUN}",
    f"<style>@import 'javascript:{RUN}'</style>",
    f"<math><mtext><img src=x onerror={RUN}>",
    "{{7*7}} ${7*7} {words}",
    "\u202egnidih\u202c \u2066x\u2069",
    "a\r\nSet-Cookie: b=1\r\n\r\n<h1>c</h1>",
    "\u0000".replace("\u0000", "\ufffd") + "\u0001\u001b[31m",
    "<!--",
    "]]>",
    "&lt;script&gt;&#x3c;",
    "x" * 5000,
)
IRIS = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"javascript://ok.example/%0a{RUN}",
    f"data:text/html,%3Cscript%3E{RUN}%3C/script%3E",
    f"vbscript:{RUN}",
    f"blob:{RUN}",
    "file:///etc/passwd",
    "http://ok.example/'onmouseover='" + RUN,
    BASE + "/evil.example/x",
    BASE + "id/%22%3E%3Cscript%3E",
)
TAGS = ("x-script", "en-x-onload", "zz-onerror", "nb-NO-x-script", "qaa-x-style")
NAMES = ("constructor", "__proto__", "toString", "é_1", "\u05d0\u05d1")
#: Each text beside each IRI, and with the languages: 200 values and more.
LITERALS = [
    *((t, tag) for t, tag in product(TEXTS, TAGS)),
    *((f"{t} {n}", None) for t, n in product(TEXTS, range(5))),
]


def lines() -> Iterator[tuple[str, str, str, str]]:
    def written(text: str) -> str:
        escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
        return '"' + "".join(escapes.get(c, c) for c in text) + '"'

    for n, (text, tag) in enumerate(LITERALS):
        literal = written(text) + (f"@{tag}" if tag else "")
        yield f"<{EX}h{n}>", LABEL, literal, B
        yield f"<{EX}h{n}>", TYPE, f"<{EX}Hostile{n % 40}>", B
        yield f"<{EX}Hostile{n % 40}>", LABEL, literal, B
        yield f"<{EX}h{n}>", f"<{EX}link>", f"<{IRIS[n % len(IRIS)]}>", B
    for n, text in enumerate(TEXTS):
        yield f"<{BASE}questions/h{n}>", LABEL, written(text), B
        yield f"<{BASE}questions/h{n}>", "<http://purl.org/dc/terms/identifier>", f'"h{n}"', B
        yield f"<{BASE}questions/h{n}>", "<http://www.w3.org/ns/shacl#ask>", '"ASK {}"', B


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = write_release(tmp_path_factory.mktemp("hostile"), [*LINES, *lines()])
    with Live("--release", folder) as live:
        yield f"http://127.0.0.1:{live.port}"


@pytest.fixture
def page(browser: Browser, hostile_site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=hostile_site, locale="en")
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: m.type == "error" and faults.append(m.text))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("request", lambda r: r.url.startswith(hostile_site) or faults.append(r.url))
    yield page
    context.close()
    assert faults == []


def assert_tame(page: Page) -> None:
    found = page.evaluate(
        """() => ({
          ran: window.ran,
          scripts: [...document.scripts].filter((s) => s.type !== "application/ld+json")
            .map((s) => s.src + s.textContent),
          strange: document.querySelectorAll("iframe, style, img, math, object, embed").length,
          handlers: [...document.querySelectorAll("*")].flatMap((e) => e.getAttributeNames())
            .filter((name) => name.startsWith("on")),
          links: [...document.links].map((a) => [a.protocol, a.host, a.getAttribute("href")]),
        })"""
    )
    here = page.url.split("/")[2]
    assert found["ran"] is None
    assert all(s.startswith(f"http://{here}/static/") for s in found["scripts"])
    assert (found["strange"], found["handlers"]) == (0, [])
    for protocol, host, href in found["links"]:
        assert protocol in ("http:", "https:", "mailto:"), href
        assert host == here or not href.startswith("/"), href


def test_there_are_enough_of_them():
    assert len(LITERALS) >= 200


def test_hostile_values_are_text_in_every_view(page: Page):
    asked = "SELECT ?s ?link ?label { ?s ex:link ?link ; rdfs:label ?label } ORDER BY ?s"
    page.goto(f"/sparql?query={quote(asked)}")
    expect(page.locator("#told")).to_contain_text(f"{len(LITERALS) + 4} rows")
    page.wait_for_load_state("networkidle")
    assert_tame(page)
    texts = page.locator("#view td:nth-child(3)").all_text_contents()
    assert any(t.startswith(TEXTS[0]) for t in texts)
    page.goto(f"/sparql?query={quote('SELECT ?s (1 AS ?n) { ?s ex:link ?o }')}")
    page.get_by_role("button", name="Bars").click()
    page.wait_for_load_state("networkidle")
    assert_tame(page)
    page.goto(f"/sparql?query={quote('CONSTRUCT WHERE { ?s ex:link ?o ; rdfs:label ?l }')}")
    for view in ("Picture", "Triples", "Turtle"):
        page.get_by_role("button", name=view).click()
        page.wait_for_load_state("networkidle")
        assert_tame(page)


def test_hostile_values_are_text_without_scripts(browser: Browser, hostile_site: str):
    context = browser.new_context(base_url=hostile_site, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/sparql?query={quote('SELECT * { ?s ex:link ?o ; rdfs:label ?l }')}")
    assert page.locator("#view tbody tr").count() == 200
    for href in page.locator("#view a").evaluate_all("links => links.map((a) => a.href)"):
        assert href.startswith((hostile_site, "http://ok.example/", BASE)), href
    context.close()


def test_hostile_names_are_text_in_the_suggestions(page: Page):
    page.goto("/sparql")
    page.locator("#query").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT * { ?x a ")
    page.keyboard.type("ex:Hos")
    hints = page.locator(".CodeMirror-hints li")
    expect(hints.first).to_be_visible()
    expect(hints).to_have_count(40)
    assert_tame(page)


@pytest.mark.parametrize("name", NAMES)
def test_variable_names_are_text(page: Page, name: str):
    asked = f"SELECT ?{name} (2 AS ?toStringLabel) {{ VALUES ?{name} {{ 1 'x' }} }}"
    page.goto(f"/sparql?query={quote(asked)}")
    expect(page.locator("#told")).to_contain_text("2 rows")
    expect(page.locator("#view th .sort").first).to_have_text(name)
    page.locator("#view th .sort").first.click()
    assert page.locator("#view td").first.inner_text() in ("1", "x")
    assert_tame(page)


def test_examples_with_hostile_words_are_text(page: Page):
    page.goto("/sparql")
    assert page.locator("#examples a").count() >= len(TEXTS)
    page.locator("#examples a", has_text=TEXTS[0]).first.click()
    expect(page.locator("#told")).to_contain_text("whole answer")
    assert page.locator("#answer-title").text_content() in TEXTS
    assert_tame(page)


def test_hostile_query_is_text(page: Page):
    for text in (f"</textarea><script>{RUN}</script>", f"'\"><img src=x onerror={RUN}>"):
        page.goto("/sparql")
        page.locator("#query").focus()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(f"ASK {{}} # {text}")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#told")).to_contain_text("whole answer")
        page.goto(page.evaluate("location.href"))
        expect(page.locator("#told")).to_contain_text("whole answer")
        assert_tame(page)
