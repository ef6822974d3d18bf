"""Print what was measured: medians over the rounds, and ratios of samgraf to each other server."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench_data import STUDY
from measure import Cell, Measured

SAMGRAF = "samgraf"
PEER = "oxigraph"
BEFORE = "before"
TINY = "lookup"
#: The least ratio of kept answers to those of the peer: by load, then by connections.
KEPT = {TINY: {8: 0.75, 64: 1.0}}
KEPT_OTHERS = 2.0
EVALUATED = 0.85  # of the version before
IDLE, UNDER_LOAD = 180e6, 300e6  # bytes of memory (PSS) of the whole service, on the study


def median(result: Measured, cell: Cell, engine: str, figure: str) -> float | None:
    """Return the median of ``figure`` over the rounds, None where it was not measured."""
    found = [r[figure] for r in result.cells[cell].get(engine, ()) if r[figure] is not None]
    return statistics.median(found) if found else None


def ratio(result: Measured, cell: Cell, engine: str) -> float | None:
    """Return the median over the rounds of samgraf's requests per second to those of ``engine``."""
    ours, theirs = (result.cells[cell].get(name, []) for name in (SAMGRAF, engine))
    found = [o["rate"] / t["rate"] for o, t in zip(ours, theirs, strict=False) if t["rate"]]
    return statistics.median(found) if found else None


def lines(result: Measured) -> Iterator[str]:
    """Yield the tables of one data set."""
    engines = list(result.servers)
    yield ""
    yield f"== {result.data}: {result.triples} triples =="
    yield f"{'':18}{'start s':>9}{'RSS MB':>9}{'PSS MB':>9}{'idle PSS':>10}"
    for name, server in result.servers.items():
        memory = "".join(f"{server.get(key, 0) / 1e6:9.0f}" for key in ("rss", "pss"))
        idle = server.get("idle", 0) / 1e6
        yield f"{name:18}{server['start']:9.2f}{memory}{idle:10.0f}"
    for name, why in result.absent.items():
        yield f"{name:18}left out: {why}"
    yield ""
    head = f"{'load':10}{'queries':9}{'c':>3} {'server':18}"
    yield f"{head}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'bad':>6}{'samgraf is':>12}"
    for cell in result.cells:
        for name in engines:
            if name in result.cells[cell]:
                yield f"{cell} {name:18}{_figures(result, cell, name)}"
    yield ""
    yield from _answers(result)


def _figures(result: Measured, cell: Cell, name: str) -> str:
    rate, p50, p99, cpu = (median(result, cell, name, f) for f in ("rate", "p50", "p99", "cpu"))
    bad = sum(int(r["bad"]) for r in result.cells[cell][name])
    times = ratio(result, cell, name)
    told = "" if name == SAMGRAF or times is None else f"{times:10.2f} ×"
    cost = f"{cpu:9.3f}" if cpu is not None else f"{'':9}"
    return f"{rate:9.0f}{p50:9.2f}{p99:9.2f}{cost}{bad:6}{told:>12}"


def _answers(result: Measured) -> Iterator[str]:
    same = [
        name
        for name in result.servers
        if name != SAMGRAF and not any(told[name] for told in result.answers.values())
    ]
    yield f"answers equal to samgraf's in every load: {', '.join(same) or 'none'}"
    for load, told in result.answers.items():
        for name, difference in told.items():
            if difference:
                yield f"answers differ: {load}, {name}: {difference}"


def promises(result: Measured) -> Iterator[tuple[str, float, float]]:
    """Yield what the endpoint promises: what, measured ratio, least ratio."""
    for cell in result.cells:
        if not cell.unique:
            least = KEPT.get(cell.load, {}).get(cell.connections, KEPT_OTHERS)
            yield from _promise(result, cell, PEER, least)
        else:
            yield from _promise(result, cell, BEFORE, EVALUATED)
        for slow in ("rdflib-endpoint", "fuseki"):
            yield from _promise(result, cell, slow, 1.0)
    memory = result.servers.get(SAMGRAF, {})
    if result.data == STUDY and memory.get("pss"):
        yield f"{result.data:6}memory idle, of {IDLE / 1e6:.0f} MB", IDLE / memory["idle"], 1.0
        under_load = UNDER_LOAD / memory["pss"]
        yield f"{result.data:6}memory under load, of {UNDER_LOAD / 1e6:.0f} MB", under_load, 1.0


def _promise(
    result: Measured, cell: Cell, engine: str, least: float
) -> Iterator[tuple[str, float, float]]:
    found = ratio(result, cell, engine)
    if found is not None:
        yield f"{result.data:6}{cell} to {engine}", found, least


def promise_lines(results: list[Measured]) -> Iterator[str]:
    """Yield each promise with the measured ratio and whether it is kept."""
    yield ""
    yield f"{'promised: requests per second, or memory':52}{'measured':>10}{'at least':>10}"
    for result in results:
        for what, found, least in promises(result):
            kept = "kept" if found >= least else "NOT KEPT"
            yield f"{what:52}{found:10.2f}{least:10.2f}  {kept}"
