"""Send the body of a response piece by piece, no faster than the client takes it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Protocol

_PIECE = 262_144  # bytes of a file that are sent at once


class ProtocolClosedError(Exception):
    """The client has gone."""


class Outlet(Protocol):
    """What a body is sent through."""

    is_lost: bool

    def write(self, data: bytes, more: bytes = b"") -> None:
        """Send ``data`` and ``more``."""

    async def drain(self) -> None:
        """Wait until the client has taken most of what was sent, or has gone."""

    def abort(self) -> None:
        """Cut the connection, so that nobody takes for whole what is not."""


class StreamBody:
    """Send what an application hands over, as chunks or up to the ``length`` that was told."""

    __slots__ = ("_is_chunked", "_left", "_outlet", "_silent")

    def __init__(self, outlet: Outlet, length: int | None, *, is_chunked: bool, silent: bool):
        self._outlet, self._left = outlet, length
        self._is_chunked, self._silent = is_chunked, silent

    async def send_bytes(self, data: bytes) -> None:
        """Send a piece and wait until the client has taken most of it.

        Raise ProtocolClosedError where the client has gone, ValueError above the length told.
        """
        if self._outlet.is_lost:
            raise ProtocolClosedError
        if not data:
            return  # an empty chunk would be the last
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise ValueError("The body is longer than its head said.")
        if self._silent:
            return
        if self._is_chunked:
            self._outlet.write(b"%x\r\n" % len(data), data)
            self._outlet.write(b"\r\n")
        else:
            self._outlet.write(data)
        await self._outlet.drain()

    async def finish(self) -> None:
        """Tell that this was all.

        Raise ValueError where it is less than the length told, ProtocolClosedError where the
        client has gone.
        """
        if self._outlet.is_lost:
            raise ProtocolClosedError
        if self._silent:
            return
        if self._left:
            raise ValueError("The body is shorter than its head said.")
        if self._is_chunked:
            self._outlet.write(b"0\r\n\r\n")

    def close(self) -> None:
        """Do nothing: nothing is held."""


class FileBody:
    """Send a file."""

    __slots__ = ("_file", "_outlet", "_silent", "length")

    def __init__(self, outlet: Outlet, file: str, *, silent: bool):
        self._outlet, self._silent = outlet, silent
        self._file = Path(file).open("rb")  # noqa: SIM115 - closed when it is sent
        self.length = os.fstat(self._file.fileno()).st_size

    async def finish(self) -> None:
        """Send it; raise ProtocolClosedError where the client has gone."""
        with self._file as file:
            while not self._silent and (piece := await asyncio.to_thread(file.read, _PIECE)):
                if self._outlet.is_lost:
                    raise ProtocolClosedError
                self._outlet.write(piece)
                await self._outlet.drain()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
