"""A pool's connection to the template: asks for forks, hears of deaths, finds a new template."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Protocol

from samgraf.engine.workers import limits
from samgraf.engine.workers.frames import Record, records
from samgraf.engine.workers.handle import Worker

#: Seconds between attempts to reach a template that is gone.
_AGAIN = 0.02
_READ = 4096


class Owner(Protocol):
    """Whoever wants workers."""

    def connected(self) -> None:
        """Learn that forks can be asked for."""

    def ready(self, worker: Worker) -> None:
        """Take a worker that was asked for."""

    def unready(self, worker: Worker) -> None:
        """Learn that a worker that was asked for will not come."""

    def exited(self, worker: Worker) -> None:
        """Learn that ``worker.status`` is known."""


class Forker:
    """Ask the template at ``path`` for workers, as often as it is there."""

    def __init__(self, owner: Owner, path: Path, loop: asyncio.AbstractEventLoop):
        self.connected = False
        self._owner, self._path, self._loop = owner, path, loop
        self._socket: socket.socket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._asked: deque[Worker] = deque()
        self._living: dict[int, Worker] = {}
        self._buffer = bytearray()
        self._descriptors: deque[int] = deque()

    def connect(self) -> None:
        """Connect, now or as soon as a template is there."""
        if self._closed:
            return
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            self._timer = self._loop.call_later(_AGAIN, self.connect)
            return
        self._socket, self.connected = connection, True
        self._loop.add_reader(connection.fileno(), self._readable)
        self._owner.connected()

    def fork(self, make: Callable[[], Worker], memory: int) -> bool:
        """Ask for a worker whose query may use ``memory`` bytes; return whether it was asked."""
        if self._socket is None:
            return False
        worker = make()
        descriptors = (worker.other.fileno(), worker.spool.fileno())
        try:
            socket.send_fds(self._socket, [Record(b"F", value=memory).pack()], descriptors)
        except OSError:
            worker.close()
            return False
        self._asked.append(worker)
        return True

    @property
    def workers(self) -> list[int]:
        """Return the workers that live, as far as is known."""
        return list(self._living)

    @property
    def template(self) -> int | None:
        """Return the process at the other end, where the system tells it."""
        return None if self._socket is None else limits.peer(self._socket)

    def forget(self, worker: Worker) -> None:
        """Want no more news of a worker."""
        if self._living.get(worker.pid) is worker:
            del self._living[worker.pid]

    def close(self) -> None:
        """Disconnect: the template ends what is still there."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._disconnect()

    def _readable(self) -> None:
        try:
            data, received, _, _ = socket.recv_fds(self._socket, _READ, 16)
        except BlockingIOError:
            return
        except OSError:
            data, received = b"", []
        self._descriptors.extend(received)
        self._buffer += data
        if not data:
            self._disconnect()
            self.connect()
            return
        for record in records(self._buffer):
            self._heard(record)

    def _heard(self, record: Record) -> None:
        if record.kind == b"P":
            worker = self._asked.popleft()
            # a descriptor comes with its record or after data that came before it
            pidfd = FileIO(self._descriptors.popleft()) if record.value else None
            worker.forked(record.number, pidfd)
            self._living[record.number] = worker
            self._owner.ready(worker)
        elif record.kind == b"N":
            self._owner.unready(self._asked.popleft())
        elif record.kind == b"X" and (worker := self._living.pop(record.number, None)):
            worker.status = record.value
            self._owner.exited(worker)

    def _disconnect(self) -> None:
        self.connected = False
        if self._socket is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        self._buffer.clear()
        while self._descriptors:
            with suppress(OSError):
                os.close(self._descriptors.popleft())
        asked, self._asked = self._asked, deque()
        self._living.clear()
        for worker in asked:
            self._owner.unready(worker)
