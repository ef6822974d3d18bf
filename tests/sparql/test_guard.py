import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.engine import QueryRequest
from samgraf.engine.local import LocalEngine
from samgraf.errors import SamgrafError
from samgraf.release import open_release
from samgraf.sparql.guard import MAX_DEPTH, RefusedQueryError, TooLongQueryError, guard

LIMIT = 100_000
BODY = "{ ?s ?p ?o }"

# each asks another endpoint, in a spelling that some parser reads so; @U is its address
CALLS = {
    "plain": f"SELECT * {{ SERVICE <@U> {BODY} }}",
    "lower case": f"SELECT * {{ service <@U> {BODY} }}",
    "mixed case": f"SELECT * {{ SeRvIcE <@U> {BODY} }}",
    "silent": f"SELECT * {{ SERVICE SILENT <@U> {BODY} }}",
    "variable": f"SELECT * {{ VALUES ?x {{ <@U> }} SERVICE ?x {BODY} }}",
    "variable, no space": f"SELECT * {{ VALUES ?x {{ <@U> }} SERVICE?x{BODY} }}",
    "no space": f"SELECT*{{SERVICE<@U>{BODY}}}",
    "comment between": f"SELECT * {{ SERVICE # <http://harmless/>\n <@U> {BODY} }}",
    "after a comment ended by CR": f"SELECT * {{ # harmless\rSERVICE <@U> {BODY} }}",
    "prefixed": f"PREFIX ex: <@U> SELECT * {{ SERVICE ex: {BODY} }}",
    "glued to a prefix": f"PREFIX : <@U> SELECT * {{ SERVICE:a {BODY} }}",
    "glued to a declared prefix": (
        f"PREFIX : <@U> PREFIX SERVICE: <http://x/> SELECT * {{ SERVICE:a {BODY} }}"
    ),
    "glued to a name": f"PREFIX ex: <@U> SELECT * {{ SERVICEex:a {BODY} }}",
    "silent glued to a name": f"PREFIX ex: <@U> SELECT * {{ SERVICESILENTex:a {BODY} }}",
    "silent behind the glued name": f"PREFIX : <@U> SELECT * {{ SERVICE: SILENT :a {BODY} }}",
    "glued to true": f"SELECT * {{ ?s ?p trueSERVICE<@U>{BODY} }}",
    "glued to a number": f"SELECT * {{ ?s ?p 1SERVICE <@U> {BODY} }}",
    "behind a number's point": f"SELECT * {{ ?s ?p 1.SERVICE <@U> {BODY} }}",
    "behind a name's points": f"SELECT * {{ ?s ?p ex:a.b.SERVICE<@U>{BODY} }}",
    "behind a blank node's points": f"SELECT * {{ ?s ?p _:a.b.SERVICE<@U>{BODY} }}",
    "in EXISTS": f"ASK {{ FILTER EXISTS {{ SERVICE <@U> {BODY} }} }}",
    "in a subquery": f"SELECT * {{ {{ SELECT * {{ SERVICE <@U> {BODY} }} }} }}",
    "in OPTIONAL": f"SELECT * {{ OPTIONAL {{ SERVICE <@U> {BODY} }} }}",
    "in CONSTRUCT": f"CONSTRUCT {BODY} WHERE {{ SERVICE <@U> {BODY} }}",
    "in DESCRIBE": f"DESCRIBE ?s WHERE {{ SERVICE <@U> {BODY} }}",
    "hidden by less-than and comment": (
        'SELECT * { { ?a ?p ?b FILTER(?a<#x> """\n?b) }'
        f' UNION {{ SERVICE <@U> {BODY} }} #"""\n}}'
    ),
    "hidden by less-than and quote": (
        f"SELECT * {{ {{ ?a ?p ?b FILTER(?a<'x>'||'y'='z') }} UNION {{SERVICE <@U> {BODY}}} #'\n}}"
    ),
    "hidden by a comment in an escaped IRI": (
        f"SELECT * {{ {{ ?a <http://e/\\u0070#x> ?b }} UNION {{ SERVICE <@U> {BODY} }} }}"
    ),
    "hidden by two less-than": (
        f"SELECT * {{ {{ ?a ?p ?b FILTER(?a<<http://e#x>) }} UNION {{ SERVICE <@U> {BODY} }} }}"
    ),
    "hidden by a quoted triple": (
        'SELECT * { { <<ex:a#x> """\n ex:p ex:o>> ?p ?o }'
        f' UNION {{ SERVICE <@U> {BODY} }} #"""\n}}'
    ),
}

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
    return LocalEngine(open_release(release_dir), {"ex": "http://e/"})


