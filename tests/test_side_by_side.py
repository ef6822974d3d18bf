"""The two parts of a run: what they are made of, and how they end together."""

from __future__ import annotations

import pytest

import side_by_side
from side_by_side import ALONE, APART, LONG, ROOT, TOGETHER, outcome


@pytest.mark.parametrize("path", sorted({*ALONE, *APART, *LONG, *TOGETHER}))
def test_what_is_named_is_there(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    ("ends", "together"),
    [((0, 0), 0), ((0, 5), 0), ((5, 0), 0), ((5, 5), 5), ((1, 0), 1), ((0, 1), 1), ((-9, 0), -9)],
)
def test_run_ends_well_where_no_part_failed_and_one_had_a_test(ends, together):
    assert outcome(list(ends)) == together


def test_tests_are_marked_and_grouped(request):
    own = {mark.name: mark.args for mark in request.node.iter_markers()}
    assert own == {"xdist_group": ("test_side_by_side.py",)}
    assert side_by_side.place(request.node) == "test_side_by_side.py"
