"""Which query runs in which worker, decided without processes, sockets or a clock of its own.

A ``QueryTask`` goes through these states::

    QUEUED -> RUNNING ----------------------------> DONE
                |                                    ^
                | runs for ``slow_after`` seconds    |
                +--> SLOW  (a place in the slow lane is free) ---> DONE
                +--> PAUSED (none is; its worker is stopped) ---> SLOW when one becomes free

At its deadline a task is DONE with an error, whatever its state, and its worker is killed. The
workers for quick queries are kept at their number: one that runs a slow query is counted no more,
and a fresh one takes its place. A worker of a slow query ends with it. A query of a page that would
have to wait gets a worker beside these, and is never paused.

Everything is called on one event loop, and no step waits, so no lock is needed.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from samgraf import limits
from samgraf.engine.workers.query_task import FairQueue, QueryTask, TaskState, Timer, Worker
from samgraf.sparql.evaluation import (
    PAGES,
    UNBOUNDED,
    EngineBusyError,
    EngineError,
    QueryMemoryError,
    QueryTimeoutError,
)


class Clock(Protocol):
    """What the scheduler uses of an event loop; times are seconds since any moment."""

    def time(self) -> float:
        """Return the time."""

    def call_at(self, when: float, callback: Callable[..., object], /, *args: Any) -> Timer:
        """Call ``callback`` with ``args`` at the time ``when``."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How many workers and tasks there may be; the fields are the settings of the same names."""

    workers: int
    slow_workers: int
    slow_per_client: int
    queue: int
    slow_after: float


