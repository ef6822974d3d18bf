"""The parser takes what SPARQL takes, refuses what it refuses, and knows what stands where."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpu_time import cpu_time
from samgraf.errors import SamgrafError
from samgraf.sparql.errors import QuerySyntaxError, RefusedQueryError
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.syntax import form_of, names_in, parse
from samgraf.sparql.syntax.nodes import services_of
from samgraf.sparql.tokens import significant

ROOT = Path(__file__).parents[2]
for folder in ("conformance", "federation"):
    sys.path.append(str(ROOT / "tests" / folder))
from generated import query as random_query  # noqa: E402
from suites import ABSENT, EVALUATION, NEGATIVE, POSITIVE, UPDATES, read_tests, suite  # noqa: E402

SUITE = suite("sparql11")
TESTS = read_tests(SUITE) if SUITE else []
OURS = sorted(p for p in (ROOT / "ontology").rglob("*.rq"))
BASE = "https://example.org/"
KNOWN = {"": "http://e.example/", "ex": "http://e.example/"}


def fault_of(text: str, base: str = BASE) -> str | None:
    """Return why the parser refuses ``text``, None where it takes it."""
    try:
        parse(text, base=base)
    except SamgrafError as error:
        return str(error)
    return None


# the standard's own tests


@pytest.mark.skipif(SUITE is None, reason=ABSENT)
@pytest.mark.parametrize(
    "test", [t for t in TESTS if t.kind in (*EVALUATION, *POSITIVE)], ids=lambda t: t.id
)
def test_every_query_of_the_standard_is_read(test):
    assert fault_of(test.query.read_text("utf-8"), test.query.as_uri()) is None


@pytest.mark.skipif(SUITE is None, reason=ABSENT)
@pytest.mark.parametrize("test", [t for t in TESTS if t.kind in NEGATIVE], ids=lambda t: t.id)
def test_everything_that_the_standard_forbids_is_refused(test):
    assert fault_of(test.query.read_text("utf-8"), test.query.as_uri()) is not None


@pytest.mark.skipif(SUITE is None, reason=ABSENT)
def test_every_update_of_the_standard_is_refused():
    requests = {t.query for t in TESTS if t.kind in UPDATES and t.query.suffix == ".ru"}
    assert len(requests) > 50
    taken = [r.name for r in requests if fault_of(r.read_text("utf-8")) is None]
    assert taken == []


# queries as they come


@pytest.mark.parametrize("file", OURS, ids=lambda f: f.stem)
def test_queries_of_the_content_are_read(file):
    text = re.sub(r"\$\w+", "<http://e.example/bound>", file.read_text("utf-8"))
    named = {t.text.partition(":")[0] for t in significant(text) if t.kind == "name"}
    parse(text, dict.fromkeys(named, "http://e.example/"), "http://e.example/")


@pytest.mark.parametrize("seed", range(0, 600, 100))
def test_text_with_a_word_too_many_or_too_few_is_judged_as_the_store_judges_it(seed):
    for number in range(seed, seed + 100):
        judge_spoilt(Random(number))  # noqa: S311


def judge_spoilt(chance: Random) -> None:
    """Compare both judgements of a query in which one word was left out, doubled or moved."""
    tokens = [t.text for t in significant(random_query(chance))]
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
    # stand away from its number, which the grammar does not
    text = " ".join(spoilt).replace(" (", "(").replace("VALUES(", "VALUES (")
    text = re.sub(r"([+-]) (?=[0-9])", r"\1", text)
    # the store would ask the partner: for the grammar, a graph stands where it does
    local = re.sub(r"\bSERVICE( SILENT)?\b", "GRAPH", text)
    try:
        ox.Store().query(local, base_iri=BASE)
        error = None
    except SyntaxError as caught:
        error = str(caught)
    except (RuntimeError, ValueError):
        error = None  # a query, which cannot be evaluated
    ours = fault_of(text)
    # a variable that is chosen twice is no fault
    is_twice = ours is None and "Duplicated variable name" in (error or "")
    assert is_twice or (error is None) == (ours is None), (text, error, ours)


TAKEN = [
    "ASK { ?s ?p '''a 'b' \n c''' , \"\\t\"@en--ltr , -5, +1.5e3, true }",
    "ASK { ?s ex:p+5 , <x> }",
    "ASK { ?s ^ex:p*/(ex:q|!(ex:r|^a))? ?x }",
    "ASK { ?s !() ?o }",
    "ASK { ?a ?b ?c {| ?d ?e |} . << ?a ?b ?c ~ ex:r >> ?d <<( ?a ?b ?c )>> }",
    "SELECT (TRIPLE(ex:a, ex:b, ?x) AS ?t) (isTRIPLE(?x) AS ?u) { VALUES ?x { <<( ex:a a 1 )>> } }",
    "ASK { FILTER(?a<?b&&?c>?d) }",
    "ASK { FILTER(?a<?b&&?c>=?d) }",
    "ASK { FILTER(?o<<http://e#x>) }",
    "ASK { FILTER(!!?a = - -1) }",
    "ASK { ?s ?p ?o LATERAL { ?o ?q ?z } BIND(ADJUST(NOW(), 'PT1H') AS ?x) }",
    "VERSION '1.2' ASK {}",
    "SELECT (COUNT(*) AS ?n) (?n + 1 AS ?m) {}",
    "SELECT ?x (SUM(?y) / COUNT(?y) AS ?z) { ?x ?p ?y } GROUP BY ?x HAVING (SUM(?y) > 1)",
    "SELECT (ex:agg(DISTINCT ?x) AS ?y) { ?x ?p ?o }",
    "CONSTRUCT { _:a ?p ?o } FROM <g> WHERE { _:a ?p ?o } LIMIT 1 OFFSET 2",
    "ASK { _:who ?p ?o FILTER(?o > 1) _:who ?q ?r }",
    "DESCRIBE * { ?x ?y ?z }",
    "DESCRIBE ex:a ?x FROM <g>",
    "\\u0041SK { ?s ex:\\u0041 '\\U0001F600' }",
]


@pytest.mark.parametrize("text", TAKEN)
def test_what_is_seldom_written_is_read(text):
    parse(text, KNOWN, BASE)


REFUSED = [
    # text, line, column, words of the message
    ("", 1, 1, "it is empty"),
    ("SELECT * WHERE { ?a ?b }", 1, 24, "'}' is not expected here: a variable, an IRI or a value"),
    ("SELECT *\nWHERE { ?a ?b ?c", 2, 17, "ends while 1 of its brackets are open"),
    ("SELECT * { SERVICE { } }", 1, 20, "'{' is not expected here: an IRI"),
    ("SELECT * { SERVICE no:one { } }", 1, 20, "the prefix no: is not declared"),
    ("SELECT * {\n  FILTR(?a) }", 2, 3, "did you mean FILTER?"),
    ("SELECT * { FILTER ?a }", 1, 19, "in parentheses or a function"),
    ("SELECT * { FILTER(LENGTH(?a)) }", 1, 19, "no function of SPARQL is named LENGTH"),
    ("SELECT * { FILTER(STRLEN(?a, ?b)) }", 1, 25, "takes 1 arguments, not 2"),
    ("SELECT { }", 1, 8, "a variable or *"),
    ("SELECT * { } LIMIT -1", 1, 20, "a whole number"),
    ("ASK { } }", 1, 9, "the query should end here"),
    ("SELECT * { VALUES (?a ?b) { (1) } }", 1, 29, "has 1 values, and VALUES names 2"),
    ('ASK { ?s ?p "open }', 1, 13, "is not closed on its line"),
    ("ASK { ?s ?p <http://e/a b> }", 1, 13, "opens no IRI here"),
    ("ASK { ?s ?p '\\q' }", 1, 14, "is no escape"),
    ("ASK { ?s ?p '\\uD800' }", 1, 14, "names no character"),
    ("ASK { FILTER(?a & ?b) }", 1, 17, "did you mean &&?"),
    ("ASK { FILTER(?a = ?b = ?c) }", 1, 22, "cannot be compared again"),
    ("ASK { FILTER(?a <b#c> ?d) }", 1, 17, "write a space behind it"),
    ("ASK { FILTER(COUNT(?a) > 1) }", 1, 13, "SELECT, HAVING and ORDER BY alone"),
    ("SELECT (MAX(COUNT(?a)) AS ?b) {}", 1, 13, "cannot stand within another"),
    ("SELECT (SUM(1 + ABS(MIN(?a))) AS ?b) {}", 1, 21, "section 19.8"),
    ("SELECT (<f:f>(DISTINCT AVG(?a)) AS ?b) {}", 1, 24, "in a sub-select"),
    ("SELECT (COUNT(<f:f>(DISTINCT ?a)) AS ?b) {}", 1, 21, "in a sub-select"),
    ("ASK { ?x ?y ?z BIND(1 AS ?x) }", 1, 26, "BIND needs a new name"),
    ("SELECT (1 AS ?x) { ?x ?y ?z }", 1, 14, "AS needs a new name"),
    ("SELECT ?x (1 AS ?x) { }", 1, 17, "chosen twice"),
    ("SELECT ?x { ?x ?y ?z } GROUP BY ?y", 1, 8, "?x is neither grouped by nor aggregated"),
    ("SELECT * { ?x ?y ?z } GROUP BY ?y", 1, 8, "* does not go with groups"),
    ("ASK { _:a ?p ?o . { _:a ?q ?r } }", 1, 21, "stands in another pattern too"),
    ("ASK FROM <http://[::1> { }", 1, 10, "no absolute IRI"),
    ("PREFIX x: <http://[::1> ASK { }", None, None, None),
    ("BASE <http://[::1> ASK { <a> ?p ?o }", None, None, None),
    ("ASK FROM <http://e/%zz port> { }", 1, 10, "opens no IRI"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), REFUSED)
def test_error_names_the_place_and_the_cause(text, line, column, message):
    if message is None:  # never used, or left to the store: it must not fail otherwise
        fault_of(text)
        return
    with pytest.raises(QuerySyntaxError, match=re.escape(message)) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "\n" not in str(caught.value)


def test_error_shows_the_line_with_a_caret_below_the_place():
    with pytest.raises(QuerySyntaxError) as caught:
        parse("SELECT *\n{\t?s ?p }\n# end")
    assert caught.value.excerpt == "{ ?s ?p }\n" + " " * 8 + "^"
    with pytest.raises(QuerySyntaxError) as caught:
        parse("ASK { ?s ?p " + "'a', " * 5_000 + "}")
    line, caret = caught.value.excerpt.split("\n")
    assert len(line) <= 120
    assert line[len(caret) - 1] == "}"


@pytest.mark.parametrize("update", ["INSERT DATA { }", "PREFIX a: <b> load <http://127.0.0.1/>"])
def test_update_is_refused_by_name(update):
    with pytest.raises(RefusedQueryError, match="SPARQL Update"):
        parse(update)


# what the tree tells


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", QueryKind.SOLUTIONS),
        ("BASE <http://e/> PREFIX a: <b> # c\nask {}", QueryKind.BOOLEAN),
        ("prefix : <http://e/> CONSTRUCT {} WHERE {}", QueryKind.GRAPH),
        ("DESCRIBE <a>", QueryKind.GRAPH),
    ],
)
def test_form_of_the_query(text, kind):
    assert parse(text).kind is kind


def test_form_is_known_of_a_text_with_places_to_fill():
    assert form_of("# SELECT\nPREFIX a: <b> construct { ?s ?p ?o } { ?s ?p ?o } LIMIT $n") == (
        "CONSTRUCT"
    )
    assert form_of("hello") == form_of("") == form_of("LOAD <a>") == ""


def test_prologue_resolves_relative_namespaces():
    text = "BASE <http://e/x/> PREFIX a: <b#> PREFIX c: <../d\\u0023> SELECT * {}"
    assert parse(text).prefixes == {"a": "http://e/x/b#", "c": "http://e/d#"}


def test_dataset_clause_is_resolved():
    text = """PREFIX g: <http://g/> SELECT (COUNT(*) AS ?n)
        FROM <x> FROM g:a FROM NAMED <http://n/> FROM NAMED g:b\\.c { }"""
    found = parse(text, base=BASE)
    assert found.default_graphs == (BASE + "x", "http://g/a")
    assert found.named_graphs == ("http://n/", "http://g/b.c")
    assert parse("ASK FROM p:a {}", {"p": "http://p/"}).default_graphs == ("http://p/a",)


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("SELECT (NOW() AS ?t) {}", True),
        ("SELECT * {} ORDER BY rand()", True),
        ("SELECT (bnode() AS ?b) {}", True),
        ("SELECT ?now { ?now ?p 'RAND()' }", False),
        ("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { _:a ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p [] FILTER(?o > 1) }", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", False),
    ],
)
def test_volatile_queries_are_known(text, volatile):
    assert parse(text).volatile is volatile


