"""Write the numbers among the statistics as observations of data cubes.

https://www.w3.org/TR/vocab-data-cube/
"""

from __future__ import annotations

from collections import defaultdict

from .table import MODIFIED, SPLDATA, Table
from .turtle import Document, number, ref, year
from .units import Unit

_MEASURES = {
    "ba_travel_time": "sg:travelTimeToCentre",
    "ba_out_commuting": "sg:commutingToCentre",
}
#: The ground on which a unit lies in a region whose centre is another unit. On the other grounds
#: it is its own centre, and the columns of the table are about the unit itself: left out.
_CENTRE_IS_ANOTHER = "Utpendling > 8"


def write_cubes(table: Table) -> list[Document]:
    """Return the files of observations, one for each cube."""
    return [_population(table), _area(table), _commuting(table)]


def _population(table: Table) -> Document:
    document = Document(
        name="statistics/population",
        heading="Population on 1 January, 2005-2019 for the cases and their merger partners, "
        "2020-2026 for the units that still exist. Each figure is that of the unit of the time.",
        title=("Folketall 1. januar", "Folketal 1. januar", "Population on 1 January"),
        sources=["https://www.ssb.no/statbank/table/07459", SPLDATA],
        modified=MODIFIED,
        description=(
            "Statistisk sentralbyrå, tabell 07459, slik andre har pakket den (spldata til 2019, "
            "csdata 2026.3.30 etter det), summert over alder.",
            "Statistisk sentralbyrå, tabell 07459, slik andre har pakka han (spldata til 2019, "
            "csdata 2026.3.30 etter det), summert over alder.",
            "Statistics Norway, table 07459, as packaged by others (spldata to 2019, "
            "csdata 2026.3.30 after that), summed over ages.",
        ),
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
        # the licence of Wikipedia in 2017; it has been 4.0 since 2023 only
        licence="https://creativecommons.org/licenses/by-sa/3.0/",
        description=(
            "Fra en tabell i norsk Wikipedia slik den var i juni 2017, med lisensen Wikipedia "
            "hadde da. Tallene er ikke holdt mot en offisiell kilde.",
            "Frå ein tabell i norsk Wikipedia slik han var i juni 2017, med lisensen Wikipedia "
            "hadde då. Tala er ikkje haldne mot ei offisiell kjelde.",
            "From a table in Norwegian Wikipedia as it was in June 2017, under the licence that "
            "Wikipedia had then. The figures were not checked against an official source.",
        ),
    )
    for unit, row in table.of("area_total"):
        _observe(document, "area", unit, "2017", ("sg:totalArea", number(row["value"])))
    return document


def _commuting(table: Table) -> Document:
    document = Document(
        name="statistics/commuting-2020",
        heading="Travel time and commuting to the centre of the labour-market region of 2020, "
        "for the unit among the seven that still exist whose centre is another municipality.",
        title=(
            "Pendling til regionsenteret 2020",
            "Pendling til regionsenteret 2020",
            "Commuting to the regional centre 2020",
        ),
        sources=[SPLDATA],
        modified=MODIFIED,
        description=(
            "Transportøkonomisk institutt, rapport 1713/2019, tabellen over bo- og "
            "arbeidsmarkedsregioner, slik den er lagret i spldata. Bare Flatanger er med: de seks "
            "andre er senter for seg selv, og tabellen gir for dem andelen som arbeider i egen "
            "kommune. Kolonnen for innpendling er utelatt, fordi det ikke går fram hva den er "
            "andelen av.",
            "Transportøkonomisk institutt, rapport 1713/2019, tabellen over bu- og "
            "arbeidsmarknadsregionar, slik han er lagra i spldata. Berre Flatanger er med: dei "
            "seks andre er senter for seg sjølve, og tabellen gjev for dei delen som arbeider i "
            "eigen kommune. Kolonnen for innpendling er utelaten, fordi det ikkje går fram kva "
            "han er ein del av.",
            "Institute of Transport Economics, report 1713/2019, table of labour-market regions, "
            "as stored in spldata. Only Flatanger is included: the six others are centres of "
            "their own, and for them the table gives the share that works in the municipality "
            "itself. The column for in-commuting is left out, because it is not clear what it is "
            "a share of.",
        ),
    )
    grounds = {unit.slug: row["value"] for unit, row in table.of("ba_inclusion_ground")}
    values: dict[str, dict[str, str]] = defaultdict(dict)
    units = {}
    for indicator, measure in _MEASURES.items():
        for unit, row in table.of(indicator):
            if grounds[unit.slug] == _CENTRE_IS_ANOTHER:
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