class Scheduler:
    """Give tasks to workers, within ``capacity``.

    ``fork`` asks for a worker and returns whether it could ask: ``add_worker`` or ``fork_failed``
    follows later. ``killed`` counts the workers that ended early, by reason: ``timeout``,
    ``memory``, ``gone`` (the client left), ``busy`` (no place in the slow lane), ``crash``.
    """

    def __init__(self, clock: Clock, capacity: Capacity, fork: Callable[[], bool]):
        self.killed: Counter[str] = Counter()
        self.forks = 0
        self._clock, self._capacity, self._fork = clock, capacity, fork
        self._tasks: set[QueryTask] = set()  # all that are not done
        self._queue = FairQueue()
        self._quick: set[Worker] = set()  # workers that are idle or run a task that is not slow
        self._idle: list[Worker] = []
        self._forking = 0  # workers asked for that are not there yet
        self._slow: Counter[str] = Counter()  # tasks that run in the slow lane, by client
        self._paused: dict[QueryTask, None] = {}
        self._refill_timer: Timer | None = None
        self._closing = False

    @property
    def active(self) -> int:
        """Return how many tasks are not done."""
        return len(self._tasks)

    def counts(self) -> dict[str, int]:
        """Return how many workers are idle, busy and slow, and how many tasks wait."""
        return {
            "idle": len(self._idle),
            "busy": len(self._quick) - len(self._idle),
            "slow": self._slow.total(),
            "waiting": len(self._queue) + len(self._paused),
            "forks": self.forks,
        }

    # tasks

    def submit(self, task: QueryTask) -> None:
        """Have ``task`` done; raise EngineBusyError where too many wait already."""
        is_full = not self._idle and len(self._queue) >= self._capacity.queue
        if self._closing or (is_full and task.request.client != PAGES):
            raise EngineBusyError
        task.deadline = self._clock.time() + task.seconds
        self._tasks.add(task)
        self._start_or_queue(task)

    def cancel(self, task: QueryTask) -> None:
        """End ``task``, whose client is gone; does nothing where it is done."""
        if task.state is not TaskState.DONE:
            self._end(task, None, "gone")

    def stop_accepting(self) -> None:
        """Refuse further tasks."""
        self._closing = True

    def close(self) -> None:
        """End all tasks and workers."""
        self._closing = True
        for task in list(self._tasks):
            self._end(task, EngineBusyError(), "gone")
        for worker in list(self._quick):
            self._discard(worker)
        if self._refill_timer is not None:
            self._refill_timer.cancel()

    def _start_or_queue(self, task: QueryTask, *, first: bool = False) -> None:
        """Give ``task`` to an idle worker, or let it wait: behind others, or as the ``first``."""
        while self._idle:
            # the one that was busy last has the most in its caches
            if self._start(task, self._idle.pop()):
                return
        task.state, task.worker = TaskState.QUEUED, None
        self._queue.add(task, first=first)
        self._set_timer(task, task.deadline, self._on_deadline)
        if task.request.client == PAGES:
            self.refill()

    def _start(self, task: QueryTask, worker: Worker) -> bool:
        """Give ``task`` to ``worker``; return False where the worker is gone.

        A task that cannot be sent is done with that error, and its worker is replaced: nobody knows
        what it was sent.
        """
        now = self._clock.time()
        try:
            is_sent = worker.send(task, max(task.deadline - now, limits.SHORTEST_TIMEOUT))
        except Exception as error:
            task.worker = worker
            self._end(task, error, "crash")
            return True
        if not is_sent:
            self._discard(worker)
            self._refill_later()
            return False
        task.state, task.worker, worker.task = TaskState.RUNNING, worker, task
        slow_at = now + self._capacity.slow_after
        if slow_at < task.deadline:
            self._set_timer(task, slow_at, self._on_slow)
        else:
            self._set_timer(task, task.deadline, self._on_deadline)
        return True

    def _set_timer(self, task: QueryTask, when: float, call: Callable[[QueryTask], None]) -> None:
        if task.timer is not None:
            task.timer.cancel()
        task.timer = self._clock.call_at(when, call, task)

    def _on_deadline(self, task: QueryTask) -> None:
        # a task that never ran, or was stopped for others, did not take too long by itself
        if task.state in (TaskState.QUEUED, TaskState.PAUSED):
            self._end(task, EngineBusyError(), "busy")
        else:
            self._end(task, QueryTimeoutError(task.seconds), "timeout")

    def _on_slow(self, task: QueryTask) -> None:
        worker = task.worker
        if worker is None:
            return
        has_place = self._has_slow_place(task)
        if not has_place and len(self._paused) >= self._capacity.queue:
            self._end(task, EngineBusyError(), "busy")
            return
        if task.request.client != PAGES:
            worker.lower_priority()
        if has_place:
            self._enter_slow_lane(task)
        else:
            worker.pause()
            task.state = TaskState.PAUSED
            self._paused[task] = None
        self._set_timer(task, task.deadline, self._on_deadline)
        self._quick.discard(worker)
        self.refill()

    def _end(self, task: QueryTask, outcome: object, reason: str) -> None:
        """Report the outcome of ``task``, and kill the worker that it is given to, if any."""
        worker = task.worker
        self._finish(task, outcome)
        if worker is not None:
            self._kill(worker, reason)

    def _finish(self, task: QueryTask, outcome: object) -> None:
        """Take ``task`` out of wherever it is, and report its outcome."""
        if task.timer is not None:
            task.timer.cancel()
            task.timer = None
        if task.state is TaskState.QUEUED:
            self._queue.remove(task)
        self._leave_slow_lane(task)
        task.state, task.worker = TaskState.DONE, None
        self._tasks.discard(task)
        task.on_done(outcome)

    # the slow lane

    def _has_slow_place(self, task: QueryTask) -> bool:
        client = task.request.client
        if client == PAGES:
            return True
        if self._slow.total() - self._slow[PAGES] >= self._capacity.slow_workers:
            return False
        return client in UNBOUNDED or self._slow[client] < self._capacity.slow_per_client

    def _enter_slow_lane(self, task: QueryTask) -> None:
        task.state = TaskState.SLOW
        self._slow[task.request.client] += 1

    def _leave_slow_lane(self, task: QueryTask) -> None:
        """Take ``task`` out of the slow lane, if it is there, and let a paused one go on."""
        self._paused.pop(task, None)
        if task.state is not TaskState.SLOW:
            return
        self._slow[task.request.client] -= 1
        self._slow += Counter()  # without the clients that have none
        candidates = [t for t in self._paused if self._has_slow_place(t)]
        if candidates:
            # first the client that has the least running, then the task that came first
            following = min(candidates, key=lambda t: self._slow[t.request.client])
            del self._paused[following]
            self._enter_slow_lane(following)
            if following.worker is not None:
                following.worker.resume()

    # workers

    def refill(self) -> None:
        """Ask for as many workers as are missing."""
        if self._closing and not self._tasks:
            return
        wanted = self._capacity.workers
        if pages := self._queue.pages:
            running = [w.task for w in self._quick if w.task is not None]
            wanted += pages + sum(task.request.client == PAGES for task in running)
        while len(self._quick) + self._forking < wanted:
            if not self._fork():
                self._refill_later()
                return
            self._forking += 1

    def _refill_later(self) -> None:
        if self._refill_timer is None:
            when = self._clock.time() + limits.REFORK_PAUSE
            self._refill_timer = self._clock.call_at(when, self._on_refill)

    def _on_refill(self) -> None:
        self._refill_timer = None
        self.refill()

    def add_worker(self, worker: Worker) -> None:
        """Take a worker that was asked for, and give it work."""
        self._forking -= 1
        self.forks += 1
        self._quick.add(worker)
        self._give_work(worker)

    def fork_failed(self) -> None:
        """Ask again later for a worker that did not come."""
        self._forking -= 1
        self._refill_later()

    def on_reply(self, worker: Worker, outcome: object, *, reusable: bool) -> None:
        """Report the outcome of the task of ``worker``; ``reusable`` if it can take another."""
        task, worker.task = worker.task, None
        if reusable and worker in self._quick and len(self._quick) <= self._capacity.workers:
            self._give_work(worker)
        else:
            # it may have been stopped as it replied, and would never see that it is to end
            worker.resume()
            self._discard(worker)
        if task is not None:
            self._finish(task, outcome)
        self.refill()

    def on_exit(self, worker: Worker, status: int | None) -> None:
        """Take note that ``worker`` ended by itself or from outside.

        ``status`` is the wait status, None where it is not known.
        """
        task, worker.task = worker.task, None
        self._discard(worker)
        self._refill_later()
        if task is None:
            return
        ended_by = 0 if status is None else -os.waitstatus_to_exitcode(status)
        if ended_by == signal.SIGABRT:  # what the allocator does where there is no memory
            self.killed["memory"] += 1
            self._finish(task, QueryMemoryError())
        elif ended_by == signal.SIGALRM:
            self.killed["timeout"] += 1
            self._finish(task, QueryTimeoutError(task.seconds))
        elif ended_by in (0, signal.SIGKILL) and task.attempts + 1 < limits.QUERY_ATTEMPTS:
            task.attempts += 1
            self._leave_slow_lane(task)
            self._start_or_queue(task, first=True)
        else:
            self.killed["crash"] += 1
            self._finish(task, EngineError("The store failed while it evaluated the query."))

    def _give_work(self, worker: Worker) -> None:
        """Give ``worker`` the next task in the queue, or keep it idle."""
        task = self._queue.pop()
        if task is None:
            self._idle.append(worker)
        elif not self._start(task, worker):
            self._start_or_queue(task, first=True)

    def _kill(self, worker: Worker, reason: str) -> None:
        self.killed[reason] += 1
        worker.task = None
        worker.kill()
        self._discard(worker)
        self.refill()

    def _discard(self, worker: Worker) -> None:
        self._quick.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        worker.close()
