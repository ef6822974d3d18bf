"""The stand-ins have the data that they are to have, whatever server they are."""

from __future__ import annotations

import urllib.request
from itertools import islice
from urllib.parse import urlencode

import pytest
import standin_data
import standins
from one_store import rows_of, unordered

COUNT = """SELECT (COUNT(DISTINCT ?item) AS ?n) WHERE {
  ?item <http://www.wikidata.org/prop/direct/P31> <http://www.wikidata.org/entity/Q755707> }"""
BLOCK = """PREFIX wdt: <http://www.wikidata.org/prop/direct/>
SELECT ?item ?number ?population WHERE {
  { VALUES ?number { "0830" "1834" "1929" "5425" "0000" } }
  { ?item wdt:P2504 ?number ; wdt:P1082 ?population } }"""
#: The items of the nine municipalities of the study.
NINE = {2229, 1881, 502193, 494688, 48276, 48341, 503912, 48597, 48657}


def ask(endpoint: str, query: str):
    request = urllib.request.Request(
        f"{endpoint}?{urlencode({'query': query})}",
        headers={"Accept": "application/sparql-results+json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return rows_of(answer.read())


def test_seed_gives_the_same_lines():
    assert list(standin_data.lines(100)) == list(standin_data.lines(100))
    assert list(standin_data.lines(100)) != list(standin_data.lines(100, seed=2))


def test_others_come_after_the_municipalities():
    without, with_others = list(standin_data.lines(0)), list(standin_data.lines(500))
    assert with_others[: len(without)] == without
    assert len(set(with_others) - set(without)) == 500


def test_study_municipalities_have_their_real_items_and_numbers():
    known = standin_data.known()
    assert known.keys() >= NINE
    assert ("0830", "", "2019-12-31") in known[2229]
    invented = {line for line in standin_data.lines(0) if "direct/P2504" in line}
    assert len(invented) == len({line.split('"')[1] for line in invented})


def test_data_stream():
    assert len(list(islice(standin_data.lines(10**9), 50_000))) == 50_000


@pytest.mark.parametrize("engine", standins.ENGINES)
def test_every_store_holds_400_municipalities(rig, engine):
    (row,) = ask(rig.partner(engine).endpoint, COUNT)[1]
    assert row[0][1][1] == "4E+2"


@pytest.mark.parametrize("engine", standins.ENGINES)
def test_every_store_joins_a_block_of_values(rig, one_store, engine):
    partner = rig.partner(engine)
    name = standins.spellings(one_store.base, partner)[0]
    expected = one_store.answer(BLOCK.replace("{ ?item", f"GRAPH <{name}> {{ ?item"))
    assert expected[1]
    assert unordered(ask(partner.endpoint, BLOCK)) == unordered(expected)
