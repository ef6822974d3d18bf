import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile.calls import CALLS
from samgraf.engine.local import LocalEngine
from samgraf.errors import SamgrafError
from samgraf.release import open_release
from samgraf.sparql import guard as module
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.guard import (
    MAX_DEPTH,
    MAX_OPERATORS,
    MAX_PATTERNS,
    MAX_VALUES,
    RefusedQueryError,
    TooLongQueryError,
    guard,
)

LIMIT = 100_000
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
    with pytest.raises(RefusedQueryError, match=r"levels of brackets .* limit is 64"):
        guard("ASK " + opening * (levels + 1) + closing * (levels + 1), LIMIT)


def test_brackets_in_strings_and_comments_do_not_nest():
    guard('ASK { ?s ?p "' + "{" * 500 + '" } # ' + "(" * 500, LIMIT)


@pytest.mark.parametrize("sign", ["!", "- ", "+ ", "!-"])
def test_signs_that_act_on_signs_nest(sign):
    guard(f"SELECT ({sign * 30}1 AS ?x) {{}}", LIMIT)
    with pytest.raises(RefusedQueryError, match="limit is 64"):
        guard(f"SELECT ({sign * 64}1 AS ?x) {{}}", LIMIT)


def test_signs_and_brackets_nest_together():
    with pytest.raises(RefusedQueryError, match=r"has 65 levels"):
        guard(f"SELECT ({'!(' * 32}1{')' * 32} AS ?x) {{}}", LIMIT)


