"""Run the tests in two processes side by side, then those that need a quiet machine in one.

    python tests/side_by_side.py [ARGUMENTS OF PYTEST]

Tests that share what is slow to start are a group, which one process runs: a file, unless it is
said otherwise here. The longest stand first, so that neither process is left with one in the end.
A plain ``pytest`` runs all of them in one process. Loaded by ``pytest_plugins`` in ``conftest.py``.
https://pytest-xdist.readthedocs.io/en/stable/distribution.html
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
#: What takes time, or memory, is measured here: beside other tests it would be measured wrongly.
ALONE = (
    "bench/",
    "federation/desk/test_desk_process.py",
    "front/test_live.py",
    "hostile/",
    "serve/",
    "workers/",
)
#: What takes a minute and more, the longest first.
LONG = (
    "browser/test_every_page.py",
    "federation/",
    "browser/test_crawl.py",
    "stores/",
    "browser/",
    "ontology/",
)
#: Folders all of whose tests share what is started.
TOGETHER = ("federation/",)
#: Tests for which more is started than for others of their file, by the parameter that says what.
APART = {"stores/": "store", "browser/test_every_page.py": "lang"}


def place(item: pytest.Item) -> str:
    """Return the test's file, as seen from the folder of the tests."""
    return item.path.relative_to(ROOT).as_posix()


def group(item: pytest.Item) -> str:
    """Return the name of the group that the test belongs to."""
    file = place(item)
    given = item.callspec.params if hasattr(item, "callspec") else {}
    for start, parameter in APART.items():
        if file.startswith(start) and parameter in given:
            return f"{start}{given[parameter]}"
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def rank(item: pytest.Item) -> int:
    """Return how early the test is to run: 0 is first."""
    file = place(item)
    return next((n for n, start in enumerate(LONG) if file.startswith(start)), len(LONG))


# first: before xdist reads the groups, and before tests are chosen by their marks
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests, and put them in order."""
    items.sort(key=rank)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))
        if place(item).startswith(ALONE):
            item.add_marker(pytest.mark.alone)


def outcome(ends: list[int]) -> int:
    """Return how a run ended whose parts ended so: well, if none failed and any had a test."""
    none = pytest.ExitCode.NO_TESTS_COLLECTED
    return next((end for end in ends if end not in (0, none)), min(ends))


def main() -> int:
    """Run both parts with the arguments given; return how they ended."""
    side_by_side = ("-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder", "-m", "not alone")
    parts = (side_by_side, ("-m", "alone"))
    commands = ([sys.executable, "-m", "pytest", *part, *sys.argv[1:]] for part in parts)
    return outcome([subprocess.run(command).returncode for command in commands])


if __name__ == "__main__":
    sys.exit(main())
