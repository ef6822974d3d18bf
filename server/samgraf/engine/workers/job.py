"""A query on its way through the pool."""

from __future__ import annotations

import asyncio
from enum import Enum

from samgraf.engine.workers.frames import pack_job
from samgraf.engine.workers.handle import Worker
from samgraf.sparql.evaluation import QueryRequest

#: How many times longer than it computes a query may take and still be quick.
_SCARCE = 5


class Stage(Enum):
    """Where a job is."""

    WAITING = "waiting"  # for a worker
    BEHIND = "behind"  # another that a worker has, whose end is expected at once
    QUICK = "quick"  # evaluated, for not long
    SLOW = "slow"  # evaluated in the slow lane
    STOPPED = "stopped"  # begun, waiting for a place in the slow lane
    OVER = "over"


class Job:
    """Hold a query, its bounds and where it is; ``future`` gets its answer or its error.

    ``deadline`` is in the event loop's time, ``seconds`` the time allowed as the client knows it.
    """

    __slots__ = (
        "asked",
        "began",
        "client",
        "deadline",
        "future",
        "limit",
        "media_type",
        "request",
        "seconds",
        "stage",
        "tries",
        "worker",
    )

    def __init__(
        self,
        request: QueryRequest,
        media_type: str,
        seconds: float,
        limit: int,
        loop: asyncio.AbstractEventLoop,
    ):
        self.request, self.media_type = request, media_type
        self.seconds, self.limit = seconds, limit
        self.client = request.client
        self.deadline = loop.time() + seconds
        self.future: asyncio.Future = loop.create_future()
        self.stage = Stage.WAITING
        self.worker: Worker | None = None
        self.asked = 0.0  # when a worker got it
        self.began: float | None = None  # what that worker had computed by then, in seconds
        self.tries = 0

    def frame(self, now: float, behind: float | None = None) -> bytes:
        """Return what to send to a worker at the time ``now``, ``behind`` another job or not."""
        left = max(self.deadline - now, 0.001)
        return pack_job(self.request, self.media_type, self.limit, left, behind)

    def quick_time(self, now: float, bound: float, *, alone: bool) -> float:
        """Return the seconds that it may go on before it is slow; ``alone`` where nobody waits."""
        past, computed = now - self.asked, self.computed()
        if computed is not None and alone:
            # where processors are scarce, a quick query takes long: no reason to hold it back too,
            # unless it keeps others from a worker
            past = max(past / _SCARCE, computed)
        return bound - past

    def computed(self) -> float | None:
        """Return the seconds that its worker has computed for it, where that can be told."""
        until = self.worker.processor_time()
        return None if until is None or self.began is None else until - self.began

    def orphan(self) -> Job:
        """Return the same job as nobody waits for it."""
        made = Job(self.request, self.media_type, self.seconds, self.limit, self.future.get_loop())
        made.future.cancel()
        return made

    def tell(self, outcome: object) -> None:
        """Hand ``outcome``, an answer, an error or nothing, to whoever waits for it."""
        if not self.future.done():
            if isinstance(outcome, BaseException):
                self.future.set_exception(outcome)
            elif outcome is not None:
                self.future.set_result(outcome)
        elif outcome is not None and not isinstance(outcome, BaseException):
            outcome.close()
