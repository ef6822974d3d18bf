"""The script that writes the Turtle: its forms, its idea of a unit, and that it repeats itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from data_graph import DATA

sys.path.insert(0, str(DATA))
from make import geometry, turtle
from make.__main__ import documents
from make.units import Units, slug


def row(number: str, start: str, end: str, before: str = "", after: str = "") -> dict[str, str]:
    return {
        "unit_id": f"{number}-{start}",
        "kommunenummer": number,
        "name_norwegian": f"By{number[-1]}",
        "valid_from": start,
        "valid_to": end,
        "county_number": number[:2],
        "predecessors": before,
        "successors": after,
    }


def merging() -> list[dict[str, str]]:
    """Return unit 1 (renumbered, then merged), unit 2 (merged) and their successor, unit 3."""
    return [
        row("0101", "1964-01-01", "2017-12-31", after="5001-2018-01-01"),
        row("5001", "2018-01-01", "2019-12-31", "0101-1964-01-01", "5003-2020-01-01"),
        row("0102", "1964-01-01", "2019-12-31", after="5003-2020-01-01"),
        row("5003", "2020-01-01", "", "5001-2018-01-01; 0102-1964-01-01"),
    ]


def test_a_renumbered_unit_stays_one_and_a_merged_one_ends() -> None:
    units = Units(merging())
    assert sorted(units.by_slug) == ["by1", "by2", "by3"]
    assert [e.number for e in units.by_slug["by1"].eras] == ["0101", "5001"]
    assert units.by_slug["by1"].successors == ["by3"]
    assert units.by_slug["by1"].end == "2019-12-31"
    assert units.by_slug["by3"].start == "2020-01-01"


def test_a_first_number_has_no_known_start() -> None:
    first, second = Units(merging()).by_slug["by1"].eras
    assert (first.start, second.start) == ("", "2018-01-01")


def test_a_name_that_two_units_bear_is_told_apart_by_the_first_number() -> None:
    rows = merging()
    rows[2]["name_norwegian"] = "By3"
    assert sorted(Units(rows).by_slug) == ["by1", "by3-0102", "by3-5003"]


def test_a_number_is_found_on_both_sides_of_a_change() -> None:
    units = Units(merging())
    assert units.at("0101", "2017-12-31") is units.at("5001", "2018-01-01")
    with pytest.raises(KeyError):
        units.at("0101", "2018-01-01")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Lurøy", "luroy"), ("Nærøy", "naeroy"), ("Å i Åfjord", "a-i-afjord"), ("Tranøy", "tranoy")],
)
def test_slug_of(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("12", "12"), ("007", "7"), ("1542.80", "1542.8"), ("0.73", "0.73")]
)
def test_number_in_canonical_form(given: str, expected: str) -> None:
    assert turtle.number(given) == expected


@pytest.mark.parametrize("given", ["", "1.0", "1e3", "-2", "1 000"])
def test_number_refuses(given: str) -> None:
    with pytest.raises(ValueError, match=r"number|fraction"):
        turtle.number(given)


def test_document_is_turtle_that_reads_back() -> None:
    document = turtle.Document(
        name="reference/x",
        heading="What it is.",
        title=("a", "b", "c"),
        sources=["https://example.org/"],
        modified="2026-11-23",
    )
    document.add("thing/one", ("rdfs:label", [turtle.text('say "å"\\', "nb")]), ("sg:empty", []))
    found = ox.parse(document.render(), format=ox.RdfFormat.TURTLE)
    about = [q for q in found if q.subject.value == "https://w3id.org/samgraf/id/thing/one"]
    assert [q.object for q in about] == [ox.Literal('say "å"\\', language="nb")]


def test_well_known_text_of_a_polygon_with_a_hole() -> None:
    outer = [[8, 59], [9, 59], [9, 60], [8, 59]]
    inner = [[8.5, 59.2], [8.7, 59.3], [8.7, 59.2], [8.5, 59.2]]
    for rings in ([outer, inner], [outer[::-1], inner[::-1]]):  # however the source turns them
        wkt = geometry.well_known_text({"type": "Polygon", "coordinates": rings})
        assert wkt == (
            "POLYGON ((8 59, 9 59, 9 60, 8 59), (8.5 59.2, 8.7 59.3, 8.7 59.2, 8.5 59.2))"
        )


@pytest.mark.parametrize(
    "geometry_object",
    [
        {"type": "Point", "coordinates": [8, 59]},
        {"type": "Polygon", "coordinates": [[[8, 59], [9, 59], [9, 60], [8, 60]]]},
        {"type": "Polygon", "coordinates": [[[8, 59], [9, 59], [8, 59]]]},
    ],
)
def test_well_known_text_refuses_what_is_no_closed_area(geometry_object: dict) -> None:
    with pytest.raises(ValueError, match=r"boundary|ring"):
        geometry.well_known_text(geometry_object)


def test_the_committed_files_are_what_the_facts_give(facts: Path) -> None:
    made = documents(facts)
    assert len(made) == 18
    for document in made:
        committed = (DATA / f"{document.name}.ttl").read_text("utf-8")
        assert document.render() == committed, f"run the script again for {document.name}"