def test_names_are_told_with_what_they_mean():
    text = "PREFIX a: <http://a/> ASK { a:b <c> '<d>' ; e:f $g } # <h>"
    assert [iri for _, iri in names_in(text, {"e": "http://e/"}, BASE)] == [
        "http://a/b", BASE + "c", "http://e/f",
    ]  # fmt: skip


def test_text_is_read_without_comments_and_keeps_its_places():
    text = "ASK { # SERVICE <http://x/>\n ?s <a#b> '# c' } # \\u000A SERVICE <http://y/> {}"
    with pytest.raises(QuerySyntaxError):
        parse(text)  # a line that ends within the comment is a line that ends
    text = text.replace("\\u000A", "")
    query = parse(text)
    assert "SERVICE" not in query.text
    assert len(query.text) == len(text)
    assert query.text[query.select.where.start : query.select.where.end].endswith("'# c' }")
    assert query.normal() == "ASK { ?s <a#b> '# c' }"


def test_services_are_found_in_every_place():
    text = """PREFIX : <http://e.example/>
    SELECT ?a (EXISTS { SERVICE :1 {} } AS ?x) WHERE {
      SERVICE :2 {} OPTIONAL { SERVICE :3 {} } MINUS { SERVICE :4 {} } GRAPH ?g { SERVICE :5 {} }
      { SERVICE :6 {} } UNION
      { { SELECT ?b { SERVICE :7 {} } ORDER BY (EXISTS { SERVICE :8 {} }) } }
      FILTER(1 = 1 && NOT EXISTS { SERVICE :9 {} }) BIND(EXISTS { SERVICE :10 {} } AS ?y)
    } ORDER BY (EXISTS { SERVICE :11 {} })"""
    query = parse(text)
    names = {f":{number}" for number in range(1, 12)}
    assert {service.name for service in services_of(query.select)} == names
    assert {service.name for service in query.services} == names
    places = [service.start for service in query.services]
    assert places == sorted(places)


