"""One test per line of https://www.w3.org/TR/sparql11-protocol/."""

from importlib.resources import files
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from protocol_requests import (
    BOTH,
    COUNT,
    DIRECT,
    FORM,
    FORMS,
    HTML,
    NT,
    QUERY,
    counted,
    flowers,
    get,
)

from samgraf.sparql.formats import FORMATS, formats_for
from small_release import BASE, EX, REPORT, A, B, union_size


def test_get_query(client):
    assert flowers(get(client)) == BOTH


def test_post_form(client):
    assert flowers(client.post("/sparql", data={"query": QUERY})) == BOTH


def test_post_form_with_charset(client):
    response = client.post(
        "/sparql", data=urlencode({"query": QUERY}), content_type=FORM + ";charset=UTF-8"
    )
    assert flowers(response) == BOTH


def test_post_query(client):
    assert flowers(client.post("/sparql", data=QUERY, content_type=DIRECT)) == BOTH


def test_post_query_in_utf_8(client):
    query = 'ASK { FILTER("æøå" = "\\u00e6\\u00f8\\u00e5") }'
    response = client.post("/sparql", data=query.encode(), content_type=DIRECT + "; charset=utf-8")
    assert response.json["boolean"] is True


def test_a_byte_order_mark_before_the_query_is_no_part_of_it(client):
    query = "\ufeff" + QUERY
    assert flowers(client.post("/sparql", data=query.encode(), content_type=DIRECT)) == BOTH
    assert flowers(client.post("/sparql", data={"query": query})) == BOTH
    assert flowers(get(client, query)) == BOTH


def test_post_query_with_dataset_in_the_address(client):
    response = client.post(
        "/sparql?" + urlencode({"default-graph-uri": A}), data=COUNT, content_type=DIRECT
    )
    assert counted(response) == counted(get(client, COUNT, **{"default-graph-uri": A}))


def test_get_and_both_posts_give_the_same_bytes(client):
    bodies = {
        get(client).data,
        client.post("/sparql", data={"query": QUERY}).data,
        client.post("/sparql", data=QUERY, content_type=DIRECT).data,
    }
    assert len(bodies) == 1


def test_head_has_the_headers_of_get_and_no_body(client):
    found, head = get(client), client.head("/sparql", query_string={"query": QUERY})
    assert head.status_code == 200
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Samgraf-Release"):
        assert head.headers[name] == found.headers[name]


def test_options_tells_the_methods(client):
    response = client.options("/sparql")
    assert response.status_code == 204
    assert response.headers["Allow"] == "GET, HEAD, QUERY, POST, OPTIONS"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "*"


# the method QUERY: https://datatracker.ietf.org/doc/draft-ietf-httpbis-safe-method-w-body/


def query_method(client, data=QUERY, content_type=DIRECT, **more):
    return client.open("/sparql", method="QUERY", data=data, content_type=content_type, **more)


def test_method_query_with_the_query(client):
    assert flowers(query_method(client)) == BOTH


def test_method_query_with_a_form(client):
    form = urlencode({"query": COUNT, "default-graph-uri": REPORT})
    assert counted(query_method(client, form, FORM)) == 1


def test_method_query_gives_the_bytes_and_the_tag_of_get(client):
    found, asked = get(client), query_method(client)
    assert asked.data == found.data
    assert asked.headers["ETag"] == found.headers["ETag"]
    known = query_method(client, headers={"If-None-Match": found.headers["ETag"]})
    assert known.status_code == 304


def test_method_query_of_another_type_is_415(client):
    assert query_method(client, content_type="application/sql").status_code == 415


def test_method_query_with_an_update_is_400(client):
    assert query_method(client, "DROP ALL").status_code == 400


def test_options_tells_what_can_be_sent(client):
    headers = client.options("/sparql").headers
    for name in ("Accept-Query", "Accept-Post"):
        assert headers[name] == f"{DIRECT}, {FORM}"
    assert "QUERY" in headers["Access-Control-Allow-Methods"]


