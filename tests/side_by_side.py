"""Run the tests side by side, then those that need a quiet machine by themselves.

    python tests/side_by_side.py [--part check|test|slow] [ARGUMENTS OF PYTEST]

``check`` is what starts no server, browser or other program; ``test`` is all but what is marked
slow; ``slow`` is the rest. Tests that share what is slow to start are a group, which one process
runs: a file, unless it is said otherwise here. The longest come first, so that no process is left
with one in the end. A plain ``pytest`` runs all of them in one process. Loaded by
``pytest_plugins`` in ``conftest.py``.
https://pytest-xdist.readthedocs.io/en/stable/distribution.html
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
#: What takes time, or memory, is measured here: beside other tests it would be measured wrongly.
ALONE = ("hostile/test_attacks.py", "hostile/test_hostile.py")
#: Fixtures for which the whole content is built.
BUILT = frozenset(("release", "study_app", "other_release", "bees_app"))
#: Where a server, a browser or another program is started, or contents are built again: the
#: beginnings of paths.
SERVERS = (
    "bench/",
    "browser/",
    "build/test_bounds.py",
    "build/test_closure.py",
    "build/test_versions.py",
    "cases/",
    "cli/test_commands.py",
    "cli/test_faults.py",
    "cli/test_new.py",
    "cli/test_serve.py",
    "clients/",
    "conformance/",
    "engine/test_worker_",
    "federation/test_equal_answers.py",
    "federation/test_fault",
    "federation/test_federated_command.py",
    "federation/test_federated_from_outside.py",
    "federation/test_federated_over_http.py",
    "federation/test_federation_in_server.py",
    "federation/test_mirror_command.py",
    "federation/test_partner_client.py",
    "federation/test_partner_faults.py",
    "federation/test_standins.py",
    "gateway/test_http_",
    "gateway/test_iris_in_requests.py",
    "gateway/test_processes.py",
    "gateway/test_route_fuzz.py",
    "gateway/test_served.py",
    "gateway/test_supervisor.py",
    "hostile/",
    "ontology/test_hermit.py",
    "ontology/test_planted_faults.py",
    "ontology/test_second_study.py",
    "ontology/test_shapes.py",
    "packaging/",
    "release/test_release.py",
    "site/export/test_forms.py",
    "site/js/",
    "site/test_addresses.py",
    "site/test_federated_pages.py",
    "site/test_hostile_pages.py",
    "site/test_page_cost.py",
    "site/test_partners_page.py",
    "stores/",
    "test_skip_policy.py",
)
#: By part of the tests, its runs: how many processes (0: only this one), and pytest's ``-m``.
PARTS = {
    "check": (("2", "not server and not alone and not slow"),),
    "test": (("3", "not alone and not slow"), ("0", "alone and not slow")),
    "slow": (("2", "slow and not alone"), ("0", "alone and slow")),
}
#: What takes a minute and more, the longest first.
LONG = (
    # builds the release of the study, which the pages need as well; meanwhile others do not wait
    "browser/test_crawl.py",
    "federation/",
    "engine/",
    "browser/test_every_page.py",
    "stores/",
    "browser/",
    "hostile/test_growth.py",
    "ontology/",
    "gateway/",
    "packaging/",
)
#: Folders all of whose tests share what is started.
TOGETHER = ("federation/",)
#: Files that go with another, which shares what it makes.
WITH = {"browser/test_copy_in_browser.py": "site/export/test_export.py"}
#: Tests for which more is started than for others of their file, by the words in their names that
#: say what.
APART = {
    "stores/": ("oxigraph", "virtuoso", "fuseki"),
}


def place(item: pytest.Item) -> str:
    """Return the test's file, as seen from the folder of the tests."""
    return seen_from_here(item.path)


@cache
def seen_from_here(path: Path) -> str:
    """Return a file of the tests as seen from their folder."""
    return path.relative_to(ROOT).as_posix()


def group(nodeid: str) -> str:
    """Return the name of the group of the test with that id, as seen from the root."""
    path, _, name = nodeid.partition("::")
    file = path.removeprefix(f"{ROOT.name}/")
    words = set(re.split(r"[\[\]-]", name))
    for start, parts in APART.items():
        if file.startswith(start) and (found := words.intersection(parts)):
            return start + min(found)
    return next((folder for folder in TOGETHER if file.startswith(folder)), WITH.get(file, file))


def rank(item: pytest.Item) -> int:
    """Return how early the test is to run: 0 is first."""
    file = place(item)
    return next((n for n, start in enumerate(LONG) if file.startswith(start)), len(LONG))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no file of which the run wants no test: reading them takes as long as many a test."""
    if collection_path.suffix != ".py":
        return None
    file, marks = seen_from_here(collection_path), config.option.markexpr
    if marks.startswith("alone"):
        return None if file.startswith(ALONE) else True
    return True if marks.startswith("not server") and file.startswith(SERVERS) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests, and put them in order."""
    items.sort(key=rank)
    for item in items:
        if place(item).startswith(ALONE):
            item.add_marker(pytest.mark.alone)
        if place(item).startswith(SERVERS) or BUILT.intersection(fixtures(item)):
            item.add_marker(pytest.mark.server)


def fixtures(item: pytest.Item) -> Iterator[str]:
    """Yield the names of the fixtures of a test, those that it takes by parameter as well."""
    yield from item.fixturenames
    if hasattr(item, "callspec"):
        yield from (value for value in item.callspec.params.values() if isinstance(value, str))


# by its own groups: the marks that xdist 3.8 reads are lost with pytest 9.2, without a word
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Return what gives a group to one process."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return Groups(config, log)


def outcome(ends: list[int]) -> int:
    """Return how a run ended whose parts ended so: well, if none failed and any had a test."""
    none = pytest.ExitCode.NO_TESTS_COLLECTED
    return next((end for end in ends if end not in (0, none)), min(ends))


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment to run in: what one of many processes compiles, the others find.

    Away from the sources, as some want no compiled files beside them.
    """
    kept = {name: value for name, value in environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(ROOT.parent / ".pytest_cache" / "bytecode")} | kept


def main() -> int:
    """Run a part of the tests with the arguments given; return how it ended."""
    options = argparse.ArgumentParser(allow_abbrev=False)
    options.add_argument("--part", choices=PARTS, default="test")
    chosen, rest = options.parse_known_args()
    environ = environment(os.environ)
    ends = []
    for processes, marks in PARTS[chosen.part]:
        command = [sys.executable, "-m", "pytest", "-m", marks, *rest]
        if processes != "0":
            command += ["-n", processes, "--dist", "loadscope", "--no-loadscope-reorder"]
        ends.append(subprocess.run(command, env=environ).returncode)
    return outcome(ends)


if __name__ == "__main__":
    sys.exit(main())
