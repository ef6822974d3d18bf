"""The slow lane: queries that take long, held back, few at a time; the others rest stopped."""

from __future__ import annotations

from collections import Counter

from samgraf.engine.workers.job import Job, Stage


class SlowLane:
    """Run at most ``places`` jobs, of one client ``per_client``, and stop at most ``waiting``."""

    def __init__(self, places: int, per_client: int, waiting: int):
        self._places, self._per_client, self._waiting = places, per_client, waiting
        self._clients: Counter[str] = Counter()
        self._stopped: dict[Job, None] = {}
        self.running = 0

    @property
    def stopped(self) -> int:
        """Return how many jobs rest."""
        return len(self._stopped)

    def take(self, job: Job) -> bool:
        """Take in a running ``job``; return False where it cannot even rest."""
        job.worker.hold_back()
        if self._has_place(job):
            self._run(job)
            return True
        if len(self._stopped) >= self._waiting:
            return False
        job.worker.stop()
        job.stage = Stage.STOPPED
        self._stopped[job] = None
        return True

    def leave(self, job: Job) -> None:
        """Take ``job`` out, if it is in, and let the next one go on."""
        if job.stage is Stage.STOPPED:
            self._stopped.pop(job, None)
        elif job.stage is Stage.SLOW:
            self.running -= 1
            self._clients[job.client] -= 1
            if not self._clients[job.client]:
                del self._clients[job.client]
            # who has least in the lane goes first, then who came first
            fitting = (j for j in self._stopped if self._has_place(j))
            following = min(fitting, key=lambda j: self._clients[j.client], default=None)
            if following is not None:
                del self._stopped[following]
                self._run(following)
                following.worker.resume()

    def _run(self, job: Job) -> None:
        job.stage = Stage.SLOW
        self.running += 1
        self._clients[job.client] += 1

    def _has_place(self, job: Job) -> bool:
        if self.running >= self._places:
            return False
        # a client without a name is on this machine
        return not job.client or self._clients[job.client] < self._per_client
