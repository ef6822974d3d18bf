"""Note which tests failed, so that the few of them can be run once more, alone.

Tests of processes, browsers and deadlines share a machine with others, and one in thousands may be
late through no fault of the program. What fails twice, fails; what passes only the second time is
named in the end, to be mended. Loaded by ``pytest_plugins`` in ``conftest.py``; does nothing
without ``--failures FILE``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

#: More failures than that are no accident.
MOST = 3


class Failures:
    """Write the names of tests that failed to a file, a line each."""

    def __init__(self, file: Path):
        self._file = file
        self._failed: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that failed, or could not be set up or ended."""
        if report.failed:
            self._failed[report.nodeid] = None

    def pytest_sessionfinish(self) -> None:
        """Write what was noted."""
        with self._file.open("a", encoding="utf-8") as file:
            file.writelines(f"{test}\n" for test in self._failed)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--failures", type=Path, metavar="FILE", help="append the names of failed tests to FILE"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Note failures where asked to, in the process that hears of all tests."""
    file = config.getoption("--failures")
    if file is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Failures(file), "failures")


def second_try(
    end: int, failed: Sequence[str], options: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Return how a run ended that ended with ``end``, after the ``failed`` tests had another try.

    Nothing is run where there was more amiss than these few.
    """
    if end != pytest.ExitCode.TESTS_FAILED or not 0 < len(failed) <= MOST:
        return end
    tests = "\n".join(f"  {test}" for test in failed)
    print(f"\nFailed, and run once more, alone:\n{tests}\n", flush=True)
    command = [sys.executable, "-m", "pytest", *options, *failed]
    again = subprocess.run(command, env=environ).returncode
    if again == pytest.ExitCode.OK:
        print(f"\nPASSED ONLY WHEN RUN AGAIN, to be mended:\n{tests}", flush=True)
    return again
