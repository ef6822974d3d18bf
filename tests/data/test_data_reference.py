"""The reference data: units, codes, memberships, participation and identity elsewhere."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from data_graph import Graph

CASES = {
    "nissedal", "fyresdal", "namdalseid", "fosnes", "flatanger", "luroy", "berg", "tranoy",
    "storfjord",
}  # fmt: skip
MEMBERS = {"vest-telemark": 6, "namdal": 13, "rana": 4, "midt-troms": 8, "tromso": 5}
#: Code of a unit on a day, on both sides of each change.
CODES = [
    ("nissedal", "2019-12-31", "0830"),
    ("nissedal", "2020-01-01", "3822"),
    ("nissedal", "2023-12-31", "3822"),
    ("nissedal", "2024-01-01", "4030"),
    ("namdalseid", "2017-12-31", "1725"),
    ("namdalseid", "2018-01-01", "5040"),
    ("flatanger", "2024-01-01", "5049"),
    ("luroy", "2013-01-01", "1834"),
    ("luroy", "2026-01-01", "1834"),
    ("senja", "2023-12-31", "5421"),
    ("senja", "2024-01-01", "5530"),
    ("storfjord", "2017-12-31", "1939"),
    ("namsos-1703", "2019-12-31", "5005"),
    ("namsos-5007", "2020-01-01", "5007"),
]
COUNTIES = [
    ("fyresdal", "2019-12-31", "telemark-08"),
    ("fyresdal", "2020-01-01", "vestfold-og-telemark"),
    ("fyresdal", "2024-01-01", "telemark-40"),
    ("fosnes", "2017-12-31", "nord-trondelag"),
    ("fosnes", "2018-01-01", "trondelag"),
    ("luroy", "2026-01-01", "nordland"),
    ("storfjord", "2019-12-31", "troms-19"),
    ("storfjord", "2020-01-01", "troms-og-finnmark"),
    ("senja", "2024-01-01", "troms-55"),
]
DAYS = ("2013-01-01", "2017-12-31", "2018-01-01", "2019-12-31", "2020-01-01", "2023-12-31",
        "2024-01-01", "2026-01-01")  # fmt: skip


def within(day: str) -> str:
    """Return a pattern that keeps what holds on ``day``; an absent day is no bound."""
    return f"""OPTIONAL {{ ?held sg:validFrom ?from }} OPTIONAL {{ ?held sg:validThrough ?through }}
      FILTER (COALESCE(?from <= '{day}'^^xsd:date, true))
      FILTER (COALESCE(?through >= '{day}'^^xsd:date, true))"""


def test_number_of_units(graph: Graph) -> None:
    count = "SELECT (COUNT(DISTINCT ?u) AS ?n) {{ ?u a {} }}"
    assert graph.rows(count.format("sg:Municipality")) == [("39",)]
    assert graph.rows(count.format("sg:County")) == [("14",)]


@pytest.mark.parametrize(("unit", "day", "number"), CODES)
def test_number_of_a_unit_on_a_day(graph: Graph, unit: str, day: str, number: str) -> None:
    rows = graph.rows(
        f"""SELECT ?n {{ <municipality/{unit}> adms:identifier ?held .
          ?held a sg:MunicipalityNumber ; skos:notation ?n . {within(day)} }}"""
    )
    assert rows == [(number,)]


@pytest.mark.parametrize(("unit", "day", "county"), COUNTIES)
def test_county_of_a_unit_on_a_day(graph: Graph, unit: str, day: str, county: str) -> None:
    rows = graph.rows(
        f"""SELECT ?c {{ ?held a sg:CountyMembership ; sg:memberUnit <municipality/{unit}> ;
          sg:territory ?c . {within(day)} }}"""
    )
    assert rows == [(f"county/{county}",)]


@pytest.mark.parametrize("day", DAYS)
def test_each_living_unit_has_one_number_and_the_county_that_the_number_names(
    graph: Graph, day: str
) -> None:
    units = {
        u for (u,) in graph.rows(f"SELECT ?held {{ ?held a sg:Municipality . {within(day)} }}")
    }
    numbers, counties = defaultdict(list), defaultdict(list)
    for unit, number in graph.rows(
        f"""SELECT ?u ?n {{ ?u adms:identifier ?held . ?held a sg:MunicipalityNumber ;
          skos:notation ?n . {within(day)} }}"""
    ):
        numbers[unit].append(number)
    for unit, number in graph.rows(
        f"""SELECT ?u ?n {{ ?held a sg:CountyMembership ; sg:memberUnit ?u ; sg:territory ?c .
          ?c adms:identifier ?code . ?code a sg:CountyNumber ; skos:notation ?n .
          {within(day)} }}"""
    ):
        counties[unit].append(number)
    assert set(numbers) == units == set(counties)
    for unit in units:
        assert [n[:2] for n in numbers[unit]] == counties[unit]
    everyone = [n for several in numbers.values() for n in several]
    assert len(everyone) == len(set(everyone)) == len(units)


def test_a_replaced_unit_ended_the_day_before_its_successor_began(graph: Graph) -> None:
    rows = graph.rows(
        """SELECT ?old ?through ?from {
          ?old dct:isReplacedBy ?new .
          OPTIONAL { ?old sg:validThrough ?through } OPTIONAL { ?new sg:validFrom ?from } }"""
    )
    following = {
        "2017-12-31": "2018-01-01",
        "2019-12-31": "2020-01-01",
        "2023-12-31": "2024-01-01",
    }
    assert len(rows) == 19
    assert [r for r in rows if following.get(r[1]) != r[2]] == []


def test_what_ended_has_a_successor_and_a_change_event(graph: Graph) -> None:
    ended = {u for (u,) in graph.rows("SELECT ?u { ?u sg:officialName ?n ; sg:validThrough ?d }")}
    replaced = {u for (u,) in graph.rows("SELECT DISTINCT ?u { ?u dct:isReplacedBy ?v }")}
    changed = graph.rows(
        """SELECT DISTINCT ?u { ?e a ?kind ; sg:originalUnit ?u ; sg:resultingUnit ?v ;
          sg:changeDate ?d . ?u dct:isReplacedBy ?v . ?v sg:validFrom ?d
          FILTER (?kind IN (sg:Merger, sg:Split)) }"""
    )
    assert ended == replaced == {u for (u,) in changed}


@pytest.mark.parametrize("region", MEMBERS)
def test_members_of_a_programme_region_all_existed_then(graph: Graph, region: str) -> None:
    members = graph.rows(
        f"""SELECT DISTINCT ?u ?from ?through {{ ?m a sg:ProgrammePeriodMembership ;
          sg:memberUnit ?u ; sg:inProgrammeRegion <region/{region}> ; sg:endYear ?end .
          OPTIONAL {{ ?u sg:validFrom ?from }} OPTIONAL {{ ?u sg:validThrough ?through }} }}"""
    )
    assert len(members) == MEMBERS[region]
    assert all(not start and (not end or end > "2018") for _, start, end in members)
    asked = f"SELECT ?c {{ ?m sg:inProgrammeRegion <region/{region}> ; sg:confidence ?c }}"
    confidence = {c for (c,) in graph.rows(asked)}
    inferred = region in ("midt-troms", "vest-telemark")
    assert confidence == {"confidence/inferred" if inferred else "confidence/verified"}


def test_the_nine_cases_are_members_and_took_part_in_the_other_programme(graph: Graph) -> None:
    taking = graph.rows("SELECT ?u { ?u sg:takesPartIn <programme/smakommuneprogrammet> }")
    assert {u for (u,) in taking} == {f"municipality/{c}" for c in CASES}
    members = {
        u for (u,) in graph.rows("SELECT ?u { ?m sg:memberUnit ?u ; sg:inProgrammeRegion ?r }")
    }
    assert members >= {f"municipality/{c}" for c in CASES}


def test_participation_in_the_regional_programme_is_left_to_inference(graph: Graph) -> None:
    rows = graph.rows("SELECT ?x { ?x sg:takesPartIn <programme/byregionprogrammet> }")
    assert {x for (x,) in rows} == {f"region/{r}" for r in MEMBERS}


@pytest.mark.parametrize("unit", ["namsos-5007", "senja", "naeroysund"])
def test_a_later_unit_takes_part_in_nothing(graph: Graph, unit: str) -> None:
    assert not graph.ask(f"ASK {{ <municipality/{unit}> sg:takesPartIn ?p }}")
    assert not graph.ask(
        f"ASK {{ ?m a sg:ProgrammePeriodMembership ; sg:memberUnit <municipality/{unit}> }}"
    )


def test_no_foreign_item_is_the_same_as_two_units(graph: Graph) -> None:
    same = graph.rows("SELECT ?item ?u { ?u schema:sameAs ?item }")
    items = [item for item, _ in same]
    assert len(items) == len(set(items)) > 80
    assert not graph.ask(
        "ASK { ?u schema:sameAs ?item . ?v rdfs:seeAlso ?item . ?v a ?kind FILTER (?u != ?v) }"
    )


def test_units_that_share_an_item_only_point_to_it(graph: Graph) -> None:
    rows = graph.rows("SELECT ?u { ?u rdfs:seeAlso <http://www.wikidata.org/entity/Q111039> }")
    assert {u for (u,) in rows} == {"municipality/namsos-1703", "municipality/namsos-5007"}


def test_counties_of_2024_that_no_source_identifies_have_no_item(graph: Graph) -> None:
    for county in ("telemark-40", "troms-55", "vestfold-39", "finnmark-56"):
        assert graph.ask(f"ASK {{ <county/{county}> a sg:County }}")
        assert not graph.ask(f"ASK {{ <county/{county}> schema:sameAs|rdfs:seeAlso ?item }}")


def test_names_in_sami_and_kven(graph: Graph) -> None:
    official = graph.rows(
        """SELECT ?u ?name (LANG(?name) AS ?tag) { ?u sg:officialName ?name
          FILTER (LANG(?name) IN ('se', 'sma', 'fkv')) }"""
    )
    assert sorted(official) == [
        ("municipality/lyngen", "Ivgu", "se"),
        ("municipality/lyngen", "Yykeä", "fkv"),
        ("municipality/namsos-1703", "Nåavmesjenjaelmie", "sma"),
        ("municipality/namsos-5007", "Nåavmesjenjaelmie", "sma"),
        ("municipality/rana", "Raane", "sma"),
        ("municipality/royrvik", "Raarvihke", "sma"),
        ("municipality/storfjord", "Omasvuono", "fkv"),
        ("municipality/storfjord", "Omasvuotna", "se"),
    ]


@pytest.mark.parametrize(
    ("bearer", "text", "day", "year"),
    [
        ("municipality/storfjord", "Omasvuotna", "2014-03-07", ""),
        ("municipality/rana", "Raane", "2024-02-16", ""),
        ("municipality/namsos-1703", "Nåavmesjenjaelmie", "2019-01-01", ""),
        ("municipality/royrvik", "Raarvihke", "", "2014"),
        ("municipality/lyngen", "Ivgu", "", "2025"),
        ("municipality/lyngen", "Lyngen", "", ""),
        ("municipality/senja", "Senja", "2020-01-01", ""),
        ("authority/storfjord", "Omasvuona suohkan", "2014-03-07", ""),
        ("authority/rana", "Raanen tjïelte", "2024-02-16", ""),
    ],
)
def test_since_when_a_name_holds(graph: Graph, bearer: str, text: str, day: str, year: str) -> None:
    rows = graph.rows(
        f"""SELECT ?from ?year {{ ?n sg:nameOf <{bearer}> ; sg:nameText ?text
          FILTER (STR(?text) = '{text}')
          OPTIONAL {{ ?n sg:validFrom ?from }} OPTIONAL {{ ?n sg:startYear ?year }} }}"""
    )
    assert rows == [(day, year)]


def test_each_official_name_is_dated(graph: Graph) -> None:
    plain = set(graph.rows("SELECT ?u ?text { ?u sg:officialName ?text }"))
    dated = graph.rows(
        "SELECT DISTINCT ?u ?text { ?n sg:nameOf ?u ; sg:nameText ?text . ?u sg:officialName ?x }"
    )
    assert plain == set(dated)
    assert len(dated) == len(plain) > 60


def test_the_word_for_municipality_is_in_names_of_authorities_only(graph: Graph) -> None:
    rows = graph.rows(
        """SELECT ?u { { ?n sg:nameOf ?u ; sg:nameText ?t } UNION { ?u sg:unofficialName ?t }
          FILTER (REGEX(?t, ' (suohkan|tjïelte|kunta|komuuni|gielda)$')) }"""
    )
    assert {u for (u,) in rows} == {
        f"authority/{s}"
        for s in ("berg", "lyngen", "rana", "royrvik", "senja", "storfjord", "tranoy")
    }


def test_codes_that_join_with_european_data(graph: Graph) -> None:
    nuts = graph.rows(
        "SELECT ?u ?n { ?u adms:identifier ?c . ?c a sg:NutsCode ; skos:notation ?n }"
    )
    assert sorted(nuts) == [
        ("county/nordland", "NO071"),
        ("county/telemark-08", "NO034"),
        ("county/telemark-40", "NO094"),
        ("county/troms-19", "NO072"),
        ("county/troms-55", "NO072"),
        ("county/troms-og-finnmark", "NO074"),
        ("county/trondelag", "NO060"),
        ("county/vestfold-og-telemark", "NO091"),
    ]
    count = "SELECT (COUNT(?c) AS ?n) {{ ?u adms:identifier ?c . ?c a sg:{} }}"
    assert graph.rows(count.format("LauCode")) == [("7",)]
    assert graph.rows(count.format("IsoSubdivisionCode")) == [("9",)]


def test_member_lists_tell_how_complete_they_are(graph: Graph) -> None:
    rows = graph.rows("SELECT ?r ?s { ?r a sg:ProgrammeRegion ; sg:memberListStatus ?s }")
    assert {r.removeprefix("region/"): s.removeprefix("member-list-status/") for r, s in rows} == {
        "midt-troms": "inferred",
        "namdal": "complete",
        "rana": "complete",
        "tromso": "complete",
        "vest-telemark": "inferred",
    }
    alone = graph.rows(
        """SELECT ?r { ?r a ?kind ; sg:memberListStatus <member-list-status/complete>
          FILTER (?kind IN (sg:LabourMarketRegion, sg:EconomicRegion)) }"""
    )
    # Nissedal, Fyresdal, Lurøy and Storfjord, each a labour-market region by itself
    assert {r for (r,) in alone} == {f"region/ba-2020-{n}" for n in (36, 37, 115, 143)}


def test_only_living_authorities_have_an_organisation_number(graph: Graph) -> None:
    rows = graph.rows(
        """SELECT ?u ?n ?through { ?u sg:hasAuthority/adms:identifier ?c .
          ?c a sg:OrganisationNumber ; skos:notation ?n
          OPTIONAL { ?u sg:validThrough ?through } }"""
    )
    assert len(rows) == 30
    assert all(re.fullmatch(r"[0-9]{9}", n) and not through for _, n, through in rows)
    assert ("municipality/nissedal", "964964343", "") in rows


def test_a_contradiction_keeps_both_figures(graph: Graph) -> None:
    rows = graph.rows(
        """SELECT ?kind ?v ?where { <note/namdal-population> a sg:Contradiction ;
          sg:contradictoryItem ?f . ?f a ?kind ; sg:figureValue ?v ;
          sg:statedIn|<http://www.w3.org/ns/prov#wasDerivedFrom> ?where }"""
    )
    assert sorted((v, where) for _, v, where in rows) == [
        ("36690", "https://www.ssb.no/statbank/table/07459"),
        ("38843", "publication/namsos-page"),
    ]
    assert {kind.rsplit("#")[-1] for kind, _, _ in rows} == {"DerivedFigure", "StatedFigure"}


