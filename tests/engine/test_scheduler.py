"""Which query runs where, on a clock that the test moves."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from scheduler_rig import ABORTED, ALARMED, CRASHED, KILLED, Bench

from samgraf import limits
from samgraf.engine.workers.query_task import TaskState
from samgraf.sparql.evaluation import (
    PAGES,
    EngineBusyError,
    EngineError,
    QueryMemoryError,
    QueryTimeoutError,
)


def test_a_task_runs_in_an_idle_worker_which_then_takes_the_next():
    bench = Bench()
    first, second = bench.submit(), bench.submit()
    assert (first.state, second.state) == (TaskState.RUNNING, TaskState.QUEUED)
    worker = first.worker
    bench.reply(first, "one")
    assert bench.outcome(first) == "one"
    assert second.worker is worker
    bench.reply(second, "two")
    assert bench.outcome(second) == "two"
    assert bench.counts() == {"idle": 1, "busy": 0, "slow": 0, "waiting": 0}
    assert len(bench.workers) == 1


def test_a_worker_that_may_not_be_used_again_is_replaced():
    bench = Bench()
    task = bench.submit()
    bench.reply(task, reusable=False)
    old, new = bench.workers
    assert old.closed
    assert not new.closed
    assert bench.counts()["idle"] == 1


def test_tasks_wait_while_no_worker_is_there():
    bench = Bench(comes_at_once=False)
    task = bench.submit()
    assert task.state is TaskState.QUEUED
    bench.deliver()
    assert task.state is TaskState.RUNNING


def test_a_worker_is_told_what_time_is_left():
    bench = Bench()
    first, second = bench.submit(seconds=5.0), bench.submit(seconds=5.0)
    bench.advance(0.75)
    bench.reply(first)
    assert second.worker.seconds == 4.25


def test_a_full_queue_is_told_at_once():
    bench = Bench(queue=2)
    tasks = [bench.submit() for _ in range(4)]
    assert [bench.outcome(t) for t in tasks] == [None, None, None, "refused"]


def test_a_task_that_cannot_be_sent_ends_with_the_error_and_its_worker_is_replaced():
    bench = Bench()
    bench.workers[0].error = ValueError("unmarshallable object")
    task = bench.submit()
    assert bench.outcome(task) is bench.workers[0].error
    assert bench.workers[0].killed
    assert bench.counts() == {"idle": 1, "busy": 0, "slow": 0, "waiting": 0}
    assert bench.scheduler.active == 0


def test_a_waiting_task_that_cannot_be_sent_takes_no_other_with_it():
    bench = Bench()
    first, second, third = bench.submit(), bench.submit(), bench.submit()
    bench.workers[0].error = ValueError("unmarshallable object")
    bench.reply(first, "one")
    outcomes = [bench.outcome(t) for t in (first, second, third)]
    assert outcomes == ["one", bench.workers[0].error, None]
    assert third.state is TaskState.RUNNING
    bench.reply(third, "three")
    assert bench.counts() == {"idle": 1, "busy": 0, "slow": 0, "waiting": 0}


def test_at_its_deadline_a_task_ends_and_its_worker_is_killed_and_replaced():
    bench = Bench(slow_after=60.0)
    task = bench.submit(seconds=2.0)
    worker = task.worker
    bench.advance(1.99)
    assert bench.outcome(task) is None
    bench.advance(0.02)
    assert isinstance(bench.outcome(task), QueryTimeoutError)
    assert bench.outcome(task).seconds == 2.0
    assert worker.killed
    assert bench.scheduler.killed == {"timeout": 1}
    assert bench.counts()["idle"] == 1


def test_a_task_that_waited_till_its_deadline_is_told_to_come_back():
    bench = Bench(slow_after=60.0)
    running, waiting = bench.submit(seconds=9.0), bench.submit(seconds=2.0)
    bench.advance(3.0)
    assert isinstance(bench.outcome(waiting), EngineBusyError)
    assert bench.outcome(running) is None
    assert not bench.scheduler.killed


def test_a_slow_task_makes_room_for_a_fresh_worker():
    bench = Bench()
    slow, quick = bench.submit(), bench.submit()
    bench.advance(1.0)
    assert slow.state is TaskState.SLOW
    assert slow.worker.is_low
    assert quick.state is TaskState.RUNNING
    assert quick.worker is not slow.worker
    old = slow.worker
    bench.reply(slow)
    assert old.closed
    assert bench.counts() == {"idle": 0, "busy": 1, "slow": 0, "waiting": 0}


def test_a_slow_task_keeps_its_deadline():
    bench = Bench()
    task = bench.submit(seconds=3.0)
    bench.advance(3.0)
    assert isinstance(bench.outcome(task), QueryTimeoutError)
    assert bench.counts()["slow"] == 0


def test_the_slow_lane_is_bounded_and_the_rest_have_their_turn():
    bench = Bench(slow_workers=1)
    tasks = []
    for _ in range(3):
        tasks.append(bench.submit(seconds=60.0))
        bench.advance(1.0)
    assert [t.state for t in tasks] == [TaskState.SLOW, TaskState.PAUSED, TaskState.PAUSED]
    assert [t.worker.paused for t in tasks] == [False, True, True]
    bench.reply(tasks[0])
    assert [t.state for t in tasks[1:]] == [TaskState.SLOW, TaskState.PAUSED]
    assert not tasks[1].worker.paused


def test_a_client_has_its_bound_in_the_slow_lane_and_those_on_this_machine_have_none():
    bench = Bench(slow_workers=4, slow_per_client=1)
    tasks = []
    for client in ("a", "a", "b", "", ""):
        tasks.append(bench.submit(client, seconds=60.0))
        bench.advance(1.0)
    states = [TaskState.SLOW, TaskState.PAUSED] + 3 * [TaskState.SLOW]
    assert [t.state for t in tasks] == states
    bench.reply(tasks[2])  # a place, but not for this client
    assert tasks[1].state is TaskState.PAUSED
    bench.reply(tasks[0])
    assert tasks[1].state is TaskState.SLOW


def test_pages_wait_for_no_other_queries():
    bench = Bench(workers=1, slow_workers=1, queue=60)
    heavy = [bench.submit(client, seconds=60.0) for client in ["", "a"] * 30]
    assert [t.state for t in heavy] == [TaskState.RUNNING] + 59 * [TaskState.QUEUED]
    for _ in range(3):
        pages = [bench.submit(PAGES), bench.submit(PAGES)]
        assert {t.state for t in pages} == {TaskState.RUNNING}
        for page in pages:
            bench.reply(page)
        assert bench.counts()["busy"] == 1
    for _ in range(2):
        bench.advance(2.0)  # some have become slow and are paused for others, which a page is not
    assert TaskState.PAUSED in {t.state for t in heavy}
    pages = [bench.submit(PAGES, seconds=60.0) for _ in range(2)]
    bench.advance(2.0)
    assert {t.state for t in pages} == {TaskState.SLOW}
    assert not any(t.worker.is_low for t in pages)
    assert [t.state for t in heavy].count(TaskState.SLOW) == 1
    assert bench.counts()["busy"] == 1


def test_the_client_with_the_least_goes_on_first():
    bench = Bench(slow_workers=2, slow_per_client=2)
    tasks = []
    for client in ("a", "a", "a", "b"):
        tasks.append(bench.submit(client, seconds=60.0))
        bench.advance(1.0)
    bench.reply(tasks[0])
    assert [t.state for t in tasks[2:]] == [TaskState.PAUSED, TaskState.SLOW]


def test_a_paused_task_that_comes_to_its_deadline_is_told_to_come_back():
    bench = Bench(slow_workers=1)
    bench.submit(seconds=60.0)
    bench.advance(1.0)
    paused = bench.submit(seconds=3.0)
    bench.advance(3.0)
    assert isinstance(bench.outcome(paused), EngineBusyError)
    assert bench.scheduler.killed == {"busy": 1}


def test_a_worker_that_replied_as_it_was_stopped_goes_on_to_its_end():
    bench = Bench(slow_workers=1)
    bench.submit(seconds=60.0)
    bench.advance(1.0)
    task = bench.submit(seconds=60.0)
    bench.advance(1.0)
    worker = task.worker
    assert worker.paused
    bench.reply(task)
    assert bench.outcome(task) == "answer"
    assert worker.closed
    assert not worker.paused
    assert bench.counts()["waiting"] == 0


def test_where_too_many_are_paused_the_next_slow_task_ends():
    bench = Bench(slow_workers=1, queue=1)
    tasks = []
    for _ in range(3):
        tasks.append(bench.submit(seconds=60.0))
        bench.advance(1.0)
    assert isinstance(bench.outcome(tasks[2]), EngineBusyError)


def test_clients_have_their_turn():
    bench = Bench(queue=9)
    running = bench.submit("many")
    tasks = [bench.submit(c) for c in ["many"] * 3 + ["one", "two"]]
    order = []
    while running is not None:
        bench.reply(running)
        running = next((t for t in tasks if t.state is TaskState.RUNNING), None)
        order += [running.request.client] if running else []
    assert order == ["many", "one", "two", "many", "many"]


@pytest.mark.parametrize("state", ["queued", "running", "slow", "paused"])
def test_a_cancelled_task_leaves_nothing_behind(state):
    bench = Bench(slow_workers=1)
    if state in ("queued", "paused"):
        first = bench.submit()
        bench.advance(1.0 if state == "paused" else 0.0)
    task = bench.submit()
    if state in ("slow", "paused"):
        bench.advance(1.0)
    assert task.state.value == state
    worker = task.worker
    bench.scheduler.cancel(task)
    bench.settle()
    assert task.state is TaskState.DONE
    assert worker is None or worker.killed
    assert bench.scheduler.killed.total() == (state != "queued")
    if state in ("queued", "paused"):
        bench.reply(first)
    assert bench.counts() == {"idle": 1, "busy": 0, "slow": 0, "waiting": 0}
    bench.scheduler.cancel(task)
    bench.advance(100.0)
    assert bench.scheduler.active == 0


def test_an_idle_worker_that_ends_is_replaced_after_a_pause():
    bench = Bench()
    bench.exit(bench.workers[0])
    assert bench.counts()["idle"] == 0
    bench.advance(limits.REFORK_PAUSE)
    assert bench.counts()["idle"] == 1


def test_a_worker_found_gone_when_it_is_asked_costs_the_task_nothing():
    bench = Bench(workers=2)
    for worker in bench.workers:
        worker.gone = True
    task = bench.submit()
    assert task.state is TaskState.QUEUED
    bench.advance(limits.REFORK_PAUSE)
    assert task.state is TaskState.RUNNING
    assert task.attempts == 0


def test_a_worker_killed_from_outside_is_no_fault_of_its_task_until_it_happens_again():
    bench = Bench(queue=1)
    task, other = bench.submit(seconds=60.0), bench.submit(seconds=60.0)
    for _ in range(limits.QUERY_ATTEMPTS):
        assert task.state is TaskState.RUNNING  # ahead of the other
        bench.exit(task.worker, KILLED)
        bench.advance(limits.REFORK_PAUSE)
    assert type(bench.outcome(task)) is EngineError
    assert bench.scheduler.killed == {"crash": 1}
    assert other.state is TaskState.RUNNING


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (ABORTED, "memory", QueryMemoryError),
        (ALARMED, "timeout", QueryTimeoutError),
        (CRASHED, "crash", EngineError),
    ],
)
def test_how_a_worker_ended_tells_what_became_of_its_task(status, reason, error):
    bench = Bench()
    task = bench.submit()
    bench.exit(task.worker, status)
    assert type(bench.outcome(task)) is error
    assert bench.scheduler.killed == {reason: 1}


def test_a_slow_task_whose_worker_is_killed_gives_its_place_up():
    bench = Bench(slow_workers=1)
    first = bench.submit(seconds=60.0)
    bench.advance(1.0)
    second = bench.submit(seconds=60.0)
    bench.advance(1.0)
    bench.exit(first.worker, KILLED)
    assert second.state is TaskState.SLOW
    assert first.state is TaskState.RUNNING  # from its beginning
    bench.advance(1.0)
    assert first.state is TaskState.PAUSED


def test_where_forking_fails_it_is_tried_again():
    bench = Bench(comes_at_once=False)
    bench.scheduler.fork_failed()
    bench.asked = 0
    bench.can_fork = False
    bench.advance(10 * limits.REFORK_PAUSE)
    assert bench.asked == 0
    bench.can_fork = True
    bench.advance(limits.REFORK_PAUSE)
    assert bench.asked == 1


def test_what_closes_takes_nothing_more_and_ends_what_runs():
    bench = Bench()
    task, waiting = bench.submit(), bench.submit()
    bench.scheduler.stop_accepting()
    assert bench.outcome(bench.submit()) == "refused"
    bench.reply(task)
    assert bench.outcome(task) == "answer"
    bench.scheduler.close()
    assert isinstance(bench.outcome(waiting), EngineBusyError)
    bench.advance(100.0)
    assert all(worker.closed for worker in bench.workers)


class Fuzz(RuleBasedStateMachine):
    """Whatever happens in whatever order, every task ends once and in time, within all bounds."""

    def __init__(self):
        super().__init__()
        self.bench = Bench(workers=2, slow_workers=2, queue=3, slow_after=0.5, comes_at_once=False)

    def with_worker(self):
        return [t for t in self.bench.tasks if t.worker is not None]

    @rule(client=st.sampled_from(["", "a", "b", PAGES]), seconds=st.sampled_from([0.2, 1.0, 5.0]))
    def submit(self, client, seconds):
        self.bench.submit(client, seconds)

    @rule()
    def deliver(self):
        self.bench.deliver()

    @precondition(lambda self: self.bench.asked)
    @rule()
    def fail(self):
        self.bench.asked -= 1
        self.bench.scheduler.fork_failed()

    @rule(can=st.booleans())
    def connect(self, can):
        self.bench.can_fork = can
        if can:
            self.bench.scheduler.refill()

    @rule(seconds=st.sampled_from([0.01, 0.5, 2.0]))
    def advance(self, seconds):
        self.bench.advance(seconds)

    @precondition(with_worker)
    @rule(data=st.data(), reusable=st.booleans())
    def reply(self, data, reusable):
        running = [t for t in self.with_worker() if t.state is not TaskState.PAUSED]
        if running:
            self.bench.reply(data.draw(st.sampled_from(running)), reusable=reusable)

    @precondition(lambda self: any(t.deadline for t in self.bench.tasks))
    @rule(data=st.data())
    def cancel(self, data):
        taken = [t for t in self.bench.tasks if t.deadline]
        self.bench.scheduler.cancel(data.draw(st.sampled_from(taken)))

    @precondition(lambda self: any(not w.closed for w in self.bench.workers))
    @rule(data=st.data(), status=st.sampled_from([None, KILLED, ABORTED, CRASHED]))
    def exit(self, data, status):
        living = [w for w in self.bench.workers if not w.closed]
        self.bench.exit(data.draw(st.sampled_from(living)), status)

    @invariant()
    def is_within_bounds(self):
        counts, capacity = self.bench.counts(), self.bench.capacity
        assert min(counts.values()) >= 0
        pages = sum(t.request.client == PAGES for t in self.bench.tasks)
        assert counts["idle"] + counts["busy"] <= capacity.workers + pages
        assert counts["slow"] <= capacity.slow_workers + pages
        living = [w for w in self.bench.workers if not w.closed]
        states = [t.state for t in self.bench.tasks if t.deadline]  # none where it was refused
        assert not (counts["idle"] and TaskState.QUEUED in states)
        paused = states.count(TaskState.PAUSED)
        assert len(living) == counts["idle"] + counts["busy"] + counts["slow"] + paused
        for worker in living:
            task = worker.task
            assert task is None or task.worker is worker
            assert worker.paused == (task is not None and task.state is TaskState.PAUSED)

    @invariant()
    def every_task_is_somewhere(self):
        for number, task in enumerate(self.bench.tasks):
            done = number in self.bench.outcomes
            assert done == (task.state is TaskState.DONE or task.deadline == 0.0)
            if not done:
                assert self.bench.clock.now < task.deadline
                assert (task.worker is None) == (task.state is TaskState.QUEUED)

    def teardown(self):
        self.bench.advance(10.0)
        assert self.bench.scheduler.active == 0
        self.bench.scheduler.close()
        assert all(worker.closed for worker in self.bench.workers)


Fuzz.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestFuzz = Fuzz.TestCase
