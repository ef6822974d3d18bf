"""Partners are joined alike, whether our own workers or a store of another maker does the rest."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.federation.bind_join import Federation
from samgraf.federation.results import PartnerReply
from samgraf.release.partner import Partner
from samgraf.settings import Settings
from samgraf.sparql.protocol import Operation

THERE = """@prefix : <http://there.example/> . @prefix ex: <https://example.org/id/> .
:a :name "rose"@en ; :height 40 ; :is ex:rose .
:b :name "mint, \\"true\\"\\nand wild"@en ; :is ex:mint .
"""
QUERIES = {
    "federated join": """SELECT ?s ?h { ?s rdfs:label ?n
      SERVICE <there> { ?p t:name ?n OPTIONAL { ?p t:height ?h } } }""",
    "federated optional": """SELECT ?s ?n { ?s a ex:Flower
      OPTIONAL { SERVICE <there> { ?p t:is ?s ; t:height ?n } } }""",
    "federated minus": """SELECT ?s { ?s a ex:Flower
      MINUS { SERVICE <there> { ?p t:is ?s ; t:height ?n } } }""",
    "federated ask": """ASK { ex:rose rdfs:label ?n
      SERVICE <there> { ?p t:name ?n ; t:is ex:rose } }""",
    "federated graph": """SELECT ?s ?p { GRAPH ?g { ?s a ex:Flower }
      SERVICE <there> { ?p t:is ?s } }""",
}


class StorePartners:
    def __init__(self):
        self.store = ox.Store()
        self.store.load(THERE, format=ox.RdfFormat.TURTLE)
        self.asked = 0

    def use(self, partners):
        """Take part as the client that asks partners."""

    async def ask(self, partner, query, seconds, max_rows, *, last_good=False):
        self.asked += 1
        answer = self.store.query(query)
        names = [v.value for v in answer.variables]
        rows = [tuple(None if s[n] is None else str(s[n]) for n in names) for s in answer]
        return PartnerReply(tuple(names), rows)


def answer(service, query: str):
    client = StorePartners()
    partner = Partner(
        name="there", iri="http://there.example/it", endpoint="http://there.example/q"
    )
    service.federation = Federation(service.engine, client, {"there": partner}, service.base)
    operation = Operation(query=f"PREFIX t: <http://there.example/> {query}", format="json")
    body = service.wait(service.answer(service.prepare(operation, None, html=False))).read()
    document = json.loads(body)
    assert document["partners"][0]["outcome"] == "ok"
    assert client.asked == 1
    if "boolean" in document:
        return document["boolean"]
    return sorted(json.dumps(row, sort_keys=True) for row in document["results"]["bindings"])


@pytest.mark.parametrize("name", QUERIES)
def test_join_with_a_partner_is_that_of_our_own_engine(service_at, release_dir, expect, name):
    expect(name)
    query = QUERIES[name]
    own = answer(in_process_service(release_dir, Settings()), query)
    assert own
    assert answer(service_at(release_dir), query) == own
