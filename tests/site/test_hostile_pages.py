"""Whatever the graph says, a page shows it as text."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from hostile_release import IRIS, LABELS, MARK, VARIABLES, write_hostile_release
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.language import LANGUAGES
from small_release import EX

HTML = {"Accept": "text/html"}
_SCRIPT_TYPES = ("module", "application/ld+json", "application/json")
_LED_TO = re.compile(r"(?:https?:|mailto:|/|#|\?)", re.IGNORECASE)


class Harm(HTMLParser):
    """Hold what of a page could run, fetch or lead where it should not, and its text."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.text: list[str] = []
        self._data = False
        self.feed(page)
        assert not self.rawdata.strip("\n"), "the page breaks off within a tag"

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._data = tag == "script" and given.get("type", "").startswith("application/")
        if tag == "script" and not (given.get("src", "").startswith("/static/") or self._data):
            self.found.append(f"script {given}")
        if tag in ("iframe", "object", "embed", "base", "style", "frame", "applet"):
            self.found.append(tag)
        if tag == "meta" and "http-equiv" in given:
            self.found.append(f"meta {given}")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                self.found.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "xlink:href", "data", "poster"):
                value = value or ""
                if value.startswith("data:image/") and tag == "img":
                    continue
                if value and not _LED_TO.match(value):
                    self.found.append(f"{tag} {name}={value}")
                if value.startswith("//"):
                    self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data):
        if not self._data:
            self.text.append(data)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    release = write_hostile_release(tmp_path_factory.mktemp("hostile") / "release")
    return create_app(in_process_service(release, Settings())).test_client()


def harm(client, address, **parameters):
    response = client.get(
        address, query_string=parameters or None, headers=HTML, follow_redirects=True
    )
    assert response.status_code in (200, 404), address
    assert not [name for name, _ in response.headers if name.lower() == "set-cookie"]
    return Harm(response.text)


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("number", range(len(LABELS)))
def test_label_is_text_on_the_page_of_its_thing(client, number):
    found = harm(client, f"/doc/evil/{number}")
    assert found.found == []
    assert squeezed(LABELS[number]) in squeezed("".join(found.text))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("iri", IRIS)
def test_iri_is_text_wherever_it_stands(client, iri, lang):
    for address in (f"/doc?iri={quote(iri, safe='')}&lang={lang}", f"/doc/odd/{IRIS.index(iri)}"):
        found = harm(client, address)
        assert found.found == []
        assert MARK in "".join(found.text)


@pytest.mark.parametrize("name", VARIABLES)
def test_variable_is_text(client, name):
    query = f"SELECT ?{name} {{ VALUES ?{name} {{ {ox.Literal(LABELS[0])} }} }}"
    found = harm(client, "/sparql", query=query)
    assert found.found == []
    assert name in "".join(found.text)


@pytest.mark.parametrize("iri", [*IRIS[:4], f"{EX}Evil"])
@pytest.mark.parametrize("query", ["SELECT ?thing { ?thing a ex:Evil }", "DESCRIBE ex:Evil"])
def test_answer_page_holds_nothing_that_runs(client, iri, query):
    assert harm(client, "/sparql", query=query).found == []
    assert harm(client, "/sparql", query=f"SELECT * {{ <{iri}> ?p ?o }}").found == []


@pytest.mark.parametrize(
    "address", ["/", "/ontology", "/vocabularies", "/questions", "/datasets", "/status", "/sources"]
)
def test_overview_holds_nothing_that_runs(client, address):
    assert harm(client, address).found == []


@pytest.mark.parametrize("label", LABELS[::7])
def test_what_a_reader_types_is_text(client, label):
    for address, name in (("/search", "q"), ("/ontology", "filter"), ("/doc", "iri")):
        response = client.get(address, query_string={name: label}, headers=HTML)
        assert response.status_code < 500
        assert Harm(response.text).found == []
    for address in ("/doc/", "/ontology/", "/questions/", "/"):
        response = client.get(address + quote(label, safe=""), headers=HTML)
        assert response.status_code in (200, 303, 308, 404), address
        assert Harm(response.text).found == []
