import asyncio

from samgraf.engine.workers.frames import REPLY, Reply, Status
from samgraf.engine.workers.handle import Worker

ANSWERED = REPLY.pack(*Reply(Status.OK, 0, 0.0, 2)) + b"{}"


class Owner:
    """Ask for the next at each reply, as a pool does."""

    def __init__(self):
        self.bodies, self.gone = [], 0

    def replied(self, worker, reply, body):
        self.bodies.append(body)
        worker.job = "next"
        assert worker.ask(b"next")

    def ended(self, worker):
        self.gone += 1


class Counting:
    """Count what is sent over a socket."""

    def __init__(self, connection):
        self.connection, self.sent = connection, []

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def send(self, data):
        self.sent.append(data)
        return self.connection.send(data)


def told(data, *, deaf=False):
    """Return the owner and what was sent once a worker with a job has written ``data``."""

    async def steps():
        owner = Owner()
        worker = Worker(owner, asyncio.get_running_loop())
        worker.socket = Counting(worker.socket)
        worker.job = "first"
        worker.other.sendall(data)
        if deaf:
            worker.other.close()
        worker._readable()
        if deaf:
            worker._readable()
        sent = worker.socket.sent
        worker.close()
        return owner, sent

    return asyncio.run(steps())


def test_replies_that_come_together_are_followed_by_one_message():
    owner, sent = told(ANSWERED * 2)
    assert owner.bodies == [b"{}", b"{}"]
    assert sent == [b"nextnext"]


def test_half_a_reply_is_followed_by_nothing_yet():
    owner, sent = told(ANSWERED + ANSWERED[:-1])
    assert (owner.bodies, sent) == ([b"{}"], [b"next"])


def test_a_worker_that_is_gone_when_it_is_to_go_on_is_told_as_gone():
    owner, _ = told(ANSWERED, deaf=True)
    assert (owner.bodies, owner.gone) == ([b"{}"], 1)
