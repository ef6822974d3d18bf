"""The sending end of a connection."""

from __future__ import annotations

import asyncio
import fcntl
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from samgraf import limits


class JoinedWrites:
    """A transport that sends what is written in one turn of the event loop together.

    uvicorn writes the head and the body of an answer apart: two calls of the system, two packets.
    It is not closed while ``lingers`` returns true.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        lingers: Callable[[], bool],
    ):
        self._transport, self._loop, self._lingers = transport, loop, lingers
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Send ``data`` by the end of this turn, at once where much waits."""
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)
        self._size += len(data)
        if self._size > limits.JOINED_BYTES:
            self._flush()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes are still to be sent."""
        return self._size + self._transport.get_write_buffer_size()

    def untaken_bytes(self) -> int:
        """Return the bytes that the client has not taken, those in the system's buffer included.

        The system holds megabytes for a slow client, and takes none from us for minutes.
        """
        held = 0
        with suppress(OSError, AttributeError):
            descriptor = self.get_extra_info("socket").fileno()
            word = fcntl.ioctl(descriptor, termios.TIOCOUTQ, b"\0" * 4)
            held = int.from_bytes(word, sys.byteorder)
        return self.get_write_buffer_size() + held

    def write_eof(self) -> None:
        """Send all, and that nothing follows."""
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Close when all is sent."""
        self._flush()
        if not self._lingers():
            self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Return what else the transport has."""
        return getattr(self._transport, name)

    def _flush(self) -> None:
        pieces, self._pieces, self._size = self._pieces, [], 0
        if pieces and not self._transport.is_closing():
            self._transport.writelines(pieces)
