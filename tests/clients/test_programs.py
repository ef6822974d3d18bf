"""The programs that people read endpoints with: curl, and Comunica on Node."""

from __future__ import annotations

import csv
import io
import json
import shutil
from urllib.parse import quote

import pytest
from client_programs import output

import javascript
from small_release import EX

QUERY = f"SELECT ?flower WHERE {{ ?flower a <{EX}Flower> }} ORDER BY ?flower"
NAMES = [EX + "mint", EX + "rose"]

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
comunica = pytest.mark.skipif(
    javascript.command("comunica-sparql") is None,
    reason="needs Comunica: python tests/javascript.py installs it",
)


def curl(*arguments: str, data: str | None = None) -> str:
    return output("curl", "-sSf", "--noproxy", "*", *arguments, data=data)


@needs_curl
def test_curl_gets(endpoint):
    text = curl("-G", endpoint, "--data-urlencode", f"query={QUERY}", "-H", "Accept: text/csv")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["flower", *NAMES]


@needs_curl
def test_curl_posts_a_form(endpoint):
    found = json.loads(curl(endpoint, "--data-urlencode", f"query={QUERY}"))
    assert [r["flower"]["value"] for r in found["results"]["bindings"]] == NAMES


@needs_curl
def test_curl_posts_the_query_itself(endpoint):
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", "@-")
    found = json.loads(curl(endpoint, *direct, data=QUERY))
    assert [r["flower"]["value"] for r in found["results"]["bindings"]] == NAMES


@needs_curl
def test_curl_takes_a_compressed_answer(endpoint):
    everything = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
    address = f"{endpoint}?query={quote(everything)}&format=csv"
    assert curl("--compressed", address) == curl(address)


@needs_curl
def test_curl_revalidates_by_etag(endpoint, tmp_path):
    address = f"{endpoint}?query={quote(QUERY)}&format=csv"
    etag = str(tmp_path / "etag")
    assert curl("--etag-save", etag, address).splitlines() == ["flower", *NAMES]
    again = curl("--etag-compare", etag, "-o", "/dev/null", "-w", "%{http_code}", address)
    assert again == "304"


@needs_curl
def test_curl_sees_the_fault_of_a_malformed_query(endpoint):
    text = output("curl", "-sS", "--noproxy", "*", f"{endpoint}?query=SELECT")
    assert json.loads(text)["status"] == 400


@comunica
@pytest.mark.parametrize("kind", ["sparql@", ""], ids=["named as an endpoint", "found out"])
def test_comunica_selects(endpoint, kind):
    program = str(javascript.command("comunica-sparql"))
    text = output(program, kind + endpoint, "-q", QUERY, "-t", "application/json")
    assert [row["flower"] for row in json.loads(text)] == NAMES


@comunica
def test_comunica_reads_an_empty_answer_with_hints(endpoint):
    program = str(javascript.command("comunica-sparql"))
    query = f"SELECT ?s WHERE {{ ?s a <{EX}Flowers> }}"
    text = output(program, f"sparql@{endpoint}", "-q", query, "-t", "application/json")
    assert json.loads(text) == []


@comunica
def test_comunica_constructs(endpoint):
    program = str(javascript.command("comunica-sparql"))
    query = f"CONSTRUCT {{ ?s a <{EX}Found> }} WHERE {{ ?s a <{EX}Flower> }}"
    text = output(program, f"sparql@{endpoint}", "-q", query, "-t", "application/n-triples")
    assert {line.split()[0] for line in text.splitlines() if line} == {f"<{n}>" for n in NAMES}


@comunica
def test_comunica_joins_the_endpoint_with_itself(endpoint):
    program = str(javascript.command("comunica-sparql"))
    query = (
        "SELECT DISTINCT ?label WHERE { "
        f"?s a <{EX}Flower> ; <http://www.w3.org/2000/01/rdf-schema#label> ?label "
        'FILTER(LANG(?label) = "nb") }'
    )
    # two sources make Comunica plan the join on its own side, block by block
    sources = (f"sparql@{endpoint}", f"sparql@{endpoint.replace('127.0.0.1', 'localhost')}")
    text = output(program, *sources, "-q", query, "-t", "application/json")
    assert [row["label"] for row in json.loads(text)] == ['"nype"@nb']


@comunica
@pytest.mark.parametrize("iri", [EX + "rose", EX.removesuffix("id/") + "ontology"])
def test_comunica_follows_iris_to_a_local_server_by_its_proxy_option(site, iri):
    # the IRIs are of a place that nobody serves, as those of a content before it is published
    program = str(javascript.command("comunica-sparql"))
    query = f"SELECT ?p {{ <{iri}> ?p ?o }}"
    text = output(program, iri, "-p", f"{site}/doc?iri=", "-q", query, "-t", "application/json")
    assert len(json.loads(text)) >= 2
