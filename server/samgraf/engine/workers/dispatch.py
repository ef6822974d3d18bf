"""Give jobs to workers: to one that is idle, or behind a job that is about to end, else in turn.

Waking a process costs about as much as a tiny query. A worker that finds its next job in its
socket need not be woken, so that two are sent where queries are brief. One that is behind never
waits for long: it goes to another worker as soon as the job before it proves not to be brief.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from samgraf.alarm import Alarm
from samgraf.engine.workers.crew import Crew
from samgraf.engine.workers.frames import Reply
from samgraf.engine.workers.handle import Worker
from samgraf.engine.workers.job import Job, Stage
from samgraf.engine.workers.queue import FairQueue

_BRIEF = 0.001  # seconds; above, one may as well wait for a worker that is free
_SLOW = 16 * _BRIEF  # what a longer query counts for: some fifty brief ones make it forgotten
_WEIGHT = 1 / 16  # of the last query


class Owner(Protocol):
    """Whoever cares for the workers."""

    def ended(self, worker: Worker) -> None:
        """Learn that ``worker`` was not there to take its job."""


class Dispatch:
    """Hold the jobs that wait; ``soon`` are the seconds after which no job waits behind another."""

    def __init__(
        self,
        owner: Owner,
        crew: Crew,
        alarm: Alarm[Job],
        loop: asyncio.AbstractEventLoop,
        soon: float,
    ):
        self._owner, self._crew, self._alarm, self._loop = owner, crew, alarm, loop
        self._soon = soon
        self._waiting = FairQueue()
        self._mean = _SLOW  # of the seconds that queries take, the last ones counting most

    def __len__(self) -> int:
        """Return how many jobs wait."""
        return len(self._waiting)

    def take(self, job: Job, room: int) -> bool:
        """Give ``job`` to a worker or let it wait; return False where ``room`` others wait."""
        if self._crew.idle:
            self._give(job, self._crew.idle.pop())
            return True
        if not self._waiting:
            for worker in self._crew.quick:
                if self._takes_more(worker):
                    self._give_behind(job, worker)
                    return True
        if len(self._waiting) >= room:
            return False
        self._wait(job)
        return True

    def take_back(self, job: Job) -> None:
        """Let ``job``, whose worker is gone, be the next to have one."""
        self._wait(job, first=True)
        if self._crew.idle:
            self.free(self._crew.idle.pop())

    def drop(self, job: Job) -> None:
        """Forget ``job`` if it waits."""
        if job.stage is Stage.WAITING:
            self._waiting.remove(job)

    def free(self, worker: Worker) -> None:
        """Give ``worker`` the next job that waits, or keep it ready."""
        if (job := self._waiting.pop()) is not None:
            self._give(job, worker)
            self._follow(worker)
        else:
            self._crew.idle.append(worker)

    def look(self, worker: Worker) -> bool:
        """Return whether a job may stay behind that of ``worker``, and is to be looked at again.

        One that only lacks a processor may be about to end, and nobody else could be faster.
        """
        if worker.behind is None or worker.behind.worker is not worker:
            return False
        computed = worker.job.computed()
        if computed is not None and computed < self._soon / 2 and not self._crew.idle:
            return True
        self.part(worker)
        return False

    def part(self, worker: Worker) -> None:
        """Let the job behind that of ``worker`` go to another: the worker's has become long."""
        job = worker.behind
        if job is not None and job.worker is worker:
            self.take_back(job)

    def note(self, seconds: float) -> None:
        """Take in that a query took ``seconds``, as its worker says."""
        if seconds >= 0.0:
            self._mean += (min(seconds, _SLOW) - self._mean) * _WEIGHT

    def goes_on(self, worker: Worker, reply: Reply) -> bool:
        """Return whether ``worker``, which has given ``reply``, has begun the job behind."""
        if reply.drops(self._soon):
            self.part(worker)
            worker.behind = None
            return False
        job, worker.behind = worker.behind, None
        if job is None:
            return False
        if job.worker is not worker:
            # its client has gone, or it went to another worker; most likely it ends at once
            job = job.orphan()
        self._begin(job, worker)
        self._follow(worker)
        return True

    def _wait(self, job: Job, *, first: bool = False) -> None:
        job.stage, job.worker = Stage.WAITING, None
        self._waiting.add(job, first=first)
        self._alarm.set(job, job.deadline)

    def _give(self, job: Job, worker: Worker) -> None:
        self._begin(job, worker)
        if not worker.ask(job.frame(job.asked)):
            self._owner.ended(worker)

    def _begin(self, job: Job, worker: Worker) -> None:
        now = self._loop.time()
        job.stage, job.worker, worker.job = Stage.QUICK, worker, job
        job.asked, job.began = now, worker.processor_time()
        self._alarm.set(job, min(now + self._soon, job.deadline))

    def _follow(self, worker: Worker) -> None:
        if self._waiting and self._takes_more(worker):
            self._give_behind(self._waiting.pop(), worker)

    def _takes_more(self, worker: Worker) -> bool:
        job = worker.job
        return (
            self._mean < _BRIEF
            and job is not None
            and job.stage is Stage.QUICK
            and worker.behind is None
            and self._loop.time() - job.asked < self._soon
        )

    def _give_behind(self, job: Job, worker: Worker) -> None:
        job.stage, job.worker, worker.behind = Stage.BEHIND, worker, job
        self._alarm.set(job, job.deadline)
        # where the worker is not there, word of it is on its way
        worker.ask(job.frame(self._loop.time(), self._soon))
