"""What is no IRI is a bad request, wherever a request of the protocol holds it."""

import json
from urllib.parse import urlencode

import pytest

NO_IRIS = [
    "http://x/%zz",
    "http://x:abc/",
    "http://x/a b",
    "http://[::1",
    "http://x/<",
    "http://x/{}",
]
JSON = {"Accept": "application/sparql-results+json"}
PLACES = [
    "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "PREFIX p: <{0}> ASK {{ p:a ?p ?o }}",
    "BASE <{0}> ASK {{ <a> ?p ?o }}",
    "ASK {{ <{0}> ?p ?o }}",
    "ASK {{ GRAPH <{0}> {{ ?s ?p ?o }} }}",
]


@pytest.mark.parametrize("query", PLACES)
@pytest.mark.parametrize("iri", NO_IRIS)
def test_in_a_query(front, query, iri):
    parameters = urlencode({"query": query.format(iri)})
    for headers in (JSON, {"Accept": "text/html"}):
        answer = front.get(f"/sparql?{parameters}", headers=headers)
        assert answer.status_code == 400


@pytest.mark.parametrize("query", PLACES[:3])
def test_by_an_escape_in_a_query(front, query):
    parameters = urlencode({"query": query.format("http://x/\\u0020")})
    assert front.get(f"/sparql?{parameters}", headers=JSON).status_code == 400


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", NO_IRIS)
def test_in_a_parameter(front, name, iri):
    parameters = urlencode({"query": "ASK { ?s ?p ?o }", name: iri})
    for headers in (JSON, {"Accept": "text/html"}):
        assert front.get(f"/sparql?{parameters}", headers=headers).status_code == 400
    for path in ("/sparql/places", "/sparql/triples"):
        assert front.get(f"{path}?{parameters}", headers=JSON).status_code == 400


def test_the_next_query_is_answered_as_before(front):
    for iri in NO_IRIS:
        parameters = urlencode({"query": "ASK {}", "default-graph-uri": iri})
        front.get(f"/sparql?{parameters}", headers=JSON)
    answer = front.get("/sparql?" + urlencode({"query": "ASK {}"}), headers=JSON)
    assert json.loads(answer.data)["boolean"] is True


@pytest.mark.parametrize(
    "host", ["a b", "x/y", "u@h", '"', "h:x", "h:123456", "\xe9", "[::1", "a,b"]
)
@pytest.mark.parametrize(
    "path", ["/robots.txt", "/sitemap.xml", "/opensearch.xml", "/openapi.json"]
)
def test_no_address_is_made_of_what_is_no_host(front, host, path):
    assert front.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["example.org", "example.org:8443", "[::1]:8080", "127.0.0.1"])
def test_addresses_are_made_of_the_host_that_was_asked(front, host):
    assert (
        f"Sitemap: http://{host}/sitemap.xml"
        in front.get("/robots.txt", headers={"Host": host}).text
    )
    assert (
        f"<loc>http://{host}/sitemap-1.xml</loc>"
        in front.get("/sitemap.xml", headers={"Host": host}).text
    )
