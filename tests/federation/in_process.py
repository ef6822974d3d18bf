"""Federation with stores in this very process: for tests of what answers are, not how they come."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from samgraf.engine.in_process import InProcessEngine
from samgraf.engine.local import LocalEngine
from samgraf.federation.bind_join import Federation
from samgraf.federation.results import PartnerReply
from samgraf.release.canonical import term_of
from samgraf.release.partner import Partner
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.federated.faults import Fault, PartnerError
from samgraf.sparql.federated.outcome import FederatedAnswer
from samgraf.sparql.syntax import parse

E = "http://e.example/"
JSON = "application/sparql-results+json"


def endpoint(name: str) -> str:
    """Return the address of the partner ``name``."""
    return f"http://{name}.example/sparql"


class StorePartners:
    """Answer from stores; ``asked`` has what was asked, ``down`` the partners that are away."""

    def __init__(self, stores: Mapping[str, ox.Store]):
        self.stores = stores
        self.asked: list[tuple[str, str]] = []
        self.down: set[str] = set()

    def use(self, partners: Iterable[Partner]) -> None:
        """Take part as the client that asks partners."""

    async def ask(
        self,
        partner: Partner,
        query: str,
        seconds: float,
        max_rows: int,
        *,
        last_good: bool = False,
    ) -> PartnerReply:
        """Return the solutions of ``query`` in the partner's store."""
        self.asked.append((partner.name, query))
        if partner.name in self.down:
            raise PartnerError(Fault.UNREACHABLE, "The connection is refused.")
        answer = LocalEngine(self.stores[partner.name], {}).query(QueryRequest(query))
        found = json.loads(answer.serialize(JSON))
        names = found["head"]["vars"]
        rows = [
            tuple(str(term_of(row[n])) if n in row else None for n in names)
            for row in found["results"]["bindings"]
        ]
        assert len(rows) <= max_rows
        return PartnerReply(tuple(names), rows)


class World:
    """Hold data here (Turtle, and TriG for named graphs) and at partners, and all in one store.

    In that store the data of a partner is the named graph of its address.
    """

    def __init__(self, here: str, partners: Mapping[str, str], **settings: object):
        self.here, self.whole = ox.Store(), ox.Store()
        for quad in ox.parse(here, format=ox.RdfFormat.TRIG):
            self.here.add(quad)
            self.whole.add(quad)
        stores = {}
        for name, text in partners.items():
            store = stores[name] = ox.Store()
            graph = ox.NamedNode(endpoint(name))
            for t in ox.parse(text, format=ox.RdfFormat.TURTLE):
                store.add(ox.Quad(t.subject, t.predicate, t.object))
                self.whole.add(ox.Quad(t.subject, t.predicate, t.object, graph))
        self.client = StorePartners(stores)
        self.partners = {
            name: Partner(
                name=name, iri=f"{E}id/partner/{name}", endpoint=endpoint(name), **settings
            )
            for name in partners
        }
        engine = InProcessEngine(LocalEngine(self.here, {}, default_is_union=False))
        self.federation = Federation(engine, self.client, self.partners, E)

    def answer(self, query: str, media_type: str = JSON, **request: object) -> FederatedAnswer:
        """Return the answer of the federation; ``client.asked`` has what it took."""
        self.client.asked.clear()
        asked = QueryRequest(query=query, base=E, **request)
        tree = parse(query, base=E)
        return asyncio.run(self.federation.answer(asked, media_type, tree, 60.0))

    def federated(self, query: str) -> object:
        """Return the answer as something to compare."""
        return comparable(json.loads(self.answer(query).read()))

    def in_one_store(self, query: str) -> object:
        """Return what the store with all data answers where GRAPH stands for SERVICE."""
        written = re.sub(r"\bSERVICE\b( SILENT)?", "GRAPH", query)
        answer = LocalEngine(self.whole, {}).query(QueryRequest(written, base=E))
        return comparable(json.loads(answer.serialize(JSON)))


def comparable(document: Mapping) -> object:
    """Return variables and the multiset of solutions, or the boolean, of JSON results."""
    if "boolean" in document:
        return document["boolean"]
    rows = [json.dumps(row, sort_keys=True) for row in document["results"]["bindings"]]
    return document["head"]["vars"], sorted(rows)
