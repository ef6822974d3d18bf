"""The page of the editor as it is written by the server, and what its scripts ask for."""

import json
import re
from html import unescape

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.limits import PAGE_ANSWER_BYTES
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.language import LANGUAGES, catalogue
from samgraf.site.partners.outcomes import words_for_scripts
from samgraf.sparql.problems import ProblemError
from small_release import EX, HOSTILE_IRIS, write_release

HTML = {"Accept": "text/html"}
SCRIPTS = "editor_js_"


def page(client, query=None, **fields):
    asked = ({} if query is None else {"query": query}) | {"lang": "en"} | fields
    return client.get("/sparql", query_string=asked, headers=HTML)


def data(text, name):
    return unescape(re.search(rf'data-{name}="([^"]*)"', text)[1])


def test_form_result_and_problem_are_one_page(client):
    texts = [page(client).text, page(client, "ASK{}").text, page(client, "nonsense").text]
    for text in texts:
        assert '<form class="ask" id="ask" method="get" action="/sparql">' in text
        assert "<h1>Write your own query</h1>" in text
        assert 'id="answer"' in text
    assert ["hidden" in re.search(r'<section class="answer"[^>]*>', t)[0] for t in texts] == [
        True,
        False,
        True,
    ]


def test_form_keeps_what_the_address_says(client):
    text = page(client, "ASK{}", timeout="7", **{"default-graph-uri": "http://e/"}).text
    assert '<input type="hidden" name="timeout" value="7">' in text
    assert '<input type="hidden" name="default-graph-uri" value="http://e/">' in text
    assert "stopped after 7 seconds" in text
    downloads = re.search(r'id="downloads">(.*?)</p>', text, re.DOTALL)[1]
    assert "timeout=7" in downloads
    assert "default-graph-uri=http://e/" in downloads


def test_examples_are_links_that_run(client):
    text = page(client).text
    links = re.findall(r'<li><a href="([^"]*)" data-example[^>]*>(.*?)</a>', text)
    assert [unescape(label) for _, label in links] == [
        "Which flowers are there?",
        "Is mint <b>a flower</b>?",
    ]
    for href, _ in links:
        assert client.get(unescape(href), headers=HTML).status_code == 200


def test_prefixes_are_listed(client):
    text = page(client).text
    assert f"<dt><code>ex:</code></dt><dd><code>{EX}</code></dd>" in text
    assert json.loads(data(text, "place"))["prefixes"]["ex"] == EX


def test_fault_is_told_with_its_place(client):
    response = page(client, "SELECT * {\n  ?s ?p foo:bar\n}")
    assert response.status_code == 400
    alert = re.search(r'<div id="problem" role="alert".*?</div>', response.text, re.DOTALL)[0]
    assert 'data-line="2"' in alert
    assert "The query is not written correctly." in alert
    assert re.search(r'<p lang="en">The query cannot be read at line 2', alert)


def test_things_are_linked_to_their_pages_and_called_by_their_names(client):
    text = page(client, "SELECT ?s ?t { ?s a ?t } ORDER BY ?s", lang="nb").text
    assert (
        '<a href="/ontology/rose?lang=nb"><bdi>ex:rose</bdi></a> <bdi class="note">nype</bdi>'
        in text
    )
    assert '<bdi class="note" lang="en">mint' in text


def test_name_that_stands_in_the_row_is_not_said_twice(client):
    text = page(client, 'SELECT * { ?s a ex:Flower ; rdfs:label ?l FILTER(LANG(?l) = "nb") }').text
    assert '<bdi class="note"' in text  # "rose"@en stands beside "nype"@nb
    text = page(client, 'SELECT * { ?s a ex:Flower ; rdfs:label ?l FILTER(LANG(?l) = "en") }').text
    assert '<bdi class="note"' not in text


def test_base_with_two_slashes_leads_to_no_other_host(client):
    text = page(client, "SELECT ?x { BIND(<https://example.org//evil.example/x> AS ?x) }").text
    assert 'href="//' not in text


class Cutting:
    """An engine that keeps the requests that it gets, and tells every answer as cut."""

    def __init__(self, engine):
        self._engine, self.requests = engine, []

    async def answer(self, request, media_type):
        self.requests.append(request)
        answer = await self._engine.answer(request, media_type)
        answer.truncated = request.partial
        return answer


