"""The messages between web process, fork server and workers, over Unix stream sockets.

A query and an answer have a head that tells the length of what follows; what goes to and from the
fork server are records of one size. A reply is read without trust: the worker has had a query
from outside in its memory.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from samgraf.sparql.evaluation import QueryRequest

LENGTH = struct.Struct("!I")
REPLY = struct.Struct("!BBdQ")
RECORD = struct.Struct("!cxxxiQ")
#: In place of a media type: the query is to be read and not to be evaluated.
SUMMARY = ""


class Status(IntEnum):
    """How a query ended, as its worker says."""

    OK = 0
    SYNTAX = 1
    UNWRITABLE = 2
    TOO_LARGE = 3
    MEMORY = 4
    FAILED = 5
    REFUSED = 6


class Flag:
    """What else a reply says: numbers that are added. An enumeration takes a microsecond to ask."""

    TRUNCATED = 1
    SPOOLED = 2  # the body is in the spool file
    LAST = 4  # the worker ends itself after this reply


class QueryFrame(NamedTuple):
    """A query for a worker: to be answered within ``seconds``, in at most ``max_bytes`` bytes.

    With the media type SUMMARY the answer is what ``LocalEngine.read`` returns.
    """

    request: QueryRequest
    media_type: str
    max_bytes: int
    seconds: float


class ReplyFrame(NamedTuple):
    """The head of a reply. ``length`` bytes of body belong to it; ``seconds`` were computed."""

    status: int
    flags: int
    seconds: float
    length: int


class Record(NamedTuple):
    """A message to or from the fork server.

    ``F``: fork a worker whose queries may use ``value`` bytes of memory; its socket and its spool
    file come along as descriptors. ``P``: forked, as process ``pid``. ``N``: could not fork.
    ``X``: process ``pid`` ended with the wait status ``value``.
    """

    kind: bytes
    pid: int = 0
    value: int = 0

    def pack(self) -> bytes:
        """Return the record as bytes."""
        return RECORD.pack(*self)


def pack_query(query: QueryFrame) -> bytes:
    """Return the frame that asks a worker; it does not say who the client is."""
    # marshal takes a text, but none that knows more, as a BoundQuery
    request = query.request._replace(query=str(query.request.query), client="")
    body = marshal.dumps((tuple(request), *query[1:]))
    return LENGTH.pack(len(body)) + body


def read_query(body: bytes) -> QueryFrame:
    """Return the query in a frame, given without its length."""
    request, *rest = marshal.loads(body)  # noqa: S302 - written by our own web process
    return QueryFrame(QueryRequest(*request), *rest)


def take_records(buffer: bytearray) -> Iterator[Record]:
    """Remove the complete records from ``buffer`` and yield them."""
    size = len(buffer) // RECORD.size * RECORD.size
    complete = bytes(buffer[:size])
    del buffer[:size]
    for fields in RECORD.iter_unpack(complete):
        yield Record(*fields)
