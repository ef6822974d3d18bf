"""The web process's end of the sockets: to one worker, and to the fork server that makes them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path

from samgraf import limits
from samgraf.engine.workers.frames import (
    REPLY,
    Flag,
    QueryFrame,
    Record,
    ReplyFrame,
    pack_query,
    take_records,
)
from samgraf.engine.workers.limits import peer_pid
from samgraf.engine.workers.query_task import QueryTask
from samgraf.engine.workers.scheduler import Scheduler

_READ = 65536
#: Niceness of slow queries: about a tenth of the processor time of others beside them.
_SLOW_NICENESS = 10

#: Gets the worker, its task, the head of its reply, and the body if that came over the socket.
OnReply = Callable[["WorkerHandle", QueryTask, ReplyFrame, bytes], None]


class WorkerHandle:
    """A worker as the web process sees it, from the request for its fork to its end.

    ``task`` is what it runs. ``spool`` is the file where it writes an answer that is too long for
    the socket. ``exit_status`` is its wait status once the fork server has told it. ``on_reply``
    gets the replies; how it ends goes to ``scheduler``.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, scheduler: Scheduler, on_reply: OnReply):
        self.pid = 0
        self.task: QueryTask | None = None
        self.exit_status: int | None = None
        self.exit_timer: asyncio.TimerHandle | None = None
        self.lost = False  # its end of the socket is closed
        self.closed = False
        self._loop, self._scheduler, self._on_reply = loop, scheduler, on_reply
        self._received = bytearray()
        self._unsent = memoryview(b"")
        spool = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self.spool: FileIO | None = spool
        self._socket, self.child_socket = socket.socketpair()
        self._socket.setblocking(False)

    def started(self, pid: int) -> None:
        """Begin to listen to the worker, which is the process ``pid``."""
        self.pid = pid
        self.child_socket.close()
        self._loop.add_reader(self._socket.fileno(), self._on_readable)

    def send(self, task: QueryTask, seconds: float) -> bool:
        """Send the query of ``task``; return False where the worker is gone."""
        frame = pack_query(QueryFrame(task.request, task.media_type, task.max_bytes, seconds))
        try:
            sent = self._socket.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return False
        if sent < len(frame):
            self._unsent = memoryview(frame)[sent:]
            self._loop.add_writer(self._socket.fileno(), self._on_writable)
        return True

    def pause(self) -> None:
        """Stop the worker's process."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the worker's process go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the worker, whatever it does."""
        self._signal(signal.SIGKILL)
        self.close()

    def lower_priority(self) -> None:
        """Let all threads of the worker yield to all other processes."""
        if self._is_running():
            # the process leads a group of its own; Linux would take a pid for one thread alone
            with suppress(OSError):
                os.setpriority(os.PRIO_PGRP, self.pid, _SLOW_NICENESS)

    def take_spool(self) -> FileIO:
        """Return the spool file, which belongs to the caller from now on."""
        spool, self.spool = self.spool, None
        if spool is None:
            raise ValueError("The spool file was taken before.")
        return spool

    def close(self) -> None:
        """Close the socket, on which an idle worker ends itself, and the spool file; idempotent."""
        if self.closed:
            return
        self.closed = True
        if self.exit_timer is not None:
            self.exit_timer.cancel()
        self._loop.remove_reader(self._socket.fileno())
        self._loop.remove_writer(self._socket.fileno())
        self._socket.close()
        self.child_socket.close()
        if self.spool is not None:
            self.spool.close()
        self._received.clear()
        self._unsent = memoryview(b"")

    def _is_running(self) -> bool:
        # a process whose end is known may have left its id to another
        return bool(self.pid) and not self.closed and not self.lost and self.exit_status is None

    def _signal(self, number: int) -> None:
        if self._is_running():
            with suppress(OSError):
                os.kill(self.pid, number)

    def _on_writable(self) -> None:
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            return
        except OSError:
            sent = len(self._unsent)  # the reader will notice that the worker is gone
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._loop.remove_writer(self._socket.fileno())

    def _on_readable(self) -> None:
        try:
            data = self._socket.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or self.task is None:
            self._on_lost()
            return
        self._received += data
        if len(self._received) < REPLY.size:
            return
        reply = ReplyFrame(*REPLY.unpack_from(self._received))
        length = 0 if reply.flags & Flag.SPOOLED else reply.length
        end = REPLY.size + length
        if length > limits.INLINE_RESULT or len(self._received) > end:
            self._on_lost()
        elif len(self._received) == end:
            body = bytes(self._received[REPLY.size :])
            self._received.clear()
            self._on_reply(self, self.task, reply, body)

    def _on_lost(self) -> None:
        """Report the end of the worker, once it is known how it ended if it had a task."""
        self._loop.remove_reader(self._socket.fileno())
        if self._received or self.task is None:
            self._signal(signal.SIGKILL)  # it may have broken the protocol and still be there
        self.lost = True
        if self.task is None or self.exit_status is not None:
            self.report_exit()
        else:
            self.exit_timer = self._loop.call_later(limits.EXIT_STATUS_WAIT, self.report_exit)

    def report_exit(self) -> None:
        """Tell that the worker has ended."""
        if not self.closed:
            self._scheduler.on_exit(self, self.exit_status)


