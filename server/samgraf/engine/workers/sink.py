"""Take a growing answer: in memory first, then in a spool file, never above its limit."""

from __future__ import annotations

import os

from samgraf.engine.workers.frames import INLINE


class FullError(Exception):
    """The answer has passed its limit; what fits was kept."""


class Sink:
    """Take at most ``limit`` bytes, those above INLINE in the file ``spool``."""

    def __init__(self, limit: int, spool: int):
        self.length = 0
        self.spooled = False
        self._limit, self._spool = limit, spool
        self._head = bytearray()

    def write(self, data: bytes) -> int:
        """Take ``data``; raise FullError where it does not all fit."""
        room = self._limit - self.length
        self._keep(data if len(data) <= room else data[:room])
        if len(data) > room:
            raise FullError
        return len(data)

    def flush(self) -> None:
        """Do nothing: what was taken is kept."""

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` to ``end``."""
        if not self.spooled:
            return bytes(self._head[start:end])
        pieces = []
        while start < end and (piece := os.pread(self._spool, end - start, start)):
            pieces.append(piece)
            start += len(piece)
        return b"".join(pieces)

    def truncate(self, length: int) -> None:
        """Keep the first ``length`` bytes alone."""
        if self.spooled:
            os.ftruncate(self._spool, length)
        else:
            del self._head[length:]
        self.length = length

    def body(self) -> bytes:
        """Return what is to go over the socket: all, or nothing where the spool has it."""
        return b"" if self.spooled else bytes(self._head)

    def _keep(self, data: bytes) -> None:
        if not self.spooled:
            if len(self._head) + len(data) <= INLINE:
                self._head += data
                self.length += len(data)
                return
            head, self._head = bytes(self._head), bytearray()
            self.spooled, self.length = True, 0
            self._keep(head)
        view = memoryview(data)
        while view:
            done = os.pwrite(self._spool, view, self.length)
            self.length += done
            view = view[done:]
