"""The boundaries: well-formed, closed, in Norway, of the units that existed, with attribution."""

from __future__ import annotations

import re
from itertools import pairwise
from math import cos, radians

import pytest
from data_graph import Graph

COUNTS = {"municipality/": {"2019": 12, "2024": 7}, "region/": {"2019": 5}, "country/": {"2024": 1}}
_RING = re.compile(r"\(((?:-?[\d.]+ -?[\d.]+(?:, )?){4,})\)")


def shapes(graph: Graph) -> list[tuple[str, ...]]:
    return graph.rows(
        """SELECT ?thing ?year ?wkt ?rights { ?thing geo:hasGeometry ?g .
          ?g a geo:Geometry ; sg:referenceYear ?year ; geo:asWKT ?wkt ; dct:rights ?rights }"""
    )


@pytest.mark.parametrize("kind", COUNTS)
def test_number_of_boundaries(graph: Graph, kind: str) -> None:
    found: dict[str, int] = {}
    for thing, year, _, _ in shapes(graph):
        if thing.startswith(kind):
            found[year] = found.get(year, 0) + 1
    assert found == COUNTS[kind]


def test_the_default_boundary_is_the_latest(graph: Graph) -> None:
    latest: dict[str, str] = {}
    for thing, year, _, _ in shapes(graph):
        latest[thing] = max(year, latest.get(thing, ""))
    found = graph.rows("SELECT ?t ?y { ?t geo:hasDefaultGeometry/sg:referenceYear ?y }")
    assert sorted(found) == sorted(latest.items())


def test_each_boundary_is_closed_rings_of_longitude_and_latitude_in_norway(graph: Graph) -> None:
    for thing, _, wkt, rights in shapes(graph):
        assert re.match(r"(POLYGON \(\(|MULTIPOLYGON \(\(\()", wkt), thing
        assert wkt.count("(") == wkt.count(")")
        assert "Kartverket" in rights
        rings = _RING.findall(wkt)
        # what is left without the rings is punctuation: nothing was overlooked
        assert re.fullmatch(r"(MULTI)?POLYGON [(), ]+", _RING.sub("", wkt)), thing
        for ring in rings:
            points = [tuple(map(float, p.split())) for p in ring.split(", ")]
            assert points[0] == points[-1]
            assert all(4 < lon < 32 and 57 < lat < 72 for lon, lat in points)


def test_a_boundary_is_of_a_year_in_which_the_unit_existed(graph: Graph) -> None:
    assert not graph.ask(
        """ASK { ?u geo:hasGeometry/sg:referenceYear ?y
          OPTIONAL { ?u sg:validFrom ?from } OPTIONAL { ?u sg:validThrough ?through }
          BIND (xsd:integer(STR(?y)) AS ?year)
          FILTER (?year < COALESCE(YEAR(?from), 0) || ?year > COALESCE(YEAR(?through), 9999)) }"""
    )


@pytest.mark.parametrize(("unit", "area"), [("nissedal", 905), ("namsos-1703", 778), ("berg", 294)])
def test_area_agrees_with_the_official_one(graph: Graph, unit: str, area: int) -> None:
    """A sphere is near enough: 3 per cent bounds simplification, fjords and figure of the earth.

    Outer rings count as they should run, counter-clockwise, or functions measure all but the area.
    """
    (wkt,) = [w for t, y, w, _ in shapes(graph) if (t, y) == (f"municipality/{unit}", "2019")]
    total = 0.0
    for ring in _RING.findall(wkt):
        points = [tuple(map(float, p.split())) for p in ring.split(", ")]
        middle = radians(sum(lat for _, lat in points) / len(points))
        flat = [(lon * 111.32 * cos(middle), lat * 111.32) for lon, lat in points]
        pairs = pairwise(flat)
        total += sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2
    assert total == pytest.approx(area, rel=0.03)


def test_every_outer_ring_runs_counter_clockwise(graph: Graph) -> None:
    for thing, year, wkt, _ in shapes(graph):
        for polygon in re.split(r"\)\), \(\(", wkt):
            for number, ring in enumerate(re.findall(r"(?:-?[\d.]+ -?[\d.]+(?:, )?){4,}", polygon)):
                points = [tuple(map(float, p.split())) for p in ring.split(", ")]
                turns = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(points))
                assert (turns > 0) == (number == 0), (thing, year)
