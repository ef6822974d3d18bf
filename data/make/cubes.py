"""Write the numbers among the statistics as observations of data cubes.

https://www.w3.org/TR/vocab-data-cube/
"""

from __future__ import annotations

from collections import defaultdict

from .municipalities import MODIFIED
from .table import SPLDATA, Table
from .turtle import Document, number, ref, year
from .units import Unit

_MEASURES = {
    "ba_travel_time": "sg:travelTime",
    "ba_out_commuting": "sg:outCommuting",
    "ba_in_commuting": "sg:inCommuting",
}


def write_cubes(table: Table) -> list[Document]:
    """Return the files of observations, one for each cube."""
    return [_population(table), _area(table), _commuting(table)]


def _population(table: Table) -> Document:
    document = Document(
        name="statistics/population",
        heading="Population on 1 January, 2005-2019 for the cases and their merger partners, "
        "2020-2026 for the units that live. Each figure is that of the unit of the time.",
        title=("Folketall 1. januar", "Folketal 1. januar", "Population on 1 January"),
        sources=["https://www.ssb.no/statbank/table/07459", SPLDATA],
        modified=MODIFIED,
        description="Statistics Norway, table 07459, as packaged by others (spldata to 2019, "
        "csdata 2026.3.30 from then on), summed over ages.",
    )
    for unit, row in table.of("population_1_january"):
        measure = ("sg:population", number(row["value"]))
        _observe(document, "population", unit, row["year"], measure)
    return document


def _area(table: Table) -> Document:
    document = Document(
        name="statistics/area-2017",
        heading="Total area of the nine cases in 2017, fresh water included, in square kilometres.",
        title=("Totalareal 2017", "Totalareal 2017", "Total area 2017"),
        sources=["https://github.com/engvik/norwegian-municipalities-json"],
        modified=MODIFIED,
        licence="https://creativecommons.org/licenses/by-sa/4.0/",
        description="From a table of Norwegian Wikipedia as it stood in June 2017.",
    )
    for unit, row in table.of("area_total"):
        _observe(document, "area", unit, "2017", ("sg:totalArea", number(row["value"])))
    return document


def _commuting(table: Table) -> Document:
    document = Document(
        name="statistics/commuting-2020",
        heading="Travel time to the centre of the labour-market region, and commuting, as "
        "the table of the 2020 division prints them, for the seven units that live.",
        title=("Pendling 2020", "Pendling 2020", "Commuting 2020"),
        sources=[SPLDATA],
        modified=MODIFIED,
        description="Institute of Transport Economics, report 1713/2019, table of "
        "labour-market regions, as stored in spldata. For a centre or a region of one "
        "municipality the table prints the same share in both columns.",
    )
    values: dict[str, dict[str, str]] = defaultdict(dict)
    units = {}
    for indicator, measure in _MEASURES.items():
        for unit, row in table.of(indicator):
            units[unit.slug] = unit
            values[unit.slug][measure] = number(row["value"])
    for key, unit in sorted(units.items()):
        _observe(document, "commuting", unit, "2020", *values[key].items())
    return document


def _observe(
    document: Document, cube: str, unit: Unit, when: str, *measures: tuple[str, str]
) -> None:
    document.add(
        f"observation/{cube}-{unit.slug}-{when}",
        ("a", "qb:Observation"),
        ("qb:dataSet", ref(f"data-set/{cube}")),
        ("sg:observedUnit", ref(f"municipality/{unit.slug}")),
        ("sg:observedYear", year(when)),
        *measures,
    )