def test_figures_of_different_things_are_no_contradiction(graph: Graph) -> None:
    rows = graph.rows(
        """SELECT ?v ?of { <note/byregion-municipalities> a sg:QualityNote ;
          <http://www.w3.org/ns/oa#hasTarget> ?f . ?f sg:figureValue ?v ; sg:figureOf ?of }"""
    )
    assert sorted(rows) == [
        ("213", "programme/byregionprogrammet-phase-2"),
        ("220", "programme/byregionprogrammet"),
    ]


def test_an_inferred_owner_says_so(graph: Graph) -> None:
    assert graph.ask(
        """ASK { ?note a sg:ConfidenceNote ; sg:notedProperty sg:owner ; sg:notedValue ?owner ;
          <http://www.w3.org/ns/oa#hasTarget> <programme/smakommuneprogrammet> ;
          sg:confidence <confidence/inferred> .
          <programme/smakommuneprogrammet> sg:owner ?owner }"""
    )


@pytest.mark.parametrize(
    ("programme", "publications"),
    [
        ("byregionprogrammet", {"iris-2018", "nibr-2016", "norce-2020"}),
        ("smakommuneprogrammet", {"tfou-smakommuner"}),
    ],
)
def test_publications_about_a_programme(
    graph: Graph, programme: str, publications: set[str]
) -> None:
    rows = graph.rows(f"SELECT ?p {{ ?p sg:aboutProgramme <programme/{programme}> }}")
    assert {p for (p,) in rows} == {f"publication/{p}" for p in publications}


