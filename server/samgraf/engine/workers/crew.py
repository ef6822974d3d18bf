"""The workers that are ready for quick queries: as many as wanted, each replaced when it goes.

Where all are busy and stay so, more are lent for a while, so that one is always idle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from samgraf.engine.workers.forker import Forker
from samgraf.engine.workers.handle import Owner, Worker

#: Seconds before a worker that came to nothing is replaced: were it to happen always, forking
#: would take the processor.
_PAUSE = 0.02
#: How many may be lent for each that is wanted, and for how many seconds at least.
_LENT = 2
_FOR = 1.0
#: Seconds that a worker too many is kept: it holds a copy of what it has read, which the next
#: burst of the same would have to make again.
_REST = 5.0


class Master(Owner, Protocol):
    """Whoever has work for the crew."""

    def free(self, worker: Worker) -> None:
        """Give a worker that is at hand a job, or have it kept."""

    def exited(self, worker: Worker) -> None:
        """Learn that ``worker.status`` is known."""

    def wanted(self) -> bool:
        """Return whether there is still work to come."""


class Crew:
    """Keep ``size`` workers, forked by the template at ``path``, each with ``memory`` bytes."""

    def __init__(
        self, master: Master, path: Path, size: int, memory: int, loop: asyncio.AbstractEventLoop
    ):
        self.forks = 0
        self.idle: list[Worker] = []
        self._master, self._size, self._memory, self._loop = master, size, memory, loop
        self.quick: set[Worker] = set()  # idle, or with a job that is not yet slow
        self._coming = self._lent = 0
        self._trimming = False
        self.forker = Forker(self, path, loop)

    @property
    def busy(self) -> int:
        """Return how many have a job that is not yet slow."""
        return len(self.quick) - len(self.idle)

    @property
    def hears(self) -> bool:
        """Return whether word of a worker's end is to be expected."""
        return self.forker.connected

    def start(self) -> None:
        """Connect to the template and ask for workers."""
        self.forker.connect()

    def later(self, call: Callable[..., None], *args: object, seconds: float = _PAUSE) -> None:
        """Call after a while."""
        self._loop.call_later(seconds, call, *args)

    def fill(self) -> None:
        """Ask for as many workers as are missing."""
        if not self._master.wanted():
            return
        while len(self.quick) + self._coming < self._size + self._lent:
            try:
                asked = self.forker.fork(self._make, self._memory)
            except OSError:
                asked = False  # no descriptor or no room for a spool is left
            if not asked:
                if self.forker.connected:  # else connected() comes
                    self.later(self.fill)
                return
            self._coming += 1

    def lend(self) -> None:
        """Add a worker for a while if none is idle or coming."""
        if not self.idle and not self._coming and self._lent < self._size * _LENT:
            if not self._lent:
                self.later(self._take_back, seconds=_FOR)
            self._lent += 1
            self.fill()

    def set_aside(self, worker: Worker) -> None:
        """Count a worker no more, so that another takes its place."""
        self.quick.discard(worker)
        self.fill()

    def rejoin(self, worker: Worker) -> None:
        """Count a worker again that was set aside; one too many goes when it is not needed."""
        self.quick.add(worker)
        if not self._trimming:
            self._trimming = True
            self.later(self._trim, seconds=_REST)

    def let_go(self, worker: Worker) -> None:
        """Forget a worker; it is not replaced until ``fill``."""
        self.quick.discard(worker)
        if worker in self.idle:
            self.idle.remove(worker)
        self.forker.forget(worker)
        worker.close()

    def close(self) -> None:
        """Let all go."""
        for worker in list(self.quick):
            self.let_go(worker)
        self.forker.close()

    # what the forker tells

    def connected(self) -> None:
        """Fill up."""
        self.fill()

    def ready(self, worker: Worker) -> None:
        """Hand on the new worker."""
        self._coming -= 1
        self.forks += 1
        self.quick.add(worker)
        self._master.free(worker)

    def unready(self, worker: Worker) -> None:
        """Ask again for a worker that did not come."""
        self._coming -= 1
        worker.close()
        self.later(self.fill)

    def exited(self, worker: Worker) -> None:
        """Hand on that the end of ``worker`` is known."""
        self._master.exited(worker)

    def _take_back(self) -> None:
        if self.idle:
            self._lent -= 1
            self.let_go(self.idle[0])  # that which has been idle longest
            self.fill()
        if self._lent:
            self.later(self._take_back, seconds=_FOR)

    def _trim(self) -> None:
        surplus = len(self.quick) + self._coming - self._size - self._lent
        # those that have been idle longest are the likeliest never to have been asked
        for worker in self.idle[: max(surplus, 0)]:
            self.let_go(worker)
        self._trimming = len(self.quick) > self._size + self._lent
        if self._trimming:
            self.later(self._trim, seconds=_REST)

    def _make(self) -> Worker:
        return Worker(self._master, self._loop)
