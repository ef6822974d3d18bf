"""Command line: ``python -m make FACTS [--out DIR]``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from . import classes, counties, cubes, geometry, municipalities, names, regions
from .table import Table
from .turtle import Document
from .units import Unit, Units, read


def documents(facts: Path) -> list[Document]:
    """Return every generated file, from the folder of facts."""
    every = Units(read(facts / "national" / "municipalities.csv"))
    checked = municipalities.case_rows(read(facts / "municipalities.csv"))
    features = {f["properties"]["name"]: f for f in _features(facts, "byregioner-2019")}
    members = {k: regions.members(features[name], every) for k, name in regions.REGIONS.items()}
    units = _with_successors([u for group in members.values() for u in group], every)
    missing = set(checked) - {u.slug for u in units}
    if missing:
        raise ValueError(f"no unit for {', '.join(sorted(missing))}")
    numbers = {era.county for u in units for era in u.eras}
    rows = counties.county_rows(read(facts / "national" / "counties.csv"), numbers)
    periods = {r["record"].split(":")[1]: r for r in read(facts / "programmes.csv")}
    named = read(facts / "counties.csv")
    table = Table(read(facts / "statistics.csv"), every)
    return [
        municipalities.write_municipalities(units, every, checked),
        municipalities.write_authorities(units, checked),
        municipalities.write_codes(units, checked),
        counties.write_counties(rows, named),
        counties.write_memberships(units, rows),
        names.write_names(units, rows, municipalities.KLASS),
        regions.write_memberships(members, periods),
        *cubes.write_cubes(table),
        *classes.write_classes(table),
        *_boundaries(facts, every),
    ]


def _with_successors(units: list[Unit], every: Units) -> list[Unit]:
    found = {u.slug: u for u in units}
    for unit in units:
        for key in unit.successors:
            found[key] = every.by_slug[key]
    return [found[key] for key in sorted(found)]


def _features(facts: Path, name: str) -> list[dict]:
    return json.loads((facts / "geo" / f"{name}.geojson").read_text("utf-8"))["features"]


def _boundaries(facts: Path, every: Units) -> list[Document]:
    def units(name: str, column: str, day: str) -> list[tuple[str, str, dict]]:
        found = [(every.at(f["properties"][column], day), f) for f in _features(facts, name)]
        return [(f"municipality/{u.slug}", u.name, f["geometry"]) for u, f in found]

    present = units("kommuner-2024", "kommunenummer_2024", "2024-01-01")
    keys = {name: key for key, name in regions.REGIONS.items()}
    dissolved = [
        (f"region/{keys[f['properties']['name']]}", f["properties"]["name"], f["geometry"])
        for f in _features(facts, "byregioner-2019")
    ]
    return [
        geometry.write_boundaries(
            "boundaries-2019",
            "2019",
            units("kommuner-2019", "kommunenummer_2018_2019", "2019-01-01"),
            ("Kommunegrenser 2019", "Kommunegrenser 2019", "Municipal boundaries 2019"),
            {path for path, _, _ in present},
        ),
        geometry.write_boundaries(
            "boundaries-2024",
            "2024",
            present,
            ("Kommunegrenser 2024", "Kommunegrenser 2024", "Municipal boundaries 2024"),
        ),
        geometry.write_boundaries(
            "regions-2019",
            "2019",
            dissolved,
            (
                "Grensene for programregionene 2019",
                "Grensene for programregionane 2019",
                "Boundaries of the programme regions 2019",
            ),
        ),
        geometry.write_outline(
            [f["geometry"] for f in _features(facts / "national", "kommuner-2024")],
            [region for _, _, region in dissolved],
        ),
    ]


def main() -> None:
    """Write the files and print the name of each."""
    parser = argparse.ArgumentParser(prog="make", description="Write the generated Turtle.")
    parser.add_argument("facts", type=Path, help="the folder with the CSV and GeoJSON facts")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1])
    arguments = parser.parse_args()
    for document in documents(arguments.facts):
        print(document.write(arguments.out))


if __name__ == "__main__":
    main()
