"""The gate fails on a skip that nobody allowed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skip_policy import ALLOWED, allowed_reasons

LISTED = "the folder of facts is not beside this checkout"
TESTS = """
import pytest

def test_runs():
    assert True

def test_skips():
    pytest.skip({reason!r})

@pytest.mark.xfail(reason="known", strict=True)
def test_known():
    assert False
"""
MODULE = """
import pytest
pytest.skip("no such tool", allow_module_level=True)
"""


def run(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(text)
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {ALLOWED.parent}\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "skip_policy", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_skip_on_the_list_passes_and_is_printed(tmp_path):
    done = run(tmp_path, TESTS.format(reason=LISTED), "--strict-skips")
    assert done.returncode == 0, done.stdout
    assert f"allowed: test_it.py::test_skips: {LISTED}" in done.stdout
    assert "skips: 1, not allowed: 0" in done.stdout


def test_skip_not_on_the_list_fails_the_run(tmp_path):
    done = run(tmp_path, TESTS.format(reason="no time"), "--strict-skips")
    assert done.returncode == 1
    assert "NOT ALLOWED: test_it.py::test_skips: no time" in done.stdout


def test_skipped_module_fails_the_run(tmp_path):
    done = run(tmp_path, MODULE, "--strict-skips")
    assert done.returncode == 1, done.stdout
    assert "NOT ALLOWED: test_it.py: no such tool" in done.stdout


def test_skips_are_not_held_to_the_list_unless_asked(tmp_path):
    done = run(tmp_path, TESTS.format(reason="no time"))
    assert done.returncode == 0


def test_entry_without_a_why_is_refused(tmp_path):
    file = tmp_path / "skips.toml"
    file.write_text('[[skip]]\nreason = "x"\n')
    with pytest.raises(pytest.UsageError, match="why"):
        allowed_reasons(file)


def test_list_is_in_order():
    assert LISTED in allowed_reasons()
