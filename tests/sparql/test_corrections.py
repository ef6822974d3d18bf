"""Where the store differs from the standard, the answer is the standard's, or a refusal."""

import itertools
import json
import random

import pyoxigraph as ox
import pytest

import corrected
from corrected import XSD
from samgraf.engine.local import LocalEngine
from samgraf.release.canonical import term_of
from samgraf.sparql import corrections, literals
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.syntax import parse


@pytest.fixture(scope="module")
def engine():
    store = ox.Store()
    store.update(f"INSERT DATA {{ {corrected.DATA} }}")
    return LocalEngine(store, {})


def rows(engine, query, **request):
    """Return the solutions of ``query``, sorted, each as a text like ``?x=1``."""
    body = engine.query(QueryRequest(query, **request)).serialize("application/sparql-results+json")
    document = json.loads(body)
    if "boolean" in document:
        return document["boolean"]
    return sorted(
        " ".join(f"?{name}={term_of(cell)}" for name, cell in sorted(row.items()))
        for row in document["results"]["bindings"]
    )


@pytest.mark.parametrize(("pattern", "found"), corrected.GRAPHS)
def test_graph_ranges_over_the_named_graphs_whatever_it_holds(engine, pattern, found):
    wanted = [f"?g=<urn:{g}> ?x={corrected.number(x)}" for g, xs in found.items() for x in xs]
    assert rows(engine, corrected.graphs(pattern)) == sorted(wanted)


def test_graph_around_minus_compares_within_each_graph(engine):
    # no variable in common, hence nothing is taken away: section 18.5, Minus
    query = "SELECT ?x { GRAPH ?g { ?x <urn:p> <urn:b> MINUS { ?y <urn:p> <urn:b> } } }"
    assert rows(engine, query) == ["?x=<urn:a>"]


def test_graph_ranges_over_the_dataset_of_the_request(engine):
    query = "SELECT ?g { GRAPH ?g { VALUES ?x { 1 } } }"
    asked = {"default_graphs": (), "named_graphs": ("urn:g2", "urn:empty")}
    assert rows(engine, query, **asked) == ["?g=<urn:empty>", "?g=<urn:g2>"]
    assert rows(engine, query, default_graphs=("urn:g1",), named_graphs=()) == []


def test_a_graph_that_is_not_there_has_no_solution(engine):
    assert rows(engine, "ASK { GRAPH <urn:none> { VALUES ?x { 1 } } }") is False
    assert rows(engine, "ASK { GRAPH <urn:none> { SELECT (COUNT(*) AS ?n) {} } }") is False
    assert rows(engine, "ASK { GRAPH <urn:g1> { VALUES ?x { 1 } } }") is True


def test_labels_of_blank_nodes_go_together_with_graphs(engine):
    query = "SELECT ?g ?x { GRAPH ?g { _:b <urn:p> ?x MINUS { _:c <urn:q> ?x } } }"
    assert len(rows(engine, query)) == 3


def test_a_query_that_would_become_too_long_is_refused(engine):
    inner = "VALUES ?x { 1 }"
    for n in range(25):
        inner = f"GRAPH ?g{n} {{ {inner} }} BIND({n} AS ?y{n})"
    with pytest.raises(RefusedQueryError, match=r"section 18\.6"):
        engine.query(QueryRequest(f"SELECT * {{ {inner} }}"))


@pytest.mark.parametrize(("query", "found"), corrected.PATHS)
def test_a_path_over_no_step_finds_its_end_wherever_that_stands(engine, query, found):
    assert rows(engine, query) == found


@pytest.mark.parametrize("query", corrected.BLANK_PATHS)
def test_a_path_to_a_blank_node_is_refused_with_the_section(engine, query):
    with pytest.raises(RefusedQueryError, match=r"section 18\.4"):
        engine.query(QueryRequest(query))


@pytest.fixture(scope="module")
def choices():
    store = ox.Store()
    store.update(f"INSERT DATA {{ {corrected.CHOICE_DATA} }}")
    return LocalEngine(store, {"": "urn:"})


