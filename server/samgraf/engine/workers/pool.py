"""One web process's workers: some always idle, slow queries set aside, all of them bounded.

Everything happens on the event loop: no step waits, so no lock is needed.
"""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from samgraf.alarm import Alarm
from samgraf.engine.workers.crew import Crew
from samgraf.engine.workers.dispatch import Dispatch
from samgraf.engine.workers.frames import Flag, Reply
from samgraf.engine.workers.handle import Worker
from samgraf.engine.workers.job import Job, Stage
from samgraf.engine.workers.slow_lane import SlowLane
from samgraf.sparql.evaluation import (
    EngineBusyError,
    EngineError,
    QueryMemoryError,
    QueryTimeoutError,
)

#: Seconds to wait for the word of how a worker ended.
_WORD = 0.5
#: Part of the time of a quick query after which it is not to be the last that finds a worker, and
#: how much of that the query has to have computed.
_SOON, _LONG = 0.1, 0.8
#: Seconds within which a worker that was asked may prove to have been dying already, and how many
#: such workers one query may meet.
_EARLY = 0.05
_TRIES = 8


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Hold this pool's share of what the settings allow."""

    workers: int
    slow: int
    slow_per_client: int
    queue: int
    slow_after: float
    memory: int


class Pool:
    """Give jobs to workers; ``finish`` makes an answer, or an error, of a worker's reply."""

    def __init__(
        self,
        path: Path,
        bounds: Bounds,
        finish: Callable[[Job, Worker, Reply, bytes], object],
    ):
        self.killed: Counter[str] = Counter()
        self._loop = asyncio.get_running_loop()
        self._bounds, self._finish = bounds, finish
        self._crew = Crew(self, path, bounds.workers, bounds.memory, self._loop)
        self._alarm: Alarm[Job] = Alarm(self._loop, self._tick)
        self._soon = bounds.slow_after * _SOON
        self._dispatch = Dispatch(self, self._crew, self._alarm, self._loop, self._soon)
        self._slow = SlowLane(bounds.slow, bounds.slow_per_client, bounds.queue)
        self._jobs: set[Job] = set()
        self._reading: set[Worker] = set()  # those whose spool holds an answer that is being sent
        self._drained: asyncio.Event = asyncio.Event()
        self._closing = False

    def start(self) -> None:
        """Connect to the template and ask for workers."""
        self._crew.start()

    def counts(self) -> dict[str, int]:
        """Return how many are idle, busy, slow and waiting, and how many were forked so far."""
        return {
            "idle": len(self._crew.idle),
            "busy": self._crew.busy,
            "slow": self._slow.running,
            "waiting": len(self._dispatch) + self._slow.stopped,
            "forks": self._crew.forks,
        }

    def processes(self) -> dict[str, object]:
        """Return the process ids of template and workers, for the metrics of memory."""
        return {
            "template_pid": self._crew.forker.template,
            "worker_pids": self._crew.forker.workers,
        }

    def submit(self, job: Job) -> None:
        """Have ``job`` answered; raise EngineBusyError where there is no place for it."""
        self._jobs.add(job)
        if self._closing or not self._dispatch.take(job, self._bounds.queue):
            self._jobs.discard(job)
            raise EngineBusyError

    def abandon(self, job: Job) -> None:
        """End ``job``, whose client is gone."""
        if job.stage is Stage.OVER:
            if not job.future.cancelled() and job.future.exception() is None:
                job.future.result().close()
            return
        if job.worker is not None and job.worker.job is job:
            self.kill(job.worker, "gone")
        self._over(job)

    async def close(self) -> None:
        """Let the jobs at hand end, then let the workers go."""
        self._closing = True
        while self._jobs:
            self._drained.clear()
            await self._drained.wait()
        for worker in list(self._reading):
            self._crew.let_go(worker)
        self._crew.close()

    # what the crew tells

    def wanted(self) -> bool:
        """Return whether there is still work to come."""
        return bool(self._jobs) or not self._closing

    def free(self, worker: Worker) -> None:
        """Give ``worker`` a job that waits, or keep it ready."""
        self._dispatch.free(worker)

    def exited(self, worker: Worker) -> None:
        """Judge a worker that fell silent, now that its end is known."""
        if worker.job is not None and worker.silent:
            self._judge(worker)

    # what the workers tell

    def replied(self, worker: Worker, reply: Reply, body: bytes) -> None:
        """Hand the reply on and see what becomes of the worker."""
        job, worker.job = worker.job, None
        try:
            outcome = self._finish(job, worker, reply, body)
        except Exception as error:
            outcome = error
        quick, again = job.stage is Stage.QUICK, not reply.flags & Flag.LAST
        self._dispatch.note(reply.seconds)
        self._over(job, outcome)
        if self._dispatch.goes_on(worker, reply):
            return
        if again and worker.spool is None:
            # its answer is still being read; another takes its place for so long
            self._reading.add(worker)
            worker.on_return = lambda: self._reuse(worker, quick=False, slow=not quick)
            if quick:
                self._crew.set_aside(worker)
        elif again:
            self._reuse(worker, quick=quick, slow=not quick)
        else:
            self._crew.let_go(worker)
            self._crew.fill()

    def _reuse(self, worker: Worker, *, quick: bool, slow: bool) -> None:
        """Have a worker asked again: ``quick`` where it still counts, ``slow`` where held back.

        A slow one has its own copy of what it wrote to of the template's memory: on a large
        release that took longer than the next query will.
        """
        self._reading.discard(worker)
        if worker.closed:
            return
        if self._closing or (slow and not worker.let_on()):
            self._crew.let_go(worker)
            self._crew.fill()
            return
        if not quick:
            self._crew.rejoin(worker)
        self.free(worker)

    def ended(self, worker: Worker) -> None:
        """Replace an idle worker that is gone; for a busy one, wait for word of how it ended."""
        if worker.job is None:
            self._crew.let_go(worker)
            self._crew.later(self._crew.fill)
            return
        self._dispatch.part(worker)
        worker.silent = True
        if worker.status is not None or not self._crew.hears:
            self._judge(worker)
        else:
            self._crew.later(self._judge, worker, seconds=_WORD)

    # what happens to jobs

    def _tick(self, job: Job) -> None:
        now = self._loop.time()
        if now >= job.deadline - 0.001:
            self._expire(job)
        elif job.stage is Stage.QUICK and job.future.cancelled():
            self.kill(job.worker, "gone")
            self._over(job)
        elif job.stage is Stage.QUICK:
            again = self._dispatch.look(job.worker)
            left = job.quick_time(now, self._bounds.slow_after, alone=not self._dispatch)
            if left < 0.001:
                self._dispatch.part(job.worker)
                self._set_aside(job)
            else:
                if self._is_long(job):
                    self._crew.lend()
                else:
                    again = True
                left = min(left, self._soon) if again else left
                self._alarm.set(job, min(now + left, job.deadline))

    def _is_long(self, job: Job) -> bool:
        """Return whether a query takes long by itself.

        One that only lacks a processor ends no sooner where another worker competes for it.
        """
        computed = job.computed()
        return computed is None or computed > _LONG * self._soon

    def _expire(self, job: Job) -> None:
        # one that never had its turn is not to blame
        blameless = job.stage in (Stage.WAITING, Stage.BEHIND, Stage.STOPPED)
        if job.worker is not None and job.worker.job is job:
            self.kill(job.worker, "busy" if blameless else "timeout")
        self._over(job, EngineBusyError() if blameless else QueryTimeoutError(job.seconds))

    def _set_aside(self, job: Job) -> None:
        self._dispatch.note(self._bounds.slow_after)
        if not self._slow.take(job):
            self.kill(job.worker, "busy")
            self._over(job, EngineBusyError())
            return
        self._alarm.set(job, job.deadline)
        self._crew.set_aside(job.worker)

    def _judge(self, worker: Worker) -> None:
        job = worker.job
        if job is None or worker.closed:
            return
        how = worker.status
        number = how & 0x7F if how is not None else 0
        worker.job = None
        self._dispatch.part(worker)
        self._crew.let_go(worker)
        if number in (signal.SIGABRT, signal.SIGALRM):
            self.killed["memory" if number == signal.SIGABRT else "timeout"] += 1
            self._over(
                job,
                QueryMemoryError() if number == signal.SIGABRT else QueryTimeoutError(job.seconds),
            )
        elif number in (0, signal.SIGKILL) and self._may_retry(job):
            # ended from outside, without having said anything: ask another
            self._slow.leave(job)
            self._dispatch.take_back(job)
        else:
            self.killed["crash"] += 1
            self._over(job, EngineError("The store failed while it evaluated the query."))
        self._crew.later(self._crew.fill)

    def _may_retry(self, job: Job) -> bool:
        # A worker that was dying when it was asked is no try. The kernel ends one for want of
        # memory only later: then the query is to blame, and not asked for ever.
        early = self._loop.time() - job.asked < _EARLY
        job.tries += 1 if early else _TRIES
        return job.tries <= _TRIES

    def _over(self, job: Job, outcome: object = None) -> None:
        self._alarm.drop(job)
        self._dispatch.drop(job)
        self._slow.leave(job)
        job.stage, job.worker = Stage.OVER, None
        self._jobs.discard(job)
        if not self._jobs:
            self._drained.set()
        job.tell(outcome)

    # what happens to workers

    def kill(self, worker: Worker, reason: str) -> None:
        """End ``worker``, whatever it does, and have it replaced."""
        self.killed[reason] += 1
        worker.job = None
        self._dispatch.part(worker)
        worker.kill()
        self._crew.let_go(worker)
        self._crew.fill()