# the cases of https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/ by name


def test_w3c_bad_query_method(client):
    response = client.open("/sparql", method="PUT", query_string={"query": "ASK {}"})
    assert 400 <= response.status_code < 500


def test_w3c_bad_multiple_queries(client):
    response = client.get("/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D")
    assert 400 <= response.status_code < 500


def test_w3c_bad_query_wrong_media_type(client):
    response = client.post("/sparql", data="ASK {}", content_type="text/plain")
    assert 400 <= response.status_code < 500


def test_w3c_bad_query_missing_form_type(client):
    response = client.open("/sparql", method="POST", data=b"query=ASK%20%7B%7D")
    assert 400 <= response.status_code < 500


def test_w3c_bad_query_missing_direct_type(client):
    response = client.open("/sparql", method="POST", data=b"ASK {}")
    assert 400 <= response.status_code < 500


def test_w3c_bad_query_non_utf8(client):
    response = client.post(
        "/sparql", data="ASK {}".encode("utf-16"), content_type=f"{DIRECT}; charset=UTF-16"
    )
    assert 400 <= response.status_code < 500


def test_w3c_bad_query_syntax(client):
    assert client.get("/sparql?query=ASK%20%7B").status_code == 400


@pytest.mark.parametrize("way", ["query_get", "query_post_form", "query_post_direct"])
def test_w3c_query(client, way):
    response = {
        "query_get": lambda: client.get("/sparql?query=ASK%20%7B%7D"),
        "query_post_form": lambda: client.post(
            "/sparql", data="query=ASK%20%7B%7D", content_type=FORM
        ),
        "query_post_direct": lambda: client.post("/sparql", data="ASK {}", content_type=DIRECT),
    }[way]()
    assert response.status_code == 200
    assert response.mimetype in (
        "application/sparql-results+xml",
        "application/sparql-results+json",
    )
    assert response.json["boolean"] is True


@pytest.mark.parametrize("method", ["get", "post"])
def test_w3c_query_dataset_default_graphs(client, method):
    query = "ASK { ex:rose rdfs:label 'nype'@nb . ex:mint a ?type }"
    asked = urlencode({"default-graph-uri": [A, B]}, doseq=True)
    if method == "get":
        response = client.get("/sparql?" + urlencode({"query": query}) + "&" + asked)
    else:
        response = client.post("/sparql?" + asked, data=query, content_type=DIRECT)
    assert response.json["boolean"] is True


@pytest.mark.parametrize("method", ["get", "post"])
def test_w3c_query_dataset_named_graphs(client, method):
    query = "ASK { GRAPH ?g { ex:rose ?p ?o } GRAPH ?h { ex:mint ?q ?r } FILTER(?g != ?h) }"
    asked = urlencode({"named-graph-uri": [A, B]}, doseq=True)
    if method == "get":
        response = client.get("/sparql?" + urlencode({"query": query}) + "&" + asked)
    else:
        response = client.post("/sparql?" + asked, data=query, content_type=DIRECT)
    assert response.json["boolean"] is True


def test_w3c_query_dataset_full(client):
    query = (
        "ASK { ex:report ?p ?o . GRAPH ?g { ex:rose ?q ?r } FILTER NOT EXISTS { ex:rose ?a ?b } }"
    )
    response = get(client, query, **{"default-graph-uri": REPORT, "named-graph-uri": A})
    assert response.json["boolean"] is True


def test_w3c_query_multiple_dataset(client):
    query = f"ASK FROM <{A}> {{ ex:report ?p ?o FILTER NOT EXISTS {{ ex:rose ?a ?b }} }}"
    assert get(client, query, **{"default-graph-uri": REPORT}).json["boolean"] is True


@pytest.mark.parametrize(("kind", "query"), FORMS)
def test_w3c_query_content_type(client, kind, query):
    offered = {f.media_type for f in formats_for(kind)}
    accept = ", ".join(sorted(offered))
    assert get(client, query, accept).mimetype in offered


# what this service takes beside


