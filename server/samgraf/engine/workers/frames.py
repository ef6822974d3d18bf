"""What goes over the sockets: queries and answers by length, forks and deaths by fixed records.

A reply is read without trust: a worker has had a query from outside in its memory.
"""

from __future__ import annotations

import marshal
import struct
from enum import IntEnum
from typing import NamedTuple

from samgraf.sparql.evaluation import QueryRequest

#: Answers up to this many bytes come over the socket, larger ones through the spool.
INLINE = 1024 * 1024

_loads = marshal.loads  # of frames that this very program made

LENGTH = struct.Struct("!I")
REPLY = struct.Struct("!BBdQ")
RECORD = struct.Struct("!cxxxiQ")


class Status(IntEnum):
    """How a query ended, as the worker tells it."""

    OK = 0
    SYNTAX = 1
    UNWRITABLE = 2
    TOO_LARGE = 3
    MEMORY = 4
    FAILED = 5


class Flag(IntEnum):
    """What else is to be said of an answer."""

    TRUNCATED = 1
    SPOOLED = 2  # the body lies in the spool
    LAST = 4  # the worker ends itself after this answer


class Job(NamedTuple):
    """Hold what a worker is to do: answer ``request`` within ``seconds`` in ``limit`` bytes.

    One sent ``behind`` another, which may take so many seconds, is dropped where that ``drops`` it.
    """

    request: QueryRequest
    media_type: str
    limit: int
    seconds: float
    behind: float | None


class Reply(NamedTuple):
    """Hold the head of a reply; ``length`` bytes of body belong to it."""

    status: int
    flags: int
    seconds: float
    length: int

    def drops(self, behind: float) -> bool:
        """Return whether the worker forgets a job that was sent ``behind`` this one.

        It does where this one took longer, and where its answer still takes the spool.
        """
        return self.seconds > behind or bool(self.flags & (Flag.SPOOLED | Flag.LAST))


class Record(NamedTuple):
    """Hold a message between a pool and the template.

    ``b"F"``: fork a worker whose query may use ``value`` bytes (two descriptors beside it: its
    socket, its spool). ``b"P"``: forked, as process ``number`` (``value`` 1: its pidfd beside it).
    ``b"N"``: could not fork. ``b"X"``: the process ``number`` ended by the wait status ``value``.
    """

    kind: bytes
    number: int = 0
    value: int = 0

    def pack(self) -> bytes:
        """Return the record as bytes."""
        return RECORD.pack(*self)


def pack_job(
    request: QueryRequest,
    media_type: str,
    limit: int,
    seconds: float,
    behind: float | None = None,
) -> bytes:
    """Return the frame that asks a worker; who asks is not told."""
    body = marshal.dumps((request[:-1], media_type, limit, seconds, behind))
    return LENGTH.pack(len(body)) + body


def read_job(body: bytes) -> Job:
    """Return what a frame, without its length, asks for."""
    request, media_type, limit, seconds, behind = _loads(body)
    return Job(QueryRequest(*request), media_type, limit, seconds, behind)


def records(buffer: bytearray) -> list[Record]:
    """Take the whole records out of ``buffer`` and return them."""
    whole = len(buffer) // RECORD.size * RECORD.size
    found = [Record(*fields) for fields in RECORD.iter_unpack(bytes(buffer[:whole]))]
    del buffer[:whole]
    return found
