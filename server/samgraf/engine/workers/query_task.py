"""A query on its way to an answer, what runs it, and the queue in which it waits its turn."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from samgraf.sparql.evaluation import PAGES, QueryRequest


class Timer(Protocol):
    """A call that is due later."""

    def cancel(self) -> None:
        """Do not make the call."""


class Worker(Protocol):
    """What the scheduler uses of a worker; ``task`` is the one that it runs."""

    task: QueryTask | None

    def send(self, task: QueryTask, seconds: float) -> bool:
        """Give the worker a task to answer within ``seconds``; return False where it is gone."""

    def lower_priority(self) -> None:
        """Let the worker yield the processor to all others from now on."""

    def pause(self) -> None:
        """Stop the worker."""

    def resume(self) -> None:
        """Let a stopped worker go on."""

    def kill(self) -> None:
        """End the worker, whatever it does."""

    def close(self) -> None:
        """Release what belongs to the worker; an idle one then ends itself."""


class TaskState(Enum):
    """Where a task is."""

    QUEUED = "queued"
    RUNNING = "running"
    SLOW = "slow"
    PAUSED = "paused"
    DONE = "done"


class QueryTask:
    """A query that waits for a worker, runs in one, or is done.

    ``seconds`` is the time allowed, ``deadline`` its end by the clock. ``on_done`` is called once,
    with the answer or the error, or with None for a task that was cancelled.
    """

    __slots__ = (
        "attempts",
        "deadline",
        "max_bytes",
        "media_type",
        "on_done",
        "request",
        "seconds",
        "state",
        "timer",
        "worker",
    )

    def __init__(
        self,
        request: QueryRequest,
        media_type: str,
        max_bytes: int,
        seconds: float,
        on_done: Callable[[object], None],
    ):
        self.request, self.media_type, self.max_bytes = request, media_type, max_bytes
        self.seconds, self.on_done = seconds, on_done
        self.deadline = 0.0
        self.state = TaskState.QUEUED
        self.attempts = 0
        self.worker: Worker | None = None
        self.timer: Timer | None = None


class FairQueue:
    """Tasks that wait for a worker: those of pages, then in turn those of each client, in order."""

    def __init__(self) -> None:
        self._clients: OrderedDict[str, deque[QueryTask]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def pages(self) -> int:
        """Return how many tasks are of pages."""
        return len(self._clients.get(PAGES, ()))

    def add(self, task: QueryTask, *, first: bool = False) -> None:
        """Add ``task`` behind the others of its client, or before all others."""
        client = task.request.client
        tasks = self._clients.setdefault(client, deque())
        if first:
            tasks.appendleft(task)
            self._clients.move_to_end(client, last=False)
        else:
            tasks.append(task)
        if client == PAGES:
            self._clients.move_to_end(client, last=False)
        self._length += 1

    def pop(self) -> QueryTask | None:
        """Remove and return the next task; None where there is none."""
        if not self._clients:
            return None
        client, tasks = next(iter(self._clients.items()))
        task = tasks.popleft()
        self._length -= 1
        if tasks:
            self._clients.move_to_end(client, last=client != PAGES)
        else:
            del self._clients[client]
        return task

    def remove(self, task: QueryTask) -> None:
        """Remove ``task``, if it is there."""
        tasks = self._clients.get(task.request.client)
        if tasks is not None and task in tasks:
            tasks.remove(task)
            self._length -= 1
            if not tasks:
                del self._clients[task.request.client]
