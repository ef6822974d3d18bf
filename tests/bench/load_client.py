"""Make load where wrk is not installed: processes, each with connections that it keeps open.

python tests/bench/load_client.py ORIGIN CONNECTIONS SECONDS FILE TOKEN
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

PROCESSES = 2


async def talk(
    origin: str, lines: list[str], token: str, first: int, until: float
) -> tuple[list[float], int, int]:
    """Ask over one connection until the time is up; return latencies, bytes and bad answers."""
    at = urlsplit(origin)
    latencies: list[float] = []
    received = bad = 0
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    number = first
    while (began := time.perf_counter()) < until:
        target = lines[number % len(lines)].replace("UNIQUE", f"{token}{number}")
        number += 1
        writer.write(
            f"GET {target} HTTP/1.1\r\nHost: {at.netloc}\r\n"
            "Accept: application/sparql-results+json\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        received += await _skip_body(reader, head)
        bad += head.split(" ", 2)[1][0] not in "23"
        latencies.append(time.perf_counter() - began)
    writer.close()
    return latencies, received, bad


async def _skip_body(reader: asyncio.StreamReader, head: str) -> int:
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if "content-length" in fields:
        return len(await reader.readexactly(int(fields["content-length"])))
    total = 0
    while size := int(await reader.readuntil(b"\r\n"), 16):
        total += len(await reader.readexactly(size + 2)) - 2
    await reader.readexactly(2)
    return total


async def _all(
    origin: str, connections: range, seconds: float, lines: list[str], token: str
) -> list[tuple[list[float], int, int]]:
    until = time.perf_counter() + seconds
    return await asyncio.gather(
        *(talk(origin, lines, token, n * 1_000_000, until) for n in connections)
    )


def _work(job: tuple[str, range, float, list[str], str]) -> list[tuple[list[float], int, int]]:
    return asyncio.run(_all(*job))


def main() -> None:
    """Print the figures as ``load.send`` wants them."""
    origin, connections, seconds, file, token = sys.argv[1:]
    lines = Path(file).read_text("utf-8").splitlines()
    jobs = [
        (origin, range(n, int(connections), PROCESSES), float(seconds), lines, token)
        for n in range(min(PROCESSES, int(connections)))
    ]
    with multiprocessing.Pool(len(jobs)) as pool:
        talks = [talk for found in pool.map(_work, jobs) for talk in found]
    latencies = sorted(x for found, _, _ in talks for x in found)
    cuts = statistics.quantiles(latencies, n=100) if len(latencies) > 1 else latencies * 99
    figures = {
        "requests": len(latencies),
        "seconds": float(seconds),
        "p50": cuts[49] * 1e3,
        "p99": cuts[98] * 1e3,
        "bytes": sum(received for _, received, _ in talks),
        "bad": sum(bad for *_, bad in talks),
    }
    print("FIGURES", json.dumps(figures))


if __name__ == "__main__":
    main()