def ask_guarded(engine, query):
    """Do what the endpoint does: guard, then evaluate all of it."""
    result = engine.query(QueryRequest(query=guard(query, LIMIT).text))
    graph = result.kind.value == "graph"
    result.serialize("text/turtle" if graph else "application/sparql-results+json")


@pytest.mark.parametrize("name", CALLS)
def test_no_call_reaches_another_endpoint(name, engine, listener):
    query = CALLS[name].replace("@U", listener.address)
    with pytest.raises(SamgrafError):
        ask_guarded(engine, query)
    assert listener.connections == 0


def test_listener_would_see_a_call(engine, listener):
    query = CALLS["plain"].replace("@U", listener.address)
    with pytest.raises(SamgrafError):
        engine.query(QueryRequest(query=query)).serialize("application/sparql-results+json")
    assert listener.connections == 1


@pytest.mark.parametrize("name", [n for n in CALLS if not n.startswith("hidden")])
def test_open_call_is_refused_in_plain_words(name):
    with pytest.raises(RefusedQueryError, match="Federation is off here"):
        guard(CALLS[name], LIMIT)


@pytest.mark.parametrize("name", HARMLESS)
def test_the_word_elsewhere_passes(name, engine):
    ask_guarded(engine, HARMLESS[name])


@pytest.mark.parametrize("name", HARMLESS)
def test_escaping_keeps_the_meaning(name, engine):
    def answer(query):
        result = engine.query(QueryRequest(query=query))
        return result.serialize("application/sparql-results+json")

    assert answer(guard(HARMLESS[name], LIMIT).text) == answer(HARMLESS[name])


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://e/a> <http://e/b> 1 }",
        "DELETE DATA { <http://e/a> <http://e/b> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/x.ttl>",
        "LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://e/g>",
        "CLEAR ALL",
        "DROP GRAPH <http://e/g>",
        "CREATE GRAPH <http://e/g>",
        "COPY DEFAULT TO <http://e/g>",
        "MOVE DEFAULT TO <http://e/g>",
        "ADD DEFAULT TO <http://e/g>",
        "PREFIX e: <http://e/> insert data { e:a e:b 1 }",
        "# hello\nload <http://127.0.0.1/>",
    ],
)
def test_update_is_refused(update):
    with pytest.raises(RefusedQueryError, match="SPARQL Update"):
        guard(update, LIMIT)


@pytest.mark.parametrize("pair", ["{}", "()", "[]", ("<< ", " >>"), ("{(", ")}")])
def test_nesting_is_bounded(pair):
    opening, closing = pair
    levels = MAX_DEPTH // len(opening.strip().replace("<<", "<"))
    guard("ASK " + opening * levels + closing * levels, LIMIT)
    with pytest.raises(RefusedQueryError, match="64 deep"):
        guard("ASK " + opening * (levels + 1) + closing * (levels + 1), LIMIT)


def test_brackets_in_strings_and_comments_do_not_nest():
    guard('ASK { ?s ?p "' + "{" * 500 + '" } # ' + "(" * 500, LIMIT)


def test_brackets_side_by_side_do_not_nest():
    guard("ASK {" + "{}" * 500 + "}", LIMIT)


def test_length_is_counted_in_bytes():
    assert guard("#" + "å" * 4, 9).text
    with pytest.raises(TooLongQueryError, match="9 bytes"):
        guard("#" + "å" * 5, 9)


@given(st.text())
def test_any_text_passes_or_is_refused(text):
    try:
        read = guard(text, LIMIT)
    except RefusedQueryError:
        return
    assert [t.text for t in read.tokens if t.text not in text] == []
