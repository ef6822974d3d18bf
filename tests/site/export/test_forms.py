"""The engine of a copy answers as the service does, or refuses with a reason: never otherwise."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from random_queries import Queries

import corrected
from samgraf.engine.local import LocalEngine
from samgraf.errors import SamgrafError
from samgraf.site.export.engine import language_settings, length
from samgraf.site.static_files import manifest
from samgraf.sparql import literals
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.syntax import parse

HERE = Path(__file__).parent
FORMS = tomllib.loads((HERE / "forms.toml").read_text("utf-8"))
FAILING = tomllib.loads((HERE.parents[1] / "cases/failing.toml").read_text("utf-8"))["case"]
PREFIXES = {"ex": "urn:", "": "urn:", "xsd": "http://www.w3.org/2001/XMLSchema#"}
LINES = """
<urn:a> <urn:p> <urn:b> <urn:g1> .
<urn:c> <urn:p> <urn:d> <urn:g2> .
<urn:c> <urn:p> <urn:e> <urn:g2> .
<urn:a> <urn:v> "a" <urn:g1> .
<urn:a> <urn:v> "b"@en <urn:g1> .
<urn:a> <urn:v> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g1> .
<urn:a> <urn:v> <urn:x> <urn:g2> .
<urn:b> <urn:v> "x\\ry" <urn:g2> .
<urn:b> <urn:v> "x y\\u00A0z" <urn:g2> .
<urn:b> <urn:v> "ab" <urn:g2> .
"""
DATA = LINES + re.sub(r" <urn:g\d> \.", " .", LINES)
#: Things of which each property has values of one kind.
THINGS = "\n".join(
    f"""<urn:t{n}> <urn:label> "thing {n % 7}"@{("nb", "nn", "en")[n % 3]} .