@pytest.mark.parametrize("timeout", ["1", "0.5", "0.000001", "999999999", "20.0", ""])
def test_timeout_in_seconds_is_taken(client, timeout):
    assert flowers(get(client, timeout=timeout)) == BOTH


@pytest.mark.parametrize(
    "timeout", ["0", "0.0", "-1", "nan", "inf", "1e3", "x", " 1", "1s", "٣", "9" * 50, ["1", "2"]]
)
def test_timeout_that_is_no_number_above_0_is_400(client, timeout):
    response = get(client, timeout=timeout)
    assert response.status_code == 400
    assert "timeout" in response.json["detail"]


@pytest.mark.parametrize("partial", ["yes", "deny", "ALLOW"])
def test_partial_can_only_be_allowed(client, partial):
    response = get(client, partial=partial)
    assert response.status_code == 400
    assert "allow" in response.json["detail"]


def test_whole_answer_is_not_told_as_cut(client):
    response = get(client, partial="allow")
    assert flowers(response) == BOTH
    assert "Samgraf-Truncated" not in response.headers
    assert response.headers["ETag"] == get(client).headers["ETag"]


# dataset: section 2.1.4


def test_default_dataset_is_the_union(client):
    assert counted(get(client, COUNT)) == union_size()


def test_one_default_graph(client):
    assert counted(get(client, COUNT, **{"default-graph-uri": REPORT})) == 1


def test_several_default_graphs_are_merged_as_a_set(client):
    both = counted(get(client, COUNT, **{"default-graph-uri": [A, B]}))
    assert both == sum(counted(get(client, COUNT, **{"default-graph-uri": g})) for g in (A, B)) - 1


def test_several_from_are_merged_as_a_set(client):
    query = f"BASE <{BASE}> PREFIX g: <{BASE}graph/> " + COUNT.replace(
        "WHERE", "FROM <graph/a> FROM g:b WHERE"
    )
    assert counted(get(client, query)) == counted(
        get(client, COUNT, **{"default-graph-uri": [A, B]})
    )


def test_from_outside_the_release_is_empty_and_not_fetched(client):
    assert counted(get(client, COUNT.replace("WHERE", "FROM <http://127.0.0.1:9/> WHERE"))) == 0


def test_dataset_of_the_protocol_overrides_the_querys(client):
    query = COUNT.replace("WHERE", f"FROM <{A}> WHERE")
    assert counted(get(client, query, **{"default-graph-uri": REPORT})) == 1


def test_named_graph_of_the_protocol(client):
    query = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert counted(get(client, query, **{"named-graph-uri": [A, REPORT]})) == 2
    assert counted(get(client, COUNT, **{"named-graph-uri": A})) == 0


def test_dataset_in_a_form(client):
    form = {"query": COUNT, "default-graph-uri": [REPORT]}
    assert counted(client.post("/sparql", data=form)) == 1


@pytest.mark.parametrize("graph", ["relative", "http://e/a b", "http://e/<"])
def test_graph_that_is_no_iri_is_400(client, graph):
    assert get(client, **{"default-graph-uri": graph}).status_code == 400


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_an_empty_graph_is_as_none(client, name):
    assert counted(get(client, COUNT, **{name: ""})) == counted(get(client, COUNT))


# graphs by name: https://www.w3.org/TR/sparql11-http-rdf-update/#http-get


def test_a_graph_is_read_by_its_name(client):
    answer = client.get("/sparql", query_string={"graph": REPORT}, headers={"Accept": NT})
    assert (answer.status_code, answer.mimetype) == (200, NT)
    asked = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{REPORT}> {{ ?s ?p ?o }} }}"
    assert answer.data == get(client, asked, NT).data != b""


def test_the_default_graph_is_read_by_its_name(client):
    answer = client.get("/sparql?default", headers={"Accept": NT})
    assert answer.data == get(client, "CONSTRUCT WHERE { ?s ?p ?o }", NT).data


