"""Make data of Wikidata's shape for servers that stand in for partners, the same for each seed.

    python tests/federation/standin_data.py --others 1000000 FILE

https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format

400 municipalities, those of the study's regions among them by their real items and numbers; every
other number, name and figure is invented. Each has its numbers (P2504) and dated populations
(P1082) as truthy values and as statements with qualifiers, its area (P2046), its relation in
OpenStreetMap (P402), county (P131) and labels. Other items of the same vocabulary come after them,
so that a pattern which nothing binds finds very much.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pyoxigraph as ox

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
MUNICIPALITIES = 400
FIRST_INVENTED, FIRST_OTHER = 900_000_000, 910_000_000  # far beyond any item there is
COUNTIES = range(FIRST_INVENTED + 1_000, FIRST_INVENTED + 1_011)
COUNTRY, MUNICIPALITY, COUNTY = 20, 755707, 192299
KINDS = (515, 532, 486972, 3957, 23442)  # city, village, settlement, town, island
YEARS = range(2015, 2025)

WD, WDS = "http://www.wikidata.org/entity/", "http://www.wikidata.org/entity/statement/"
PROP = "http://www.wikidata.org/prop/"
RANK = "http://wikiba.se/ontology#rank"
XSD = "http://www.w3.org/2001/XMLSchema#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_SYLLABLES = ("Nord", "Vest", "Fjell", "Dal", "Vik", "Nes", "Land", "Hei", "Mo", "Sund", "Ås")
_CATALOGUE = "https://catalogue.example/"
_DCAT, _DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"


def item(number: int) -> str:
    """Return the IRI of an item."""
    return f"{WD}Q{number}"


def known() -> dict[int, list[tuple[str, str, str]]]:
    """Return the study's municipalities: item to number, first and last day (empty if unknown)."""
    store = ox.Store()
    for name in ("municipalities", "municipality-codes"):
        store.load(path=REFERENCE / f"{name}.ttl", format=ox.RdfFormat.TURTLE)
    found: dict[int, list[tuple[str, str, str]]] = {}
    query = Path(__file__).with_name("known_numbers.rq").read_text("utf-8")
    for row in store.query(query):
        days = (row[n].value if row[n] else "" for n in ("from", "through"))
        number = int(row["item"].value.rpartition("Q")[2])
        found.setdefault(number, []).append((row["number"].value, *days))
    return found


def lines(others: int, seed: int = 1) -> Iterator[str]:
    """Yield the N-Triples lines: of 400 municipalities, then ``others`` more."""
    yield from _municipalities(Random(seed))  # noqa: S311
    yield from islice(_others(Random(seed + 1)), others)  # noqa: S311


