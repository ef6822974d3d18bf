"""Print what the front costs per request in microseconds, beside what it stands on.

All rows come from one run in one process, interleaved, without a server and without workers:
``python tests/bench/front_profile.py``. Medians of ``ROUNDS`` rounds.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from front_client import FrontClient
from samgraf.gateway.watch import Client, Record
from samgraf.gateway.watch.log import lines_of

from samgraf.engine.in_process import BytesAnswer
from samgraf.settings import Settings
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.guard import guard
from samgraf.sparql.outline import outline
from samgraf.sparql.protocol import read_operation
from small_release import write_release

ROUNDS, CALLS = 15, 300
TINY = "SELECT ?s WHERE {{ ?s a ex:Flower . FILTER(?s != ex:n{}) }}"
JSON = "application/sparql-results+json"


class Silent:
    """Catch an answer at no cost."""

    def __init__(self, body=b""):
        self._body = body

    async def __call__(self):
        return self._body

    def response_bytes(self, status, headers, body):
        self.status = status

    def response_empty(self, status, headers):
        self.status = status


class Ready:
    """Stand for an engine that has its answer at once."""

    def __init__(self, body):
        self._body = body

    async def answer(self, request, media_type):
        return BytesAnswer(self._body, 0.0001)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        client = FrontClient(folder, write_release(folder / "release"), Settings())
        try:
            _measure(client)
        finally:
            client.close()


def _measure(client: FrontClient) -> None:
    service, rsgi = client.serving.service, client.front.__rsgi__
    numbers = itertools.count()

    def scope(query, **headers):
        how = {"query_string": {"query": query}, "headers": {"Accept": JSON, **headers}}
        return client.request(**how)[0]

    known = scope(TINY.format("x"))
    etag = client.get(query_string={"query": TINY.format("x")}, headers={"Accept": JSON})
    again = scope(TINY.format("x"), **{"If-None-Match": etag.headers["ETag"]})
    engine = service.engine

    async def hit():
        await rsgi(known, Silent())

    async def unmodified():
        await rsgi(again, Silent())

    fresh = iter([scope(TINY.format(next(numbers))) for _ in range(2 * (ROUNDS + 1) * CALLS)])
    ready = Ready(etag.data)

    async def unique():
        await rsgi(next(fresh), Silent())

    async def unique_alone():
        service.engine = ready
        try:
            await rsgi(next(fresh), Silent())
        finally:
            service.engine = engine

    async def engine_alone():
        request = QueryRequest(query=TINY.format(next(numbers)), base=service.base)
        (await engine.answer(request, JSON)).read()

    async def read():
        query_string = known.query_string.encode()
        read_operation("GET", query_string, None, b"")

    async def guarded():
        guard(TINY.format(next(numbers)), 1_000_000)

    tokens = guard(TINY.format("x"), 1_000_000).tokens

    async def outlined():
        outline(tokens, service.prefixes, service.base)

    fresh_operations = iter(
        [
            read_operation(
                "GET", scope(TINY.format(next(numbers))).query_string.encode(), None, b""
            )
            for _ in range((ROUNDS + 1) * CALLS)
        ]
    )

    async def prepared():
        service.prepare(next(fresh_operations), JSON, html=True)

    record = Record(
        Client("0" * 12, local=True), "GET", "/sparql", 200, 0.0003, 0.0001, 100, "miss", "ok",
        TINY.format("x"), "SELECT", "json", service.release,
    )  # fmt: skip

    async def recorded():
        client.front._watch.done(record)

    async def logged():
        lines_of(time.time(), record)

    steps: dict[str, Callable[[], Awaitable[None]]] = {
        "repeated query (cache)": hit,
        "repeated query (304)": unmodified,
        "unique query, whole way": unique,
        "unique query, an engine that is ready": unique_alone,
        "  engine alone": engine_alone,
        "  reading the request": read,
        "  guard": guarded,
        "  outline": outlined,
        "  preparing (guard, outline, format, key)": prepared,
        "  recording and counting": recorded,
        "  the lines of the logs, in their thread": logged,
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(ROUNDS + 1):
        for name, step in steps.items():
            seconds = client.run(_timed(step))
            if turn:
                times[name].append(seconds / CALLS * 1e6)
    medians = {name: statistics.median(values) for name, values in times.items()}
    alone = medians["  engine alone"]
    print(f"{'step':45} {'µs':>8} {'of the engine':>14}")
    for name, median in medians.items():
        print(f"{name:45} {median:8.1f} {median / alone:14.2f}")
    print(f"{'the front beyond the engine':45} {medians['unique query, whole way'] - alone:8.1f}")


async def _timed(step: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    for _ in range(CALLS):
        await step()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
