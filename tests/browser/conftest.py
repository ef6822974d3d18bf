from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Browser, expect

import javascript
from live import PATIENCE, Live

# waited out only where a test fails; a busy machine may need more than the five seconds it else is
expect.set_options(timeout=PATIENCE * 1000)


# not for the session: while it is driven, its event loop runs in the thread of the tests, and the
# tests of other modules run loops of their own there
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a running browser."""
    if chromium.program() is None:
        pytest.skip(
            "no Chromium or Chrome: apt-get install chromium, or name it in SAMGRAF_CHROMIUM"
        )
    with chromium.browser() as started:
        yield started


@pytest.fixture(scope="session")
def axe() -> Path:
    """Return the program of axe-core."""
    package = javascript.package("axe-core")
    if package is None:
        pytest.skip("axe-core is not installed: python tests/javascript.py")
    return package / "axe.min.js"


@pytest.fixture(scope="session")
def site(release: Path) -> Iterator[str]:
    """Return the address of a server over the real content."""
    # where others take the processor, a query in the slow lane hardly gets any
    with Live("--release", release, slow_after=5, query_timeout=60) as live:
        yield f"http://127.0.0.1:{live.port}"
