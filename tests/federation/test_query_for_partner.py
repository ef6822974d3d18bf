"""What a partner is sent is written anew from what was parsed: nothing of the text goes along."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from in_process import World

from samgraf.federation.plan import calls_of
from samgraf.federation.rewriting import for_partner
from samgraf.sparql.errors import QuerySyntaxError, RefusedQueryError
from samgraf.sparql.syntax import parse

BASE = "http://e.example/"
CASES = [
    "?s ?p 1 , -1 , +2.5 , 1e3",
    "?s a <rel> ; <p> 'it''s' FILTER(?o<5 && ?o>-1)".replace("''", "\\'"),
    '?s <p> """a "quoted" \n text""" , "tab\\t" , "\\u00e6" , \'\\U0001F600\'',
    "?s <p>/^<q>*|!(<r>|^<s>)+ ?o",
    "?s <p> 'x'@en , 'y'^^<http://www.w3.org/2001/XMLSchema#token> , true , _:b , [] , ( 1 2 )",
    "{ SELECT ?s (COUNT(*) - 1 AS ?n) { ?s ex:p\\-q ?o } GROUP BY ?s HAVING(COUNT(*)>1) LIMIT 5 }",
    "?s ?p ?o BIND(?o+1 AS ?x) BIND(?o - 1 AS ?y) FILTER REGEX(STR(?s), '^a\\\\.b$')",
    "VALUES (?s ?o) { (<a> UNDEF) ('b' 2) } ?s ?p ?o",
    "?s ?p ?o MINUS { ?s <q> ?o } OPTIONAL { GRAPH ?g { ?s ?q ?r } } FILTER(?s!=?o)",
    "?s <p> ?a , ?b FILTER(?a<?b&&?b>?a)",
    "?s ?p ?o FILTER NOT EXISTS { ?o ?q ?s # a comment }\n }",
]


def sent(pattern: str, prologue: str = "PREFIX ex: <http://e.example/x/> ") -> str:
    query = parse(f"{prologue}SELECT * {{ SERVICE <{BASE}it> {{ {pattern} }} }}", base=BASE)
    (call,) = calls_of(query)
    return for_partner(query, call.service, call.variables, (), ())


def decoded(text: str) -> str:
    """Return ``text`` as an engine has it that decodes escapes before it reads anything."""
    pattern = r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
    return re.sub(pattern, lambda found: chr(int(found[1] or found[2], 16)), text)


@pytest.mark.parametrize("pattern", CASES)
def test_what_is_sent_means_the_same(pattern):
    store = ox.Store()
    whole = f"PREFIX ex: <http://e.example/x/> SELECT * {{ {pattern} }}"
    for subject in ("a", "rel", "b"):
        for value in (ox.Literal(3), ox.Literal("it's"), ox.NamedNode(BASE + "a")):
            store.add(ox.Quad(ox.NamedNode(BASE + subject), ox.NamedNode(BASE + "p"), value))
    text = sent(pattern)
    assert "#" not in re.sub(r"<[^>]*>|\"[^\"]*\"", "", text)
    first, second = store.query(whole, base_iri=BASE), store.query(text)
    names = {v.value for v in first.variables}
    assert names == {v.value for v in second.variables}
    rows = [sorted(str([s[n] for n in sorted(names)]) for s in r) for r in (first, second)]
    assert rows[0] == rows[1]


SMUGGLED = [
    "?s ?p ?o # \\u000A SERVICE <http://169.254.169.254/> { ?a ?b ?c }\n",
    '?s ?p "\\\\u0022 . SERVICE <http://169.254.169.254/> { ?a ?b ?c } ?s ?p \\\\u0022"',
    '?s ?p """\\u0022\\u0022\\u0022 . } SERVICE <http://169.254.169.254/> { ?a ?b ?c"""',
    "?s ?p '\\u0027 . SERVICE <http://169.254.169.254/> { ?a ?b ?c } ?s ?p \\u0027'",
    "?s ?p '\\\\\\\\u005C' , ' SERVICE <http://169.254.169.254/> { ?a ?b ?c } '",
    "?s ?p '\\\\u000A SERVICE <http://169.254.169.254/> {} '",
]


@pytest.mark.parametrize("pattern", SMUGGLED)
def test_no_reader_finds_a_service_in_what_is_sent(pattern):
    """What another reader may find in it is refused, or written so that none finds it."""
    try:
        text = sent(pattern)
    except (QuerySyntaxError, RefusedQueryError):
        return
    for read in (text, decoded(text), decoded(decoded(text))):
        # with the end of a line in it, a string is an error to all readers, which is well
        outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', read, flags=re.DOTALL)
        assert "SERVICE" not in outside, read


@pytest.mark.parametrize(
    "prologue",
    [
        r"PREFIX p: <http://e/\u003E\u0020\u007BSERVICE\u0020\u003Chttp://169.254.169.254/\u003E> ",
        r"PREFIX p: <http://e/\u007B\u0022> ",
    ],
)
def test_an_iri_that_is_none_is_refused(prologue):
    with pytest.raises((QuerySyntaxError, RefusedQueryError)):
        sent("?s p:x ?o", prologue)


def test_there_is_no_prologue_and_only_whole_iris():
    text = sent("?s ex:p <../q> ; <\\u0061> 1", "BASE <http://b.example/c/d> PREFIX ex: <x/> ")
    assert text == (
        "SELECT ?s WHERE { ?s <http://b.example/c/x/p> <http://b.example/q> ; "
        "<http://b.example/c/a> 1 }"
    )


def test_the_partner_of_a_whole_query_gets_no_word_of_it():
    world = World("@prefix : <http://e.example/> . :a :key '1' .", {"x": "<u:s> <u:p> '1' ."})
    world.federated(
        "PREFIX : <http://e.example/> SELECT * { ?s :key ?k "
        "SERVICE <http://x.example/sparql> { ?r <u:p> ?k # \\u0022\n } }"
    )
    ((_, text),) = world.client.asked
    assert text == 'SELECT ?r ?k WHERE { VALUES (?k) { ("1") } { ?r <u:p> ?k } }'
