"""The libraries that Python programs read endpoints with: SPARQLWrapper, rdflib, pandas."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib

from small_release import EX, REPORT, A, B, union_size

PREFIX = f"PREFIX ex: <{EX}>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
FLOWERS = PREFIX + "SELECT ?flower WHERE { ?flower a ex:Flower } ORDER BY ?flower"
ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
DESCRIBE = f"DESCRIBE <{EX}rose>"
#: SPARQLWrapper's own formats, by what a query answers with.
ROW_FORMATS = ("json", "xml", "csv", "tsv")
GRAPH_FORMATS = ("turtle", "xml", "json-ld", "n3")


@pytest.fixture
def wrapper(endpoint):
    """Return a SPARQLWrapper on the endpoint."""
    module = pytest.importorskip("SPARQLWrapper")
    return module.SPARQLWrapper(endpoint)


@pytest.fixture
def store(endpoint):
    """Return rdflib's own SPARQL client on the endpoint."""
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    return SPARQLStore(endpoint)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("direct", [False, True], ids=["form", "direct"])
def test_sparqlwrapper_selects(wrapper, method, direct):
    wrapper.setMethod(method)
    if direct and method == "POST":
        wrapper.setRequestMethod("postdirectly")
    wrapper.setReturnFormat("json")
    wrapper.setQuery(FLOWERS)
    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert [r["flower"]["value"] for r in rows] == [EX + "mint", EX + "rose"]


@pytest.mark.parametrize("format", ROW_FORMATS)
def test_sparqlwrapper_reads_rows_in_every_format(wrapper, format):
    wrapper.setReturnFormat(format)
    wrapper.setQuery(FLOWERS)
    answer = wrapper.query()
    body = answer.convert()
    if format == "json":
        found = {r["flower"]["value"] for r in body["results"]["bindings"]}
    elif format == "xml":
        found = {n.firstChild.data for n in body.getElementsByTagName("uri")}
    else:
        found = {line.strip("<>") for line in body.decode().split()[1:]}
    assert found == {EX + "mint", EX + "rose"}


# the client itself makes a graph of a class that its library has deprecated
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_sparqlwrapper_constructs_in_every_format(wrapper, format):
    wrapper.setReturnFormat(format)
    wrapper.setQuery(PREFIX + "CONSTRUCT { ?s a ex:Found } WHERE { ?s a ex:Flower }")
    body = wrapper.query().convert()
    graph = body if isinstance(body, rdflib.Graph) else rdflib.Graph().parse(data=body)
    assert set(graph.subjects()) == {rdflib.URIRef(EX + "mint"), rdflib.URIRef(EX + "rose")}


MISSPELT = PREFIX + "SELECT ?flower WHERE { ?flower a ex:Flowers }"


def test_sparqlwrapper_reads_an_empty_answer_and_the_hints_on_it(wrapper):
    wrapper.setReturnFormat("json")
    wrapper.setQuery(MISSPELT)
    document = wrapper.queryAndConvert()
    assert document["results"]["bindings"] == []
    assert document["hints"][0]["instead"] == ["ex:Flower"]


@pytest.mark.parametrize("query", [MISSPELT, MISSPELT.replace("SELECT ?flower WHERE", "ASK")])
def test_pyoxigraph_reads_an_empty_answer_with_hints(wrapper, query):
    wrapper.setReturnFormat("json")
    wrapper.setQuery(query)
    body = wrapper.query().response.read()
    assert b'"hints"' in body
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    assert not (bool(found) if isinstance(found, ox.QueryBoolean) else list(found))


def test_rdflib_reads_an_empty_answer_with_hints(store, endpoint):
    assert list(store.query(MISSPELT)) == []
    assert store.query(MISSPELT.replace("SELECT ?flower WHERE", "ASK")).askAnswer is False
    graph = rdflib.Graph()
    assert not list(graph.query(f"SELECT * {{ SERVICE <{endpoint}> {{ ?x a <{EX}Flowers> }} }}"))


