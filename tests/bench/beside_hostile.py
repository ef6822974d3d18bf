"""Measure how plain queries fare while the hostile corpus is sent to the same server.

    python tests/bench/beside_hostile.py [--rounds 3] [--at-once 4]

Each round asks plain queries alone, then beside the corpus, of one server; the table gives medians
of the rounds and their ratios. It also gives overruns, deaths, connections and memory.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostile.corpus import cases
from hostile.sending import CANARY, Answer, Listener, Sender, ask, faults
from hostile.server import front, workers
from live import Live, wait_until
from small_release import write_release

PLAIN = "SELECT ?s ?l WHERE { ?s a ex:Flower ; rdfs:label ?l FILTER(?l != 'x@') } ORDER BY ?s ?l"
DEADLINE = 2.0
T = TypeVar("T")


@dataclass(frozen=True)
class Plain:
    """Hold how long each plain query took, in seconds, and the answers that were wrong."""

    seconds: list[float]
    wrong: list[Answer]


def ask_plain(port: int, over, pipe) -> None:
    """Ask plain queries until ``over``, each another text so that no cache answers."""
    seconds, wrong = [], []
    while not over.wait(0.005):
        answer = ask(port, PLAIN.replace("@", f"{os.getpid()}-{len(seconds)}"))
        seconds.append(answer.seconds)
        if answer.status != 200 or b"rose" not in answer.body:
            wrong.append(answer)
    pipe.send(Plain(seconds, wrong))


def quantile(seconds: list[float], part: float) -> float:
    """Return a quantile in milliseconds."""
    return statistics.quantiles(seconds, n=100)[round(part * 100) - 1] * 1000


def measured(port: int, during: Callable[[], T]) -> tuple[Plain, T]:
    """Return the plain queries asked while ``during()`` ran, and what that returned."""
    # a process of its own: threads of one would wait for each other, not for the server
    context = multiprocessing.get_context("spawn")
    over, (here, there) = context.Event(), context.Pipe()
    beside = context.Process(target=ask_plain, args=(port, over, there))
    beside.start()
    try:
        result = during()
    finally:
        over.set()
        plain = here.recv()
        beside.join()
    return plain, result


def main() -> None:
    """Run the rounds and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--at-once", type=int, default=4)
    options.add_argument("--alone", type=float, default=5.0, help="seconds of plain queries alone")
    chosen = options.parse_args()
    corpus = cases()
    rows: list[tuple[float, float, float, float]] = []
    overruns, wrong, statuses, plain_wrong = [], [], Counter(), []
    listener = Listener()
    with tempfile.TemporaryDirectory() as folder:
        release, canary = write_release(Path(folder) / "release"), Path(folder) / "canary.nt"
        canary.write_text(f'<http://e/a> <http://e/b> "{CANARY}" .\n')
        settings = {"query_timeout": DEADLINE, "worker_memory": 268_435_456}
        with Live("--release", release, **settings) as live:
            sender = Sender(live.port, listener, canary)
            measured(live.port, lambda: time.sleep(1))
            before, workers_before = front(live), workers(live)
            for _ in range(chosen.rounds):
                alone, _ = measured(live.port, lambda: time.sleep(chosen.alone))
                with ThreadPoolExecutor(chosen.at_once) as pool:
                    beside, answers = measured(
                        live.port, lambda pool=pool: list(pool.map(sender.send, corpus))
                    )
                rows.append(
                    (*(quantile(p.seconds, q) for q in (0.5, 0.95) for p in (alone, beside)),)
                )
                plain_wrong += alone.wrong + beside.wrong
                overruns += [a.seconds - DEADLINE for a in answers]
                statuses.update(a.status for a in answers)
                wrong += [
                    (c.name, f)
                    for c, a in zip(corpus, answers, strict=True)
                    for f in faults(a, c.expected)
                ]
            wait_until(lambda: workers(live) <= workers_before, 10)
            after, workers_after = front(live), workers(live)
    grown = {pid: after.get(pid, 0) - size for pid, size in before.items()}
    middle = [statistics.median(column) for column in zip(*rows, strict=True)]
    print(f"{len(corpus)} hostile requests, {chosen.at_once} at once, {chosen.rounds} rounds")
    print(f"{'plain query (ms)':24}{'alone':>9}{'beside':>9}{'ratio':>8}")
    for name, alone_ms, beside_ms in (("p50", *middle[:2]), ("p95", *middle[2:])):
        print(f"{name:24}{alone_ms:9.2f}{beside_ms:9.2f}{beside_ms / alone_ms:8.2f}")
    print(f"plain queries answered wrongly  {len(plain_wrong)} {plain_wrong[:3]}")
    print(f"answers by status               {dict(sorted(statuses.items()))}")
    print(f"answers not as expected         {len(wrong)} {wrong[:3]}")
    print(f"greatest overrun (s)            {max(overruns):.3f}")
    print(f"overruns above 0.5 s            {sum(o > 0.5 for o in overruns)}")
    print(f"lasting processes that died     {len(set(before) - set(after))}")
    print(f"connections to the listener     {listener.connections}")
    print(f"memory grown, worst process     {max(grown.values()) / 1e6:.1f} MB")
    print(f"workers before, after           {workers_before}, {workers_after}")
    listener.close()


if __name__ == "__main__":
    main()
