"""Others join this endpoint with theirs: Comunica, rdflib, and planners that send blocks of VALUES.

https://www.w3.org/TR/sparql11-federated-query/#values
"""

from __future__ import annotations

import http.client
import json
import subprocess
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib
from one_store import rows_of, unordered

import javascript
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.sparql.description import describe

PREFIXES = """PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX schema: <https://schema.org/>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
"""
HERE = "?case sg:caseUnit ?unit . ?unit schema:sameAs ?item"
THERE = "?item wdt:P1082 ?population"
ROWS = 1000
PATIENCE = 120

comunica = pytest.mark.skipif(
    javascript.command("comunica-sparql") is None,
    reason="needs Comunica: python tests/javascript.py installs it",
)


@pytest.fixture
def endpoint(federated) -> str:
    return f"http://127.0.0.1:{federated.port}/sparql"


@pytest.fixture
def other(rig) -> str:
    return rig.partner("oxigraph").endpoint


@pytest.fixture
def expected(one_store):
    """Return the rows of the join of both endpoints."""
    graph = f"<{one_store.base}oxigraph>"
    query = f"SELECT ?unit ?population {{ {HERE} SERVICE {graph} {{ {THERE} }} }}"
    return unordered(one_store.answer(PREFIXES + query))


def run_comunica(query: str, *sources: str):
    command = [str(javascript.command("comunica-sparql")), *sources]
    kind = ("-t", "application/sparql-results+json")
    done = subprocess.run(
        [*command, "-q", query, *kind], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return unordered(rows_of(done.stdout.encode()))


@comunica
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sparql@", ""], ids=["named as an endpoint", "found out"])
def test_comunica_joins_the_endpoint_with_another(endpoint, other, expected, kind):
    query = PREFIXES + f"SELECT ?unit ?population {{ {HERE} . {THERE} }}"
    assert run_comunica(query, kind + endpoint, f"sparql@{other}") == expected


@comunica
@pytest.mark.slow
def test_comunica_asks_another_by_service(endpoint, other, expected):
    # with one source, Comunica leaves the whole query, SERVICE and all, to the endpoint
    query = PREFIXES + f"SELECT ?unit ?population {{ {HERE} SERVICE <{other}> {{ {THERE} }} }}"
    assert run_comunica(query, f"sparql@{endpoint}") == expected


def test_rdflib_joins_the_endpoint_with_another(endpoint, other, expected):
    # two queries, since rdflib forgets the second SERVICE of one (RDFLib/rdflib#3069)
    sg, schema = "https://w3id.org/samgraf/ontology#", "https://schema.org/"
    population = "http://www.wikidata.org/prop/direct/P1082"
    here = f"?case <{sg}caseUnit> ?unit . ?unit <{schema}sameAs> ?item"
    units = rdflib.Graph().query(
        f"CONSTRUCT {{ ?unit <{schema}sameAs> ?item }} {{ SERVICE <{endpoint}> {{ {here} }} }}"
    )
    joined = units.graph.query(
        f"SELECT ?unit ?population {{ ?unit <{schema}sameAs> ?item "
        f"SERVICE <{other}> {{ ?item <{population}> ?population }} }}"
    )
    assert unordered(rows_of(joined.serialize(format="json"))) == expected


def test_rdflib_asks_the_endpoint_by_the_values_of_another(endpoint, other, expected):
    found = rdflib.Graph().query(
        "CONSTRUCT { ?item <http://www.wikidata.org/prop/direct/P1082> ?population } "
        f"{{ SERVICE <{other}> {{ ?item <http://www.wikidata.org/prop/direct/P2504> ?number ; "
        '<http://www.wikidata.org/prop/direct/P1082> ?population FILTER(?number > "1900") } }'
    )
    # rdflib sends a request for each row, with its values at the end of the query
    joined = found.graph.query(
        "SELECT ?unit ?population { ?item <http://www.wikidata.org/prop/direct/P1082> ?population "
        f"SERVICE <{endpoint}> {{ ?case <https://w3id.org/samgraf/ontology#caseUnit> ?unit . "
        "?unit <https://schema.org/sameAs> ?item } }"
    )
    rows = unordered(rows_of(joined.serialize(format="json")))[1]
    assert rows
    assert rows <= expected[1]


def block() -> str:
    """Return a query of 1 000 rows of values, as planners of bound joins send them."""
    items = [*range(800_000_000, 800_000_000 + ROWS - 2), 2229, 1881]
    rows = " ".join(f"(wd:Q{item} {place})" for place, item in enumerate(items))
    values = f"VALUES (?item ?__index) {{ {rows} }}"
    return PREFIXES + f"SELECT ?unit ?__index {{ {values} ?unit schema:sameAs ?item }}"


def send(live, method: str, target: str, body: str | None = None, **headers: str):
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=PATIENCE)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, target, body, named)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("application/x-www-form-urlencoded", lambda q: urlencode({"query": q})),
        ("application/sparql-query", lambda q: q),
    ],
    ids=["form", "direct"],
)
def test_block_of_values_is_answered_by_post(federated, kind, written):
    accept = "application/sparql-results+json"
    status, headers, body = send(
        federated, "POST", "/sparql", written(block()), Content_Type=kind, Accept=accept
    )
    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == "*"
    places = {
        row["__index"]["value"]: row["unit"]["value"].rpartition("/")[2]
        for row in json.loads(body)["results"]["bindings"]
    }
    assert places == {"998": "nissedal", "999": "fyresdal"}


