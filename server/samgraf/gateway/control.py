"""What the supervisor and the web process tell each other: lines of JSON over a socket pair.

The supervisor sends a ``ReleaseSource`` to be served; the web process answers each with a
``Verdict``. Either sees the end of the other as the end of the stream.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import NamedTuple


class ReleaseSource(NamedTuple):
    """A release to be served: its folder, and what evaluates queries over it.

    That is the fork server at a Unix socket, or the store at the address ``engine``.
    """

    number: int
    release: str
    fork_server: str | None = None
    engine: str | None = None


class SwitchVerdict(NamedTuple):
    """Whether the release with that number is now served; else the reason."""

    number: int
    reason: str | None = None


def line_of(message: ReleaseSource | SwitchVerdict) -> bytes:
    """Return ``message`` as a line."""
    return json.dumps(message._asdict()).encode() + b"\n"


def source_of(line: bytes) -> ReleaseSource:
    """Return the release that a line tells of."""
    return ReleaseSource(**json.loads(line))


class ControlChannel:
    """The supervisor's end of the channel to one web process."""

    def __init__(self) -> None:
        self._mine, self.other = socket.socketpair()
        self._mine.setblocking(False)
        self._buffer = b""
        self.is_open = True  # as far as is known

    def fileno(self) -> int:
        """Return the descriptor to wait for."""
        return self._mine.fileno()

    def send(self, source: ReleaseSource) -> None:
        """Have a release served; a web process that is gone is told again when it is back."""
        try:
            self._mine.sendall(line_of(source))
        except OSError:
            return

    def verdicts(self) -> Iterator[SwitchVerdict]:
        """Yield what the web process has told since."""
        try:
            while data := self._mine.recv(65_536):
                self._buffer += data
            self.is_open = False
        except BlockingIOError:
            pass  # nothing more for now
        except OSError:
            self.is_open = False
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            yield SwitchVerdict(**json.loads(line))

    def close(self) -> None:
        """Close both ends."""
        self._mine.close()
        self.other.close()