@pytest.mark.parametrize(("pattern", "count"), corrected.CHOICES)
def test_what_several_paths_find_is_found_as_often(choices, pattern, count):
    assert rows(choices, corrected.choice(pattern)) == [f"?n={corrected.number(count)}"]


@pytest.mark.parametrize(("query", "is_counted"), corrected.COUNTED)
def test_paths_are_parted_only_where_each_solution_counts(query, is_counted):
    read = parse(query, {"": "urn:"})
    assert (corrections.corrected(read, tuple).text != read.text) is is_counted


def test_paths_without_end_are_walked_before_what_stands_beside_them():
    read = parse("SELECT ?y ?z { ?y :r ?z . :a (:p|:q)/:r* ?y }", {"": "urn:"})
    written = corrections.corrected(read, tuple).text
    assert "{ SELECT ?y { { :a :p / :r* ?y } UNION { :a :q / :r* ?y } } }" in written
    read = parse("SELECT ?y ?z { GRAPH ?g { ?y :r ?z . :a (:p|:q)/:r* ?y } }", {"": "urn:"})
    assert "{ SELECT" not in corrections.corrected(read, tuple).text


def test_labels_of_what_is_constructed_are_none_of_the_pattern(choices):
    query = "CONSTRUCT { _:x :r ?y } WHERE { _:x :p|:q ?y . _:x :q 1 }"
    answer = choices.query(QueryRequest(query)).serialize("application/n-triples")
    assert answer.count(b"<urn:r>") == 2  # a node for each solution


def test_a_choice_of_too_many_paths_is_refused(choices):
    steps = "/".join(["(:p|:q)"] * 7)
    with pytest.raises(RefusedQueryError, match=r"more than 64 paths.*section 18\.4"):
        rows(choices, f"SELECT ?x {{ ?x {steps} ?y }}")
    assert rows(choices, f"ASK {{ ?x {steps} ?y }}") is False
    assert rows(choices, f"ASK {{ ?x ({steps})+ ?y }}") is False


@pytest.mark.parametrize(("expression", "value"), corrected.CONCATS)
def test_group_concat_joins_the_texts_of_terms(engine, expression, value):
    assert rows(engine, corrected.concat(expression)) == [f"?v={value}"]


def test_group_concat_tells_terms_apart_before_they_are_texts(engine):
    query = 'SELECT (GROUP_CONCAT(DISTINCT ?x) AS ?v) { VALUES ?x { "a"@en "a"@nb "a"@en } }'
    assert rows(engine, query) == ['?v="a a"']


@pytest.mark.parametrize(("pattern", "found"), corrected.IDLE)
def test_minus_takes_nothing_away_where_no_variable_is_shared(engine, pattern, found):
    assert rows(engine, f"SELECT ?s {{ {pattern} }}") == found


@pytest.mark.parametrize(("behind", "found"), corrected.SAMPLED)
def test_what_is_not_grouped_by_is_some_value_of_the_group(engine, behind, found):
    asked = f"{corrected.GROUPS_OF} {behind}"
    assert rows(engine, asked) == [f"?a={corrected.number(found)}"]
    assert rows(engine, f"SELECT * {{ {{ {asked} }} }}") == [f"?a={corrected.number(found)}"]


@pytest.mark.parametrize(("query", "found"), corrected.NESTED)
def test_groups_and_descriptions_need_no_select(engine, query, found):
    if isinstance(found, bool):
        assert rows(engine, query) is found
        return
    asked = parse(query, {})
    graphs = (asked.default_graphs or None, asked.named_graphs or None)
    answer = engine.query(QueryRequest(query, *graphs)).serialize("application/n-triples")
    assert answer.decode().splitlines() == found


def test_bnode_with_a_text_is_refused_with_the_section(engine):
    with pytest.raises(RefusedQueryError, match=r"17\.4\.2\.9"):
        engine.query(QueryRequest('SELECT (BNODE("x") AS ?b) {}'))
    assert len(rows(engine, "SELECT (BNODE() AS ?b) {}")) == 1


