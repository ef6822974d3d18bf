"""Packages import downwards only: the contract in pyproject.toml holds, and would tell if not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"


UPWARDS = [
    ("build/pipeline.py", "samgraf.federation.bind_join"),
    ("build/cached.py", "samgraf.site"),
    ("site/status.py", "samgraf.build.content"),
    ("gateway/app.py", "samgraf.build.pipeline"),
    ("federation/bind_join.py", "samgraf.site.app"),
    ("engine/local.py", "samgraf.federation.bind_join"),
    ("sparql/service.py", "samgraf.engine.local"),
    ("release/store.py", "samgraf.sparql.formats"),
    ("settings.py", "samgraf.release.store"),
    ("engine/workers/scheduler.py", "samgraf.cli"),
]


def copy(root: Path, folder: Path) -> Path:
    """Put a copy of the package and of its contract into ``folder``."""
    left_out = shutil.ignore_patterns("__pycache__", "static", "templates")
    shutil.copytree(root / "server" / "samgraf", folder / "samgraf", ignore=left_out)
    shutil.copy(root / "pyproject.toml", folder)
    return folder


def lint(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", LINT, "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), *sys.path[1:]))},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def planted(root, tmp_path_factory) -> str:
    """Return what is told where packages import upwards."""
    folder = copy(root, tmp_path_factory.mktemp("planted"))
    for where, what in UPWARDS:
        # in a function, where nothing but a reader would notice it
        with (folder / "samgraf" / where).open("a") as file:
            file.write(f"\n\ndef planted():\n    import {what}\n")
    status, told = lint(folder)
    assert status == 1
    return told


def test_packages_import_downwards_only(root, tmp_path):
    status, told = lint(copy(root, tmp_path))
    assert status == 0, told


@pytest.mark.parametrize(("where", "what"), UPWARDS)
def test_an_import_upwards_is_refused(planted, where, what):
    module = "samgraf." + where.removesuffix(".py").replace("/", ".")
    assert f"{module} -> {what}" in planted


def test_a_package_without_a_place_is_refused(root, tmp_path):
    (copy(root, tmp_path) / "samgraf" / "elsewhere.py").write_text("")
    status, told = lint(tmp_path)
    assert status != 0
    assert "elsewhere" in told
