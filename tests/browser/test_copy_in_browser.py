"""A copy without a server in a real browser: the engine answers as the service does, or refuses."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import Counter
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from live import PATIENCE
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site.export import MARK, engine_settings
from static_copy import sent

#: Asks the engine of the page, as its editor does.
ASK = """async (query) => {
  const main = document.querySelector('script[src*="editor/main.js"]').src;
  const { asks } = await import(main.replace("main.js", "ask.js"));
  const response = await asks.fetch("?" + new URLSearchParams({ query }), {});
  return { status: response.status, text: await response.text() };
}"""
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d && ?g != ?a) }"


@pytest.fixture(scope="module")
def copy(bees_copy, tmp_path_factory):
    """Return the folder of a copy of the small content, whose queries have two seconds."""
    out = tmp_path_factory.mktemp("copy") / "copy"
    shutil.copytree(bees_copy[0], out)
    mark = out / MARK
    mark.write_text(json.dumps(json.loads(mark.read_text("utf-8")) | {"seconds": 2}))
    return out


@pytest.fixture(scope="module")
def site(copy):
    with sent(copy) as address:
        yield address


@pytest.fixture
def page(browser, site):
    """Return a page that fails the test for whatever it complains of."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    told = []
    page.on("console", lambda m: told.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda r: r.url.startswith((site, "blob:")) or told.append(r.url))
    yield page
    context.close()
    assert told == []


def answered(page: Page, site: str, query: str) -> None:
    page.goto(f"{site}/en/sparql.html?query={quote(query)}")
    expect(page.locator("#told")).to_contain_text("release")


def test_the_root_leads_to_the_readers_language(page, site):
    page.goto(f"{site}/")
    page.wait_for_url(f"{site}/en/index.html")


def test_the_address_of_a_thing_leads_to_its_page(page, site):
    page.goto(f"{site}/id/hive-south/")
    page.wait_for_url(f"{site}/en/doc/hive-south.html")


def test_the_root_leads_on_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/id/hive-south/")
    page.wait_for_url(f"{site}/nn/doc/hive-south.html")
    context.close()


def test_a_query_in_the_address_is_answered_with_names_and_links(page, site):
    answered(page, site, "SELECT ?hive { ?hive a bee:Hive } ORDER BY ?hive")
    link = page.locator("#view td a").first
    expect(link).to_have_attribute("href", "doc/hive-north.html")
    expect(page.locator("#engine-told")).to_contain_text("Oxigraph")
    link.click()
    page.wait_for_url(f"{site}/en/doc/hive-north.html")


def test_a_graph_is_shown_as_turtle_and_as_triples(page, site):
    answered(page, site, "DESCRIBE <id/hive-north>")
    expect(page.locator("#view pre")).to_contain_text("hive-north")
    page.locator("#views button", has_text="Triples").click()
    expect(page.locator("#view td").first).to_be_visible()


def test_an_answer_is_saved_as_a_file(page, site):
    answered(page, site, "SELECT (1 AS ?one) (<urn:a,b> AS ?two) {}")
    with page.expect_download() as saved:
        page.locator("#downloads a", has_text="CSV").click()
    assert saved.value.suggested_filename == "answer.csv"
    assert saved.value.path().read_bytes() == b'one,two\r\n1,"urn:a,b"\r\n'


def test_xml_is_well_formed_or_refused_with_the_reason(page, site):
    answered(page, site, r"SELECT ('a\r' AS ?one) {}")
    with page.expect_download() as saved:
        page.locator("#downloads a", has_text="XML").click()
    assert b"<literal>a&#13;</literal>" in saved.value.path().read_bytes()
    answered(page, site, r"SELECT ('\u0001' AS ?one) {}")
    page.locator("#downloads a", has_text="XML").click()
    expect(page.locator("#problem")).to_contain_text("XML cannot express")
    expect(page.locator("#view td")).to_be_visible()
    answered(page, site, "CONSTRUCT { <urn:a> <urn:1> 2 } {}")
    page.locator("#downloads a", has_text="RDF/XML").click()
    expect(page.locator("#problem")).to_contain_text("XML cannot express")
    answered(page, site, "DESCRIBE ?x { ?x ?p ?o }")
    with page.expect_download() as saved:
        page.locator("#downloads a", has_text="RDF/XML").click()
    ElementTree.fromstring(saved.value.path().read_bytes())  # noqa: S314


