"""Send HTTP requests to one server over connections that are kept, or closed, but never lost.

httpcore speaks HTTP/1.1. Its own pool is not used: where a request is cancelled during TLS's
handshake, or after connecting and before sending, the pool holds an open connection that nobody
will use or close.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore

#: What really connects; a stub where anyio is missing.
AnyIOBackend: Any = httpcore.AnyIOBackend
#: What a request may end in; ``reason_of`` words it.
HTTP_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError)
_DIGITS = 12  # of a number of seconds; more of them would say no more


@asynccontextmanager
async def closed_on_fault(stream: httpcore.AsyncNetworkStream) -> AsyncGenerator[None]:
    """Close ``stream`` where the body fails or is cancelled."""
    try:
        yield
    except BaseException:
        await stream.aclose()
        raise


class HttpConnections:
    """The connections to ``port`` of ``host``. Of one event loop.

    Up to ``most_idle`` of them are kept for ``idle_seconds`` when an answer was read whole.
    ``connect_seconds`` bounds connecting, and TLS's handshake, whose certificate must be for
    ``host``. The authorities are those of the system, and of SSL_CERT_FILE.
    """

    def __init__(
        self,
        scheme: str,
        host: str,
        port: int,
        *,
        connect_seconds: float,
        most_idle: int,
        idle_seconds: float,
        backend: httpcore.AsyncNetworkBackend | None = None,
    ):
        self._host, self._port = host, port
        named = f"[{host}]" if ":" in host else host
        self._url = httpcore.URL(scheme=scheme, host=named, port=port)
        is_usual = port == {"http": 80, "https": 443}[scheme]
        self._authority = named if is_usual else f"{named}:{port}"
        self._connect_seconds, self._most_idle = connect_seconds, most_idle
        self._idle_seconds = idle_seconds
        self._backend = backend or AnyIOBackend()
        self._tls: ssl.SSLContext | None = None
        if scheme == "https":
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        self._idle: deque[_Connection] = deque()

    async def send(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        bound: Callable[[HttpReply], int],
        *,
        take: Callable[[int], None] = lambda _: None,
        wait_seconds: float | None = None,
    ) -> HttpReply:
        """Return the reply; ``headers`` name neither host nor length.

        ``bound`` tells from its head how many bytes the body may have, or raises; a longer one is
        cut, a little behind them, and its connection closed. ``take`` is told the length of each
        piece, and may raise. ``wait_seconds`` bounds each single wait for the server. Over a kept
        connection that turns out bad, the request is sent again. Raise HTTP_ERRORS, and what the
        backend raises.
        """
        async with self._response(method, target, headers, body, wait_seconds) as response:
            reply, received = HttpReply(response), bytearray()
            most = bound(reply)
            async with aclosing(_pieces(response)) as pieces:
                async for piece in pieces:
                    take(len(piece))
                    received += piece
                    if len(received) > most:
                        break
            reply.body = bytes(received)
            return reply

    @asynccontextmanager
    async def _response(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        wait_seconds: float | None,
    ) -> AsyncGenerator[httpcore.Response]:
        """Yield the response; at the end its connection is closed unless all of it was read."""
        url = httpcore.URL(
            scheme=self._url.scheme, host=self._url.host, port=self._url.port, target=target
        )
        waits = dict.fromkeys(("read", "write"), wait_seconds)
        headers = [("Host", self._authority), *headers]
        if body is not None:
            headers.append(("Content-Length", str(len(body))))
        while True:
            kept = await self._take_idle()
            connection = kept or await self._connect()
            request = httpcore.Request(
                method, url, headers=headers, content=body, extensions={"timeout": waits}
            )
            try:
                try:
                    response = await connection.http.handle_async_request(request)
                except (httpcore.NetworkError, httpcore.RemoteProtocolError):
                    if kept is None:
                        raise
                    continue  # the server had hung up
                try:
                    if not connection.stream.answered:
                        continue  # these bytes stood behind the answer before
                    yield response
                    return
                finally:
                    await response.aclose()
            finally:
                await self._put_back(connection)

    async def aclose(self) -> None:
        """Close the connections that are kept, and keep no others."""
        self._most_idle = 0
        while self._idle:
            await self._idle.pop().http.aclose()

    async def _take_idle(self) -> _Connection | None:
        """Return the connection that was kept longest; close those whose time is over."""
        while self._idle:
            connection = self._idle.popleft()
            if not connection.http.has_expired():
                return connection
            await connection.http.aclose()
        return None

    async def _put_back(self, connection: _Connection) -> None:
        if connection.http.is_idle() and len(self._idle) < self._most_idle:
            self._idle.append(connection)
        elif not connection.http.is_closed():
            await connection.http.aclose()

    async def _connect(self) -> _Connection:
        network = await self._backend.connect_tcp(self._host, self._port, self._connect_seconds)
        if self._tls is not None:
            async with closed_on_fault(network):  # httpcore does not where it is cancelled
                network = await network.start_tls(self._tls, self._host, self._connect_seconds)
        return _Connection(_CheckedStream(network), self._url.origin, self._idle_seconds)


class _Connection:
    """A connection: ``http`` speaks over ``stream``."""

    def __init__(self, stream: _CheckedStream, origin: httpcore.Origin, idle_seconds: float):
        self.stream = stream
        self.http = httpcore.AsyncHTTP11Connection(origin, stream, idle_seconds)


class _CheckedStream(httpcore.AsyncNetworkStream):
    """A connection that knows whether anything was received since something was sent.

    ``answered`` is false where an HTTP client has an answer all the same: that answer is made of
    what followed the one before, and belongs to no request.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream):
        self._stream = stream
        self.answered = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return up to ``max_bytes``, none at the end of the stream."""
        received = await self._stream.read(max_bytes, timeout)
        self.answered = True
        return received

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send ``buffer``."""
        self.answered = False
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks for by name."""
        return self._stream.get_extra_info(info)


async def _pieces(response: httpcore.Response) -> AsyncGenerator[bytes]:
    async for piece in response.aiter_stream():
        yield piece


class HttpReply:
    """The status of a response, its headers, their names in small letters, and its body."""

    body = b""

    def __init__(self, response: httpcore.Response):
        self.status: int = response.status
        self.headers = [
            (n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in response.headers
        ]

    def header(self, name: str) -> str:
        """Return the value of the first header ``name`` (small letters), empty without one."""
        return next((value for found, value in self.headers if found == name), "")

    @property
    def media_type(self) -> str:
        """Return the media type in small letters, without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def is_framed(self) -> bool:
        """Return whether the head tells where the body ends: rfc9112#section-6.3."""
        return bool(self.header("content-length") or self.header("transfer-encoding"))

    @property
    def retry_after(self) -> float | None:
        """Return the seconds that the server asks to wait: rfc9110#section-10.2.3."""
        value = self.header("retry-after").strip()
        if value.isascii() and value.isdigit():
            return float(value[:_DIGITS])
        with suppress(ValueError, OverflowError):
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        return None


def reason_of(error: BaseException) -> str:
    """Return why a request failed, to be read behind the name of the server."""
    if isinstance(error, httpcore.TimeoutException | TimeoutError):
        return "did not answer in time"
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "cannot be reached: its name is not known"
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return f"cannot be trusted: {cause.reason or 'TLS failed'}"
    if isinstance(error, httpcore.ConnectError | OSError):
        # the system's words for the number: an error's own may name the address
        numbers = (cause.errno for cause in reversed(causes) if isinstance(cause, OSError))
        number = next(filter(None, numbers), None)
        return "cannot be reached" + (f": {os.strerror(number).lower()}" if number else "")
    if isinstance(error, httpcore.NetworkError) or "closed" in str(error) or "disc" in str(error):
        return "broke off in the midst of its answer"
    return "does not speak HTTP"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error`` and what led to it."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        before = error.exceptions
    else:
        before = (error.__cause__ or error.__context__,)
    for cause in before:
        if cause is not None:
            yield from _causes(cause)