<urn:t{n}> <urn:name> "n{n % 5}" .
<urn:t{n}> <urn:code> "0{n}" .
<urn:t{n}> <urn:n> "{n * 7 % 11}"^^<{corrected.DATATYPES}integer> .
<urn:t{n}> <urn:area> "{n}.{n * 3 % 10}5"^^<{corrected.DATATYPES}decimal> .
<urn:t{n}> <urn:day> "20{10 + n}-01-0{1 + n % 9}"^^<{corrected.DATATYPES}date> .
<urn:t{n}> <urn:year> "{2000 + n}"^^<{corrected.DATATYPES}gYear> .
<urn:t{n}> <urn:ok> "{("true", "false")[n % 2]}"^^<{corrected.DATATYPES}boolean> .
<urn:t{n}> <urn:next> <urn:t{(n + 1) % 12}> .
<urn:t{n}> <urn:alt> <urn:t{(n + 1 + n % 2) % 12}> .
<urn:t{n - n % 4}> <urn:note> "x"@en .
<urn:t{n - n % 3}> <urn:dur> "P{n - n % 3}M"^^<{corrected.DATATYPES}duration> ."""
    for n in range(12)
)
JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"
#: What the service refuses, since its engine cannot do it, and the standard allows.
NOT_OF_THE_SERVICE = {"SELECT (COUNT(*) AS ?n) (?n * 2 AS ?m) {}"}


def quads(data):
    """Return data of an update as N-Quads."""
    store = ox.Store()
    store.update(f"INSERT DATA {{ {data} }}")
    return "\n".join(f"{quad} ." for quad in store)


#: Queries by what they are to show, each with its data.
ASKED = {
    "answered": [(DATA, query) for query in FORMS["answered"]],
    "refused": [(DATA, query) for query in FORMS["refused"]],
    "ordinary": [(THINGS, query) for query in FORMS["ordinary"]],
    "odd": [(THINGS, query) for query in FORMS["odd"]],
    "corrected": [
        *((quads(data), query) for data, query in corrected.queries()),
        *((DATA, case["query"]) for case in FAILING),
    ],
}


def answers_of(asked):
    """Return what the engine in the browser makes of each query."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing; on Debian and Ubuntu: apt-get install nodejs")
    by_data = defaultdict(list)
    for data, query in asked:
        by_data[data].append(query)
    told = {
        "asked": [{"data": data, "queries": queries} for data, queries in by_data.items()],
        "settings": {"bytes": 100_000, "base": "", "prefixes": PREFIXES, **language_settings()},
        "program": next(p["folder"] for p in manifest() if p["package"] == "oxigraph"),
    }
    done = subprocess.run(
        [node, HERE / "answers.mjs"],
        input=json.dumps(told), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {}
    for (data, queries), made in zip(by_data.items(), json.loads(done.stdout), strict=True):
        found |= {(data, query): one for query, one in zip(queries, made, strict=True)}
    return found


@pytest.fixture(scope="module")
def answers():
    return answers_of(dict.fromkeys(one for asked in ASKED.values() for one in asked))


@pytest.fixture(scope="module")
def service():
    """Return what the service answers, as rows; None where it refuses."""
    engines = {}

    def answer(data, query):
        if data not in engines:
            store = ox.Store()
            store.extend(ox.parse(data, ox.RdfFormat.N_QUADS))
            engines[data] = LocalEngine(store, PREFIXES)
        try:
            result = engines[data].query(QueryRequest(parse(query, PREFIXES).text))
            wanted = result.serialize(N_TRIPLES if result.kind.value == "graph" else JSON)
        except SamgrafError:
            return None
        return rows(wanted.decode(), query)

    return answer


def rows(document, query):
    """Return an answer, in order where the query asks for that; blank nodes are all alike.

    Of a query that asks for some solutions, it is how many there are. Of equal numbers, each may be
    the least.
    """
    if "LIMIT" in query and "ORDER" not in query:
        return document.count('"type"') if document[0] == "{" else document.count("\n")
    if not document.startswith("{"):
        return Counter(re.sub(r"_:\w+", "_:", line) for line in document.split("\n"))
    found = json.loads(document)
    if "boolean" in found:
        return found["boolean"]
    alike = re.search(r"\bM(IN|AX)\b", query) is not None
    made = [
        json.dumps({name: told(term, alike) for name, term in row.items()}, sort_keys=True)
        for row in found["results"]["bindings"]
    ]
    return made if "ORDER BY ?v" in query else Counter(made)


def told(term, alike):
    """Return what of a term is compared: numbers by their value, where equal ones are ``alike``."""
    number = re.fullmatch(r"[+-]?[0-9.]+", term["value"])
    if alike and number and term.get("datatype", "").endswith(("integer", "decimal")):
        return float(term["value"])
    return {"type": "bnode"} if term["type"] == "bnode" else term


def is_refusal(found):
    """Return whether the query was refused with a reason of which a reader can make something."""
    return found.get("refused") is True and len(found["why"]) > 40


@pytest.mark.parametrize(("data", "query"), ASKED["answered"] + ASKED["ordinary"])
def test_the_answer_in_the_browser_is_that_of_the_service(data, query, answers, service):
    found = answers[data, query]
    assert "answer" in found, found
    assert rows(found["answer"], query) == service(data, query)


@pytest.mark.parametrize(("data", "query"), ASKED["refused"] + ASKED["odd"])
def test_what_the_engine_may_err_on_is_refused(data, query, answers):
    assert is_refusal(answers[data, query]), answers[data, query]


@pytest.mark.parametrize(("data", "query"), dict.fromkeys(ASKED["corrected"]))
def test_what_the_service_corrects_is_answered_alike_or_refused(data, query, answers, service):
    found, wanted = answers[data, query], service(data, query)
    if "answer" in found and query not in NOT_OF_THE_SERVICE:
        assert rows(found["answer"], query) == wanted
    elif wanted is not None:
        assert is_refusal(found), found


def test_most_of_what_the_service_corrects_is_answered(answers):
    counts = Counter("answer" in answers[one] for one in ASKED["corrected"])
    print(f"{counts[True]} answered, {counts[False]} refused")
    assert counts[True] >= 82


@pytest.mark.parametrize(
    "seeds", [range(1), pytest.param(range(1, 4), marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_random_queries_over_odd_values_are_answered_alike_or_refused(seeds, service):
    asked = []
    for seed in seeds:
        queries = Queries(seed)
        data = queries.data()
        asked += [(data, queries.query()) for _ in range(300)]
    found = answers_of(asked)
    differing = [
        (query, one, wanted)
        for (data, query), one in found.items()
        if (wanted := service(data, query)) is not None
        and not is_refusal(one)
        and rows(one.get("answer", one.get("why")), query) != wanted
    ]
    assert differing == []
    assert sum("answer" in one for one in found.values()) > 0.75 * len(found)


def test_what_two_decimal_numbers_make_is_exact_or_refused(service):
    some = random.Random(7)  # noqa: S311

    def number():
        digits, decimals = some.choice([0, 1, 3, 8, 16, 20]), some.choice([0, 1, 2, 5, 12, 18])
        text = f"{some.randrange(10**digits)}.{some.randrange(10**decimals):0{decimals}}"
        return some.choice(["", "-"]) + some.choice([text, text, text, f"{text}0", "0.0"])

    asked = [
        f"SELECT ({number()} {sign} {number()} AS ?x) {{}}" for sign in "/*" for _ in range(400)
    ]
    found = answers_of([("", query) for query in asked])
    for (data, query), one in found.items():
        assert is_refusal(one) or rows(one["answer"], query) == service(data, query), query
    assert sum("answer" in one for one in found.values()) > 0.6 * len(found)


@pytest.mark.parametrize(
    "text", ["P1Y2M3DT4H5M6.5S", "-P1M", "PT5M", "P7D", "-PT1.5S", "P", "PT", "1Y", "P1M1Y"]
)
def test_a_duration_is_as_long_as_for_the_service(text):
    duration = ox.Literal(text, datatype=ox.NamedNode(corrected.DATATYPES + "duration"))
    seconds = f"<{corrected.DATATYPES}double>({length(str(duration))})"
    (row,) = ox.Store().query(f"SELECT ({seconds} AS ?x) {{}}")
    wanted = literals.length(duration)
    assert (row["x"] and float(row["x"].value)) == (wanted and float(wanted.value))
