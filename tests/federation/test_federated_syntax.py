"""The parser of federated queries takes what SPARQL 1.1 takes, and knows what stands where."""

from __future__ import annotations

import os
import re
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from generated import query, seeds
from hypothesis import given, settings

from samgraf.federation.plan import calls_of
from samgraf.federation.scope import certain, in_scope
from samgraf.sparql.evaluation import QuerySyntaxError
from samgraf.sparql.syntax import parse
from samgraf.sparql.syntax.nodes import services_of
from samgraf.sparql.tokens import significant

ROOT = Path(__file__).parents[2]
SUITE = Path(os.environ.get("SAMGRAF_SUITES", ROOT.parent / "shared" / "suites")) / "sparql11"
ABSENT = "the W3C test suites are not beside this checkout (SAMGRAF_SUITES names another place)"
OURS = sorted((ROOT / "ontology").rglob("*.rq"))
#: What the standard forbids beside its grammar, in the words of the store: it rules on these, since
#: what is between braces stays where it was.
BEYOND_GRAMMAR = (
    "The SELECT contains a variable that is unbound",
    "Duplicated variable name",
    "overrides an existing variable",
    "BIND is overriding",
    "not in scope",
    "unicode",
    "hexadecimal",
)
#: The same variable selected twice: the store rules on that, but in a group it only wonders.
TWICE = re.compile(r"SELECT(?: DISTINCT| REDUCED)?(?: \?\w+)*? (\?\w+)(?: \?\w+)* ?\1\b")


def store_error(text: str, base: str) -> str | None:
    """Return why the store finds no query in ``text``, or nothing where it finds one."""
    try:
        ox.Store().query(text, base_iri=base)
    except SyntaxError as error:
        return str(error)
    except (OSError, RuntimeError, ValueError):
        return None  # a query, which cannot be evaluated
    return None


def our_error(text: str, base: str) -> str | None:
    """Return why our parser finds no query in ``text``, or nothing where it finds one."""
    try:
        parse(text, base=base)
    except QuerySyntaxError as error:
        return str(error)
    return None


@pytest.mark.skipif(not SUITE.is_dir(), reason=ABSENT)
def test_parser_takes_what_the_store_takes_of_the_whole_standard_suite():
    files = sorted(SUITE.rglob("*.rq"))
    assert len(files) > 300
    taken = 0
    for file in files:
        text = file.read_text("utf-8")
        error = store_error(text, file.as_uri())
        ours = our_error(text, file.as_uri())
        taken += ours is None
        assert ours is None or error is not None, f"{file.name}: {ours}"
        beyond = (
            "syn-bad-0",
            "syn-invalid",
            "syntax-BINDscope",
            "syntax-SELECTscope",
            "agg",
            "group0",
        )
        assert ours or error is None or file.name.startswith(beyond), f"{file.name}: {error}"
    assert taken > 300


@pytest.mark.parametrize("file", OURS, ids=lambda f: f.stem)
def test_parser_takes_the_queries_of_the_content(file):
    text = re.sub(r"\$\w+", "<http://e.example/bound>", file.read_text("utf-8"))
    named = {t.text.partition(":")[0] for t in significant(text) if t.kind.value == "name"}
    parse(text, dict.fromkeys(named, "http://e.example/"), "http://e.example/")


@pytest.mark.parametrize("seed", range(0, 1000, 100))
def test_text_with_a_word_too_many_or_too_few_is_judged_as_the_store_judges_it(seed):
    # the store is more lenient than the grammar in ways of its own: the texts are always the same
    for number in range(seed, seed + 100):
        judge_spoilt(Random(number))  # noqa: S311


def judge_spoilt(chance: Random) -> None:
    """Compare both judgements of a query in which one word was left out, doubled or moved."""
    tokens = [t.text for t in significant(query(chance))]
    at = chance.randrange(6, len(tokens))
    spoilt = chance.choice(
        (
            tokens[:at] + tokens[at + 1 :],
            [*tokens[:at], tokens[at], *tokens[at:]],
            [*tokens[:at], chance.choice(tokens), *tokens[at:]],
            [*tokens[: at - 1], tokens[at], tokens[at - 1], *tokens[at + 1 :]],
        )
    )
    # the store wants the parenthesis right behind some names and away from others, and lets a sign
    # stand away from its number and negates twice, which the grammar does not
    text = " ".join(spoilt).replace(" (", "(").replace("VALUES(", "VALUES (")
    text = re.sub(r"([+-]) (?=[0-9])", r"\1", text).replace("! !", "!")
    error, ours = store_error(text, "http://e.example/"), our_error(text, "http://e.example/")
    if ours is None:
        beyond = TWICE.search(text) or any(words in (error or "") for words in BEYOND_GRAMMAR)
        assert error is None or beyond, (text, error)
    else:
        assert error is not None, (text, ours)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("SELECT * WHERE { ?a ?b }", 1, 24, "a term is missing"),
        ("SELECT *\nWHERE { ?a ?b ?c", 2, 17, "a pattern or } is missing"),
        ("SELECT * { SERVICE { } }", 1, 20, "an IRI is missing"),
        ("SELECT * { SERVICE no:one { } }", 1, 20, "the prefix no: is not declared"),
        ("SELECT * { FILTER ?a }", 1, 19, "in parentheses or a function"),
        ("SELECT * { FILTER(STRLEN(?a, ?b)) }", 1, 32, "another number of arguments"),
        ("SELECT { }", 1, 8, "a variable or * is missing"),
        ("INSERT DATA { }", 1, 1, "SELECT, ASK, CONSTRUCT or DESCRIBE is missing"),
        ("SELECT * { } LIMIT -1", 1, 20, "a whole number is missing"),
        ("ASK { } }", 1, 9, "the query should end here"),
        ("SELECT * { VALUES (?a ?b) { (1) } }", 1, 31, "a value is missing"),
    ],
)
def test_error_names_the_place_and_what_is_missing(text, line, column, message):
    with pytest.raises(QuerySyntaxError, match=message.replace("*", r"\*")) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "nested",
    [
        lambda n: "(" * n + "1" + ")" * n,
        lambda n: "!" * 1 + "(!" * n + "true" + ")" * n,
        lambda n: "EXISTS { FILTER(" * (n // 2) + "true" + ") }" * (n // 2),
        lambda n: "COALESCE(" * n + "1" + ")" * n,
    ],
)
def test_depth_that_the_guard_lets_through_is_read(nested):
    parse(f"SELECT * {{ FILTER({nested(62)}) }}")
    parse("SELECT * " + "{ OPTIONAL " * 63 + "{}" + "}" * 63)
    parse("SELECT * { " + "{ SELECT * " * 63 + "{}" + "}" * 64)