def test_patterns_that_are_known_only_when_evaluated_are_read_alike(engine):
    query = r"""SELECT (REGEX(?t, ?p) AS ?m) (REPLACE(?t, ?p, ?r) AS ?n)
      { VALUES (?t ?p ?r) { ("a€b"@en "\\w" "<$0>") } }"""
    assert rows(engine, query) == [
        '?m="true"^^<http://www.w3.org/2001/XMLSchema#boolean> ?n="<a><€><b>"@en'
    ]


@pytest.mark.parametrize("pattern", ["(b", "x{,2}", r"\\z"])
def test_a_pattern_of_the_data_that_is_none_is_an_error_of_its_row(engine, pattern):
    query = f'SELECT ?m {{ VALUES ?p {{ "{pattern}" }} BIND(REGEX("b", ?p) AS ?m) }}'
    assert rows(engine, query) == [""]


def test_a_pattern_of_the_data_that_cannot_be_evaluated_refuses_the_query(engine):
    query = r'SELECT ?m { VALUES ?p { "(ab)\\1" } BIND(REGEX("abab", ?p) AS ?m) }'
    with pytest.raises(RefusedQueryError, match=r"section 7\.6\.1"):
        rows(engine, query)


def test_calls_within_calls_are_all_corrected(engine):
    query = 'SELECT (REGEX(REPLACE("abc", "b", REPLACE("d", "d", "e")), "^aec$") AS ?r) {}'
    assert rows(engine, query) == ['?r="true"^^<http://www.w3.org/2001/XMLSchema#boolean>']


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { ?x a <urn:c> ; <urn:p> ?y FILTER(?y > 1) }",
        "PREFIX ex: <urn:>\nSELECT * { ?x ex:p ?y }",
        "SELECT (COUNT(*) AS ?n) { { select * { ?x ?p ?y } } }",
        "SELECT ?x { ?x <urn:p> ?y . ?y <urn:true> ?z } GROUP BY ?x HAVING (COUNT(?y) > 1)",
        "SELECT (COUNT( DISTINCT ?x ) AS ?n) (COUNT(*) AS ?m) { ?x ?p ?y }",
    ],
)
def test_other_queries_are_not_touched(query):
    assert corrections.plain_unless_mixed(parse(query, {})) == ()


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("?a<?b", "COALESCE(?a < ?b, <urn:samgraf:function:lt>(?a, ?b))"),
        ("?a >= false", "COALESCE(?a >= false, <urn:samgraf:function:ge>(?a, false))"),
        ("(?a = 1) < (?b)", "COALESCE((?a = 1) < (?b), <urn:samgraf:function:lt>((?a = 1), (?b)))"),
        *((text, text) for text in ("?a+1 < ?b", "?a < ?b - 1", "-?a < ?b", "?a = ?b")),
        *((text, text) for text in ("2 * ?b > ?a", "(?a + 1) < (?b)", "?a < STRLEN(?b)")),
        *((text, text) for text in ("?a < 5", "?a >= '2020-01-01'^^xsd:date", "YEAR(?a) > ?b")),
        *((text, text) for text in ("?b < '2020'^^xsd:gYear", "?a < (?b - 1)", "'a' < ?b")),
    ],
)
def test_only_what_may_be_two_truth_values_is_compared_as_such(written, sent):
    query = parse(f"{XSD} ASK {{ FILTER({written}) }}", {})
    assert corrections.corrected(query, tuple).text == f"{XSD} ASK {{ FILTER({sent}) }}"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("SELECT ?a ?b ?a { ?a ?p ?b }", "SELECT ?a ?b  { ?a ?p ?b }"),
        ("DESCRIBE ?a ?b ?a { ?a ?p ?b }", "DESCRIBE ?a ?b  { ?a ?p ?b }"),
    ],
)
def test_a_variable_that_is_chosen_twice_is_sent_once(written, sent):
    assert corrections.corrected(parse(written, {}), tuple).text == sent


