"""A clock that a test moves, and workers that are no processes, for the tests of the scheduler."""

from __future__ import annotations

import heapq
import itertools
import signal

from samgraf.engine.workers.query_task import QueryTask
from samgraf.engine.workers.scheduler import Capacity, Scheduler
from samgraf.sparql.evaluation import EngineBusyError, QueryRequest

JSON = "application/sparql-results+json"
#: Wait statuses as the system gives them.
KILLED, ABORTED, ALARMED, CRASHED = (
    int(n) for n in (signal.SIGKILL, signal.SIGABRT, signal.SIGALRM, signal.SIGSEGV)
)


class Timer:
    def __init__(self, call):
        self.call = call

    def cancel(self):
        self.call = None


class Clock:
    """Time passes when a test says so."""

    def __init__(self):
        self.now, self._due, self._order = 0.0, [], itertools.count()

    def time(self):
        return self.now

    def call_at(self, when, callback, *args):
        timer = Timer(lambda: callback(*args))
        heapq.heappush(self._due, (when, next(self._order), timer))
        return timer

    def advance(self, seconds):
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            self.now, _, timer = heapq.heappop(self._due)
            if timer.call is not None:
                timer.call()
        self.now = end


class Worker:
    """Note what was done to it."""

    def __init__(self):
        self.task = None
        self.gone = self.closed = self.killed = self.paused = self.is_low = False
        self.seconds = None
        self.error = None  # that sending raises

    def send(self, task, seconds):
        assert not self.closed
        assert self.task is None
        self.seconds = seconds
        if self.error is not None:
            raise self.error
        return not self.gone

    def lower_priority(self):
        self.is_low = True

    def pause(self):
        self.paused = True

    def resume(self):
        self.paused = False

    def kill(self):
        self.killed = True
        self.close()

    def close(self):
        self.closed = True


class Bench:
    """A scheduler on a clock of its own; ``workers`` are all that were ever forked."""

    def __init__(self, *, comes_at_once=True, **capacity):
        defaults = {"workers": 1, "slow_workers": 2, "slow_per_client": 1, "queue": 4}
        self.clock = Clock()
        self.workers, self.asked, self.comes_at_once, self.can_fork = [], 0, comes_at_once, True
        self.tasks, self.outcomes = [], {}
        given = Capacity(**defaults | {"slow_after": 1.0} | capacity)
        self.capacity = given
        self.scheduler = Scheduler(self.clock, given, self.fork)
        self.scheduler.refill()
        if comes_at_once:
            self.deliver()

    def fork(self):
        if not self.can_fork:
            return False
        self.asked += 1
        return True

    def deliver(self):
        """Let the workers come that were asked for."""
        while self.asked:
            self.asked -= 1
            self.workers.append(Worker())
            self.scheduler.add_worker(self.workers[-1])

    def settle(self):
        if self.comes_at_once:
            self.deliver()

    def submit(self, client="", seconds=10.0):
        """Return a new task; its outcome stands in ``outcomes`` once it is done."""
        number = len(self.tasks)

        def on_done(outcome):
            assert number not in self.outcomes
            self.outcomes[number] = outcome

        task = QueryTask(QueryRequest(query="", client=client), JSON, 100, seconds, on_done)
        self.tasks.append(task)
        try:
            self.scheduler.submit(task)
        except EngineBusyError:
            self.outcomes[number] = "refused"
        self.settle()
        return task

    def advance(self, seconds):
        self.clock.advance(seconds)
        self.settle()

    def reply(self, task, outcome="answer", *, reusable=True):
        self.scheduler.on_reply(task.worker, outcome, reusable=reusable)
        self.settle()

    def exit(self, worker, status=None):
        worker.gone = True
        self.scheduler.on_exit(worker, status)
        self.settle()

    def outcome(self, task):
        return self.outcomes.get(self.tasks.index(task))

    def counts(self):
        counts = self.scheduler.counts()
        del counts["forks"]
        return counts
