"""A template of each module's own, in a folder with a short name: socket paths are bounded."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from worker_rig import Rig

if not sys.platform.startswith("linux"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="module")
def rig(release_dir: Path) -> Iterator[Rig]:
    """Return a running template over the small release."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="sgw-") as folder:
        rig = Rig(release_dir, Path(folder))
        rig.start()
        try:
            yield rig
        finally:
            rig.stop()


@pytest.fixture
def own_rig(release_dir: Path) -> Iterator[Rig]:
    """Return a template that a test may kill."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="sgw-") as folder:
        rig = Rig(release_dir, Path(folder))
        rig.start()
        try:
            yield rig
        finally:
            rig.stop()
