"""Measure how long the pages of things take, each asked for the first time.

    make bench ARGS="--pages"

The bound is the 95th percentile of the study's pages; a page asked for again comes from the cache.
Times are of this machine at this moment: let nothing else run meanwhile.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from live import Live

BOUND = 50.0  # milliseconds, the 95th percentile
HTML = {"Accept": "text/html"}
THINGS = """
SELECT DISTINCT ?thing { ?thing a ?class FILTER(STRSTARTS(STR(?thing), STR(<id/>))) }
ORDER BY ?thing
"""


def run() -> None:
    """Ask for the page of every thing, then for all of them again, and print the times."""
    with Live() as live:
        status, _, body = live.ask(THINGS)
        if status != 200:
            raise SystemExit(body.decode())
        rows = json.loads(body)["results"]["bindings"]
        paths = ["/doc/" + r["thing"]["value"].split("/id/", 1)[1] for r in rows]
        connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
        _time(connection, "/")  # what is made once for all pages
        time.sleep(5)  # and what is made when nobody asks
        cold = [_time(connection, path) for path in paths]
        warm = [_time(connection, path) for path in paths]
        connection.close()
    print(f"{len(paths)} pages of things        p50      p95      p99   (ms)")
    for name, times in (("asked for first", cold), ("asked for again", warm)):
        cuts = statistics.quantiles(times, n=100)
        print(f"  {name:22}{cuts[49]:9.1f}{cuts[94]:9.1f}{cuts[98]:9.1f}")
    kept = statistics.quantiles(cold, n=100)[94] < BOUND
    print(f"p95 under {BOUND:.0f} ms when asked for first: {'kept' if kept else 'NOT KEPT'}")


def _time(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request("GET", urllib.parse.quote(path, safe="/:@!$&'()*+,;=%"), headers=HTML)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return (time.perf_counter() - began) * 1e3