def test_page_is_made_of_the_beginning_of_a_large_answer(release_dir):
    service = in_process_service(release_dir, Settings())
    service.engine = engine = Cutting(service.engine)
    client = create_app(service).test_client()
    for query, words in (
        ("SELECT * { ?s ?p ?o }", "too large for a page. These are the first"),
        ("DESCRIBE ex:rose", "too large for a page. This is the beginning"),
    ):
        engine.requests.clear()
        response = page(client, query)
        assert (engine.requests[0].max_bytes, engine.requests[0].partial) == (
            PAGE_ANSWER_BYTES,
            True,
        )
        assert response.headers["Samgraf-Truncated"] == "true"
        assert words in response.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_scripts_get_all_their_words(client, language):
    given = json.loads(data(page(client, lang=language).text, "words"))
    keys = {key for key in catalogue()[language] if key.startswith(SCRIPTS)}
    of_partners = words_for_scripts(language)
    assert given.items() >= of_partners.items()
    assert {SCRIPTS + key for key in given.keys() - of_partners} == keys


def test_scripts_use_the_words_that_they_get(root):
    folder = root / "server" / "samgraf" / "site" / "static" / "editor"
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.js"))
    known = {k.removeprefix(SCRIPTS) for k in catalogue()["nb"] if k.startswith(SCRIPTS)}
    known |= set(words_for_scripts("nb"))
    assert set(re.findall(r'words\.text\(\s*"(\w+)"', source)) <= known
    named = set(re.findall(r'"(\w+)"', source))
    open_ended = (
        "view_",
        "outcome_",
        "hint_",
        "partners_outcome_",
        "partners_fault_",
        "partners_figure_",
    )
    assert {k for k in known - named if not k.startswith(open_ended)} == set()
    assert {f"view_{name}" for name in re.findall(r'name: "(\w+)", draw', source)} == {
        key for key in known if key.startswith("view_")
    }


# what the scripts ask for


def test_terms_are_those_in_use_with_labels_in_the_readers_language(client):
    document = client.get("/sparql/terms?lang=nb").json
    assert ["ex:Flower", "", "", 2] in document["classes"]
    assert document["properties"][0][0] == "rdfs:label"
    assert all(len(term) == 4 for term in document["classes"] + document["properties"])


def test_terms_are_labelled(tmp_path):
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = [
        (f"<{EX}a>", kind, f"<{EX}Flower>", "https://example.org/graph/a"),
        (f"<{EX}Flower>", label, '"blomst"@nb', "https://example.org/graph/a"),
        (f"<{EX}Flower>", label, '"flower"@en', "https://example.org/graph/a"),
    ]
    release = write_release(tmp_path, lines)
    client = create_app(in_process_service(release, Settings())).test_client()
    assert client.get("/sparql/terms?lang=nn").json["classes"] == [["ex:Flower", "blomst", "nb", 1]]


def test_terms_are_kept_by_the_client(bees):
    first = bees.get("/sparql/terms?lang=nb")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert bees.get("/sparql/terms?lang=nb", headers=tag).status_code == 304
    assert bees.get("/sparql/terms?lang=en", headers=tag).status_code == 200


def test_terms_tell_the_properties_of_each_class(client):
    document = client.get("/sparql/terms").json
    names = [document["properties"][number][0] for number in document["of"]["ex:Flower"]]
    assert {"rdfs:label", "ex:petals"} <= set(names)
    assert "ex:link" not in names


def test_values_of_a_property_are_written_as_a_query_has_them(client):
    def values(property_, **more):
        return client.get("/sparql/values", query_string={"property": property_} | more).json

    assert values(EX + "petals") == {"values": [["5", "", "", 1]], "kinds": ["xsd:integer"]}
    labels = values("http://www.w3.org/2000/01/rdf-schema#label")["values"]
    assert ['"rose"@en', "", "", 1] in labels
    assert values("http://e/unused") == {"values": [], "kinds": []}
    linked = [value for value, *_ in values(EX + "link")["values"]]
    assert f"<{HOSTILE_IRIS[0]}>" in linked
    assert client.get("/sparql/values?property=a b").status_code == 400


def test_things_of_a_prefix_are_told(client):
    found = client.get("/sparql/values?prefix=ex&lang=nb").json["values"]
    assert ["ex:rose", "nype", "nb", 0] in found
    assert client.get("/sparql/values?prefix=nothing").status_code == 404


