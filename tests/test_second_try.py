"""A test that fails has one more try, alone, and is named."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from second_try import MOST, second_try

TESTS = """
import pathlib
import pytest

HERE = pathlib.Path(__file__).parent

def test_sound(): pass

def test_broken(): assert 1 == 2

@pytest.mark.parametrize("place", ["a b[::]", "ø"])
def test_late(place):
    seen = HERE / str(len(place))
    tried = seen.exists()
    seen.touch()
    assert tried

@pytest.fixture
def late_thing():
    tried = (HERE / "thing").exists()
    (HERE / "thing").touch()
    assert tried

def test_with_a_late_thing(late_thing): pass

@pytest.mark.parametrize("number", range(4))
def test_many(number): assert False
"""


@pytest.fixture
def run(tmp_path, capfd):
    """Return what runs some of those tests, then has a second try; it returns end and output."""
    (tmp_path / "test_some.py").write_text(TESTS, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    place = {"PYTHONPATH": str(Path(__file__).parent), "PYTHONDONTWRITEBYTECODE": "1"}
    environ = os.environ | place

    def both(*arguments):
        options = ("-p", "second_try", "-p", "no:cacheprovider", f"--rootdir={tmp_path}")
        failures = tmp_path / "failures"
        end = subprocess.run(
            [sys.executable, "-m", "pytest", *options, "--failures", failures, *arguments],
            env=environ,
            cwd=tmp_path,
        ).returncode
        capfd.readouterr()
        failed = failures.read_text("utf-8").splitlines() if failures.exists() else []
        before = Path.cwd()
        os.chdir(tmp_path)
        try:
            end = second_try(end, failed, options, environ)
        finally:
            os.chdir(before)
        return end, capfd.readouterr().out

    return both


@pytest.mark.parametrize("side_by_side", [(), ("-n", "2")])
def test_what_passes_the_second_time_is_named_and_no_failure(run, side_by_side):
    end, told = run("-k", "late or sound", *side_by_side)
    assert end == 0
    named = told.partition("PASSED ONLY WHEN RUN AGAIN")[2].splitlines()[1:]
    assert len(named) == 3
    assert "  test_some.py::test_with_a_late_thing" in named
    assert re.search(r"\b3 passed", told)  # the sound one is not run again


def test_what_fails_twice_fails(run):
    end, told = run("-k", "late or broken", "--deselect", "test_some.py::test_with_a_late_thing")
    assert end == 1
    assert "AGAIN" not in told
    assert re.search(r"1 failed, 2 passed", told)


def test_many_failures_are_no_accident(run):
    assert MOST == 3
    assert run("-k", "many") == (1, "")


def test_nothing_is_run_again_where_nothing_failed(run):
    assert run("-k", "sound") == (0, "")


@pytest.mark.parametrize("end", [0, 2, 3, 4, 5, 7, -9])
def test_worse_than_failed_tests_stays_so(end, capfd):
    assert second_try(end, ["tests/test_second_try.py::no"], [], {}) == end
    assert capfd.readouterr().out == ""
