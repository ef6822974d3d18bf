"""A fork server over the small release, and engines on it, for the tests of the workers."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from samgraf.engine.local import LocalEngine
from samgraf.engine.workers.engine import WorkerEngine
from samgraf.engine.workers.frames import RECORD, Record, take_records
from samgraf.release import open_release, read_manifest
from samgraf.settings import Settings
from samgraf.sparql.evaluation import QueryRequest

JSON = "application/sparql-results+json"
FORK_SERVER = "samgraf.engine.workers.forkserver"
#: Waited out only where a test fails.
PATIENCE = 60.0
QUICK = "ASK { ex:rose ?p ?o }"
#: Never ends in a test's time.
CROSS = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?s{i} ?p{i} ?o{i}" for i in range(9)) + " }"
BIG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } LIMIT "


class Rig:
    """A fork server and the release that it holds."""

    def __init__(self, release: Path, folder: Path):
        self.release, self.path = release, folder / "t"
        self.manifest = read_manifest(release)
        self.local = LocalEngine(open_release(release), self.manifest["prefixes"])
        self.process: subprocess.Popen | None = None

    def start(self, *how: str) -> None:
        """Start the fork server, as Python is told ``how``, and wait until it accepts."""
        command = [sys.executable, *(how or ("-m", FORK_SERVER))]
        self.process = subprocess.Popen([*command, str(self.release), str(self.path)])
        until = time.monotonic() + PATIENCE
        while not self.path.exists():
            assert self.process.poll() is None, "the fork server ended"
            assert time.monotonic() < until, "the fork server did not come so far"
            time.sleep(0.01)

    def stop(self) -> None:
        """End the fork server."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def children(self) -> set[int]:
        """Return the processes that the fork server has forked and that still live."""
        folder = Path(f"/proc/{self.process.pid}/task/{self.process.pid}")
        return {int(pid) for pid in (folder / "children").read_text().split()}

    def run(self, steps: Callable[[WorkerEngine], Awaitable[Any]], **settings: Any) -> Any:
        """Run ``steps`` with an engine under ``settings``; close it whatever happens.

        Unless it is said otherwise, a query has time enough on a busy machine, where the slow lane
        hardly gets the processor, so that none goes there.
        """
        settings = {"slow_after": PATIENCE, "query_timeout": 2 * PATIENCE} | settings

        async def main() -> Any:
            engine = WorkerEngine(self.path, self.manifest, Settings(**settings))
            try:
                await engine.start()
                return await steps(engine)
            finally:
                await asyncio.wait_for(engine.close(), PATIENCE)

        return asyncio.run(asyncio.wait_for(main(), 3 * PATIENCE))


async def read(engine: WorkerEngine, query: str, media_type: str = JSON, **more: Any) -> bytes:
    """Return the bytes of an answer; the store gets the query as it is, unless told otherwise."""
    request = QueryRequest(query, **{"plain_unless_mixed": (), **more})
    answer = await engine.answer(request, media_type)
    try:
        body = answer.read()
        assert len(body) == answer.length
        return body
    finally:
        answer.close()


async def until(true: Callable[[], Any], seconds: float = PATIENCE) -> None:
    """Wait until ``true`` returns something true; fail after ``seconds``.

    What only has to have its turn is seen at once: a brief query may be over soon.
    """
    end, turns = time.monotonic() + seconds, 0
    await asyncio.sleep(0)  # else a test that asks again and again keeps all others waiting
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        await asyncio.sleep(0 if turns < 20 else 0.005)
        turns += 1


def alive(pid: int) -> bool:
    """Return whether the process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pids(engine: WorkerEngine) -> set[int]:
    """Return the workers of an engine."""
    return set(engine.stats()["worker_pids"])


def kill_all(engine: WorkerEngine) -> None:
    """Kill every worker of an engine, as an administrator or the kernel might."""
    for pid in pids(engine):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Wire:
    """A client of the fork server that is no engine: it never kills a worker."""

    def __init__(self, path: Path):
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.connection.settimeout(PATIENCE)
        self.connection.connect(str(path))
        self.workers: list[socket.socket] = []

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self.connection, *self.workers):
            end.close()

    def fork(self, memory: int = 2**30) -> tuple[int, socket.socket]:
        """Return a new worker and the socket to it."""
        ours, theirs = socket.socketpair()
        with tempfile.TemporaryFile() as spool, theirs:
            record = Record(b"F", value=memory).pack()
            socket.send_fds(self.connection, [record], [theirs.fileno(), spool.fileno()])
            forked = self.next()
        assert forked.kind == b"P"
        self.workers.append(ours)
        return forked.pid, ours

    def next(self) -> Record:
        """Return what the fork server tells next."""
        (record,) = take_records(bytearray(self.connection.recv(RECORD.size)))
        return record
