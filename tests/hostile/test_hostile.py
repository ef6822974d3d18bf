"""A live server is sent all of the corpus, several at once, with plain queries beside it."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hostile.corpus import ENDED, Case, cases
from hostile.sending import CANARY, Answer, Listener, Sender, ask, faults
from hostile.server import front, workers
from live import Live, wait_until

CASES = {case.name: case for case in cases()}
DEADLINE = 2.0
OVERRUN = 0.5
MEMORY = 268_435_456
AT_ONCE = 4
SLACK = 67_108_864  # bytes of memory that a process may keep: its caches
PLAIN = "SELECT ?s WHERE { ?s a ex:Flower } ORDER BY ?s"


@dataclass
class Run:
    """Hold a server that was sent the corpus, and what was seen of it."""

    live: Live
    sender: Sender
    listener: Listener
    front: dict[int, int]
    workers: int
    answers: dict[str, Answer] = field(default_factory=dict)
    plain: list[Answer] = field(default_factory=list)


@pytest.fixture(scope="module")
def run(release_dir, tmp_path_factory) -> Iterator[Run]:
    canary = tmp_path_factory.mktemp("canary") / "canary.nt"
    canary.write_text(f'<http://e/a> <http://e/b> "{CANARY}" .\n')
    listener = Listener()
    with Live("--release", release_dir, query_timeout=DEADLINE, worker_memory=MEMORY) as live:
        for _ in range(50):
            assert ask(live.port, PLAIN).status == 200
        sender = Sender(live.port, listener, canary)
        run = Run(live, sender, listener, front(live), workers(live))
        over = threading.Event()
        beside = threading.Thread(target=ask_beside, args=(run, over))
        beside.start()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            run.answers = dict(zip(CASES, pool.map(sender.send, CASES.values()), strict=True))
        over.set()
        beside.join()
        yield run
    listener.close()


def ask_beside(run: Run, over: threading.Event) -> None:
    while not over.wait(0.01):
        run.plain.append(ask(run.live.port, PLAIN))


def test_corpus_is_large():
    assert len(CASES) >= 200
    assert sum(case.expected == ENDED for case in CASES.values()) >= 20
    assert sum("SERVICE" in str(case.body).upper() for case in CASES.values()) >= 60


@pytest.mark.parametrize("name", CASES)
def test_request_is_answered_as_expected(run, name):
    assert faults(run.answers[name], CASES[name].expected) == []


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if 503 in c.expected])
def test_query_ends_at_its_deadline(run, name):
    answer = run.answers[name]
    for _ in range(2):
        # asked beside others on a busy machine it may be late: alone it may not
        if answer.seconds <= DEADLINE + OVERRUN:
            break
        answer = run.sender.send(CASES[name])
    assert answer.seconds <= DEADLINE + OVERRUN


def test_queries_beside_them_are_answered(run):
    assert len(run.plain) >= 20
    assert {a.status for a in run.plain} == {200}
    assert len({a.body for a in run.plain}) == 1
    rows = json.loads(run.plain[0].body)["results"]["bindings"]
    assert [r["s"]["value"].rpartition("/")[2] for r in rows] == ["mint", "rose"]


def test_nothing_reached_the_listener(run):
    time.sleep(0.1)
    assert run.listener.connections == 0


def test_listener_would_see_a_connection():
    listener = Listener()
    sender = Sender(listener.port, listener, Path("/"))
    with pytest.raises(ConnectionError):
        sender.send(Case("any", ENDED))
    assert wait_until(lambda: listener.connections == 1, 5)
    listener.close()


def test_no_lasting_process_died(run):
    assert run.live.process.poll() is None
    assert set(front(run.live)) == set(run.front)


def test_memory_and_workers_are_back(run):
    # some may still have been on their way when they were counted first
    most = max(run.workers, os.cpu_count() or 1)
    assert wait_until(lambda: workers(run.live) <= most, 15), run.live.processes()
    grown = {pid: size - run.front[pid] for pid, size in front(run.live).items()}
    assert max(grown.values()) < SLACK
    assert ask(run.live.port, PLAIN).status == 200