PATTERN, ROW = "?a ?b ?c . ", '(<http://e/a> "b"@en 1) '
#: What is bounded: a text that counts one, its frame, the bound, and how the refusal names it.
BOUNDED = {
    "triple patterns": (PATTERN, "SELECT * { @ }", MAX_PATTERNS, "triple patterns"),
    "objects": ("?c, ", "SELECT * { ?a ?b @ ?c }", MAX_PATTERNS - 1, "triple patterns"),
    "predicates": ("; ?b ?c ", "SELECT * { ?a ?b ?c @ }", MAX_PATTERNS - 1, "triple patterns"),
    "template": (PATTERN, "CONSTRUCT { @ } WHERE { }", MAX_PATTERNS, "triple patterns"),
    "blank nodes": ("[ ?a ?b ] . ", "ASK { @ }", MAX_PATTERNS // 2, "triple patterns"),
    "collection": ("?x ", "ASK { ?a ?b (@) }", MAX_PATTERNS // 2 - 1, "triple patterns"),
    "unions": ("{} UNION ", "ASK { @ {} }", MAX_OPERATORS - 1, "operators"),
    "optionals": ("OPTIONAL {} ", "ASK { @ }", MAX_OPERATORS - 1, "operators"),
    "filters": ("FILTER(?a) ", "ASK { @ }", MAX_OPERATORS - 1, "operators"),
    "binds": ("BIND(1 AS ?x) ", "ASK { @ }", MAX_OPERATORS - 1, "operators"),
    "columns": ("(1 AS ?x) ", "SELECT @ {}", MAX_OPERATORS - 1, "operators"),
    "path steps": ("ex:a/", "ASK { ?a @ ex:b ?c }", MAX_OPERATORS - 1, "operators"),
    "or": ("?a || ", "ASK { FILTER(@ ?a) }", MAX_OPERATORS - 2, "operators"),
    "sums": ("1 + ", "SELECT (@ 1 AS ?x) {}", MAX_OPERATORS - 2, "operators"),
    "arguments": ("?a, ", "SELECT (CONCAT(@ ?a) AS ?x) {}", MAX_OPERATORS - 3, "operators"),
    "members": ("1, ", "ASK { FILTER(?a IN (@ 1)) }", MAX_OPERATORS - 3, "operators"),
    "values": ("<http://e/a> ", "ASK { VALUES ?x { @ } }", MAX_VALUES, "terms in VALUES"),
    "rows": (ROW, "ASK { VALUES (?x ?y ?z) { @ } }", MAX_VALUES // 3, "terms in VALUES"),
    "typed": ("'1'^^<http://e/t> ", "ASK {} VALUES ?x { @ }", MAX_VALUES, "terms in VALUES"),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_amount_is_bounded(name):
    one, frame, bound, words = BOUNDED[name]
    guard(frame.replace("@", one * bound), 10 * LIMIT)
    with pytest.raises(RefusedQueryError, match=rf"has (at least )?\d+ {words}.* the limit is \d+"):
        guard(frame.replace("@", one * (bound + 1)), 10 * LIMIT)


def test_refusal_tells_how_many_there_were():
    with pytest.raises(RefusedQueryError, match="has 400 triple patterns; the limit is 300"):
        guard("ASK { " + PATTERN * 400 + "}", LIMIT)


def test_rows_of_values_are_no_operators():
    guard("ASK { VALUES (?x ?y ?z) { " + ROW * 1000 + "} ?x ?y ?z }", LIMIT)
    with pytest.raises(RefusedQueryError, match=r"at least .* terms in VALUES"):
        guard("ASK { VALUES (?x ?y ?z) { " + ROW * 100_000 + "} }", 100 * LIMIT)


def test_endless_text_is_refused_before_all_of_it_is_read():
    with pytest.raises(RefusedQueryError, match="words and signs"):
        guard("SELECT " + "?a " * 1_000_000, 100 * LIMIT)
    # one token, however long, is little work
    guard("ASK {} #" + "a" * 900_000, 10 * LIMIT)


def test_query_that_passed_is_remembered():
    query = "ASK { ?remembered ?p ?o }" + "#" * 5_000
    assert guard(query, LIMIT) is guard(query, LIMIT)
    # the bound on its length holds nonetheless
    with pytest.raises(TooLongQueryError):
        guard(query, 5)


def test_shape_that_passed_is_not_judged_again(monkeypatch):
    guard("SELECT ?first { <http://e/1> ex:p1 ?first . FILTER(?first = 'a' || ?first > 1) }", LIMIT)
    monkeypatch.setattr(module, "_judged", None)
    again = 'SELECT ?b { <http://e/2> ex:q ?b # other\n . FILTER(?b = "{ (" || ?b > 2.5) }'
    found = guard(again, LIMIT)
    assert found.text == again
    assert found.normal == (
        'SELECT ?b { <http://e/2> ex:q ?b . FILTER ( ?b = "{ (" || ?b > 2.5 ) }'
    )
    assert [t.text for t in found.tokens[:3]] == ["SELECT", "?b", "{"]


@pytest.mark.parametrize(
    "other",
    [
        "PREFIX ex: <http://e/2> SELECT ?x { ?x ex:p 1 }",  # another prologue
        "PREFIX ex: <http://e/> ASK { ?x ex:p 1 }",  # another word
        "PREFIX ex: <http://e/> SELECT ?x { ?x ex:p ?y }",  # another kind
        "PREFIX ex: <http://e/> SELECT ?x { ?x ex:p 1 , }",  # another mark
        "PREFIX ex: <http://e/> SELECT ?x { ?x ex:p 1 } # FROM",  # perhaps a dataset
    ],
)
def test_shapes_differ_in_all_that_is_judged_by(other):
    one = guard("PREFIX ex: <http://e/> SELECT ?x { ?x ex:p 1 }", LIMIT).shape
    assert guard("PREFIX ex: <http://e/> SELECT ?y { ?y ex:q 22 }", LIMIT).shape == one
    assert guard(other, LIMIT).shape != one


def test_dataset_is_part_of_the_shape():
    shapes = {guard(f"ASK FROM <http://e/{n}> {{}}", LIMIT).shape for n in range(3)}
    shapes |= {guard(f"ASK {{}} FROM <http://e/{n}>", LIMIT).shape for n in range(3)}
    assert len(shapes) == 6


def test_iri_of_a_known_shape_is_escaped_too():
    frame = "SELECT * {{ ?s ?p ?o FILTER(?o <{}> ?s) }}"
    assert guard(frame.format("a"), LIMIT).text == frame.format("a")
    assert guard(frame.format("b#c'd"), LIMIT).text == frame.format("b\\u0023c\\u0027d")


@given(st.text("?a<>#'\"{}()= .,;:1@", max_size=25))
def test_guarding_by_shape_and_by_text_agree(text):
    def told(guarding):
        try:
            found = guarding("SELECT ?a { " + text + " }")
        except RefusedQueryError as error:
            return str(error)
        return found.text, found.normal, found.tokens

    for _ in range(2):  # the second time the shape is known
        assert told(module._guard_by_shape) == told(module._guard)


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
