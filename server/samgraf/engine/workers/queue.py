"""Jobs that wait for a worker: each client's in its order, the clients in turn."""

from __future__ import annotations

from collections import OrderedDict, deque

from samgraf.engine.workers.job import Job


class FairQueue:
    """Hold waiting jobs; one client's many do not keep another's few waiting."""

    def __init__(self) -> None:
        self._clients: OrderedDict[str, deque[Job]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, job: Job, *, first: bool = False) -> None:
        """Let ``job`` wait behind its client's others, or before all others."""
        jobs = self._clients.setdefault(job.client, deque())
        if first:
            jobs.appendleft(job)
            self._clients.move_to_end(job.client, last=False)
        else:
            jobs.append(job)
        self._count += 1

    def pop(self) -> Job | None:
        """Return the next job, or None."""
        if not self._clients:
            return None
        client, jobs = next(iter(self._clients.items()))
        job = jobs.popleft()
        if jobs:
            self._clients.move_to_end(client)
        else:
            del self._clients[client]
        self._count -= 1
        return job

    def remove(self, job: Job) -> None:
        """Let ``job`` wait no longer, if it does."""
        jobs = self._clients.get(job.client)
        if jobs is not None and job in jobs:
            jobs.remove(job)
            self._count -= 1
            if not jobs:
                del self._clients[job.client]

    def __iter__(self):
        for jobs in self._clients.values():
            yield from jobs
