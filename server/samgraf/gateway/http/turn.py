"""One request of a connection and its answer: the protocol object of RSGI.

What RSGI has beside this (``response_str``, ``response_file_range``, websockets) is not here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Protocol

from samgraf.gateway.http.bodies import FileBody, Outlet, ProtocolClosedError, StreamBody
from samgraf.gateway.http.heads import CONTINUE, Pairs, head, tells_length

_BODILESS = (204, 304)


class Line(Outlet, Protocol):
    """The connection, as far as one request needs it."""

    loop: asyncio.AbstractEventLoop
    is_last: bool

    def hold(self) -> None:
        """Let the client wait with the rest of the body."""

    def go_on(self) -> None:
        """Take in the rest of the body."""

    def ended(self, turn: Turn) -> None:
        """Learn that the request has been answered."""


class Turn:
    """Hold one request and answer it once."""

    __slots__ = (
        "_body",
        "_is_http_1_0",
        "_line",
        "_pieces",
        "_size",
        "_waiter",
        "_watchers",
        "answered",
        "expects",
        "is_complete",
        "is_head",
        "keep_alive",
        "most_waiting",
    )

    def __init__(self, line: Line, most_waiting: int, is_head: bool, is_http_1_0: bool):
        self._line, self.most_waiting = line, most_waiting
        self.is_head, self._is_http_1_0 = is_head, is_http_1_0
        self.keep_alive = self.is_complete = self.expects = False
        self.answered = False
        self._pieces: deque[bytes] | None = None
        self._size = 0
        self._waiter: asyncio.Future | None = None
        self._watchers: list[asyncio.Future] | None = None
        self._body: FileBody | StreamBody | None = None

    # what the connection tells

    def feed(self, data: bytes) -> None:
        """Take a piece of the body."""
        if self._pieces is None:
            self._pieces = deque()
        self._pieces.append(data)
        self._size += len(data)
        if self._size > self.most_waiting:
            self._line.hold()
        self._wake()

    def complete(self) -> None:
        """Learn that the body has come whole."""
        self.is_complete = True
        self._wake()

    def lost(self) -> None:
        """Learn that the client has gone."""
        self._wake()
        for watcher in self._watchers or ():
            if not watcher.done():
                watcher.set_result(None)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # what the application asks

    async def __call__(self) -> bytes:
        """Return the whole body; raise ProtocolClosedError where the client goes before."""
        return b"".join([piece async for piece in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes; raise ProtocolClosedError where the client goes before."""
        if self.expects and not self.is_complete and not self._pieces:
            self._line.write(CONTINUE)
        self.expects = False
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._size -= len(piece)
                if self._size <= self.most_waiting // 2:
                    self._line.go_on()
                yield piece
            if self.is_complete:
                return
            if self._line.is_lost:
                raise ProtocolClosedError
            self._waiter = self._line.loop.create_future()
            await self._waiter

    def client_disconnect(self) -> asyncio.Future:
        """Return what is done once the client has gone."""
        future = self._line.loop.create_future()
        if self._line.is_lost:
            future.set_result(None)
        elif self._watchers is None:
            self._watchers = [future]
        else:
            self._watchers.append(future)
        return future

    # how the application answers

    def response_empty(self, status: int, headers: Pairs) -> None:
        """Answer without a body; for HEAD ``headers`` tell the length that GET has."""
        told = self.is_head or status in _BODILESS
        self._line.write(self._begin(status, headers, "" if told else "content-length: 0\r\n"))
        self._line.ended(self)

    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None:
        """Answer with ``body``."""
        if status in _BODILESS:
            self.response_empty(status, headers)
            return
        length = "" if tells_length(headers) else f"content-length: {len(body)}\r\n"
        written = self._begin(status, headers, length)
        self._line.write(written, b"" if self.is_head else body)
        self._line.ended(self)

    def response_file(self, status: int, headers: Pairs, file: str) -> None:
        """Answer with the content of ``file``, sent once the application has returned."""
        body = FileBody(self._line, file, silent=self.is_head)
        try:
            more = "" if tells_length(headers) else f"content-length: {body.length}\r\n"
            self._line.write(self._begin(status, headers, more))
        except BaseException:
            body.close()
            raise
        self._body = body

    def response_stream(self, status: int, headers: Pairs) -> StreamBody:
        """Answer piece by piece until the application returns."""
        length = next((int(v) for n, v in headers if n == "content-length"), None)
        is_chunked = length is None and not self._is_http_1_0
        if length is None and self._is_http_1_0:
            self.keep_alive = False  # the end of the connection is that of the body
        more = "transfer-encoding: chunked\r\n" if is_chunked else ""
        self._line.write(self._begin(status, headers, more))
        body = StreamBody(self._line, length, is_chunked=is_chunked, silent=self.is_head)
        self._body = body
        return body

    def _begin(self, status: int, headers: Pairs, more: str) -> bytes:
        if self.answered:
            raise RuntimeError("The request has been answered.")
        if not self.is_complete or self._line.is_last:
            self.keep_alive = False
        if not self.keep_alive:
            more += "connection: close\r\n"
        elif self._is_http_1_0:
            more += "connection: keep-alive\r\n"
        written = head(status, headers, more)
        self.answered = True
        return written

    async def finish(self) -> None:
        """Send the rest of an answer that was begun; the application has returned."""
        body = self._body
        if body is not None:
            await body.finish()
            self._body = None
            self._line.ended(self)

    def close(self) -> None:
        """Let go of what is held: an answer that is not whole is cut."""
        if self._body is not None:
            self._body.close()
            self._body = None
            self._line.abort()
