"""Neighbours dissolve into one outline, and a simpler outline is still one."""

from __future__ import annotations

import re
import sys
from itertools import combinations, pairwise

import pytest
from data_graph import DATA, Graph

sys.path.insert(0, str(DATA))
from make import outline


def square(west: float, south: float, size: float = 1.0) -> dict:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_neighbours_lose_the_edge_that_they_share():
    left, right = square(10, 60), square(11, 60)
    right["coordinates"][0].reverse()  # whichever way a ring was drawn
    (ring,) = outline.dissolve([left, right])
    assert len(ring) == 7
    expected = sum(abs(outline.area(s["coordinates"][0])) for s in (left, right))
    assert outline.area(ring) == pytest.approx(expected)


def test_what_touches_in_a_corner_stays_two():
    rings = outline.dissolve([square(10, 60), square(11, 61)])
    assert [len(r) for r in rings] == [5, 5]


def test_a_gap_between_neighbours_is_no_land():
    around = [square(x, y) for x in (10, 11, 12) for y in (60, 61, 62) if (x, y) != (11, 61)]
    (ring,) = outline.dissolve(around)
    assert (11, 61) not in ring


def test_overlapping_neighbours_are_told():
    with pytest.raises(ValueError, match="overlap"):
        outline.dissolve([square(10, 60), square(10, 60)])


def test_small_corners_go_and_large_ones_stay():
    ring = [(10, 60), (11, 60), (12, 60.0001), (12, 62), (10, 62), (10, 60)]
    (simple,) = outline.simplify([ring], lambda _: 10)
    assert simple == [(10, 60), (12, 60.0001), (12, 62), (10, 62), (10, 60)]


def test_a_corner_stays_where_an_island_lies_in_it():
    ring = [(10, 60), (11, 59.9), (12, 60), (12, 62), (10, 62), (10, 60)]
    island = [(10.99, 59.97), (11.01, 59.97), (11.01, 59.99), (10.99, 59.99), (10.99, 59.97)]
    assert len(outline.simplify([ring], lambda _: 1e3)[0]) == 5
    assert ring in outline.simplify([ring, island], lambda _: 1e3)


def test_no_two_edges_of_the_outline_cross(graph: Graph) -> None:
    ((wkt,),) = graph.rows("SELECT ?w { ?g geo:asWKT ?w FILTER(STRENDS(STR(?g), 'norway-2024')) }")
    edges = []
    for ring in re.findall(r"\(([\d. ,]+)\)", wkt):
        edges += pairwise(tuple(map(float, p.split())) for p in ring.split(", "))
    edges.sort(key=lambda e: min(e[0][0], e[1][0]))
    assert len(edges) > 2000
    crossing = []
    for number, first in enumerate(edges):
        east = max(first[0][0], first[1][0])
        for second in edges[number + 1 :]:
            if min(second[0][0], second[1][0]) > east:
                break
            if cross(first, second):
                crossing.append((first, second))
    assert crossing == []


def cross(first, second) -> bool:
    def side(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = first, second
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def test_the_search_would_find_a_crossing():
    edges = [((0, 0), (2, 2)), ((0, 2), (2, 0)), ((3, 0), (3, 1))]
    assert [cross(*pair) for pair in combinations(edges, 2)] == [True, False, False]