def test_things_in_the_range_are_told_where_no_value_is(tmp_path):
    graph = "https://example.org/graph/a"
    rdf, rdfs = (
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://www.w3.org/2000/01/rdf-schema#",
    )
    lines = [
        (f"<{EX}hue>", f"<{rdfs}range>", f"<{EX}Colour>", graph),
        (f"<{EX}red>", f"<{rdf}type>", f"<{EX}Colour>", graph),
        (f"<{EX}red>", f"<{rdfs}label>", '"rød"@nb', graph),
    ]
    client = create_app(
        in_process_service(write_release(tmp_path, lines), Settings())
    ).test_client()
    found = client.get("/sparql/values", query_string={"property": EX + "hue", "lang": "nb"}).json
    assert found == {"values": [["ex:red", "rød", "nb", 0]], "kinds": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_answer_says_why_in_the_readers_language(client, language):
    text = page(client, "SELECT * { ?x a ex:Flowers }", lang=language).text
    told = re.search(r'<div class="hints".*?</div>', text, re.DOTALL)[0]
    words = catalogue()[language]
    assert words["editor_js_hint_unknown_class"].format(term="ex:Flowers") in told
    assert "<code>ex:Flower</code>" in told
    unexplained = page(client, "SELECT * { ?x a ex:Flower FILTER(false) }", lang=language).text
    assert words["editor_js_hints_none"] in unexplained
    assert 'id="hints"' not in page(client, "SELECT * { ?x a ex:Flower }", lang=language).text


def test_busy_engine_leaves_the_page_without_reasons_and_unkept(client, monkeypatch):
    def busy(_service):
        raise ProblemError(503, "later", outcome="busy")

    monkeypatch.setattr("samgraf.site.query.hints.usage_of", busy)
    response = page(client, "SELECT * { ?x a ex:Bee }")
    assert response.headers["Cache-Control"] == "no-store"
    assert "No matching rows" in response.text


def test_labels_of_things(client):
    iris = [EX + "rose", EX + "nothing", *HOSTILE_IRIS, "no iri at all", "\ud800"]
    response = client.post("/sparql/labels?lang=nb", json=iris)
    assert response.json == {EX + "rose": ["nype", "nb"]}


@pytest.mark.parametrize(
    ("posted", "status"), [({}, 400), ([1], 400), ("x", 400), (["http://e/"] * 1001, 413)]
)
def test_labels_of_nonsense_are_refused(client, posted, status):
    assert client.post("/sparql/labels", json=posted).status_code == status


PLACES = f"""PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT ?flower ?wkt {{
  VALUES (?flower ?wkt) {{
    (<{EX}rose> "POINT (8 61)"^^geo:wktLiteral) (<urn:x> "POINT"^^geo:wktLiteral)
  }}
}}"""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_places_of_an_answer_are_geojson(client, method):
    fields = {"query": PLACES, "lang": "nb"}
    if method == "GET":
        response = client.get("/sparql/places", query_string=fields)
    else:
        response = client.post("/sparql/places?lang=nb", data=fields)
    assert response.mimetype == "application/geo+json"
    (feature,) = response.get_json()["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [8.0, 61.0]}
    assert (feature["id"], feature["properties"]["name"]) == (EX + "rose", "nype")


def test_triples_of_an_answer_are_rows(client):
    query = f"""CONSTRUCT {{
      <{EX}a> <{EX}p> "x"@nb, "y", 3, <{EX}b>, [], <<( <{EX}a> <{EX}p> "z" )>>
    }} {{}}"""
    response = client.post("/sparql/triples", data={"query": query, "partial": "allow"})
    assert response.mimetype == "application/sparql-results+json"
    rows = response.get_json()["results"]["bindings"]
    assert {row["predicate"]["value"] for row in rows} == {EX + "p"}
    objects = {
        (o["type"], o["value"], o.get("xml:lang"), o.get("datatype"))
        for o in (row["object"] for row in rows)
        if o["type"] in ("literal", "uri")
    }
    assert objects == {
        ("literal", "x", "nb", None),
        ("literal", "y", None, None),
        ("literal", "3", None, "http://www.w3.org/2001/XMLSchema#integer"),
        ("uri", EX + "b", None, None),
    }
    (triple,) = (row["object"] for row in rows if row["object"]["type"] == "triple")
    assert triple["value"]["object"] == {"type": "literal", "value": "z"}


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("places", "CONSTRUCT WHERE { ?s ?p ?o }", 406),
        ("places", "ASK {}", 400),
        ("triples", "SELECT * {}", 406),
        ("triples", "nonsense", 400),
        ("triples", "", 400),
    ],
)
def test_what_has_no_places_or_triples_is_refused(client, path, query, status):
    response = client.get(f"/sparql/{path}", query_string={"query": query})
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
