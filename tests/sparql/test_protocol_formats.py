"""In which formats answers come, by which headers, and what they tell of errors."""

import csv
import io
import json
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from protocol_requests import (
    BOTH,
    FORMS,
    HTML,
    QUERY,
    get,
)

from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import FORMATS, formats_for
from small_release import A

# a short name stands for what the kind of answer makes of it
GRAPH_NAMES = {
    name: next(f for f in FORMATS if f.name == graph)
    for name, graph in (("json", "jsonld"), ("xml", "rdfxml"))
}


@pytest.mark.parametrize(
    ("asked", "media_type"),
    [
        (["n3"], "text/turtle"),
        (["json-ld", "application/ld+json,application/x-json+ld"], "application/ld+json"),
        (["rdf+xml", "application/rdf+xml"], "application/rdf+xml"),
        (["csv", "nt"], "application/n-triples"),
    ],
    ids=str,
)
def test_first_format_that_fits_is_sent(client, asked, media_type):
    fields = [("query", "CONSTRUCT WHERE { ?s a ex:Flower }"), *(("format", a) for a in asked)]
    assert client.get(f"/sparql?{urlencode(fields)}").mimetype == media_type


@pytest.mark.parametrize(("kind", "query"), FORMS)
@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize("how", ["accept", "name", "media type"])
def test_matrix_of_accept_and_query_form(client, kind, query, format, how):
    if how == "accept":
        response = get(client, query, format.media_type)
    else:
        asked = format.name if how == "name" else format.media_type
        response = get(client, query, "image/png", format=asked)
    fits = kind in format.kinds
    if kind is QueryKind.GRAPH and how == "name" and format.name in GRAPH_NAMES:
        format, fits = GRAPH_NAMES[format.name], True
    if not fits:
        # what fits no such answer leaves the choice to Accept, of which nothing fits here
        assert response.status_code == 406
        assert response.json["offered"] == [f.media_type for f in formats_for(kind)]
        return
    assert response.status_code == 200
    assert response.mimetype == format.media_type
    if kind is QueryKind.GRAPH:
        parsed = ox.parse(
            input=response.data, format=ox.RdfFormat.from_media_type(response.mimetype)
        )
        assert {q.subject.value for q in parsed} <= set(BOTH)
    else:
        if kind is QueryKind.BOOLEAN and format.name in ("csv", "tsv"):
            assert response.text == "true"
            return
        if format.name == "csv":  # does not tell IRIs from texts, hence has no parser
            assert sorted(response.text.split("\r\n")) == ["", *BOTH, "s"]
            return
        results_format = ox.QueryResultsFormat.from_media_type(format.media_type)
        parsed = ox.parse_query_results(input=response.data, format=results_format)
        if kind is QueryKind.BOOLEAN:
            assert bool(parsed)
        else:
            assert sorted(row["s"].value for row in parsed) == BOTH


@pytest.mark.parametrize(("kind", "query"), FORMS)
def test_get_query_accept_star(client, kind, query):
    default = formats_for(kind)[0].media_type
    assert get(client, query, "*/*").mimetype == default
    assert client.get("/sparql", query_string={"query": query}).mimetype == default


def test_get_query_accept_bad(client):
    assert get(client, accept="image/png").status_code == 406


def test_get_query_accept_specific_exclusion(client):
    accept = "*/*, application/sparql-results+json;q=0"
    assert get(client, accept=accept).mimetype == "application/sparql-results+xml"


def test_get_query_accept_quality(client):
    accept = "application/sparql-results+json;q=0.5, text/csv;q=0.9"
    assert get(client, accept=accept).mimetype == "text/csv"


def test_csv_quotes_and_keeps_line_ends(client):
    body = get(client, "SELECT ?l { ex:mint rdfs:label ?l }", "text/csv").data
    assert body == b'l\r\n"mint, ""true""\nand wild"\r\n'


def test_csv_quotes_whatever_has_a_comma_or_a_mark(client):
    terms = ["urn:a,b", 'x,"y"', "", 'urn:a urn:b ,"', ""]
    query = """SELECT * { VALUES (?a ?b ?c ?d ?e) {
      (<urn:a,b> "x,\\"y\\""@en UNDEF <<( <urn:a> <urn:b> ",\\"" )>> "") } }"""
    body = get(client, query, "text/csv").text
    assert list(csv.reader(io.StringIO(body, newline="")))[1:] == [terms]
    # most readers take an empty line for none
    assert get(client, "SELECT ?a {}", "text/csv").data == b'a\r\n""\r\n'