def test_a_query_is_ended_at_its_deadline_and_the_next_is_answered(page, site):
    page.goto(f"{site}/en/sparql.html?query={quote(SLOW)}")
    expect(page.locator("#problem")).to_contain_text("stopped after 2 seconds")
    answered(page, site, "ASK {}")
    assert page.evaluate(ASK, SLOW)["status"] == 503
    assert json.loads(page.evaluate(ASK, "ASK {}")["text"])["boolean"] is True


def test_a_query_is_answered_though_the_one_before_it_is_still_under_way(page, site):
    page.goto(f"{site}/en/sparql.html?query={quote(SLOW)}")
    expect(page.locator("#cancel")).to_be_visible()
    page.locator("#query").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("ASK {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#view .boolean")).to_be_visible()
    expect(page.locator("#problem")).to_be_empty()


def test_a_form_that_the_engine_errs_on_is_refused_with_the_section(page, site):
    page.goto(f"{site}/en/sparql.html?query={quote('SELECT ?g { GRAPH ?g { VALUES ?x { 1 } } }')}")
    expect(page.locator("#problem")).to_contain_text("section 18.6")
    refused = page.evaluate(ASK, "SELECT * { SERVICE <http://elsewhere.example/> { ?s ?p ?o } }")
    assert refused["status"] == 400
    assert "no other is asked" in refused["text"]


def test_a_fault_is_shown_where_it_stands(page, site):
    page.goto(f"{site}/en/sparql.html?query={quote('SELECT ?x { ?x a bee:Hive ] }')}")
    expect(page.locator("#problem .place")).to_contain_text("line 1")
    expect(page.locator("#field .fault")).to_be_visible()


def test_a_program_that_the_page_may_not_run_is_run_by_the_worker_alone(page, site):
    answered(page, site, "ASK {}")
    bytes_of_a_module = [0, 97, 115, 109, 1, 0, 0, 0]
    stopped = page.evaluate(
        "b => WebAssembly.compile(new Uint8Array(b)).then(() => 'ran', e => e.name)",
        bytes_of_a_module,
    )
    assert stopped == "CompileError"


def test_the_search_finds_by_name(page, site):
    page.goto(f"{site}/en/search.html?q=south+hive")
    first = page.locator("#found ol.hits li a").first
    expect(first).to_be_visible()
    href = first.get_attribute("href")
    assert "hive-south" in href
    page.goto(f"{site}/en/search.html?q=zzzzzz")
    expect(page.locator("#found h2")).to_contain_text("zzzzzz")


def test_all_questions_of_the_study_have_the_answers_of_the_server(browser, release, root, copy):
    # the engine is given the release of the study: the page is the same over any content
    service = in_process_service(release, Settings())
    service.wait = at_once
    folder = copy.with_name("study")
    shutil.copytree(copy, folder)
    data = gzip.compress((release / "quads.nq").read_bytes(), 1)
    (folder / "study.nq.gz").write_bytes(data)
    told = engine_settings(service, "study.nq.gz") | {"seconds": 60}
    (folder / MARK).write_text(json.dumps(told))
    questions = sorted((root / "ontology/questions").glob("*.rq"))
    assert len(questions) > 40
    differing = {}
    with sent(folder) as address:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{address}/en/sparql.html")
        expect(page.locator("#share")).to_be_visible()  # the editor has its engine
        for question in questions:
            query = question.read_text("utf-8")
            found = page.evaluate(ASK, query)
            variables, rows = service.solutions(query)
            if found["status"] != 200:
                differing[question.name] = found
                continue
            document = json.loads(found["text"])
            shown = document["head"]["vars"], multiset(document["results"]["bindings"])
            if shown != (variables, multiset(rows)):
                differing[question.name] = document
        page.close()
    assert differing == {}


def at_once(answer):
    """Run a coroutine that waits for nothing: the browser's loop runs in this thread."""
    with pytest.raises(StopIteration) as done:
        answer.send(None)
    return done.value.value


def multiset(rows):
    return Counter(json.dumps(row, sort_keys=True) for row in rows)
