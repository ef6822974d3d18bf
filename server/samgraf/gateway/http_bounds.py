"""Bound what one client may send and how slowly, where uvicorn sets no bound.

uvicorn reads HTTP/1.1 (https://www.rfc-editor.org/rfc/rfc9112) with llhttp. ``BoundedHttpProtocol``
is given to it by its setting ``http`` and adds: bytes and time of a head, pipelined requests, the
pace at which a client takes its answer, the number of connections, and errors as problem documents
(https://www.rfc-editor.org/rfc/rfc9457). ``server/README.md`` has the table of all bounds.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import Server, ServerState

from samgraf import limits
from samgraf.gateway.joined_writes import JoinedWrites
from samgraf.sparql.headers import ALWAYS
from samgraf.sparql.problems import MEDIA_TYPE, ProblemError

NEVER = float("inf")


class ByteBudget:
    """Bytes that all clients together may have waiting: unfinished heads, bodies not yet whole."""

    def __init__(self, size: int = limits.WAITING_BYTES):
        self.size, self.used = size, 0

    def change(self, by: int) -> bool:
        """Count ``by`` more bytes (fewer, if negative); return whether that is within bounds."""
        self.used += by
        return by <= 0 or self.used <= self.size


class Connections:
    """What the connections of one server share: the budget, and who waits for a request."""

    def __init__(self, most: int = limits.CONNECTIONS, budget: ByteBudget | None = None):
        self.most, self.budget = most, budget or ByteBudget()
        # connections on which no request is being answered, the oldest first
        self.idle: dict[BoundedHttpProtocol, None] = {}

    async def sweep(self, server: Server) -> None:
        """Look at all connections once a second, until cancelled; end those that took too long."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(limits.SWEEP_SECONDS)
            now = loop.time()
            for connection in list(server.server_state.connections):
                if isinstance(connection, BoundedHttpProtocol):
                    connection.check_deadline(now)


class HttpRefusedError(Exception):
    """A request that the application is not to see: a status and the reason."""

    def __init__(self, status: int, detail: str):
        super().__init__(detail)
        self.status, self.detail = status, detail


class _FlowControl(FlowControl):
    """Flow control that reads nothing more while requests wait in the pipeline."""

    def __init__(self, transport: asyncio.Transport, protocol: BoundedHttpProtocol):
        super().__init__(transport)
        self._protocol = protocol

    def resume_reading(self) -> None:
        """Read on, unless a request that has been read still waits."""
        if not self._protocol.pipeline:
            super().resume_reading()