@pytest.mark.parametrize(
    ("group", "scope", "sure"),
    [
        ("{ ?a :p ?b }", "a b", "a b"),
        ("{ ?a :p [ :q ?b ; :r (?c 1) ] }", "a b c", "a b c"),
        ("{ ?a :p ?b OPTIONAL { ?b :p ?c } }", "a b c", "a b"),
        ("{ { ?a :p ?b } UNION { ?a :q ?c } }", "a b c", "a"),
        ("{ ?a :p ?b MINUS { ?b :p ?c } }", "a b", "a b"),
        ("{ ?a :p ?b FILTER EXISTS { ?b :p ?c } }", "a b", "a b"),
        ("{ ?a :p ?b BIND(1 AS ?c) }", "a b c", "a b"),
        ("{ VALUES (?a ?b) { (1 UNDEF) (2 3) } }", "a b", "a"),
        ("{ GRAPH ?g { ?a :p ?b } }", "g a b", "g a b"),
        ("{ SERVICE SILENT :x { ?a :p ?b } }", "a b", ""),
        ("{ SERVICE ?x { ?a :p ?b } }", "x a b", "x a b"),
        ("{ SELECT ?a { ?a :p ?b } }", "a", "a"),
        ("{ SELECT ?a (1 AS ?c) ?d { ?a :p ?b } }", "a c d", "a"),
        ("{ SELECT ?a (COUNT(*) AS ?n) { ?a :p ?b } GROUP BY ?a }", "a n", "a"),
        ("{ SELECT (MAX(?b) AS ?n) { ?a :p ?b } }", "n", ""),
        ("{ SELECT * { ?a :p ?b } VALUES ?c { 1 } }", "a b c", "a b c"),
        ("{ ?a :p+/^:q ?b }", "a b", "a b"),
        ("{ }", "", ""),
    ],
)
def test_scope_and_certainty_are_those_of_the_standard(group, scope, sure):
    parsed = parse(f"PREFIX : <http://e.example/> SELECT * WHERE {group}").select.where
    assert in_scope(parsed) == tuple(scope.split())
    assert certain(parsed) == frozenset(sure.split())


@pytest.mark.parametrize(
    ("condition", "steady"),
    [
        ("xsd:integer(?b) = 1", True),
        ("geof:distance(?a, ?b, ?b) < 1", True),
        ("bif:rnd(?b) = 1", False),
        ("RAND() < ?b", False),
        ("NOT EXISTS { ?a :q ?c FILTER(bif:rnd(?c) = 1) }", False),
    ],
)
def test_what_may_answer_differently_each_time_is_known(condition, steady):
    text = f"""PREFIX : <http://e.example/> PREFIX bif: <http://store.example/>
      PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
      PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
      ASK {{ SERVICE :x {{ ?a :p ?b FILTER({condition}) }} }}"""
    (call,) = calls_of(parse(text))
    assert call.steady is steady


def test_services_are_found_in_every_place():
    text = """PREFIX : <http://e.example/>
    SELECT ?a (EXISTS { SERVICE :1 {} } AS ?x) WHERE {
      SERVICE :2 {} OPTIONAL { SERVICE :3 {} } MINUS { SERVICE :4 {} } GRAPH ?g { SERVICE :5 {} }
      { SERVICE :6 {} } UNION
      { { SELECT ?b { SERVICE :7 {} } ORDER BY (EXISTS { SERVICE :8 {} }) } }
      FILTER(1 = 1 && NOT EXISTS { SERVICE :9 {} }) BIND(EXISTS { SERVICE :10 {} } AS ?y)
    } HAVING (EXISTS { SERVICE :11 {} })"""
    names = {service.name for service in services_of(parse(text).select)}
    assert names == {f":{number}" for number in range(1, 12)}


SOUP = ("{", "}", "(", ")", "[", "]", ".", ";", ",", "?a", "<b>", ":c", "'d'", "1", "SELECT", "*")
SOUP += ("SERVICE", "SILENT", "OPTIONAL", "FILTER", "EXISTS", "BIND", "AS", "VALUES", "UNION", "+")
SOUP += ("GRAPH", "MINUS", "WHERE", "GROUP", "BY", "LIMIT", "a", "^", "|", "/", "!", "=", "<", "\0")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(seeds())
def test_any_text_is_a_query_or_a_fault_with_a_place(chance: Random):
    words = chance.choices(SOUP, k=chance.randint(1, 60))
    text = chance.choice(("", "SELECT * {", "ASK { SERVICE <x> {")) + " ".join(words)
    try:
        parse(text, {"": "http://e.example/"}, "http://e.example/")
    except QuerySyntaxError as error:
        place = error
    else:
        return
    assert place.line == 1
    assert 1 <= place.column <= len(text) + 1
