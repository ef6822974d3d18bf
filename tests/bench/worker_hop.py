"""Measure what the way to a query worker costs, against the same query in this process.

``python tests/bench/worker_hop.py [RELEASE]``: medians in microseconds, interleaved, and their
difference; then the time from a kill to the next answer. Processes that yield to all others keep
the processors awake meanwhile: to wake one that a virtual machine has halted may take a
millisecond, which is no part of the way.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from samgraf.engine.local import LocalEngine
from samgraf.engine.workers import WorkerEngine
from samgraf.engine.workers.limits import with_large_pages
from samgraf.release import open_release, read_manifest
from samgraf.settings import Settings
from samgraf.sparql.evaluation import QueryRequest, QueryTimeoutError
from small_release import write_release

JSON = "application/sparql-results+json"
ROUNDS, CALLS = 15, 200
QUERIES = {
    "ask": "ASK { ?s ?p ?o }",
    "one row": "SELECT * { ?s ?p ?o } LIMIT 1",
    "100 rows": "SELECT * { ?s ?p ?o . ?t ?q ?u } LIMIT 100",
    "2000 rows": "SELECT * { ?s ?p ?o . ?t ?q ?u . ?v ?r ?w } LIMIT 2000",
}
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"


@contextlib.contextmanager
def awake() -> Iterator[None]:
    """Keep every processor from being halted."""
    busy = "import os\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\nwhile True: pass"
    kept = [subprocess.Popen([sys.executable, "-c", busy]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in kept:
            process.kill()
            process.wait()


async def timed(ask: Callable[[], Awaitable[int]]) -> float:
    """Return the seconds that each of CALLS took, in the median."""
    found = []
    for _ in range(CALLS):
        began = time.perf_counter()
        await ask()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


async def measure(engine: WorkerEngine, local: LocalEngine) -> None:
    """Print the table."""
    print(f"{'query':10} {'bytes':>9} {'in process':>11} {'worker':>9} {'hop':>7}  (µs)")
    for name, query in QUERIES.items():
        request = QueryRequest(query=query)

        async def here(request: QueryRequest = request) -> int:
            return len(local.query(request).serialize(JSON))

        async def there(request: QueryRequest = request) -> int:
            answer = await engine.answer(request, JSON)
            answer.close()
            return answer.length

        size = await here()
        rounds = [(await timed(here), await timed(there)) for _ in range(ROUNDS)]
        near, far = (statistics.median(column) * 1e6 for column in zip(*rounds, strict=True))
        print(f"{name:10} {size:9} {near:11.1f} {far:9.1f} {far - near:7.1f}")
    again = []
    for _ in range(ROUNDS):
        try:
            await engine.answer(QueryRequest(query=CROSS, timeout=0.05), JSON)
        except QueryTimeoutError:
            began = time.perf_counter()
            (await engine.answer(QueryRequest(query="ASK {}"), JSON)).close()
            again.append(time.perf_counter() - began)
    print(f"from a kill to the next answer: {statistics.median(again) * 1e3:.1f} ms")


async def main(release: Path, folder: Path) -> None:
    """Start fork server and engine and measure."""
    path = folder / "s"
    command = [sys.executable, "-m", "samgraf.engine.workers.forkserver", str(release), str(path)]
    with subprocess.Popen(command, env=with_large_pages(os.environ)) as server:
        manifest = read_manifest(release)
        engine = WorkerEngine(path, manifest, Settings(workers=1))
        await engine.start()
        await measure(engine, LocalEngine(open_release(release), manifest.get("prefixes", {})))
        await engine.close()
        server.terminate()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="sgw-") as folder:
        given = Path(sys.argv[1]) if sys.argv[1:] else write_release(Path(folder) / "release")
        with awake():
            asyncio.run(main(given, Path(folder)))