# bounds

PATTERN, ROW = "?a ?b ?c . ", '(<http://e/a> "b"@en 1) '
#: What is bounded: a text that counts one, its frame, how many may be, and how a refusal names it.
BOUNDED = {
    "triple patterns": (PATTERN, "SELECT * { @ }", 300, "triple patterns"),
    "objects": ("?c, ", "SELECT * { ?a ?b @ ?c }", 299, "triple patterns"),
    "predicates": ("; ?b ?c ", "SELECT * { ?a ?b ?c @ }", 299, "triple patterns"),
    "template": (PATTERN, "CONSTRUCT { @ } WHERE { }", 300, "triple patterns"),
    "blank nodes": ("[ ?a ?b ] ?c 1 . ", "ASK { @ }", 150, "triple patterns"),
    "collection": ("?x ", "ASK { ?a ?b (@) }", 149, "triple patterns"),
    "unions": ("{} UNION ", "ASK { @ {} }", 1999, "operators"),
    "optionals": ("OPTIONAL {} ", "ASK { @ }", 2000, "operators"),
    "path steps": ("ex:a/", "ASK { ?a @ ex:b ?c }", 2000, "operators"),
    "or": ("?a || ", "ASK { FILTER(@ ?a) }", 1999, "operators"),
    "sums": ("1 + ", "SELECT (@ 1 AS ?x) {}", 1999, "operators"),
    "arguments": ("?a, ", "SELECT (CONCAT(@ ?a) AS ?x) {}", 1998, "operators"),
    "members": ("1, ", "ASK { FILTER(?a IN (@ 1)) }", 1998, "operators"),
    "values": ("<http://e/a> ", "ASK { VALUES ?x { @ } }", 10_000, "terms in VALUES"),
    "rows": (ROW, "ASK { VALUES (?x ?y ?z) { @ } }", 3333, "terms in VALUES"),
    "typed": ("'1'^^<http://e/t> ", "ASK {} VALUES ?x { @ }", 10_000, "terms in VALUES"),
    "tokens": ("?a ", "DESCRIBE @", 59_999, "words and signs"),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_amount_is_bounded(name):
    one, frame, bound, words = BOUNDED[name]
    parse(frame.replace("@", one * bound), KNOWN)
    with pytest.raises(RefusedQueryError, match=words):
        parse(frame.replace("@", one * (bound + 1)), KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        f"PREFIX p: <http://e/{'a' * 20_000}> ASK {{ VALUES ?x {{ {'p:a ' * 9_000} }} }}",
        f"BASE <http://e/{'a' * 20_000}> ASK {'FROM <x> ' * 900} {{ }}",
        "BASE <http://e/> " + "BASE <a/> " * 20_000 + " ASK {}",
    ],
)
def test_long_iri_that_is_named_often_costs_no_more_than_a_bound(text):
    began = time.process_time()
    fault_of(text)
    assert time.process_time() - began < 2


