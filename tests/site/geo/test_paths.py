"""Paths are light, whole where the picture shows them, and never lose a thing altogether."""

import re

import pytest

from samgraf.site.geo.paths import clip, path_of, simpler, written
from samgraf.site.geo.plane import Box, Frame, flatten
from samgraf.site.geo.projection import even
from samgraf.site.geo.wkt import read_wkt

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]


def frame_of(shape, width=100):
    return Frame.fit(shape.box, width=width, heights=(10, 100))


def test_steps_are_short_and_do_not_drift():
    line = [(0.04, 0), (3.14, -0.26), (3.14, -0.26), (100.06, 7)]
    assert written(line) == "M0 0 l3.1-.3 97 7.3"
    steps = [(i * 0.333, i * 0.777) for i in range(1000)]
    numbers = re.findall(r"-?\d*\.?\d+", written(steps))
    assert sum(map(float, numbers[::2])) == pytest.approx(steps[-1][0], abs=0.06)
    assert sum(map(float, numbers[1::2])) == pytest.approx(steps[-1][1], abs=0.06)


def test_a_ring_keeps_the_corners_that_can_be_seen():
    ring = [(0, 0), (5, 0.1), (10, 0), (10, 10), (0, 10), (0, 0)]
    assert simpler(ring, 0.5) == SQUARE


def test_what_lies_outside_is_cut_off():
    cut = clip(SQUARE, Box(5, 5, 20, 20))
    assert sorted(set(cut)) == [(5, 5), (5, 10), (10, 5), (10, 10)]
    assert cut[0] == cut[-1]
    assert clip(SQUARE, Box(20, 20, 30, 30)) == []


def test_a_shape_too_small_to_see_is_still_drawn():
    project = even(60)
    islet = flatten(read_wkt("POLYGON ((10 60, 10.001 60, 10.001 60.001, 10 60))").shape, project)
    country = flatten(read_wkt("POLYGON ((5 55, 30 55, 30 70, 5 55))").shape, project)
    assert path_of(islet, frame_of(country)).startswith("M")


def test_a_point_stands_in_its_middle():
    shape = flatten(read_wkt("POLYGON ((10 60, 12 60, 12 62, 10 62, 10 60))").shape, even(61))
    x, y = shape.middle
    assert x == pytest.approx((shape.box.left + shape.box.right) / 2)
    assert y == pytest.approx((shape.box.low + shape.box.high) / 2)