@pytest.mark.parametrize(
    ("query_string", "status"),
    [
        ("graph=http://nowhere.example/g", 404),
        ("graph=relative", 400),
        ("graph=http://e/1&graph=http://e/2", 400),
        ("graph=http://e/1&default", 400),
    ],
)
def test_a_graph_that_cannot_be_read_is_told(client, query_string, status):
    assert client.get(f"/sparql?{query_string}", headers={"Accept": NT}).status_code == status


# errors: section 2.1.6


def test_malformed_query_is_400_with_place_and_message(client):
    response = get(client, "SELECT *\nWHERE { ?s ?p }")
    assert (response.status_code, response.json["line"]) == (400, 2)
    assert "expected" in response.json["detail"]


def test_undeclared_prefix_is_named(client):
    assert "prefix nope: is not declared" in get(client, "ASK { nope:a a ?x }").json["detail"]


@pytest.mark.parametrize(
    "request_",
    [
        {"data": {"other": "x"}},
        {"data": "", "content_type": FORM},
        {"data": "", "content_type": DIRECT},
        {"data": {"query": [QUERY, QUERY]}},
        {"data": {"query": QUERY}, "query_string": {"query": QUERY}},
        {"data": QUERY, "content_type": DIRECT, "query_string": {"query": QUERY}},
        {"data": {"update": "CLEAR ALL"}},
        {"data": {"query": QUERY, "update": "CLEAR ALL"}},
        {"data": {"query": "CLEAR ALL"}},
        {"data": "INSERT DATA { <a> <b> 1 }", "content_type": DIRECT},
        {"data": b"ASK { \xff }", "content_type": DIRECT},
        {"data": b"query=%FF", "content_type": FORM},
        {"data": b"query=\xff", "content_type": FORM},
        {"data": {"query": f"SELECT * {{ SERVICE <{EX}> {{ ?s ?p ?o }} }}"}},
        {"data": {"query": "ASK " + "{" * 100 + "}" * 100}},
        {"data": urlencode([("query", QUERY)] + [("x", "")] * 1000), "content_type": FORM},
        {"data": {"query": QUERY, "timeout": ["1", "2"]}},
    ],
    ids=lambda r: str(r)[:60],
)
def test_post_that_is_no_query_is_400(client, request_):
    response = client.post("/sparql", **request_)
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert response.json["detail"]


@pytest.mark.parametrize(
    "query_string",
    ["query=", "query=ASK{}&query=ASK{}", "query=%FF", "update=CLEAR+ALL", "query=DROP+ALL"],
)
def test_get_that_is_no_query_is_400(client, query_string):
    assert client.get("/sparql?" + query_string).status_code == 400


def test_no_query_but_results_wanted_is_400(client):
    response = client.get("/sparql", headers={"Accept": "application/sparql-results+json"})
    assert response.status_code == 400
    assert "no query" in response.json["detail"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json", "application/sparql-update", "multipart/form-data", None],
)
def test_post_of_another_media_type_is_415(client, content_type):
    response = client.post("/sparql", data=QUERY, content_type=content_type)
    assert response.status_code == 415
    assert DIRECT in response.headers["Accept-Post"]


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1"])
def test_post_in_another_charset_is_415(client, charset):
    response = client.post("/sparql", data=QUERY, content_type=f"{DIRECT}; charset={charset}")
    assert response.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_method_is_405_with_allow(client, method):
    response = client.open("/sparql", method=method, query_string={"query": QUERY})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, QUERY, POST, OPTIONS"


@pytest.mark.parametrize("content_type", [DIRECT, FORM])
@pytest.mark.parametrize("size", [20_001, 200_000])
def test_query_longer_than_the_limit_is_413(client, size, content_type):
    start = "" if content_type == DIRECT else "query="
    body = start + "#" * size
    assert client.post("/sparql", data=body, content_type=content_type).status_code == 413


def test_query_at_the_limit_is_answered(client):
    query = QUERY + "#" * (20_000 - len(QUERY))
    assert flowers(client.post("/sparql", data=query, content_type=DIRECT)) == BOTH