class ForkServerClient:
    """The connection to the fork server at ``path``, made again whenever it is lost.

    The workers that it forks may use ``memory`` bytes for a query.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, path: Path, memory: int):
        self._loop, self._path, self._memory = loop, path, memory
        self._scheduler: Scheduler
        self._on_reply: OnReply
        self._socket: socket.socket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._asked: deque[WorkerHandle] = deque()
        self._living: dict[int, WorkerHandle] = {}
        self._received = bytearray()

    def start(self, scheduler: Scheduler, on_reply: OnReply) -> None:
        """Connect, and report to ``scheduler`` and ``on_reply`` from now on."""
        self._scheduler, self._on_reply = scheduler, on_reply
        self._connect()

    def _connect(self) -> None:
        """Connect, now or as soon as a fork server is there."""
        if self._closed:
            return
        try:
            connection = self._connected()
        except OSError:  # no fork server is there, or no descriptor left
            self._timer = self._loop.call_later(limits.REFORK_PAUSE, self._connect)
            return
        self._socket = connection
        self._loop.add_reader(connection.fileno(), self._on_readable)
        self._scheduler.refill()

    def _connected(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            raise
        return connection

    def fork(self) -> bool:
        """Ask for a worker; return False where that cannot be done now."""
        if self._socket is None:
            return False
        try:
            worker = WorkerHandle(self._loop, self._scheduler, self._on_reply)
        except OSError:
            return False  # no descriptor, or no room for a file, is left
        descriptors = [file.fileno() for file in (worker.child_socket, worker.spool) if file]
        record = Record(b"F", value=self._memory).pack()
        try:
            socket.send_fds(self._socket, [record], descriptors)
        except OSError:
            worker.close()
            return False
        self._asked.append(worker)
        return True

    @property
    def worker_pids(self) -> list[int]:
        """Return the workers' processes that live, as far as is known."""
        return [w.pid for w in self._living.values() if not (w.closed or w.lost)]

    @property
    def server_pid(self) -> int | None:
        """Return the process of the fork server, where there is one and the system tells."""
        return None if self._socket is None else peer_pid(self._socket)

    def close(self) -> None:
        """Disconnect; the fork server then ends the workers that are still there."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._disconnect()

    def _on_readable(self) -> None:
        if self._socket is None:
            return
        try:
            data = self._socket.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._disconnect()
            self._connect()
            return
        self._received += data
        for record in take_records(self._received):
            self._on_record(record)

    def _on_record(self, record: Record) -> None:
        if record.kind == b"P":
            worker = self._asked.popleft()
            worker.started(record.pid)
            self._living[record.pid] = worker
            self._scheduler.add_worker(worker)
        elif record.kind == b"N":
            self._asked.popleft().close()
            self._scheduler.fork_failed()
        elif record.kind == b"X" and (worker := self._living.pop(record.pid, None)):
            worker.exit_status = record.value
            if worker.lost:
                worker.report_exit()

    def _disconnect(self) -> None:
        if self._socket is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        self._received.clear()
        # nobody will tell of those that have ended
        self._living = {pid: self._living[pid] for pid in self.worker_pids}
        asked, self._asked = self._asked, deque()
        for worker in asked:
            worker.close()
            self._scheduler.fork_failed()
