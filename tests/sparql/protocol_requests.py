"""Requests to the endpoint of the small release, and what their answers say."""

from samgraf.sparql.evaluation import QueryKind
from small_release import EX

QUERY = "SELECT ?s WHERE { ?s a ex:Flower }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NT = "application/n-triples"
BY_KIND = {
    QueryKind.SOLUTIONS: (QUERY,),
    QueryKind.BOOLEAN: ("ASK { ex:rose a ex:Flower }",),
    QueryKind.GRAPH: ("CONSTRUCT WHERE { ?s a ex:Flower }", "DESCRIBE ex:rose"),
}
FORMS = [(kind, query) for kind, queries in BY_KIND.items() for query in queries]


def get(client, query=QUERY, accept="*/*", **more):
    return client.get("/sparql", query_string={"query": query, **more}, headers={"Accept": accept})


def flowers(response):
    assert response.status_code == 200, response.text
    return sorted(r["s"]["value"] for r in response.json["results"]["bindings"])


def counted(response):
    assert response.status_code == 200, response.text
    return int(response.json["results"]["bindings"][0]["n"]["value"])


BOTH = [EX + "mint", EX + "rose"]
