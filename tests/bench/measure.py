"""Measure all engines on one data set, interleaved: in each round, each cell is run on each engine.

A cell is a load, a number of connections, and whether its queries are repeated or unique.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_data import Data
from compare import ask, difference
from engines import ENGINES, RdflibEndpoint, Samgraf
from load import send
from processes import seconds, settle, usage
from server import Engine, Failed, stop_all
from workload import Load, loads

#: Connections of the quick plan for repeated queries, by load; unique ones have 8.
REPEATED = {"lookup": (8, 64), "aggregate": (8,), "questions": (8, 64)}
ALL_CONNECTIONS = (1, 8, 64)
#: Servers that the quick plan measures with repeated queries over 8 connections only.
SLOW = ("rdflib-endpoint", "fuseki")
#: Servers that the quick plan measures over 64 connections too.
MANY = ("samgraf", "before", "oxigraph")
TOO_LARGE = 300_000  # triples that rdflib-endpoint would load for minutes
AGAIN = 10  # seconds for a cell in which no answer came in time
IDLE_AFTER = 5.0  # seconds after the first answer, when all that is made at leisure is there
COMPARED = 40  # queries of one load whose answers are compared


@dataclass(frozen=True)
class Cell:
    """Hold what is measured at once."""

    load: str
    connections: int
    unique: bool

    def __str__(self) -> str:
        """Return the name in the table."""
        return f"{self.load:10}{'unique' if self.unique else 'repeated':9}{self.connections:3}"


@dataclass
class Measured:
    """Hold the figures of one data set.

    ``cells`` maps cell and engine to the figures of each round; ``answers`` maps load and engine
    to how the answers differ; ``servers`` has start-up and memory (``idle`` before the first
    round, the most after one); ``absent`` says why not.
    """

    data: str
    triples: int
    cells: dict[Cell, dict[str, list[dict[str, float]]]] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    servers: dict[str, dict[str, float]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Hold what to measure: ``full`` is every cell, else those that the promises are about."""

    rounds: int = 5
    seconds: int = 1
    full: bool = False
    engines: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()

    def covers(self, engine: str, cell: Cell) -> bool:
        """Return whether ``cell`` is measured on ``engine``; named engines are measured whole."""
        if self.full or self.engines:
            return True
        if engine in SLOW:
            return not cell.unique and cell.connections == 8
        return engine in MANY or cell.connections == 8

    def cells(self, names: list[str]) -> list[Cell]:
        """Return the cells for the loads ``names``."""
        wanted = [n for n in names if not self.loads or n in self.loads]
        if self.full:
            return [
                Cell(n, c, unique)
                for n in wanted
                for unique in (False, True)
                for c in ALL_CONNECTIONS
            ]
        repeated = [Cell(n, c, False) for n in wanted for c in REPEATED.get(n, ())]
        return [*repeated, *(Cell(n, 8, True) for n in wanted)]


def measure(data: Data, plan: Plan, say: Callable[[str], None]) -> Measured:
    """Return the figures of every engine that is installed, on ``data``."""
    result = Measured(data.name, data.count)
    work = loads(data.store(), questions=data.name == "study")
    with tempfile.TemporaryDirectory(prefix="samgraf-bench-") as folder:
        engines: list[Engine] = []
        try:
            for engine in _start(data, Path(folder), plan, result, say):
                engines.append(engine)
            _compare(engines, work, result, say)
            _rounds(engines, work, plan, result, Path(folder), say)
        finally:
            stop_all(engines)
    return result


def _start(
    data: Data, folder: Path, plan: Plan, result: Measured, say: Callable[[str], None]
) -> Iterator[Engine]:
    for kind in ENGINES:
        if plan.engines and kind.name not in plan.engines and kind is not Samgraf:
            continue
        if kind is RdflibEndpoint and data.count > TOO_LARGE:
            result.absent[kind.name] = "takes too long to load this much"
        elif missing := kind.missing():
            result.absent[kind.name] = f"not installed: {missing}"
        else:
            try:
                engine = kind(data, folder)
            except Failed as error:
                if kind is Samgraf:
                    raise
                result.absent[kind.name] = str(error)
                say(f"  {error}")
                continue
            time.sleep(IDLE_AFTER)
            idle = usage(engine.process.pid).pss
            result.servers[kind.name] = {"start": engine.started, "idle": idle}
            say(f"  {kind.name} answers after {engine.started:.1f} s")
            yield engine


def _compare(
    engines: list[Engine], work: list[Load], result: Measured, say: Callable[[str], None]
) -> None:
    for load in work:
        queries = load.queries[:COMPARED]
        expected = [ask(engines[0].address, query) for query in queries]
        for engine in engines[1:]:
            found = [
                f"{number + 1}: {told}"
                for number, query in enumerate(queries)
                if (told := difference(expected[number], engine.address, query))
            ]
            told = f"{len(found)} of {len(queries)} differ, as {found[0]}" if found else ""
            result.answers.setdefault(load.name, {})[engine.name] = told
    say(f"  answers of {len(work)} loads compared")


def _rounds(
    engines: list[Engine],
    work: list[Load],
    plan: Plan,
    result: Measured,
    folder: Path,
    say: Callable[[str], None],
) -> None:
    by_name = {load.name: load for load in work}
    for number in range(plan.rounds):
        for cell in plan.cells(list(by_name)):
            # each engine comes first in turn, so that none always follows the same one
            turn = number % len(engines)
            for engine in (*engines[turn:], *engines[:turn]):
                if not plan.covers(engine.name, cell):
                    continue
                figures = _run(engine, by_name[cell.load], cell, plan.seconds, folder)
                of_cell = result.cells.setdefault(cell, {})
                of_cell.setdefault(engine.name, []).append(figures)
        for engine in engines:
            now, known = usage(engine.process.pid), result.servers[engine.name]
            known["rss"] = max(now.rss, known.get("rss", 0))
            known["pss"] = max(now.pss, known.get("pss", 0))
        say(f"  round {number + 1} of {plan.rounds} done")


def _run(engine: Engine, load: Load, cell: Cell, duration: int, folder: Path) -> dict[str, Any]:
    pid, origin = engine.process.pid, f"http://127.0.0.1:{engine.port}"
    requests = load.requests(engine.path, cell.unique)
    for patience in (duration, AGAIN):
        before = seconds(pid)
        figures: dict[str, Any] = send(origin, requests, cell.connections, patience, folder)
        used = seconds(pid) - before
        settle(pid)
        if figures["requests"]:
            break
    figures["rate"] = figures["requests"] / figures["seconds"]
    figures["cpu"] = used / figures["requests"] * 1e3 if figures["requests"] else None
    return figures
