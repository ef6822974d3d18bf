"""A link to a place in a text leads a real browser there: on a page made from the text itself.

https://wicg.github.io/scroll-to-text-fragment/
"""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from visits import comes_true

from samgraf.release import open_release

SOURCE = Path(__file__).parents[3] / "shared" / "source" / "distriktssenteret-summary.txt"
QUERY = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?place ?start ?end ?fragment WHERE {
  ?place oa:hasSelector [ oa:start ?start ; oa:end ?end ] , [ rdf:value ?fragment ] .
} ORDER BY ?start
"""
#: The highlight has no interface; where the page stands after it, has one.
IN_VIEW = """() => [...document.querySelectorAll("p")].filter(p => {
  const box = p.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}).map(p => p.id)"""


def source_text() -> str:
    if not SOURCE.exists():
        pytest.skip("the source text is no part of the project and no copy of it lies beside it")
    return SOURCE.read_bytes().decode("utf-8")


@contextmanager
def page_of(text: str, places: list[tuple[int, int]]) -> Iterator[str]:
    """Serve a page on which each place stands far from the next, all the text in order."""
    parts, at = [], 0
    for number, (start, end) in enumerate(places):
        parts.append(f"<span>{html.escape(text[at:start])}</span>")
        parts.append(f'<p id="{number}">{html.escape(text[start:end])}</p>')
        at = end
    style = "<style>p { margin: 3000px 0; }</style>"
    body = f"<!doctype html><meta charset=utf-8><title>x</title>{style}{''.join(parts)}".encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def places(release: Path) -> list[tuple[str, int, int, str]]:
    rows = open_release(release).query(QUERY)
    return [
        (r["place"].value, int(r["start"].value), int(r["end"].value), r["fragment"].value)
        for r in rows
    ]


def test_each_fragment_leads_to_its_own_place(browser: Browser, places) -> None:
    text = source_text()
    wrong = {}
    with page_of(text, [(start, end) for _, start, end, _ in places]) as address:
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        assert page.goto(address)
        assert page.evaluate("'fragmentDirective' in document")
        for number, (place, _, _, fragment) in enumerate(places):
            page.goto("about:blank")
            page.goto(f"{address}#{fragment}")
            if not comes_true(page, lambda n=number: page.evaluate(IN_VIEW) == [str(n)], 20):
                wrong[place] = page.evaluate(IN_VIEW)
        page.close()
    assert len(places) == 40
    assert wrong == {}


def test_the_links_of_the_pages_are_those_fragments(browser: Browser, site: str, places) -> None:
    page = browser.new_page()
    page.goto(f"{site}/sources")
    links = page.eval_on_selector_all(
        "tbody a[rel=noopener]", "links => links.map(a => a.getAttribute('href'))"
    )
    page.close()
    assert [urlsplit(link).fragment for link in links] == [fragment for *_, fragment in places]
    assert json.dumps(links).isascii()