@pytest.mark.parametrize(("less", "greater"), corrected.TRUTHS)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("(", ")")])
def test_truth_values_are_compared_however_they_are_made(engine, less, greater, before, after):
    if not before and any(sign in less for sign in ("=", "&&", " IN ")):
        before, after = "(", ")"  # which bind no closer than the comparison
    one, other = f"{before}{less}{after}", f"{before}{greater}{after}"
    assert rows(engine, corrected.truth(one, other)) is True


@pytest.mark.parametrize("condition", corrected.CONDITIONS)
def test_a_condition_is_judged_by_its_form_and_length(engine, condition):
    # https://www.w3.org/TR/sparql11-query/#ebv
    truth = '"{}"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    right = {f"?v={truth.format(v)} ?worth={truth.format(v)}" for v in ("true", "false")}
    assert set(rows(engine, corrected.condition(condition))) == right


def test_only_a_condition_that_may_be_any_term_is_judged():
    for condition in ("?a = ?b", "BOUND(?a) && !EXISTS {}", "(?a + 1) || STR(?b)", "!(?a IN (?b))"):
        query = f"ASK {{ FILTER({condition}) }}"
        assert corrections.plain_unless_mixed(parse(query, {})) == ()


@pytest.mark.parametrize("query", corrected.MISREAD)
def test_what_is_ill_formed_and_would_be_a_value_is_refused(engine, query):
    assert corrections.plain_unless_mixed(parse(f"{XSD} {query}", {})) is None
    with pytest.raises(RefusedQueryError, match=r"no value of its type .*section 3"):
        rows(engine, f"{XSD} {query}")


def test_a_number_within_the_range_of_its_type_is_answered(engine):
    data = """"-128"^^xsd:byte "0"^^xsd:nonPositiveInteger "x"^^xsd:byte
      "18446744073709551615"^^xsd:unsignedLong"""
    query = f"""{XSD} SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {data} }}
      FILTER(STRDT(STR(?x), DATATYPE(?x)) = ?x) }}"""
    assert rows(engine, query) == [f"?n={corrected.number(4)}"]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("?a * 1.5", "COALESCE(?a * 1.5, <P>(?a, 1.5))"),
        ("?a/?b*-?c", "<P>(COALESCE(?a / ?b, <Q>(?a, ?b)), -?c)"),
        ("100*?a / ?b", "COALESCE(100 * ?a / ?b, <Q>(100 * ?a, ?b))"),
        ("(?a+1)/0.5", "COALESCE((?a+1) / 0.5, <Q>((?a+1), 0.5))"),
        ("(EXISTS {})/0.5", "<Q>((EXISTS {}), 0.5)"),
        ("1 + 2.5*?a*?b/3", "1 + <P>(COALESCE(2.5 * ?a, <P>(2.5, ?a)), ?b) / 3"),
        ("(?a*?b)*(?c)", "<P>((COALESCE(?a * ?b, <P>(?a, ?b))), (?c))"),
        *((text, text) for text in ("?a * 100", "100 * ?a / 2", "?a / 4", "-2*?a")),
    ],
)
def test_only_a_product_that_may_have_more_decimals_is_made_anew(written, sent):
    query = parse(f"SELECT ({written} AS ?x) {{}}", {})
    text = sent.replace("P>", "urn:samgraf:function:product>")
    text = text.replace("Q>", "urn:samgraf:function:quotient>")
    assert corrections.corrected(query, tuple).text == f"SELECT ({text} AS ?x) {{}}"


