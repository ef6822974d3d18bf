"""The two parts of a run: what they are made of, and how they end together."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

import side_by_side
from side_by_side import ALONE, APART, LONG, ROOT, SERVERS, TOGETHER, WITH, outcome


@pytest.mark.parametrize("path", sorted({*ALONE, *APART, *LONG, *SERVERS, *TOGETHER, *WITH}))
def test_what_is_named_is_there(path):
    assert (ROOT / path).exists() or list(ROOT.glob(f"{path}*"))


def test_no_folder_of_tests_is_passed_over(pytestconfig):
    patterns = pytestconfig.getini("norecursedirs")
    folders = {p for file in ROOT.rglob("test_*.py") for p in file.relative_to(ROOT).parts[:-1]}
    assert "build" in folders
    assert [f for f in folders for pattern in patterns if fnmatch(f, pattern)] == []


@pytest.mark.parametrize(
    ("ends", "together"),
    [((0, 0), 0), ((0, 5), 0), ((5, 0), 0), ((5, 5), 5), ((1, 0), 1), ((0, 1), 1), ((-9, 0), -9)],
)
def test_run_ends_well_where_no_part_failed_and_one_had_a_test(ends, together):
    assert outcome(list(ends)) == together


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/web/test_map.py::test_a", "web/test_map.py"),
        ("tests/federation/desk/test_x.py::test_a[b-nn]", "federation/"),
        ("tests/stores/test_publish.py::test_a[virtuoso-b]", "stores/virtuoso"),
        ("tests/stores/test_deployment.py::test_a[b]", "stores/test_deployment.py"),
        ("tests/browser/test_every_page.py::test_a[home]", "browser/test_every_page.py"),
        ("tests/browser/test_copy_in_browser.py::test_a", "site/export/test_export.py"),
    ],
)
def test_group_is_known_by_the_name_of_a_test(nodeid, group):
    assert side_by_side.group(nodeid) == group


def test_compiled_code_is_kept_for_other_processes_and_where_it_is_wanted():
    found = side_by_side.environment({"PYTHONDONTWRITEBYTECODE": "1", "HOME": "/h"})
    assert found.keys() == {"HOME", "PYTHONPYCACHEPREFIX"}
    assert side_by_side.environment({"PYTHONPYCACHEPREFIX": "/p"}) == {"PYTHONPYCACHEPREFIX": "/p"}