#: Texts that a reader could read again from each place: what is repeated, and its frame.
HARD = {
    "base": ("BASE <a/> ", "BASE <http://e/> @ ASK {}"),
    "prefix": ("PREFIX a: <b/> ", "BASE <http://e/> @ ASK {}"),
    "brackets": ("{", "ASK @"),
    "closed brackets": ("{} ", "ASK { @ }"),
    "path": ("(ex:a|^ex:b)/", "ASK { ?s @ ex:b ?o }"),
    "quotes": ('"', "ASK { ?s ?p @"),
    "long quotes": ('"""a ', "ASK { ?s ?p @"),
    "less than": ("?a<?b&&?c>?d || ", "ASK { FILTER(@ 1) }"),
    "unfinished iri": ("?a<?b&&", "ASK { FILTER(@ 1) }"),
    "escapes": ("\\u0041", "ASK { ?s ?p '@' }"),
    "comments": ("# c\n", "ASK { @ }"),
    "errors": ("% ", "ASK { @ }"),
    "columns": ("?a ", "DESCRIBE @"),
    "groups": ("{?a ?b ?c} UNION ", "ASK { @ {} }"),
    "misspelt": ("FILTR ", "ASK { @ }"),
    "one word": ("A", "@"),
    "signs": ("!", "ASK { FILTER(@ 1) }"),
    "dots": ("a.", "ASK { @ }"),
}


