"""Stores that are told to LOAD what a server of ours has: Oxigraph and Fuseki.

https://www.w3.org/TR/sparql11-update/#load
"""

from __future__ import annotations

import json
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from client_programs import get

sys.path.insert(0, str(Path(__file__).parents[1] / "stores"))
import store_servers
from store_servers import Store

from samgraf.release.cache import cache_dir
from samgraf.settings import Settings

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
QUADS = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture(scope="module", params=["oxigraph", pytest.param("fuseki", marks=pytest.mark.slow)])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """Yield an empty store."""
    cache = cache_dir(Settings()).parent / "samgraf-tests"
    cache.mkdir(parents=True, exist_ok=True)
    running = store_servers.start(request.param, tmp_path_factory.mktemp(request.param), cache)
    yield running
    running.stop()


def sent(request: urllib.request.Request) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=120) as answer:
        return answer.read()


def opened(address: str, **fields: str) -> bytes:
    return sent(urllib.request.Request(address, urllib.parse.urlencode(fields).encode()))


def put(store: Store, name: str, content: bytes) -> None:
    """Put all graphs of a file into ``store``, in place of what it has."""
    kind = {"nq": "application/n-quads", "trig": "application/trig"}[name.rpartition(".")[2]]
    headers = {"Content-Type": kind}
    sent(urllib.request.Request(store.graphs, content, headers, method="PUT"))


def count(store: Store, query: str) -> int:
    found = json.loads(opened(f"{store.query}?format=json", query=query))
    return int(found["results"]["bindings"][0]["n"]["value"])


def loaded(store: Store, address: str, query: str = COUNT) -> int:
    """Return what ``query`` counts in ``store`` once it has nothing but what is at ``address``."""
    update = store.query.removesuffix("query") + "update"
    opened(update, update=f"DROP ALL ; LOAD <{address}>")
    return count(store, query)


def lines(address: str) -> int:
    return len(set(get(address, "application/n-triples").splitlines()))


@pytest.mark.parametrize("address", ["/doc/rose", "/doc/rose.ttl", "/ontology", "/ontology.nt"])
def test_documents_are_loaded(store, site, address):
    name = "/doc/rose.nt" if "rose" in address else "/ontology.nt"
    assert loaded(store, site + address) == lines(site + name) > 0


@pytest.mark.parametrize("name", ["graph/a.ttl", "graph/a.nt", "graph/a.rdf"])
def test_dumps_of_a_graph_are_loaded(store, site, name):
    assert loaded(store, f"{site}/dumps/{name}") == lines(f"{site}/dumps/graph/a.nt") > 0


@pytest.mark.parametrize("name", ["all.nq", "all.trig"])
def test_dumps_of_the_whole_release_are_loaded_with_their_graphs(store, site, name):
    address = f"{site}/dumps/{name}"
    if store.name == "oxigraph":
        # LOAD takes one graph there; what holds several is put into the whole store
        with pytest.raises(urllib.error.HTTPError) as refused:
            loaded(store, address)
        with refused.value as answer:
            assert b"Named graphs are not allowed" in answer.read()
        put(store, name, get(address))
        found = count(store, QUADS)
    else:
        found = loaded(store, address, QUADS)
    assert found == lines(f"{site}/dumps/all.nq") > 0
