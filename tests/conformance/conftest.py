"""The suite's tests, and one server that holds the data of all of them."""

from __future__ import annotations

import pytest
from datasets import write_suite_release
from suites import ABSENT, read_tests, suite

from live import Live


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory):
    """Yield a running server over the release with all data of the suite."""
    root = suite("sparql11")
    if root is None:
        pytest.skip(ABSENT)
    release = write_suite_release(tmp_path_factory.mktemp("suite"), read_tests(root))
    with Live("--release", release) as live:
        yield live
