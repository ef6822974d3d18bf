"""Fixtures for the committed data: the files, a store of them, and the facts if at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_graph import DATA, ROOT, Graph

FOLDERS = ("reference", "statistics", "geometry")


@pytest.fixture(scope="session")
def data_files() -> list[Path]:
    """Return the files under test."""
    return sorted(p for folder in FOLDERS for p in (DATA / folder).glob("*.ttl"))


@pytest.fixture(scope="session")
def graph(data_files: list[Path]) -> Graph:
    """Return reference data, statistics and geometry in one store; not to be changed."""
    return Graph(data_files)


@pytest.fixture(scope="session")
def facts() -> Path:
    """Return the folder of facts from which the data is made; skip where it is not at hand."""
    folder = ROOT.parent / "shared" / "facts"
    if not (folder / "statistics.csv").is_file():
        pytest.skip("the folder of facts is not beside this checkout")
    return folder
