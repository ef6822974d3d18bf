"""Hold skipped tests to a committed list, so that a gate cannot be green for want of a tool.

Loaded by ``pytest_plugins`` in ``conftest.py``; does nothing without ``--strict-skips``.
https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ALLOWED = Path(__file__).with_name("skips.toml")


class SkipPolicy:
    """Note every skipped test and tell in the end which of them nobody allowed."""

    def __init__(self, allowed: list[str]):
        self._allowed = allowed
        self.skipped: dict[str, str] = {}

    def unlisted(self) -> dict[str, str]:
        """Return the skipped tests whose reason is not allowed, and these reasons."""
        return {
            test: reason
            for test, reason in self.skipped.items()
            if not any(fnmatchcase(reason, pattern) for pattern in self._allowed)
        }

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        # an expected failure is also reported as skipped, but it did run
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            self.skipped[report.nodeid] = str(reason).removeprefix("Skipped: ")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome of a test."""
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a module that skipped itself while it was collected."""
        self._note(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail the run where a skip is not allowed."""
        if self.unlisted() and exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print every skipped test with its reason."""
        unlisted = self.unlisted()
        terminalreporter.section(f"skips: {len(self.skipped)}, not allowed: {len(unlisted)}")
        for test, reason in sorted(self.skipped.items()):
            verdict = "NOT ALLOWED" if test in unlisted else "allowed"
            terminalreporter.line(f"{verdict}: {test}: {reason}")
        if unlisted:
            terminalreporter.line(
                f"Install what these tests need, or allow the reason in {ALLOWED.name}."
            )


def allowed_reasons(file: Path = ALLOWED) -> list[str]:
    """Return the patterns of the list; each entry must say why it stands there."""
    entries = tomllib.loads(file.read_text("utf-8")).get("skip", [])
    for entry in entries:
        if not entry.get("reason") or not entry.get("why"):
            raise pytest.UsageError(f"{file}: each skip needs a reason and a why: {entry}")
    return [entry["reason"] for entry in entries]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--strict-skips",
        action="store_true",
        help=f"print every skip and fail where its reason is not in {ALLOWED.name}",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Hold the run to the list where asked to."""
    if config.getoption("--strict-skips"):
        config.pluginmanager.register(SkipPolicy(allowed_reasons()), "skip-policy")