def test_an_isbn_has_a_right_check_digit(graph: Graph) -> None:
    rows = graph.rows("SELECT ?n { ?p <http://purl.org/ontology/bibo/isbn13> ?n }")
    assert len(rows) == 2
    for (isbn,) in rows:
        weighted = sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(isbn))
        assert len(isbn) == 13
        assert weighted % 10 == 0


def test_each_file_describes_its_own_graph(data_files: list[Path]) -> None:
    for file in data_files:
        graph = Graph([file])
        name = file.relative_to(file.parents[1]).with_suffix("").as_posix()
        iri = f"<https://w3id.org/samgraf/graph/{name}>"
        titles = graph.rows(f"SELECT (LANG(?t) AS ?l) {{ {iri} a void:Dataset ; dct:title ?t }}")
        assert sorted(titles) == [("en",), ("nb",), ("nn",)]
        assert graph.ask(
            f"ASK {{ {iri} dct:source ?s ; dct:license ?l ; dct:modified ?d "
            "FILTER (ISIRI(?s) && ISIRI(?l) && DATATYPE(?d) = xsd:date) }"
        )
        assert file.read_text("utf-8").startswith("# ")


def test_literals_and_names_survive_the_store(data_files: list[Path]) -> None:
    for file in data_files:
        asserted = set(ox.parse(path=str(file), format=ox.RdfFormat.TURTLE))
        kept = {ox.Quad(q.subject, q.predicate, q.object) for q in Graph([file]).store}
        assert asserted == kept
        assert not [q for q in asserted if ox.BlankNode in (type(q.subject), type(q.object))]


def test_each_thing_has_a_label_in_three_languages(graph: Graph) -> None:
    lacking = graph.rows(
        """SELECT DISTINCT ?x { ?x a ?kind
          FILTER (STRSTARTS(STR(?x), 'https://w3id.org/samgraf/id/') && ?kind != qb:Observation)
          FILTER NOT EXISTS { ?x rdfs:label ?a , ?b , ?c
            FILTER (LANG(?a) = 'nb' && LANG(?b) = 'nn' && LANG(?c) = 'en') } }"""
    )
    assert lacking == []


def test_a_region_is_called_the_same_wherever_a_label_names_it(graph: Graph) -> None:
    named = """SELECT ?label ?name {{ ?r a sg:ProgrammeRegion ; rdfs:label ?name . {}
      ?x rdfs:label ?label FILTER (LANG(?label) = LANG(?name) && !CONTAINS(?label, ?name)) }}"""
    assert graph.rows(named.format("?x sg:inProgrammeRegion ?r .")) == []
    assert graph.rows(named.format("?r geo:hasGeometry ?x .")) == []
