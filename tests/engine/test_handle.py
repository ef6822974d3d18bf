"""A worker's socket, read without trust."""

import asyncio
import tracemalloc
from contextlib import suppress

import pytest

from samgraf import limits
from samgraf.engine.workers.frames import REPLY, Flag, ReplyFrame, Status
from samgraf.engine.workers.handle import WorkerHandle
from samgraf.engine.workers.query_task import QueryTask
from samgraf.sparql.evaluation import QueryRequest

ANSWERED = REPLY.pack(*ReplyFrame(Status.OK, 0, 0.0, 2)) + b"{}"


class Scheduler:
    def __init__(self):
        self.ended = []

    def on_exit(self, worker, status):
        self.ended.append(status)


def heard(*pieces, close=False, task="task"):
    """Return the bodies of replies, and how often the worker was told as gone."""

    async def steps():
        bodies, scheduler = [], Scheduler()

        def on_reply(worker, task, reply, body):
            bodies.append(body)

        worker = WorkerHandle(asyncio.get_running_loop(), scheduler, on_reply)
        theirs = worker.child_socket.dup()
        worker.started(0)
        worker.task = task
        worker.exit_status = 0
        for piece in pieces:
            theirs.sendall(piece)
            await asyncio.sleep(0.01)
        theirs.close()
        if close:
            await asyncio.sleep(0.01)
        worker.close()
        worker.close()
        return bodies, len(scheduler.ended)

    return asyncio.run(steps())


def test_a_reply_is_handed_on_once_it_is_whole():
    assert heard(ANSWERED) == ([b"{}"], 0)
    assert heard(ANSWERED[:5], ANSWERED[5:-1], ANSWERED[-1:]) == ([b"{}"], 0)
    assert heard(ANSWERED[:-1]) == ([], 0)


def test_the_body_of_a_spooled_answer_is_not_waited_for():
    head = REPLY.pack(*ReplyFrame(Status.OK, Flag.SPOOLED, 0.0, 2**40))
    assert heard(head) == ([b""], 0)


@pytest.mark.parametrize(
    "data",
    [
        ANSWERED * 2,  # more than it was asked for
        REPLY.pack(*ReplyFrame(Status.OK, 0, 0.0, limits.INLINE_RESULT + 1)),
    ],
)
def test_a_worker_that_breaks_the_rules_is_taken_for_gone(data):
    assert heard(data) == ([], 1)


def test_what_is_not_sent_yet_of_a_long_query_is_not_copied_again_and_again():
    text = "x" * 8_000_000

    async def steps():
        worker = WorkerHandle(asyncio.get_running_loop(), Scheduler(), print)
        theirs = worker.child_socket.dup()
        theirs.setblocking(False)
        worker.started(0)
        tracemalloc.start()
        assert worker.send(QueryTask(QueryRequest(text), "", 0, 1.0, print), 1.0)
        tracemalloc.reset_peak()
        received = 0
        while received < len(text):
            await asyncio.sleep(0)
            with suppress(BlockingIOError):
                received += len(theirs.recv(65_536))
        theirs.close()
        worker.close()

    try:
        asyncio.run(steps())
        assert tracemalloc.get_traced_memory()[1] < 1.5 * len(text)
    finally:
        tracemalloc.stop()


def test_a_worker_that_talks_unasked_is_taken_for_gone():
    assert heard(ANSWERED, task=None) == ([], 1)


def test_a_worker_that_closes_its_socket_is_gone():
    assert heard(close=True) == ([], 1)
    assert heard(ANSWERED[:-1], close=True) == ([], 1)
