"""The statistics: integrity of the cubes, and each row of the source table in its place.

https://www.w3.org/TR/vocab-data-cube/#wf-rules; IC-20 and IC-21 are left out, since they rule
hierarchical code lists and no dimension here has a code list.
"""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest
from data_graph import DATA, PREFIXES, ROOT, Graph

CUBE = Path(__file__).parent / "cube"
CONSTRAINTS = [f"ic-{n:02d}" for n in range(1, 20)]
MUTATIONS = tomllib.loads((CUBE / "mutations.toml").read_text("utf-8"))
COUNTS = {
    "population": ("?o qb:dataSet <data-set/population> ; sg:population ?v", 229),
    "area": ("?o qb:dataSet <data-set/area> ; sg:totalArea ?v", 9),
    "travel time": ("?o qb:dataSet <data-set/commuting> ; sg:travelTimeToCentre ?v", 1),
    "commuting": ("?o qb:dataSet <data-set/commuting> ; sg:commutingToCentre ?v", 1),
    "labour-market region": ("?o sg:territory/sg:regionKind <region-kind/labour-market-region>", 7),
    "ground of inclusion": ("?o sg:inclusionGround ?v", 7),
    "economic region": ("?o sg:territory/sg:regionKind <region-kind/economic-region>", 16),
    "centrality 2008": ("?o sg:assignedClass ?v ; sg:validThrough ?day", 9),
    "centrality index": ("?o sg:assignedClass ?v ; sg:referenceYear ?year", 4),
}
#: Rows of the table of labour-market regions that are not kept, as the README says: six units that
#: are their own centre, three columns each, and in-commuting of the seventh.
LEFT_OUT = 6 * 3 + 1


def normalised() -> Graph:
    """Return the cubes with the ontology's ranges, in the normal form of the specification."""
    graph = Graph(
        [
            *sorted((DATA / "statistics").glob("*.ttl")),
            *sorted((ROOT / "ontology" / "terms").glob("*.ttl")),
        ]
    )
    for update in sorted(CUBE.glob("normalise-*.ru")):
        graph.store.update(update.read_text("utf-8"))
    return graph


@pytest.fixture(scope="module")
def cubes() -> Graph:
    return normalised()


def violated(graph: Graph, constraint: str) -> bool:
    return bool(graph.store.query((CUBE / f"{constraint}.rq").read_text("utf-8")))


def test_each_constraint_is_a_file_with_a_mutation() -> None:
    assert sorted(p.stem for p in CUBE.glob("*.rq")) == CONSTRAINTS
    assert sorted(MUTATIONS) == CONSTRAINTS


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_cubes_keep(cubes: Graph, constraint: str) -> None:
    assert not violated(cubes, constraint)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_constraint_fires_on_its_mutation(constraint: str) -> None:
    graph = normalised()
    before = len(graph.store)
    graph.store.update(PREFIXES + MUTATIONS[constraint]["update"])
    assert len(graph.store) != before
    assert violated(graph, constraint)


def test_constraint_on_measures_tells_missing_observations_apart() -> None:
    """A point of a cube by measures is whole only with one observation for each measure."""
    graph = normalised()
    graph.store.update(
        PREFIXES
        + """
        DELETE { ?o ?p ?v } WHERE { ?o qb:dataSet <data-set/area> ; ?p ?v } ;
        INSERT DATA {
          <component/measure-type> qb:componentProperty qb:measureType .
          qb:measureType a qb:DimensionProperty ; rdfs:range qb:MeasureProperty .
          <data-structure/area> qb:component <component/measure-type> .
          <observation/only> a qb:Observation ; qb:dataSet <data-set/area> ;
            sg:observedUnit <municipality/berg> ; sg:observedYear '2017'^^xsd:gYear ;
            qb:measureType sg:totalArea ; sg:totalArea 1.5 }"""
    )
    assert [c for c in CONSTRAINTS if violated(graph, c)] == []


@pytest.mark.parametrize("what", COUNTS)
def test_count_of(graph: Graph, what: str) -> None:
    pattern, expected = COUNTS[what]
    rows = graph.rows(f"SELECT DISTINCT ?o {{ {pattern} }}")
    assert len(rows) == expected


def test_the_counts_and_what_is_left_out_make_up_the_whole_source_table() -> None:
    assert sum(expected for _, expected in COUNTS.values()) + LEFT_OUT == 302


def test_only_a_unit_whose_centre_is_another_has_commuting_to_it(graph: Graph) -> None:
    rows = graph.rows(
        """SELECT ?unit ?ground ?time ?share {
          ?o qb:dataSet <data-set/commuting> ; sg:observedUnit ?unit ; sg:observedYear ?year ;
            sg:travelTimeToCentre ?time ; sg:commutingToCentre ?share .
          ?m sg:memberUnit ?unit ; sg:referenceYear ?year ; sg:inclusionGround ?ground }"""
    )
    ground = "inclusion-ground/out-commuting-above-8"
    assert rows == [("municipality/flatanger", ground, "61.06", "9.97")]