def test_products_are_those_of_the_store():
    chance, store = random.Random(7), ox.Store()  # noqa: S311
    odd = {"integer": ["-1", "922337203"], "decimal": ["0.5", "12.25"]}
    odd |= {key: ["INF", "-INF", "NaN", "-0", "3.4e38", "1e-40"] for key in ("float", "double")}
    numbers = [
        ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}"))
        for name, texts in odd.items()
        for text in (*texts, str(chance.randint(-9999, 9999)), "0")
    ]
    by_sign = {"*": literals.product, "/": literals.quotient}
    for left, right, sign in itertools.product(numbers, numbers, by_sign):
        if sign == "*" or right.datatype.value.rpartition("#")[2] != "decimal":
            (found,) = store.query(f"SELECT ({left} {sign} {right} AS ?x) {{}}")
            made = by_sign[sign](left, right)
            (same,) = store.query(f"SELECT ({made} AS ?x) {{}}") if made else [{"x": None}]
            assert same["x"] == found["x"], (left, right)
    assert literals.product(ox.Literal(2**62), ox.Literal(2)) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "?s ?p ?v",
        "?s :mixed ?v",
        "?s :mixed|:mixed ?v",
        "{ ?s :mixed ?v } UNION { ?s :whole ?v }",
        "?s :mixed ?w BIND(?w AS ?v)",
    ],
)
@pytest.mark.parametrize("by", ["?v", "DESC(?v)", "(COALESCE(?v, 1))"])
def test_numbers_are_in_order_among_other_values(pattern, by):
    # compared as texts with texts, they would go in rings: 9 < 10 < "5" < 9
    chance, store = random.Random(8), ox.Store()  # noqa: S311
    for number in range(300):
        texts = (
            str(chance.randint(0, 200)),
            f'"{chance.randint(0, 200)}"',
            f"<urn:x{number}>",
            "true",
        )
        value = chance.choice(texts)
        store.update(f"INSERT DATA {{ <urn:{number}> <urn:mixed> {value} ; <urn:whole> 5 }}")
    engine = LocalEngine(store, {"": "urn:"})
    query = QueryRequest(f"SELECT ?v {{ {pattern} }} ORDER BY {by}")
    found = json.loads(engine.query(query).serialize("application/sparql-results+json"))
    values = [row["v"] for row in found["results"]["bindings"]]
    numbers = [int(v["value"]) for v in values if v.get("datatype", "").endswith("integer")]
    assert len(values) >= 300
    assert numbers == sorted(numbers, reverse=by.startswith("DESC"))
    iris = [number for number, v in enumerate(values) if v["type"] == "uri"]
    assert len(iris) == max(iris) - min(iris) + 1


def typed(text, name):
    return ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}"))


def ordered(values, by):
    """Return ``values``, of one property, as a query orders them."""
    store = ox.Store()
    for number, value in enumerate(values):
        store.add(ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode("urn:p"), value))
    query = QueryRequest(f"{XSD} SELECT ?v {{ ?s <urn:p> ?v }} ORDER BY {by}")
    answer = LocalEngine(store, {}).query(query).serialize("application/sparql-results+json")
    return [row["v"]["value"] for row in json.loads(answer)["results"]["bindings"]]


@pytest.mark.parametrize("by", ["?v", "COALESCE(?v, 1)", "xsd:dateTime(?v)", "(xsd:dateTime(?v))"])
def test_times_with_and_without_a_zone_are_in_order(by):
    # of two, neither is less where they are nearer than 14 hours: the store's order went in rings,
    # which ended its process
    chance = random.Random(9)  # noqa: S311
    zones = {"": 0, "Z": 0, "+14:00": 14, "-14:00": -14}
    hours, values = {}, []
    for _ in range(400):
        day, hour, zone = chance.randint(1, 3), chance.randint(0, 23), chance.choice([*zones])
        values.append(typed(f"2020-01-0{day}T{hour:02}:00:00{zone}", "dateTime"))
        hours[values[-1].value] = day * 24 + hour - zones[zone]
    found = [hours[text] for text in ordered(values, by)]
    assert found == sorted(found)