class BoundedHttpProtocol(HttpToolsProtocol):
    """A connection whose client is held to the bounds in ``samgraf.limits``.

    ``shared`` is set on the subclass that ``bounded`` makes for one server.
    """

    shared: Connections
    transport: Any  # a ``JoinedWrites``

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ):
        super().__init__(config, server_state, app_state, _loop)
        self.parser: Any  # it is None only once the connection is lost
        # what an application may offer beside being called
        self._recall = getattr(self.app, "recall", lambda target, headers, peer: None)
        self._tell_refused = getattr(self.app, "refused", lambda status, client, target: None)
        self._deadline = NEVER  # when the client must have done what is waited for (loop time)
        self._unparsed = 0  # bytes since a head was complete or a piece of a body came
        self._counted = 0  # of them, those in the shared budget
        self._in_head = False
        self._running: RequestResponseCycle | None = None  # the request that is being answered
        self._at_once = 0  # answers given in the course of one call of the event loop
        self._refused = False
        self._refusal = b""  # an error to be sent after the answers before it
        self._untaken, self._untaken_at = 0, NEVER  # bytes not taken by the client, and when

    # what the event loop calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, in place of the oldest idle one if there are too many."""
        joined: Any = JoinedWrites(transport, self.loop, self._lingers)
        super().connection_made(joined)
        self.flow = _FlowControl(joined, self)
        self._deadline = self.loop.time() + limits.HEAD_SECONDS
        if len(self.connections) > self.shared.most:
            oldest = next(iter(self.shared.idle), None)
            if oldest is None:
                self._refuse(503, "Too many connections. Come again shortly.")
                return
            oldest.end()
        self.shared.idle[self] = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection; tell the request that is answered, as uvicorn tells the last."""
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()
        self._count(0)
        self.shared.idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse ``data``; refuse what is no request, or is too long."""
        if self._refused:
            return
        if not self._unparsed and self in self.shared.idle:
            self._deadline = self.loop.time() + limits.HEAD_SECONDS
        self._unparsed += len(data)
        self._at_once = 0
        try:
            self.parser.feed_data(data)
            waiting = self._unparsed
            if self.pipeline:
                waiting += len(data) + len(self.pipeline) * limits.REQUEST_BYTES
            if waiting != self._counted and not self._count(waiting):
                self.pipeline.clear()
                raise HttpRefusedError(503, "Too many requests are being sent at the moment.")
            if self._unparsed > limits.HEAD_BYTES:
                self._refuse_head()
        except HttpRefusedError as error:
            self._refuse(error.status, error.detail)
        except httptools.HttpParserUpgrade:
            # answered in HTTP/1.1 (RFC 9110, section 7.8); what follows may be another protocol
            self._refused = True
            self.cycle.keep_alive = self.cycle.more_body = False
            self.cycle.message_event.set()
        except httptools.HttpParserError as error:
            cause = error.__context__
            if isinstance(cause, HttpRefusedError):
                self._refuse(cause.status, cause.detail)
            else:
                self._refuse(400, f"The request cannot be read: {error or 'malformed'}.")

    def resume_writing(self) -> None:
        """Go on: the client has taken most of what it was sent."""
        self._untaken_at = NEVER
        super().resume_writing()

    # what the parser calls

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Check the head, then have the request answered."""
        if self._unparsed > limits.HEAD_BYTES:
            size = len(self.url) + sum(len(n) + len(v) + 4 for n, v in self.headers)
            if size > limits.HEAD_BYTES:
                self._refuse_head()
        self._unparsed = 0
        self._in_head = False
        if self.parser.get_http_version() not in ("1.1", "1.0"):
            raise HttpRefusedError(505, "HTTP/1.1 is spoken here.")
        if not self.url.startswith(b"/"):
            self._read_whole_target()
        if len(self.headers) > limits.HEADERS:
            self._refuse_head()
        if len(self.pipeline) >= limits.PIPELINED:
            raise HttpRefusedError(429, f"More than {limits.PIPELINED} requests wait here.")
        self.shared.idle.pop(self, None)
        self._deadline = NEVER
        if not self._answer_at_once():
            super().on_headers_complete()
        self.headers = []  # what follows a body (RFC 9112, section 7.1.2) is no header

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._unparsed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of the body."""
        if self.cycle is not None:
            super().on_message_complete()
        if self._running is None:
            self._wait_for_request()

    def _answer_at_once(self) -> bool:
        """Send what the application knows as the answer; return whether it does.

        Not where it would overtake others, and not to a client that wants more than this answer.
        """
        parser = self.parser
        if (
            self._running is not None
            or self._at_once >= limits.AT_ONCE
            or self.flow.write_paused
            or parser.get_method() != b"GET"
            or parser.get_http_version() != "1.1"
            or not parser.should_keep_alive()
            or parser.should_upgrade()
        ):
            return False
        sent = self._recall(self.url, self.headers, self.client)
        if sent is None:
            return False
        self._at_once += 1
        self.server_state.total_requests += 1
        date = b"".join(b"%s: %s\r\n" % h for h in self.server_state.default_headers)
        self.transport.write(b"HTTP/1.1 200 OK\r\n" + date + sent.lines() + sent.body)
        return True

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Have a request answered by a task."""
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    # what the answer's cycle calls

    def on_response_complete(self) -> None:
        """Go on with the next request that waits; else wait for one."""
        self.server_state.total_requests += 1
        self._running = None
        if self.transport.is_closing():
            return
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            if not self.pipeline:
                self._count(self._unparsed)
            self._start_asgi_task(cycle, app)
        elif self._refusal:
            self._say(self._refusal)
        elif self.cycle.more_body:
            # answered before its body had come: the client may send the rest, for a while
            if self.cycle.keep_alive:
                self.flow.resume_reading()
                self._deadline = self.loop.time() + limits.LINGER_SECONDS
            else:
                self._refused = True  # whatever follows
                self._say(b"")
        else:
            self.flow.resume_reading()
            self._wait_for_request()

    def _lingers(self) -> bool:
        """Return whether the answer stands before the end of its request, as it is closed behind.

        A client that is still sending would be reset, and lose it:
        https://www.rfc-editor.org/rfc/rfc9112#section-9.6.
        """
        running = self._running
        return running is not None and running.response_complete and running.more_body

    # what the sweep and other connections call

    def check_deadline(self, now: float) -> None:
        """End the connection if its client has had its time."""
        if self.transport.get_write_buffer_size():
            self._check_pace(now)
        elif now >= self._deadline:
            if self._in_head and not self._refused:
                self._refuse(408, "The request did not come in time.")
            else:
                self.end()

    def end(self) -> None:
        """Close the connection; cut it if the client has not taken all that it was sent."""
        self.shared.idle.pop(self, None)
        if self.transport.get_write_buffer_size() or self._refused:
            self.transport.abort()
        else:
            self.transport.close()

    def _wait_for_request(self) -> None:
        seconds = limits.HEAD_SECONDS if self._in_head else limits.IDLE_SECONDS
        self._deadline = self.loop.time() + seconds
        self.shared.idle[self] = None

    def _check_pace(self, now: float) -> None:
        """Cut a client that takes less of its answer than SLOW_READER_BYTES in a period.

        While writing is paused nothing is added, so that what is gone was taken.
        """
        untaken = self.transport.untaken_bytes()
        if now >= self._untaken_at + limits.SLOW_READER_SECONDS:
            if untaken > max(0, self._untaken - limits.SLOW_READER_BYTES):
                self.transport.abort()
                return
            self._untaken_at = NEVER
        if self._untaken_at == NEVER:
            self._untaken, self._untaken_at = untaken, now
        if self._deadline < NEVER:
            self._deadline = now + limits.IDLE_SECONDS

    def _count(self, unparsed: int) -> bool:
        change, self._counted = unparsed - self._counted, unparsed
        return self.shared.budget.change(change)

    def _refuse_head(self) -> None:
        if 2 * len(self.url) > limits.HEAD_BYTES:
            raise HttpRefusedError(414, "The target of the request is too long. Use POST.")
        raise HttpRefusedError(
            431,
            f"The head of a request has at most {limits.HEAD_BYTES} bytes and "
            f"{limits.HEADERS} headers.",
        )

    def _read_whole_target(self) -> None:
        """Read a target that is no path: https://www.rfc-editor.org/rfc/rfc9112#section-3.2."""
        if self.parser.get_method() == b"CONNECT":
            raise HttpRefusedError(501, "No tunnels are built here.")
        if self.url == b"*":
            self.url = b"/*"
            return
        scheme, found, rest = self.url.partition(b"://")
        if not found or scheme.lower() not in (b"http", b"https"):
            raise HttpRefusedError(400, "The target is neither a path nor a URL.")
        end = min((i for i in (rest.find(b"/"), rest.find(b"?")) if i >= 0), default=len(rest))
        authority, target = rest[:end], rest[end:]
        if not authority or b"@" in authority:
            raise HttpRefusedError(400, "The target names no host, or a user.")
        self.url = target if target.startswith(b"/") else b"/" + target
        # it goes before what Host says: section 3.2.2
        self.headers[:] = [(b"host", authority), *(h for h in self.headers if h[0] != b"host")]

    def _refuse(self, status: int, detail: str) -> None:
        """Send an error after the answers before it, then end the connection."""
        self._refused = True
        self._count(0)
        self.shared.idle.pop(self, None)
        refusal = _refusal(status, detail, self.server_state.default_headers)
        self._tell_refused(status, self.client, self.url if self._in_head else b"")
        running = self._running
        is_of_body = not self._in_head and self.cycle is not None and self.cycle.more_body
        if running is None:
            self._say(refusal)
        elif running is not self.cycle or not is_of_body:
            if self.pipeline and is_of_body:
                self.pipeline.popleft()
            self._refusal = refusal
        elif running.response_started:
            self.transport.abort()
        else:
            # its own body cannot be read: for the application the client is gone
            running.disconnected = True
            running.message_event.set()
            self._say(refusal)

    def _say(self, refusal: bytes) -> None:
        """Send the error; a client that is still sending would else lose it."""
        self._refusal = b""
        self.transport.write(refusal)
        with suppress(OSError, RuntimeError):
            self.transport.write_eof()
        self.flow.resume_reading()
        self._deadline = self.loop.time() + limits.LINGER_SECONDS


def bounded(connections: Connections) -> type[BoundedHttpProtocol]:
    """Return the protocol class for a server whose connections share ``connections``."""
    return type("BoundedHttpProtocol", (BoundedHttpProtocol,), {"shared": connections})


def _refusal(status: int, detail: str, default: list[tuple[bytes, bytes]]) -> bytes:
    body = ProblemError(status, detail).to_json()
    headers = {
        **{name.decode(): value.decode() for name, value in default},
        **{name.lower(): value for name, value in ALWAYS.items()},
        "content-type": MEDIA_TYPE,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return STATUS_LINE[status] + lines.encode() + b"\r\n" + body
