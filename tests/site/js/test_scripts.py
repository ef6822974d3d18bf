"""The pages' scripts: linted, type-checked, and their pure parts tested without a browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import javascript

HERE = Path(__file__).parent
STATIC = HERE.parents[2] / "server" / "samgraf" / "site" / "static"
SCRIPTS = sorted([*STATIC.glob("*.js"), *STATIC.glob("editor/*.js"), *STATIC.glob("export/*.js")])


def run(*command: object) -> None:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def program():
    def find(name: str) -> Path:
        found = javascript.command(name)
        if found is None:
            pytest.skip(f"{name} is not installed: python tests/javascript.py")
        return found

    return find


def test_scripts_have_no_type_errors(program):
    run(program("tsc"), "-p", HERE / "jsconfig.json")


def test_scripts_are_linted(program):
    run(program("biome"), "lint", "--error-on-warnings", f"--config-path={HERE}", *SCRIPTS)


def test_every_script_is_type_checked():
    unchecked = [s.name for s in SCRIPTS if not s.read_text("utf-8").startswith("// @ts-check\n")]
    assert unchecked == []


def test_pure_parts_do_what_they_say():
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing; on Debian and Ubuntu: apt-get install nodejs")
    run(node, "--test", HERE / "pure.test.mjs")