def test_the_least_and_the_greatest_are_the_first_and_the_last_in_order():
    chance = random.Random(12)  # noqa: S311
    texts = ("9", "'10'", "10.5", "8e0", "'9'@en", "<urn:x>", "true", "'2020-01-01'^^xsd:date")
    store = ox.Store()
    for text in texts:
        store.update(f"{XSD} INSERT DATA {{ <urn:s> <urn:p> {text} }}")
    engine = LocalEngine(store, {})
    for _ in range(30):
        some = ", ".join(chance.sample(texts, chance.randint(1, 4)))
        pattern = f"<urn:s> <urn:p> ?v FILTER(?v IN ({some}))"
        for name, way in (("MIN", "ASC"), ("MAX", "DESC")):
            query = f"{XSD} SELECT ?v {{ {pattern} }} ORDER BY {way}(?v) LIMIT 1"
            found = rows(engine, f"{XSD} SELECT ({name}(?v) AS ?v1) {{ {pattern} }}")
            assert found == [row.replace("?v=", "?v1=") for row in rows(engine, query)]


def test_whole_numbers_are_read_where_all_are():
    found = literals.integers([ox.Literal(-3), ox.Literal(10)])
    assert found == {-3: ox.Literal(-3), 10: ox.Literal(10)}
    for other in (typed("9" * 20, "integer"), typed("1_0", "integer"), ox.Literal(1.5)):
        assert literals.integers([ox.Literal(1), other]) is None


def test_the_least_of_values_of_one_kind_is_the_store_s():
    for text in ("SELECT (MIN(?v) AS ?x) { ?s <urn:p> ?v }", "SELECT (MAX(1 + ?v) AS ?x) {}"):
        query = parse(text, {})
        assert corrections.corrected(query, tuple, lambda _: False).text == text


@pytest.mark.parametrize("values", ["", "1", "UNDEF", "1 UNDEF", "UNDEF 1 2", "2 1 2"])
@pytest.mark.parametrize("name", ["MIN", "MAX"])
def test_values_that_are_missing_count_as_in_the_store(engine, name, values):
    query = f"SELECT ({name}({{}}) AS ?v) {{{{ VALUES ?x {{{{ {values} }}}} }}}}"
    assert rows(engine, query.format("?x")) == rows(engine, query.format("?x + 0"))


def test_durations_of_months_and_days_are_in_order():
    chance = random.Random(10)  # noqa: S311
    values = [
        typed(
            chance.choice(("P{}M", "P{}D", "-P{}D", "P1Y{}D", "PT{}H")).format(n % 50), "duration"
        )
        for n in range(400)
    ]
    found = ordered(values, "?v")
    assert found == sorted(
        found, key=lambda text: float(literals.length(typed(text, "duration")).value)
    )
    assert found.index("P1M") < found.index("P32D") < found.index("P2M")


@pytest.mark.parametrize("name", ["date", "time", "gDay", "gMonthDay"])
def test_what_is_ill_formed_is_ordered_apart(name):
    chance = random.Random(11)  # noqa: S311
    forms = {"date": "2020-01-{}", "time": "{}:00:00", "gDay": "---{}", "gMonthDay": "--01-{}"}
    values = []
    for _ in range(400):
        text = forms[name].format(f"{chance.randint(1, 23):02}")
        values.append(typed(text + chance.choice(("", "Z", "+14:00", "-14:00", "?")), name))
    found = [text.endswith("?") for text in ordered(values, "?v")]
    assert found == sorted(found, reverse=not found[-1])


def test_values_of_one_property_and_type_are_ordered_as_they_are():
    query = "SELECT ?s ?v { ?s <urn:p> ?v . ?v a ?t } ORDER BY ?s DESC(?t) ?v"
    found = corrections.plain_unless_mixed(parse(query.replace("a ?t", "<urn:q> ?t"), {}))
    assert found == ("urn:q", "urn:p")
    assert corrections.plain_unless_mixed(parse(f"{query} ?x", {})) is None
    assert corrections.corrected(parse(query, {}), tuple, lambda _: False).text == query


