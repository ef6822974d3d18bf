"""Twice as long a text takes about twice the time, up to its limit, whatever its kind.

Judged by processor time. What takes less than FLOOR seconds is not compared: the system gives
memory out in pieces, which counts for more.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest

from cpu_time import cpu_time
from gateway_client import GatewayClient
from hostile.shapes import BODIES, HEADERS, QUERIES, TARGETS
from samgraf import limits
from samgraf.errors import SamgrafError
from samgraf.settings import Settings
from samgraf.sparql.syntax import parse

GROWTH = 2.5
FLOOR = 0.05
TRIES = 4
MORE = 8  # times that what seems to grow too fast is tried again
QUERY_BYTES = Settings().max_query_bytes
PREFIXES = {f"p{i}": f"http://x/{i}#" for i in range(40)}


def growth(call, sizes) -> float:
    """Return by how much the time of ``call(size)`` grows at most from one size to the next."""
    best = [cpu_time(lambda size=size: call(size)) for size in sizes]
    for _ in range(MORE):
        steps = [b / max(a, FLOOR) for a, b in pairwise(best)]
        if max(steps) <= GROWTH:
            break
        # a busy machine may have been in the way
        best = [min(t, cpu_time(lambda s=s: call(s))) for s, t in zip(sizes, best, strict=True)]
    return max(steps)


def doublings(limit: int, times: int = 2) -> list[int]:
    return [limit >> step for step in reversed(range(times + 1))]


def read(kind: str, size: int) -> None:
    with suppress(SamgrafError):
        parse(QUERIES[kind](size), PREFIXES, "http://base/x/", QUERY_BYTES).normal()


@pytest.mark.slow
@pytest.mark.parametrize("kind", QUERIES)
def test_reading_a_query_is_linear(kind):
    assert growth(lambda size: read(kind, size), doublings(QUERY_BYTES, 4)) <= GROWTH


@pytest.mark.parametrize("kind", QUERIES)
def test_what_the_event_loop_reads_takes_it_50_ms_at_most(kind):
    size = limits.LONG_QUERY
    assert min(cpu_time(lambda: read(kind, size)) for _ in range(TRIES)) < 0.05


@pytest.fixture(scope="module")
def gateway(release_dir):
    made = GatewayClient(release_dir, Settings())
    made.get("/search?q=rose")  # makes the index
    yield made
    made.close()


def asked(gateway, path, **how) -> None:
    assert gateway.open(path, **how).status_code not in (500, 502)


@pytest.mark.parametrize("kind", HEADERS)
def test_reading_a_header_is_linear(gateway, kind):
    path, name, value = HEADERS[kind]

    def ask(size):
        asked(gateway, path, headers={name: value(size)})

    assert growth(ask, doublings(limits.HEAD_BYTES)) <= GROWTH


@pytest.mark.parametrize("kind", TARGETS)
def test_reading_an_address_is_linear(gateway, kind):
    limit = (
        limits.HEAD_BYTES if TARGETS[kind](1).startswith("/sparql") else limits.PAGE_TARGET_BYTES
    )

    def ask(size):
        for accept in ("text/html", "*/*"):
            asked(gateway, TARGETS[kind](size - 64), headers={"Accept": accept})

    assert growth(ask, doublings(limit)) <= GROWTH


def test_an_address_longer_than_any_page_has_is_414(gateway):
    path = "/search?q=" + "a" * limits.PAGE_TARGET_BYTES
    assert gateway.get(path).status_code == 414
    assert gateway.get("/status?" + "a=b&" * limits.PAGE_FIELDS).status_code == 400


def post(gateway, kind, size):
    path, content_type, body = BODIES[kind]
    asked(gateway, path, method="POST", data=body(size), content_type=content_type)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BODIES)
def test_reading_a_body_is_linear(gateway, kind):
    sizes = doublings(QUERY_BYTES - 256)
    assert growth(lambda size: post(gateway, kind, size), sizes) <= GROWTH
