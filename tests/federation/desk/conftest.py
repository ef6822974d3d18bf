"""A partner to ask, and an end to what was opened for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from partner_rig import OPENED
from faulty_partner import FaultyPartner


@pytest.fixture
def partner():
    """Return a partner that answers until it is told to fail."""
    with FaultyPartner() as partner:
        yield partner


@pytest.fixture(autouse=True)
def closed():
    """Close the desks of the test."""
    yield
    while OPENED:
        OPENED.pop().close()