@pytest.mark.parametrize("name", HARD)
def test_work_grows_in_step_with_the_text(name):
    one, frame = HARD[name]

    def seconds(length: int) -> float:
        text = frame.replace("@", one * (length // len(one)))
        return min(cpu_time(lambda: fault_of(text)) for _ in range(3))

    # eight times the text may take some eight times the work, but not 64 times
    assert seconds(80_000) < 24 * seconds(10_000) + 0.05


@pytest.mark.parametrize(
    "nested",
    [
        lambda n: "(" * n + "1" + ")" * n,
        lambda n: "(!" * (n // 2) + "true" + ")" * (n // 2),
        lambda n: "EXISTS { FILTER(" * (n // 2) + "true" + ") }" * (n // 2),
        lambda n: "COALESCE(" * n + "1" + ")" * n,
    ],
)
def test_depth_that_the_guard_lets_through_is_read(nested):
    parse(f"SELECT * {{ FILTER({nested(62)}) }}")
    parse("SELECT * " + "{ OPTIONAL " * 63 + "{}" + "}" * 63)
    parse("SELECT * { " + "{ SELECT * " * 62 + "{}" + "}" * 63)


_SOUP = """{ } ( ) [ ] . ; , ?a <b> :c 'd' 1 SELECT * SERVICE SILENT OPTIONAL FILTER EXISTS BIND AS
    VALUES UNION + GRAPH MINUS WHERE GROUP BY LIMIT a ^ | / ! = < << >> <<( )>> {| |} ~ COUNT IN NOT
    _:a @en ^^ BASE \0"""
SOUP = tuple(_SOUP.split())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(SOUP), min_size=1, max_size=60).map(" ".join),
    st.sampled_from(("", "SELECT * {", "ASK { SERVICE <x> {", "ASK { FILTER(")),
)
def test_any_text_is_a_query_or_a_fault_with_a_place(words, frame):
    text = frame + words
    try:
        parse(text, KNOWN, BASE)
    except QuerySyntaxError as error:
        place = (error.line, error.column)
    except RefusedQueryError:
        return
    else:
        return
    assert place[0] == 1
    assert 1 <= place[1] <= len(text) + 1