def test_head_of_the_block_has_the_headers_of_get(federated):
    target = "/sparql?" + urlencode({"query": block()})
    told = [send(federated, method, target, Accept="text/csv") for method in ("HEAD", "GET")]
    assert [status for status, *_ in told] == [200, 200]
    for name in ("Content-Type", "Content-Length", "ETag", "Access-Control-Allow-Origin"):
        assert told[0][1][name] == told[1][1][name]
    assert told[0][2] == b""


def test_preflight_allows_the_post_of_another_site(federated):
    status, headers, _ = send(
        federated,
        "OPTIONS",
        "/sparql",
        Origin="https://elsewhere.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type, accept",
    )
    assert status in (200, 204)
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in headers["Access-Control-Allow-Methods"]
    allowed = headers["Access-Control-Allow-Headers"].lower()
    assert allowed == "*" or {"content-type", "accept"} <= set(allowed.split(", "))


SD = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
FEDERATED = SD + "ASK { ?service sd:feature sd:BasicFederatedQuery }"


def described(body: bytes) -> ox.Store:
    store = ox.Store()
    store.load(body, format=ox.RdfFormat.N_TRIPLES)
    return store


def test_description_tells_that_service_is_answered(federated):
    status, _, body = federated.get("/sparql", "application/n-triples")
    assert status == 200
    assert bool(described(body).query(FEDERATED))


def test_description_does_not_tell_so_where_federation_is_off(release):
    service = in_process_service(release, Settings())
    body = describe(service, "http://127.0.0.1/sparql", "application/n-triples")
    assert not bool(described(body).query(FEDERATED))


def test_planners_find_the_statistics_at_the_well_known_address(federated, rig):
    status, _, body = federated.get("/.well-known/void", "text/turtle")
    assert status == 200
    store = ox.Store()
    store.load(body, format=ox.RdfFormat.TURTLE, base_iri="http://127.0.0.1/.well-known/void")
    void = "PREFIX void: <http://rdfs.org/ns/void#> "
    (whole,) = [
        row["whole"].value
        for row in store.query(
            void + "SELECT ?whole { ?whole void:sparqlEndpoint ?e ; void:uriSpace ?s ; "
            "void:vocabulary <https://w3id.org/samgraf/ontology#> } GROUP BY ?whole"
        )
    ]
    rows = list(
        store.query(
            void + f"SELECT ?p ?n ?s ?o {{ <{whole}> void:propertyPartition [ void:property ?p ; "
            "void:triples ?n ; void:distinctSubjects ?s ; void:distinctObjects ?o ] }"
        )
    )
    sizes = {row["p"].value: [int(row[name].value) for name in ("n", "s", "o")] for row in rows}
    # a case has one unit, which is no other's
    assert sizes["https://w3id.org/samgraf/ontology#caseUnit"] == [9, 9, 9]
    assert all(n >= s > 0 and n >= o > 0 for n, s, o in sizes.values())
    asked = federated.count("?s <https://schema.org/sameAs> ?o")
    assert sizes["https://schema.org/sameAs"][0] == asked
