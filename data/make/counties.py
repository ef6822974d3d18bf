"""Write the counties, their authorities, and which municipality lay in which county when."""

from __future__ import annotations

from collections.abc import Iterable

from .municipalities import GEONAMES, KLASS, MODIFIED, WIKIDATA, map_identifier
from .turtle import Document, Pair, day, labels, ref, text
from .units import Row, Unit, slug

_SOURCE = "https://github.com/hbelbo/vsop"


def county_rows(rows: list[Row], numbers: Iterable[str]) -> dict[str, Row]:
    """Return the counties that ``numbers`` name, and those that they came from or became.

    The key is the county's slug: its name, with the number where two counties share the name.
    """
    names = [r["name"] for r in rows]
    wanted = set(numbers)
    for row in rows:
        if row["number"] in numbers:
            wanted |= set(_numbers(row["predecessors"])) | set(_numbers(row["successors"]))
    return {
        slug(r["name"]) + (f"-{r['number']}" if names.count(r["name"]) > 1 else ""): r
        for r in rows
        if r["number"] in wanted
    }


def _numbers(cell: str) -> list[str]:
    """Return the numbers in a cell such as ``38 (one municipality to 30)``; parts are left out."""
    return [part.strip()[:2] for part in cell.split(";") if part.strip()]


def write_counties(counties: dict[str, Row], named: list[Row]) -> Document:
    """Return the file of counties; ``named`` are the rows that tell the name of the authority."""
    document = Document(
        name="reference/counties",
        heading="The counties in which the municipalities lie or lay, and those that they came "
        "from or became, with numbers, county authorities and identity elsewhere. Two counties "
        "of one name in two periods are two things.",
        title=("Fylker", "Fylke", "Counties"),
        sources=[
            KLASS + "104",
            _SOURCE,
            "https://github.com/Artsdatabanken/kommune-data",
            "https://github.com/Informasjonsforvaltning/fdk-reference-data",
            "https://www.geonames.org/",
        ],
        modified=MODIFIED,
        description="Numbers, names and days from SSB Klass 104. An official name with parts in "
        "several languages is tagged mul, since the source does not tell the parts apart.",
    )
    authorities = {r["slug"]: r["county_municipality"] for r in named}
    by_number = {r["number"]: key for key, r in counties.items()}
    for key, row in sorted(counties.items()):
        document.add(f"county/{key}", *_about(key, row, by_number, key in authorities))
    document.section("Authorities")
    for key, name in sorted(authorities.items()):
        document.add(
            f"authority/{key}",
            ("a", "sg:CountyAuthority"),
            ("rdfs:label", labels(name, None, f"{counties[key]['name']} county authority")),
            ("sg:belongsToGroup", ref("actor-group/county-authorities")),
        )
    document.section("Codes")
    for row in sorted(counties.values(), key=lambda r: r["number"]):
        document.add(
            f"county-number/{row['number']}",
            ("a", "sg:CountyNumber"),
            ("rdfs:label", labels(f"{row['number']} {row['name']}")),
            ("skos:notation", text(row["number"])),
            ("sg:validFrom", day(row["valid_from"]) if row["valid_from"] else []),
            ("sg:validThrough", day(row["valid_to"]) if row["valid_to"] else []),
        )
    for key, row in sorted(counties.items()):
        if row["kartverket_uri"].startswith("http"):
            document.add(*map_identifier(key, row["name"], row["kartverket_uri"]))
    return document


def _about(key: str, row: Row, by_number: dict[str, str], governed: bool) -> Iterable[Pair]:
    multilingual = row["official_multilingual_name"]
    yield "a", "sg:County"
    yield "rdfs:label", labels(row["name"])
    names = [text(row["name"], "no")]
    names += [text(multilingual, "mul")] * (multilingual != row["name"])
    yield "sg:officialName", names
    yield "sg:validFrom", day(row["valid_from"]) if row["valid_from"] else []
    yield "sg:validThrough", day(row["valid_to"]) if row["valid_to"] else []
    after = [by_number[n] for n in _numbers(row["successors"])]
    yield "dct:isReplacedBy", [ref(f"county/{k}") for k in after]
    yield "sg:hasAuthority", ref(f"authority/{key}") if governed else []
    codes = [f"county-number/{row['number']}"]
    codes += [f"external-identifier/kartverket-{key}"] * row["kartverket_uri"].startswith("http")
    yield "adms:identifier", [ref(c) for c in codes]
    if not row["wikidata_evidence"].startswith("verified"):
        return
    links = [ref(WIKIDATA + row["wikidata"]), ref(f"{GEONAMES}{row['geonames_adm1']}/")]
    # the county of the same name from 2024 may have the same item; no source tells
    doubtful = row["valid_to"] == "2019-12-31"
    yield ("rdfs:seeAlso" if doubtful else "schema:sameAs"), links
    comment = "Wikidata item: read in county lists of 2019 to 2023 or in Who's On First."
    comment += f" GeoNames id: read in {row['geonames_evidence'].removeprefix('GeoNames ')}."
    if doubtful:
        comment += " Whether the items also stand for the county of this name from 2024 is unknown."
    yield "rdfs:comment", text(comment, "en")


def write_memberships(units: list[Unit], counties: dict[str, Row]) -> Document:
    """Return the file of dated county memberships, one for each unit and county."""
    document = Document(
        name="reference/county-memberships",
        heading="In which county each municipality lies or lay, with the days (both included). "
        "Where the first day is missing it is unknown; where the last day is missing the "
        "membership still holds.",
        title=("Fylkestilhørighet", "Fylkestilhøyrsle", "County memberships"),
        sources=[KLASS + "131", KLASS + "104", "https://github.com/statisticsnorway/ssb-klassr"],
        modified=MODIFIED,
        description="Drawn from the county part of the municipality numbers of SSB Klass 131.",
    )
    by_number = {r["number"]: (key, r["name"]) for key, r in counties.items()}
    for unit in units:
        for era in unit.eras:
            key, name = by_number[era.county]
            document.add(
                f"membership/{unit.slug}-{key}",
                ("a", "sg:CountyMembership"),
                ("rdfs:label", labels(f"{unit.name} i {name}", None, f"{unit.name} in {name}")),
                ("sg:memberUnit", ref(f"municipality/{unit.slug}")),
                ("sg:territory", ref(f"county/{key}")),
                ("sg:validFrom", day(era.start) if era.start else []),
                ("sg:validThrough", day(era.end) if era.end else []),
            )
    return document
