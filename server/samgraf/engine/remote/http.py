"""Speak HTTP to a store: no proxy, no redirect, every wait and every answer bounded.

https://www.rfc-editor.org/rfc/rfc9110. Calls block; another thread may end them.
"""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from samgraf.engine.remote.address import check_url
from samgraf.engine.remote.auth import Credentials
from samgraf.sparql.evaluation import EngineError, ResultTooLargeError

CONNECT_TIMEOUT = 5.0
KEPT = 16  # idle connections kept for the next request
KEPT_SECONDS = 4.0  # below what stores wait before they hang up on an idle connection
_PIECE = 65_536
_HINT = 300  # characters of a store's own words that are passed on
_ERROR_BYTES = 65_536
_DIGITS = 12  # of a number of seconds; more of them would say no more


class StoreError(EngineError):
    """The store is out of reach, or answers in a way that its protocol does not know."""


@dataclass(frozen=True)
class Reply:
    """Hold a store's answer; ``framed`` says whether it told where the body ends."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    framed: bool

    @property
    def media_type(self) -> str:
        """Return the media type, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def words(self) -> str:
        """Return the first line of the body, if it is plain text: what the store says is wrong."""
        text = self.body[:_ERROR_BYTES].decode("utf-8", "replace")
        if "html" in self.media_type or text.lstrip().startswith("<"):
            return ""
        line = next((line.strip() for line in text.splitlines() if line.strip()), "")
        line = "".join(c if c.isprintable() else " " for c in line)
        return line if len(line) <= _HINT else line[:_HINT] + "…"

    @property
    def retry_after(self) -> float | None:
        """Return the seconds that the store asks to wait: rfc9110#section-10.2.3."""
        value = (self.headers.get("Retry-After") or "").strip()
        if value.isascii() and value.isdigit():
            return float(value[:_DIGITS])
        with suppress(ValueError, OverflowError):
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        return None


class Exchange:
    """One request under way, which another thread may end; ``until`` (monotonic) it is wanted."""

    def __init__(self, until: float = float("inf")) -> None:
        self.aborted, self.until = False, until
        self._socket: socket.socket | None = None

    def hold(self, sock: socket.socket) -> None:
        """Name the socket that the request goes over; raise StoreError where it is ended."""
        self._socket = sock
        if self.aborted:
            raise StoreError("The request was given up.")

    def abort_unless(self, over: bool) -> None:
        """End the request unless it is over."""
        if not over:
            self.abort()

    def abort(self) -> None:
        """End the request: whoever waits for the store wakes up with an error."""
        self.aborted = True
        if self._socket is not None:
            with suppress(OSError):
                # past TLS, whose own shutdown must not run beside a read
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


#: Connects to a host at a port for an exchange, which is to hold each socket that it tries.
Dial = Callable[[str, int, Exchange], socket.socket]


def dial(host: str, port: int, exchange: Exchange) -> socket.socket:
    """Return a connection to whatever address the system finds for ``host``."""
    return socket.create_connection((host, port), CONNECT_TIMEOUT)