def test_tsv_writes_terms_as_turtle_does(client):
    body = get(client, "SELECT ?l { ex:mint rdfs:label ?l }", format="tsv").data
    assert body == b'?l\n"mint, \\"true\\"\\nand wild"@en\n'


def test_answer_that_the_format_cannot_hold_is_406(client):
    response = get(client, "CONSTRUCT WHERE { ex:odd ?p ?o }", "application/rdf+xml")
    assert response.status_code == 406
    assert "XML" in response.json["detail"]


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("application/rdf+xml, text/turtle;q=0.9", "text/turtle"),
        ("text/turtle;q=0.1, APPLICATION/RDF+XML;q=0.9, application/xml;q=0.8", "text/turtle"),
        ("application/rdf+xml;q=0.9, application/ld+json;q=0.1, */*;q=0.2", "text/turtle"),
        (
            "application/*;q=0.4, application/rdf+xml, application/n-triples;q=0.1",
            "application/ld+json",
        ),
        ("application/rdf+xml, text/n3;q=0.5, text/html;q=0.4", "text/n3"),
        ("application/rdf+xml, text/html;q=0.4", "text/html"),
    ],
)
def test_what_a_format_cannot_hold_is_sent_in_the_next_that_is_accepted(client, accept, sent):
    for _ in range(2):  # kept the second time
        response = get(client, "CONSTRUCT WHERE { ex:odd ?p ?o }", accept)
        assert (response.status_code, response.mimetype) == (200, sent)
    fields = {"query": "CONSTRUCT WHERE { ex:odd ?p ?o }", "format": "rdf"}
    assert client.get("/sparql", query_string=fields, headers={"Accept": accept}).status_code == 406
    known = {"Accept": accept, "If-None-Match": response.headers.get("ETag", '""')}
    fields = {"query": "CONSTRUCT WHERE { ex:odd ?p ?o }"}
    assert client.get("/sparql", query_string=fields, headers=known).status_code == 304


# headers

ANSWERS = {
    "solutions": ("GET", {"query": QUERY}, 200),
    "description": ("GET", {}, 200),
    "malformed": ("GET", {"query": "nonsense"}, 400),
    "wrong method": ("PUT", {}, 405),
    "wrong type": ("POST", {}, 415),
    "options": ("OPTIONS", {}, 204),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("accept", ["*/*", HTML])
def test_every_answer_may_be_read_by_any_page(client, release_dir, name, accept):
    method, query_string, status = ANSWERS[name]
    headers = {"Accept": accept, "Origin": "https://elsewhere.example"}
    response = client.open("/sparql", method=method, query_string=query_string, headers=headers)
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Accept" in response.headers["Vary"]
    release = json.loads((release_dir / "manifest.json").read_text())["release"]
    assert response.headers["Samgraf-Release"] == release


def test_etag_answers_304(client):
    etag = get(client).headers["ETag"]
    response = client.get("/sparql", query_string={"query": QUERY}, headers={"If-None-Match": etag})
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == etag


def test_etag_differs_by_query_dataset_format_and_language(client):
    answers = [
        get(client),
        get(client, QUERY + " LIMIT 1"),
        get(client, **{"default-graph-uri": A}),
        get(client, accept="text/csv"),
        get(client, accept=HTML),
        get(client, accept=HTML, lang="en"),
    ]
    assert len({r.headers["ETag"] for r in answers}) == len(answers)


def test_volatile_answer_has_no_etag(client):
    response = get(client, "SELECT (RAND() AS ?r) {}")
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "accept", ["application/problem+json, */*;q=0.1", "*/*", "text/csv", "application/json"]
)
def test_error_is_a_problem_document(client, accept):
    response = get(client, "SELECT * {", accept)
    assert response.content_type == "application/problem+json"
    assert response.json["status"] == response.status_code == 400
    assert response.json["title"] == "Bad Request"
    assert response.json["outcome"] == "syntax"


def test_error_is_a_page_for_a_browser(client):
    response = get(client, "SELECT * { <script>", HTML)
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "<script>" not in response.text
    assert "SELECT * { &lt;script&gt;</textarea>" in response.text
