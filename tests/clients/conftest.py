"""One live endpoint over the small release, for every client."""

from __future__ import annotations

import pytest

from live import Live


@pytest.fixture(scope="session")
def endpoint(release_dir) -> str:
    """Yield the address of a running server's query endpoint."""
    with Live("--release", release_dir) as live:
        yield f"http://127.0.0.1:{live.port}/sparql"