class Link:
    """Connections to the server of one URL; any number of threads may use them at once.

    ``name`` stands for the store in errors that outsiders read; else they name its address.
    ``dial`` makes the connections, where not every address of the host may be connected to.
    """

    def __init__(
        self, url: str, user: str = "", password: str = "", name: str = "", dial: Dial = dial
    ):
        self.parts = check_url(url)
        self.address = f"{self.parts.scheme}://{self.parts.netloc}"
        self.name = name or f"The store at {self.address}"
        self._dial = dial
        self._credentials = Credentials(user, password)
        self._tls = ssl.create_default_context() if self.parts.scheme == "https" else None
        self._idle: list[tuple[float, http.client.HTTPConnection]] = []
        self._lock = threading.Lock()

    def send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        timeout: float,
        max_bytes: int,
        exchange: Exchange | None = None,
    ) -> Reply:
        """Return the answer to one request for ``target`` (path and query).

        ``timeout`` bounds each single wait, in seconds. Raise StoreError where the store is out
        of reach, redirects or breaks off, ResultTooLargeError above ``max_bytes``.
        """
        exchange = exchange or Exchange()
        for _ in range(2):
            sent = dict(headers)
            if (authorization := self._credentials.header(method, target)) is not None:
                sent["Authorization"] = authorization
            reply = self.request(
                method, target, sent, body, timeout=timeout, max_bytes=max_bytes, exchange=exchange
            )
            challenges = reply.headers.get_all("WWW-Authenticate") or []
            if reply.status != 401 or not self._credentials.accept(challenges):
                break
        if reply.status == 401:
            raise StoreError(
                f"{self.name} wants a name and a password, or refuses those given. "
                "Set SAMGRAF_STORE_USER and SAMGRAF_STORE_PASSWORD."
            )
        if 300 <= reply.status < 400:
            place = (reply.headers.get("Location") or "elsewhere")[:_HINT]
            raise StoreError(
                f"{self.name} redirects to {place!r}. Redirects are not followed: "
                "name the address that answers itself."
            )
        return reply

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        timeout: float,
        max_bytes: int,
        exchange: Exchange,
    ) -> Reply:
        """Return the answer to one request as it comes, whatever its status."""
        connection = self._take()
        reused = connection is not None
        try:
            if connection is None:
                connection = self._connect(exchange)
            sock = connection.sock
            sock.settimeout(timeout)
            exchange.hold(sock)
            try:
                connection.request(method, target, body, dict(headers))
                response = connection.getresponse()
            except (ConnectionError, http.client.RemoteDisconnected):
                if not reused or exchange.aborted:
                    raise
                # the store hung up on an idle connection: once more over a new one
                connection.close()
                return self.request(
                    method,
                    target,
                    headers,
                    body,
                    timeout=timeout,
                    max_bytes=max_bytes,
                    exchange=exchange,
                )
            reply = self._read(response, max_bytes)
            self._give_back(connection, response)
            return reply
        except TimeoutError as error:
            _close(connection)
            raise StoreError(f"{self.name} did not answer in time.") from error
        except (OSError, http.client.HTTPException) as error:
            _close(connection)
            raise StoreError(f"{self.name} {_reason(error)}.") from error
        except BaseException:
            _close(connection)
            raise

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _read(self, response: http.client.HTTPResponse, max_bytes: int) -> Reply:
        limit = max_bytes if response.status < 300 else _ERROR_BYTES
        framed = response.chunked or response.length is not None
        pieces, size = [], 0
        while piece := response.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                if response.status < 300:
                    raise ResultTooLargeError(max_bytes)
                break
        else:
            if response.length:
                raise StoreError(f"{self.name} broke off in the midst of its answer.")
        return Reply(response.status, response.headers, b"".join(pieces), framed)

    def _connect(self, exchange: Exchange) -> http.client.HTTPConnection:
        host, port = self.parts.hostname or "", self.parts.port
        connection: http.client.HTTPConnection
        if self._tls is None:
            connection = http.client.HTTPConnection(host, port or http.client.HTTP_PORT)
        else:
            port = port or http.client.HTTPS_PORT
            connection = http.client.HTTPSConnection(host, port, context=self._tls)
        sock = self._dial(host, connection.port, exchange)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                sock.settimeout(CONNECT_TIMEOUT)
                # held before the handshake, which may stall
                sock = self._tls.wrap_socket(
                    sock, server_hostname=host, do_handshake_on_connect=False
                )
                exchange.hold(sock)
                sock.do_handshake()
        except BaseException:
            sock.close()
            raise
        connection.sock = sock
        return connection

    def _take(self) -> http.client.HTTPConnection | None:
        with self._lock:
            while self._idle:
                since, connection = self._idle.pop()
                if time.monotonic() - since < KEPT_SECONDS and _is_quiet(connection):
                    return connection
                connection.close()
        return None

    def _give_back(
        self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse
    ) -> None:
        ended = response.isclosed() or response.length == 0
        whole = ended and not response.will_close and connection.sock is not None
        response.close()
        with self._lock:
            if whole and len(self._idle) < KEPT:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()


def _is_quiet(connection: http.client.HTTPConnection) -> bool:
    """Return whether nothing has come over an idle connection: no end, and no stray bytes."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)


def _close(connection: http.client.HTTPConnection | None) -> None:
    if connection is not None:
        connection.close()


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "cannot be reached: the connection is refused"
    if isinstance(error, socket.gaierror):
        return "cannot be reached: its name is not known"
    if isinstance(error, ssl.SSLError):
        return f"cannot be trusted: {error.reason or 'TLS failed'}"
    if isinstance(error, http.client.IncompleteRead | ConnectionError):
        return "broke off in the midst of its answer"
    if isinstance(error, http.client.HTTPException):
        return f"does not speak HTTP ({type(error).__name__})"
    return f"cannot be reached: {error.strerror if isinstance(error, OSError) else error}"