def catalogue_lines(seed: int = 1) -> Iterator[str]:
    """Yield the lines of a small catalogue for a second partner: data sets about municipalities."""
    random = Random(seed)  # noqa: S311
    items = [*sorted(known()), *range(FIRST_INVENTED, FIRST_INVENTED + 60)]
    for number, about in enumerate(random.choices(items, k=120)):
        subject = f"{_CATALOGUE}dataset/{number}"
        yield _iri(subject, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{_DCAT}Dataset")
        yield _iri(subject, f"{_DCT}subject", item(about))
        yield _iri(subject, f"{_DCT}publisher", f"{_CATALOGUE}publisher/{number % 7}")
        yield _text(subject, f"{_DCT}title", f"Datasett {number}", "nb")
        if number % 3 == 0:
            yield _text(subject, f"{_DCT}title", f"Data set {number}", "en")
        if number % 4 == 0:
            yield _typed(subject, f"{_DCT}issued", f"{2015 + number % 10}-01-15", "date")


def _municipalities(random: Random) -> Iterator[str]:
    units = known()
    taken = {number for numbers in units.values() for number, *_ in numbers}
    free = [f"{n:04}" for n in range(101, 9999) if f"{n:04}" not in taken]
    random.shuffle(free)
    for offset in range(MUNICIPALITIES - len(units)):
        last = "2019-12-31" if offset % 3 else ""
        numbers = [(free.pop(), "1838-01-01" if offset % 5 else "", last)]
        if last and offset % 4:
            numbers.append((free.pop(), "2020-01-01", ""))
        units[FIRST_INVENTED + offset] = numbers
    for county in COUNTIES:
        yield _truthy(county, "P31", COUNTY)
        yield _truthy(county, "P131", COUNTRY)
        yield _text(item(county), LABEL, f"Fylke {county % 1_000}", "nb")
    for place, (unit, numbers) in enumerate(units.items()):
        name = f"{random.choice(_SYLLABLES)}{random.choice(_SYLLABLES).lower()} {place}"
        yield _truthy(unit, "P31", MUNICIPALITY)
        yield _truthy(unit, "P17", COUNTRY)
        yield _truthy(unit, "P131", COUNTIES[place % len(COUNTIES)])
        yield _text(item(unit), LABEL, name, "nb")
        if place % 2:
            yield _text(item(unit), LABEL, f"{name} municipality", "en")
        for number, first, last in numbers:
            yield _text(item(unit), f"{PROP}direct/P2504", number)
            yield from _number_statement(unit, number, first, last)
        yield from _populations(random, unit, random.randint(200, 60_000), all_best=not place % 10)
        area = random.randint(600, 990_000)
        yield _typed(item(unit), f"{PROP}direct/P2046", _decimal(area), "decimal")
        if place % 4:
            yield _text(item(unit), f"{PROP}direct/P402", str(400_000 + place))


def _number_statement(unit: int, number: str, first: str, last: str) -> Iterator[str]:
    statement = f"{WDS}Q{unit}-P2504-{number}"
    yield _iri(item(unit), f"{PROP}P2504", statement)
    yield _text(statement, f"{PROP}statement/P2504", number)
    yield _iri(statement, RANK, "http://wikiba.se/ontology#NormalRank")
    for qualifier, day in (("P580", first), ("P582", last)):
        if day:
            yield _typed(statement, f"{PROP}qualifier/{qualifier}", f"{day}T00:00:00Z", "dateTime")


def _populations(random: Random, unit: int, people: int, *, all_best: bool) -> Iterator[str]:
    """Yield dated statements; the newest is preferred and so the truthy one, or all are."""
    for year in YEARS:
        people = max(50, people + random.randint(-40, 60))
        best = all_best or year == YEARS[-1]
        yield from _population(unit, year, people, best=best, preferred=best and not all_best)


def _population(
    unit: int, year: int, people: int, *, best: bool, preferred: bool = False
) -> Iterator[str]:
    statement = f"{WDS}Q{unit}-P1082-{year}"
    yield _iri(item(unit), f"{PROP}P1082", statement)
    yield _typed(statement, f"{PROP}statement/P1082", str(people), "decimal")
    yield _typed(statement, f"{PROP}qualifier/P585", f"{year}-01-01T00:00:00Z", "dateTime")
    rank = "PreferredRank" if preferred else "NormalRank"
    yield _iri(statement, RANK, f"http://wikiba.se/ontology#{rank}")
    if best:
        yield _typed(item(unit), f"{PROP}direct/P1082", str(people), "decimal")


def _others(random: Random) -> Iterator[str]:
    number = FIRST_OTHER
    while True:
        number += 1
        name = f"{random.choice(_SYLLABLES)}{random.choice(_SYLLABLES).lower()} {number}"
        yield _truthy(number, "P31", random.choice(KINDS))
        yield _truthy(number, "P17", random.randint(1, 250))
        yield _truthy(number, "P131", FIRST_OTHER + random.randint(1, 500))
        yield _text(item(number), LABEL, name, "en")
        yield _text(item(number), LABEL, name, "nb")
        if number % 3 == 0:
            yield from _population(number, 2024, random.randint(1, 5_000_000), best=True)
        area = _decimal(random.randint(10, 99_999))
        yield _typed(item(number), f"{PROP}direct/P2046", area, "decimal")
        yield _text(item(number), f"{PROP}direct/P402", str(number - FIRST_OTHER))


def _decimal(hundredths: int) -> str:
    """Return a decimal in the form that every store writes it in."""
    return re.sub(r"\.?0+$", "", f"{hundredths / 100:.2f}")


def _truthy(subject: int, property: str, value: int) -> str:
    return _iri(item(subject), f"{PROP}direct/{property}", item(value))


def _iri(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> <{value}> .\n"


def _text(subject: str, predicate: str, value: str, language: str = "") -> str:
    tag = f"@{language}" if language else ""
    return f'<{subject}> <{predicate}> "{value}"{tag} .\n'


def _typed(subject: str, predicate: str, value: str, datatype: str) -> str:
    return f'<{subject}> <{predicate}> "{value}"^^<{XSD}{datatype}> .\n'


def main() -> None:
    """Write a file."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--others", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("file", type=Path)
    chosen = options.parse_args()
    with chosen.file.open("w", encoding="utf-8") as file:
        file.writelines(lines(chosen.others, chosen.seed))


if __name__ == "__main__":
    main()