@pytest.mark.parametrize(
    ("chosen", "order", "is_plain"),
    [
        ("COUNT(?v)", "DESC(?n)", True),
        ("COUNT(?v)", "((?n)) ?n", True),
        ("STR(SAMPLE(?v))", "?n", True),
        ("SAMPLE(?v)", "?n", False),
        ("MAX(?v)", "DESC(?n)", False),
        ("<urn:f>(COUNT(?v))", "?n", False),
        ("COUNT(?v)", "?m", False),
        ("COUNT(?v)", "?n COALESCE(?n)", False),
    ],
)
def test_what_is_computed_and_of_one_kind_is_ordered_as_it_is(chosen, order, is_plain):
    query = f"SELECT ({chosen} AS ?n) {{ ?s ?p ?v }} ORDER BY {order}"
    assert (corrections.plain_unless_mixed(parse(query, {})) == ()) is is_plain


@pytest.mark.parametrize(("number", "decimal"), corrected.DECIMALS)
def test_a_cast_gives_the_nearest_decimal(engine, number, decimal):
    value = f'"{decimal}"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    found = rows(engine, corrected.decimal(number))
    assert found == ([""] if decimal is None else [f"?d={value}"])


class Patterns:
    """Random groups over a few nodes and properties."""

    def __init__(self, seed):
        self.random = random.Random(seed)  # noqa: S311

    def group(self, depth):
        elements = [self.element(depth) for _ in range(self.random.randint(1, 3))]
        return f"{{ {' '.join(elements)} }}"

    def element(self, depth):
        kind = self.random.random() if depth else 0
        if kind < 0.5:
            return f"{self.term()} {self.path()} {self.term()} ."
        inner = self.group(depth - 1)
        return self.random.choice(
            [
                f"OPTIONAL {inner}",
                f"{inner} UNION {self.group(depth - 1)}",
                f"MINUS {inner}",
                "VALUES ?a { <urn:n0> <urn:n9> }",
                f"FILTER EXISTS {inner}",
                f"FILTER NOT EXISTS {inner}",
                f"{{ SELECT ?a WHERE {inner} }}",
                f"GRAPH ?h {inner}",
            ]
        )

    def term(self):
        return self.random.choice(["?a", "?b", "?c", "<urn:n0>", "<urn:n1>", "<urn:n9>"])

    def path(self):
        p, q = (f"<urn:p{self.random.randint(0, 2)}>" for _ in range(2))
        return self.random.choice([p, q, "?v", f"{p}*", f"{p}?", f"({p}|{q}*)", f"{p}/{q}"])


@pytest.mark.parametrize(
    "count", [300, pytest.param(6_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_what_is_left_as_it_is_equals_what_is_written_out(monkeypatch, count):
    """A pattern that the store evaluates at once gives what it gives graph by graph."""
    patterns, store = Patterns(count), ox.Store()
    for graph in range(4):
        for _ in range(patterns.random.randint(0, 7)):
            s, o = (ox.NamedNode(f"urn:n{patterns.random.randint(0, 4)}") for _ in range(2))
            p = ox.NamedNode(f"urn:p{patterns.random.randint(0, 2)}")
            store.add(ox.Quad(s, p, o, ox.NamedNode(f"urn:g{graph}")))
    store.add_graph(ox.NamedNode("urn:empty"))
    engine, settled = LocalEngine(store, {}), corrections.is_settled
    queries = [f"SELECT * {{ GRAPH ?g {patterns.group(2)} }}" for _ in range(count)]
    at_once = [rows(engine, query) for query in queries]
    monkeypatch.setattr(corrections, "is_settled", lambda p: p.iri is not None and settled(p))
    for query, found in zip(queries, at_once, strict=True):
        assert rows(engine, query) == found, query


@pytest.mark.parametrize("query", corrected.LABELS)
def test_a_label_in_what_is_written_several_times_is_refused_by_its_name(engine, query):
    with pytest.raises(RefusedQueryError, match="blank node _:b stands in EXISTS"):
        engine.query(QueryRequest(query))
    assert engine.query(QueryRequest(query.replace("_:b", "?b"))) is not None
