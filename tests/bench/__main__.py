"""Compare samgraf with other SPARQL servers on the same data and queries, on this machine.

    make bench                                  the study's graph and 100 000 synthetic triples
    make bench ARGS="--sizes 1m 5m"             larger synthetic graphs
    make bench ARGS="--full --json FILE"        every load at 1, 8 and 64 connections
    SAMGRAF_BENCH_BEFORE=DIR make bench         beside the samgraf of another checkout
    make bench ARGS="--startup"                 what a new user waits for, instead
    make bench ARGS="--pages"                   how long the pages of things take, instead
    make bench ARGS="--federation"              a join with a partner of a million triples, instead

Exits with 1 where samgraf does not start, or with --strict where a promise is not kept. Times are
of this machine at this moment: compare the ratios, which are medians of rounds in which all servers
take turns, and let nothing else run meanwhile (slow queries of samgraf give way to all else).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

import bind_join
import page_times
import startup
from bench_data import SIZES, STUDY, make_data
from engines import ENGINES
from load import generator
from measure import Measured, Plan, measure
from server import Failed
from table import lines, promise_lines, promises


def main() -> int:
    """Measure and print; return the exit status."""
    chosen = _options().parse_args()
    if chosen.startup:
        startup.run(chosen.starts)
        return 0
    if chosen.pages:
        page_times.run()
        return 0
    if chosen.federation:
        return 0 if bind_join.run() or not chosen.strict else 1
    sys.stdout.reconfigure(line_buffering=True)
    plan = Plan(
        chosen.rounds, chosen.seconds, chosen.full, tuple(chosen.engines), tuple(chosen.loads)
    )
    print(f"load by {generator()}; {os.cpu_count()} processors, Python {platform.python_version()}")
    results: list[Measured] = []
    failed: list[str] = []
    for name in chosen.sizes:
        print(f"{name}: making the data, starting the servers")
        with tempfile.TemporaryDirectory(prefix="samgraf-bench-data-") as folder:
            try:
                results.append(measure(make_data(name, Path(folder)), plan, print))
            except Failed as error:
                failed.append(f"{name}: {error}")
                print(failed[-1])
                continue
        print(*lines(results[-1]), sep="\n")
    print(*promise_lines(results), sep="\n")
    if chosen.json:
        text = json.dumps([_document(r) for r in results], indent=2, ensure_ascii=False)
        chosen.json.write_text(text + "\n", "utf-8")
    broken = [what for r in results for what, found, least in promises(r) if found < least]
    return 1 if failed or (broken and chosen.strict) else 0


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [e.name for e in ENGINES]
    options.add_argument("--sizes", nargs="+", choices=[STUDY, *SIZES], default=[STUDY, "100k"])
    options.add_argument("--rounds", type=int, default=5, help="rounds to take the median of")
    options.add_argument("--seconds", type=int, default=1, help="seconds for each cell")
    options.add_argument("--full", action="store_true", help="measure every cell")
    options.add_argument("--engines", nargs="+", choices=names, default=[], metavar="NAME")
    options.add_argument("--loads", nargs="+", default=[], metavar="NAME")
    options.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options.add_argument("--strict", action="store_true", help="fail where a promise is not kept")
    options.add_argument("--startup", action="store_true", help="measure build and start instead")
    options.add_argument("--pages", action="store_true", help="measure the pages instead")
    options.add_argument("--federation", action="store_true", help="measure a bind join instead")
    options.add_argument("--starts", type=int, default=3, help="starts to take the median of")
    return options


def _document(result: Measured) -> dict[str, object]:
    cells = [
        {**dataclasses.asdict(cell), "engines": engines} for cell, engines in result.cells.items()
    ]
    return {**dataclasses.asdict(dataclasses.replace(result, cells={})), "cells": cells}


if __name__ == "__main__":
    sys.exit(main())