@pytest.mark.parametrize(("successor", "total"), [("namsos-5007", 15272), ("senja", 15072)])
def test_population_of_the_parts_in_2017(graph: Graph, successor: str, total: int) -> None:
    """The back-cast of the statistical office for the later units gives the same sums."""
    rows = graph.rows(
        f"""SELECT (SUM(?p) AS ?sum) {{
          ?unit dct:isReplacedBy <municipality/{successor}> .
          ?o sg:observedUnit ?unit ; sg:observedYear '2017'^^xsd:gYear ; sg:population ?p }}"""
    )
    assert rows == [(str(total),)]


def test_no_unit_is_observed_before_it_began_or_after_it_ended(graph: Graph) -> None:
    assert not graph.ask(
        """ASK { ?o sg:observedUnit ?unit ; sg:observedYear ?y .
          OPTIONAL { ?unit sg:validFrom ?from } OPTIONAL { ?unit sg:validThrough ?through }
          BIND (xsd:integer(STR(?y)) AS ?year)
          FILTER (?year < COALESCE(YEAR(?from), 0) || ?year > COALESCE(YEAR(?through), 9999)) }"""
    )


LOOKUPS = {
    "population_1_january": "?o sg:observedUnit ?u ; sg:observedYear ?y ; sg:population ?v",
    "area_total": "?o sg:observedUnit ?u ; sg:observedYear ?y ; sg:totalArea ?v",
    "ba_travel_time": "?o sg:observedUnit ?u ; sg:observedYear ?y ; sg:travelTimeToCentre ?v",
    "ba_out_commuting": "?o sg:observedUnit ?u ; sg:observedYear ?y ; sg:commutingToCentre ?v",
    "ba_region": "?o sg:memberUnit ?u ; sg:referenceYear ?y ; sg:inclusionGround ?g ;"
    " sg:territory/adms:identifier/skos:notation ?v",
    "ssb_economic_region": "?o sg:memberUnit ?u ; sg:referenceYear ?y ; sg:territory ?r ."
    " ?r a sg:EconomicRegion ; adms:identifier/skos:notation ?v",
    "ba_inclusion_ground": "?o sg:memberUnit ?u ; sg:referenceYear ?y ; sg:inclusionGround ?v",
    "sentralitet_old_standard_0_to_3": "?o sg:assignedUnit ?u ; sg:validThrough ?d ;"
    " sg:assignedClass ?v BIND ('before 2018' AS ?y)",
    "sentralitetsindeks_class": "?o sg:assignedUnit ?u ; sg:referenceYear ?y ; sg:assignedClass ?v",
}
GROUNDS = {
    "Restkommune, egen BA-region": "inclusion-ground/remainder-own-region",
    "Utpendling > 8": "inclusion-ground/out-commuting-above-8",
    "Senterkommune": "inclusion-ground/centre-municipality",
}


def _expected(row: dict[str, str]) -> str:
    value = row["value"]
    return {
        "ba_region": value.split(" ")[0],
        "ssb_economic_region": value.split(" ")[0],
        "ba_inclusion_ground": GROUNDS.get(value, ""),
        "sentralitet_old_standard_0_to_3": f"centrality/2008-{value}",
        "sentralitetsindeks_class": f"centrality/index-{value}",
    }.get(row["indicator"], value)


def _is_kept(row: dict[str, str], grounds: dict[str, str]) -> bool:
    """Tell whether a row is of a unit that is not its own centre, where that matters."""
    centred = row["indicator"] in ("ba_travel_time", "ba_out_commuting")
    return not centred or grounds[row["kommunenummer"]] == "Utpendling > 8"


@pytest.mark.parametrize("indicator", LOOKUPS)
def test_each_kept_row_of_the_source_is_found(graph: Graph, facts: Path, indicator: str) -> None:
    """Found through the number that the row prints, hence on the unit that had the number."""
    with (facts / "statistics.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    grounds = {r["kommunenummer"]: r["value"] for r in rows if "ground" in r["indicator"]}
    kept = [r for r in rows if r["indicator"] == indicator and _is_kept(r, grounds)]
    wanted = {(r["kommunenummer"], r["year"], _expected(r)) for r in kept}
    held = graph.rows(
        f"""SELECT DISTINCT ?n ?y ?v {{ {LOOKUPS[indicator]} .
          ?u adms:identifier ?code . ?code a sg:MunicipalityNumber ; skos:notation ?n }}"""
    )
    assert wanted
    assert not wanted - set(held)