def test_sparqlwrapper_asks(wrapper):
    wrapper.setReturnFormat("json")
    wrapper.setQuery(PREFIX + "ASK { ex:rose a ex:Flower }")
    assert wrapper.queryAndConvert()["boolean"] is True


def test_sparqlwrapper_names_its_dataset(wrapper):
    wrapper.setReturnFormat("json")
    wrapper.addParameter("default-graph-uri", A)
    wrapper.setQuery(FLOWERS)
    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert [r["flower"]["value"] for r in rows] == [EX + "rose"]


def test_sparqlwrapper_tells_a_malformed_query(wrapper):
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    wrapper.setQuery("SELECT WHERE")
    with pytest.raises(QueryBadFormed, match="line 1"):
        wrapper.query()


def test_rdflib_store_matches_triples(store):
    graph = rdflib.Graph(store)
    rose = rdflib.URIRef(EX + "rose")
    labels = set(graph.objects(rose, rdflib.RDFS.label))
    assert labels == {rdflib.Literal("rose", lang="en"), rdflib.Literal("nype", lang="nb")}
    assert graph.value(rose, rdflib.URIRef(EX + "petals")).toPython() == 5
    assert (rose, rdflib.RDF.type, rdflib.URIRef(EX + "Flower")) in graph
    assert len(graph) == union_size()


def test_rdflib_store_reads_one_graph(store):
    graph = rdflib.Graph(store, identifier=rdflib.URIRef(B))
    assert set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(EX + "Flower"))) == {
        rdflib.URIRef(EX + "mint")
    }


def test_rdflib_store_lists_the_graphs(store):
    assert {A, B, REPORT} <= {str(graph) for graph in store.contexts()}


def test_rdflib_store_queries(store):
    rows = list(rdflib.Graph(store).query(FLOWERS))
    assert [str(row.flower) for row in rows] == [EX + "mint", EX + "rose"]
    graph = rdflib.Graph(store).query(DESCRIBE).graph
    assert len(graph) == 4


def test_rdflib_evaluates_service_by_the_endpoint(endpoint):
    query = f"SELECT ?flower {{ SERVICE <{endpoint}> {{ ?flower a <{EX}Flower> }} }}"
    found = {str(row.flower) for row in rdflib.Graph().query(query)}
    assert found == {EX + "mint", EX + "rose"}


def test_pandas_reads_a_table_from_the_address(endpoint):
    pandas = pytest.importorskip("pandas")
    query = PREFIX + (
        "SELECT ?thing ?label ?petals WHERE { ?thing a ex:Flower ; rdfs:label ?label "
        'OPTIONAL { ?thing ex:petals ?petals } FILTER(LANG(?label) = "en") } ORDER BY ?thing'
    )
    table = pandas.read_csv(f"{endpoint}?{urlencode({'query': query, 'format': 'csv'})}")
    assert list(table.columns) == ["thing", "label", "petals"]
    assert list(table.label) == ['mint, "true"\nand wild', "rose"]
    assert table.petals.iloc[1] == 5
    assert table.petals.isna().tolist() == [True, False]


def test_pandas_reads_tsv(endpoint):
    pandas = pytest.importorskip("pandas")
    address = f"{endpoint}?{urlencode({'query': FLOWERS, 'format': 'tsv'})}"
    table = pandas.read_csv(address, sep="\t")
    assert list(table["?flower"]) == [f"<{EX}mint>", f"<{EX}rose>"]


def test_whole_graph_is_parsed_by_rdflib_from_the_address(endpoint):
    import urllib.request

    for name, parser in (("turtle", "turtle"), ("rdfxml", "xml"), ("ntriples", "nt")):
        query = PREFIX + "CONSTRUCT { ?s ?p ?o } WHERE { ?s a ex:Flower ; ?p ?o }"
        address = f"{endpoint}?{urlencode({'query': query, 'format': name})}"
        with urllib.request.urlopen(address, timeout=60) as answer:
            graph = rdflib.Graph().parse(io.BytesIO(answer.read()), format=parser)
        assert len(graph) == 6, name
