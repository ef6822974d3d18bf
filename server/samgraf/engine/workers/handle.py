"""A pool's hold on one worker: its socket, its spool, and the means to stop and end it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from typing import Any, Protocol

from samgraf.engine.workers import limits
from samgraf.engine.workers.frames import INLINE, REPLY, Flag, Reply

_READ = 65536


class Owner(Protocol):
    """Whoever asks workers and wants to hear of them."""

    def replied(self, worker: Worker, reply: Reply, body: bytes) -> None:
        """Take the whole reply of ``worker``."""

    def ended(self, worker: Worker) -> None:
        """Learn that ``worker`` is gone, or broke the rules of its socket."""


class Worker:
    """Hold one worker, from the request for its fork on.

    ``status`` is its wait status once the template told it. ``job`` is the owner's, ``behind`` the
    one that was sent along with it.
    """

    def __init__(self, owner: Owner, loop: asyncio.AbstractEventLoop):
        self.pid = 0
        self.pidfd: FileIO | None = None
        self.status: int | None = None
        self.job: Any = None
        self.behind: Any = None
        self.silent = False
        self.closed = False
        self.on_return: Callable[[], None] | None = None
        self._owner, self._loop = owner, loop
        self._buffer = b""
        self._unsent = b""
        self._answering = False  # what is to be sent meanwhile goes in one piece
        self.spool: FileIO | None = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self.socket, self.other = socket.socketpair()
        self.socket.setblocking(False)

    def forked(self, pid: int, pidfd: FileIO | None) -> None:
        """Take note of the process, which listens from now on."""
        self.pid, self.pidfd = pid, pidfd
        self.other.close()
        self._loop.add_reader(self.socket.fileno(), self._readable)

    def ask(self, frame: bytes) -> bool:
        """Send a job; return whether the worker was there to take it."""
        if self._unsent or self._answering:
            self._unsent += frame
            return True
        try:
            sent = self.socket.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return False
        if sent < len(frame):
            self._unsent = frame[sent:]
            self._loop.add_writer(self.socket.fileno(), self._writable)
        return True

    def processor_time(self) -> float | None:
        """Return the seconds that the worker has computed so far, where that can be told."""
        return limits.processor_time(self.pid)

    def stop(self) -> None:
        """Let the worker rest."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the worker go on."""
        self._signal(signal.SIGCONT)

    def hold_back(self) -> None:
        """Let the worker yield to all others from now on."""
        if not self.closed:
            limits.hold_back(self.pid)

    def let_on(self) -> bool:
        """Let the worker compete with others again; return whether that could be done."""
        return not self.closed and limits.let_on(self.pid)

    def kill(self) -> None:
        """End the worker, whatever it does, and let go of it."""
        self._signal(signal.SIGKILL)
        self.close()

    def lend_spool(self) -> FileIO:
        """Return the spool; the worker cannot be asked again until it is returned."""
        spool, self.spool = self.spool, None
        if spool is None:
            raise ValueError("The spool was lent before.")
        return spool

    def return_spool(self, spool: FileIO) -> None:
        """Take the spool back soon and tell whoever waits for the worker; from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._take_back, spool)
        except RuntimeError:  # the loop is no more
            spool.close()

    def _take_back(self, spool: FileIO) -> None:
        if self.closed:
            spool.close()
            return
        os.ftruncate(spool.fileno(), 0)
        self.spool = spool
        waiting, self.on_return = self.on_return, None
        if waiting is not None:
            waiting()

    def close(self) -> None:
        """Let go of the worker: an idle one ends itself."""
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self.socket.fileno())
        self._loop.remove_writer(self.socket.fileno())
        self.socket.close()
        self.other.close()
        for file in (self.pidfd, self.spool):
            if file is not None:
                file.close()
        self._buffer = self._unsent = b""

    def _signal(self, number: int) -> None:
        if self.pid and not self.closed and self.status is None:
            with suppress(OSError):
                descriptor = None if self.pidfd is None else self.pidfd.fileno()
                limits.send_signal(self.pid, descriptor, number)

    def _writable(self) -> None:
        try:
            sent = self.socket.send(self._unsent)
        except BlockingIOError:
            return
        except OSError:
            sent = len(self._unsent)  # gone: the reader will hear of it
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._loop.remove_writer(self.socket.fileno())

    def _readable(self) -> None:
        try:
            data = self.socket.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or self.job is None:
            self._silence()
            return
        self._buffer = self._buffer + data if self._buffer else data
        waits = bool(self._unsent)  # for room, with a writer of its own
        self._answering = True
        try:
            self._hand_on()
        finally:
            self._answering = False
        if self._unsent and not waits:
            frame, self._unsent = self._unsent, b""
            self.ask(frame)  # where the worker is gone, the reader will hear of it

    def _hand_on(self) -> None:
        """Give the owner every reply that is whole."""
        while len(self._buffer) >= REPLY.size:
            reply = Reply(*REPLY.unpack_from(self._buffer))
            length = 0 if reply.flags & Flag.SPOOLED else reply.length
            end = REPLY.size + length
            if length > INLINE or self.job is None:
                self._silence()
                return
            if len(self._buffer) < end:
                return
            body, self._buffer = self._buffer[REPLY.size : end], self._buffer[end:]
            self._owner.replied(self, reply, body)

    def _silence(self) -> None:
        self._loop.remove_reader(self.socket.fileno())
        self._owner.ended(self)
