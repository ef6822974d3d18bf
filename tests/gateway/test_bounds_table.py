"""The operators' table of bounds says what is so, and of each bound who holds it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from samgraf import limits
from samgraf.settings import Settings

SERVER = Path(__file__).parents[2] / "server"
NGINX = {line.strip().rstrip(";") for line in (SERVER / "nginx.conf").read_text().splitlines()}
TABLE = (SERVER / "README.md").read_text().partition("| Bound | Web process |")[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.partition("\n\n")[0].splitlines()[2:]
]


def test_there_are_rows():
    assert len(ROWS) >= 13


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_bound_is_held_as_the_table_says(row):
    what, ours, proxys = row
    assert ours or proxys, f"nobody holds the bound on {what}"
    for name, value in re.findall(r"`([A-Z_]+)` (\d+)", ours):
        assert getattr(limits, name) == int(value)
    for name in re.findall(r"`SAMGRAF_([A-Z_]+)`", ours):
        assert hasattr(Settings(), name.lower())
    for directive in re.findall(r"`([^`]+)`", proxys):
        assert directive in NGINX
