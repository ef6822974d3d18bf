"""No spelling of SERVICE reaches another endpoint, and the word elsewhere does no harm."""

import socket
import threading

import pytest

from hostile.calls import CALLS
from samgraf.engine.local import LocalEngine
from samgraf.errors import SamgrafError
from samgraf.release import open_release
from samgraf.settings import Settings
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Service
from samgraf.sparql.syntax import may_call, parse

PREFIXES = {"ex": "http://e/"}
HARMLESS = {
    "string": 'SELECT ("SERVICE <http://x/> {}" AS ?x) {}',
    "long string": "SELECT ('''a SERVICE <http://x/> { } b''' AS ?x) {}",
    "comment": "SELECT * { ?s ?p ?o } # SERVICE <http://x/> { }",
    "IRI": "SELECT * { ?s <http://e/SERVICE> ?o }",
    "IRI with a fragment": "SELECT * { ?s <http://e#SERVICE> ?o }",
    "prefix": "PREFIX service: <http://e/> SELECT * { ?s service:a service:b }",
    "upper-case prefix": "PREFIX SERVICE: <http://e/> SELECT * { ?s SERVICE:a ?o }",
    "local name": "SELECT * { ?s ex:service ?o . ?o ex:SERVICE ?x }",
    "variable": "SELECT ?service { ?service ?SERVICE ?o }",
    "language tag": 'SELECT * { ?s ?p "x"@en-service }',
    "graph name": "PREFIX service: <http://e/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "dataset": "PREFIX service: <http://e/> SELECT * FROM service:g { ?s ?p ?o }",
    "typed literal in an expression": (
        "SELECT * { ?s ?p ?o FILTER(datatype(?o) = <http://www.w3.org/2001/XMLSchema#integer>) }"
    ),
    "IRI compared with less-than": "SELECT * { ?s ?p ?o FILTER(?o<<http://e#x>) }",
    "row of values": 'SELECT * { VALUES (?x ?y) { ("a" <http://e#b>) (1 <http://e/it\'s>) } }',
    "collection": "SELECT * { ?s ?p (<http://e#a> <http://e#b>) }",
}


class Listener:
    """Count the connections that reach a port of this machine."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.connections = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.socket.close()


@pytest.fixture(scope="session")
def engine(release_dir):
    return LocalEngine(open_release(release_dir), PREFIXES)


@pytest.fixture(scope="module")
def service(engine):
    manifest = {"release": "0" * 64, "base": "http://e/", "prefixes": PREFIXES}
    return Service(engine, manifest, Settings())


def answer(engine, text):
    result = engine.query(QueryRequest(query=text))
    graph = result.kind.value == "graph"
    return result.serialize("text/turtle" if graph else "application/sparql-results+json")


def asked(service, engine, query):
    prepared = service.prepare(Operation(query=query), None, html=False)
    if prepared.query.services:
        service.wait(service.answer(prepared))
    else:
        answer(engine, prepared.request.query)


@pytest.mark.parametrize("name", CALLS)
def test_no_call_reaches_another_endpoint(name, service, engine, listener):
    """Do what the endpoint does: read, refuse SERVICE, else evaluate all of it."""
    query = CALLS[name].replace("@U", listener.address)
    with pytest.raises((SamgrafError, ProblemError)):
        asked(service, engine, query)
    assert listener.connections == 0


@pytest.mark.parametrize("name", [n for n in CALLS if not n.startswith("hidden")])
def test_every_open_call_is_found_in_a_text_that_is_not_parsed(name):
    assert may_call(CALLS[name])


def test_listener_would_see_a_call(engine, listener):
    query = CALLS["plain"].replace("@U", listener.address)
    with pytest.raises(SamgrafError):
        answer(engine, query)
    assert listener.connections == 1


@pytest.mark.parametrize("name", HARMLESS)
def test_the_word_elsewhere_is_no_call(name, engine):
    assert not may_call(HARMLESS[name])
    query = parse(HARMLESS[name], PREFIXES, "http://e/")
    assert query.services == ()
    assert answer(engine, query.text) == answer(engine, HARMLESS[name])