# the service itself


@pytest.mark.parametrize(
    "accept", ["*/*", "text/turtle", "application/rdf+xml", "application/n-triples"]
)
def test_service_description(client, accept):
    response = client.get("/sparql", headers={"Accept": accept})
    assert response.status_code == 200
    store = ox.Store()
    format = ox.RdfFormat.from_media_type(response.mimetype)
    store.load(input=response.data, format=format)
    sd = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
    void = "PREFIX void: <http://rdfs.org/ns/void#> "
    assert store.query(
        sd
        + "ASK { <http://localhost/sparql> a sd:Service ; sd:endpoint <http://localhost/sparql> ;"
        " sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph ;"
        " sd:defaultDataset/<http://rdfs.org/ns/void#sparqlEndpoint> <http://localhost/sparql> }"
    )
    default = store.query(sd + void + "SELECT ?n { ?d sd:defaultGraph/void:triples ?n }")
    assert [int(r["n"].value) for r in default] == [union_size()]
    named = store.query(
        sd + void + "SELECT ?g ?n { ?d sd:namedGraph [ sd:name ?g ; sd:graph/void:triples ?n ] }"
    )
    for row in named:
        graph = {"default-graph-uri": row["g"].value}
        assert counted(get(client, COUNT, **graph)) == int(row["n"].value)
    formats = store.query(sd + "SELECT ?f { ?s sd:resultFormat ?f }")
    assert {r["f"].value for r in formats} == {f.iri for f in FORMATS}


def test_described_functions_are_those_that_work(client):
    body = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    named = {line.split()[2][1:-1] for line in body.splitlines() if "#extensionFunction>" in line}
    tried = (files("samgraf.sparql") / "functions.rq").read_text("utf-8").splitlines()[1:]
    for query in tried:
        function = query.partition("<")[2].partition(">")[0]
        answer = get(client, query.replace("ASK {", "SELECT ?value {"), "text/csv")
        works = answer.status_code == 200 and len(answer.text.splitlines()) == 2
        assert works == (function in named), function
    assert "http://www.opengis.net/def/function/geosparql/sfWithin" in named
    assert len(named) < len(tried)


GEO = """PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/>
SELECT (xsd:integer(ROUND(%s)) AS ?n) {}"""
SQUARE = "'POLYGON((0 0,1 0,1 1,0 1,0 0))'^^geo:wktLiteral"


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (f"geof:area({SQUARE}, uom:square_kilometre)", "12309"),
        (f"geof:area({SQUARE}, uom:square_metre) / 1e6", "12309"),
        (f"geof:perimeter({SQUARE}, uom:kilometre)", "445"),
        ("geof:length('LINESTRING(0 0,1 0)'^^geo:wktLiteral, uom:metre) / 1e3", "111"),
        (
            "geof:distance('POINT(0 0)'^^geo:wktLiteral, 'POINT(1 0)'^^geo:wktLiteral, "
            "uom:kilometre)",
            "111",
        ),
        (f"geof:distance({SQUARE}, {SQUARE}, uom:metre)", ""),
    ],
)
def test_units_of_functions_are_as_the_description_tells(client, call, value):
    query = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n" + GEO % call
    assert get(client, query, "text/csv").text.split("\r\n")[1].strip('"') == value
    described = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "uom:square_kilometre" in described
    assert "Between points only" in described


def test_browser_without_a_query_gets_the_form(client):
    response = client.get("/sparql", headers={"Accept": HTML})
    assert response.mimetype == "text/html"
    assert "<textarea" in response.text


def test_empty_field_of_the_form_gets_the_form_again(client):
    response = client.get("/sparql?query=&format=html", headers={"Accept": HTML})
    assert response.status_code == 200
    assert "<textarea" in response.text


def test_encoded_query_survives_the_way(client):
    query = 'ASK { FILTER("a&b+c#d%25=é" = "a&b+c#d%25=\\u00e9") }'
    assert client.get("/sparql?query=" + quote(query)).json["boolean"] is True
