"""Make requests of the bytes that come over one connection.

llhttp judges what a request is (https://www.rfc-editor.org/rfc/rfc9112); what it lets through and
an origin server must not (a second Host, an upgrade, a body that is not asked for) is judged here.
"""

from __future__ import annotations

from typing import Protocol

import httptools

from samgraf.gateway.http.bounds import Bounds
from samgraf.gateway.http.scope import Scope
from samgraf.gateway.http.turn import Line, Turn

_FRAMING = ("content-length", "transfer-encoding")


class RefusedError(Exception):
    """The request is not to be answered by the application."""

    def __init__(self, status: int, detail: str):
        super().__init__(detail)
        self.status, self.detail = status, detail


class Asked(Line, Protocol):
    """The connection, as far as it is told of requests."""

    def head_begins(self) -> None:
        """Learn that a request comes, and none before it is still coming."""

    def asked(self, scope: Scope, turn: Turn, *, has_body: bool) -> None:
        """Take a request whose head is read; raise RefusedError where there is no room for it.

        It is about to be whole, unless it ``has_body``.
        """

    def is_whole(self) -> None:
        """Learn that the last request has come to its end."""


class Reader:
    """Tell ``line`` of the requests that come from ``client`` to ``server_name``.

    ``receiving`` is the request whose body is still coming, ``target`` what is read of one whose
    head is.
    """

    __slots__ = (
        "_bounds",
        "_bytes",
        "_client",
        "_headers",
        "_hosts",
        "_is_framed",
        "_line",
        "_parser",
        "_server_name",
        "_upgrading",
        "receiving",
        "target",
    )

    def __init__(self, line: Asked, bounds: Bounds, client: str, server_name: str):
        self._line, self._bounds = line, bounds
        self._client, self._server_name = client, server_name
        self._upgrading = False
        self.receiving: Turn | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._begin_head()

    def feed(self, data: bytes) -> bytes:
        """Read ``data``; return what is to be given again, raise RefusedError where it is wrong."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # an answer in HTTP/1.1 is what a server gives that does not upgrade
            self._begin_anew()
            return data[upgrade.args[0] :]
        except httptools.HttpParserCallbackError as error:
            raise error.__context__ from None
        except httptools.HttpParserError as error:
            raise RefusedError(400, f"The request cannot be read: {error}.") from error
        return b""

    def forget(self) -> Turn | None:
        """Read nothing more; return the request whose body was still coming."""
        turn, self.receiving = self.receiving, None
        return turn

    def close(self) -> None:
        """Let go of those who hold on to this reader."""
        self._parser = self._line = None

    # what the parser tells

    def on_url(self, target: bytes) -> None:
        """Take a piece of the target."""
        if not self.target and self.receiving is None:
            self._line.head_begins()
        self.target += target
        if len(self.target) > self._bounds.target_bytes:
            most = self._bounds.target_bytes
            raise RefusedError(414, f"The target is longer than {most} bytes. Use POST.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those behind a body are none."""
        if self.receiving is not None:
            return
        self._bytes += len(name) + len(value)
        if self._bytes > self._bounds.header_bytes or len(self._headers) >= self._bounds.headers:
            raise RefusedError(
                431,
                f"The headers are more than {self._bounds.headers} or longer than "
                f"{self._bounds.header_bytes} bytes.",
            )
        lower = name.decode("latin-1").lower()
        if lower == "host":
            self._hosts += 1
        elif lower in _FRAMING:
            self._is_framed = True
        self._headers.append((lower, value.decode("latin-1").rstrip(" \t")))

    def on_headers_complete(self) -> None:
        """Hand the request on."""
        if self._upgrading:
            return  # the head stands for one that was read before
        parser = self._parser
        version = parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise RefusedError(505, "HTTP/1.1 is spoken here.")
        if self._hosts != 1 and (self._hosts or version == "1.1"):
            raise RefusedError(400, "A request names one Host.")
        method = parser.get_method().decode("latin-1")
        if method == "CONNECT":
            raise RefusedError(501, "No tunnels are built here.")
        try:
            scope = Scope(
                method, self.target, version, self._headers, self._client, self._server_name
            )
        except ValueError as error:
            raise RefusedError(400, str(error)) from error
        turn = Turn(self._line, self._bounds.waiting_body, method == "HEAD", version == "1.0")
        turn.keep_alive = parser.should_keep_alive()
        self.receiving = turn
        has_body = self._is_framed and scope.headers.get("content-length") != "0"
        if has_body:
            expects = scope.headers.get("expect")
            turn.expects = version == "1.1" and (expects or "").lower() == "100-continue"
            if parser.should_upgrade():
                self._upgrading = True  # llhttp takes the body for another protocol
        self._line.asked(scope, turn, has_body=has_body)

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body."""
        self.receiving.feed(data)

    def on_message_complete(self) -> None:
        """Tell that the request is whole."""
        if self._upgrading:
            return
        turn, self.receiving = self.receiving, None
        self._begin_head()
        turn.complete()
        self._line.is_whole()

    def _begin_head(self) -> None:
        self.target, self._headers, self._hosts, self._bytes = b"", [], 0, 0
        self._is_framed = False

    def _begin_anew(self) -> None:
        """Read what comes behind a request to upgrade: its body, or the next request."""
        self._parser = httptools.HttpRequestParser(self)
        if self._upgrading:
            framing = [f"{n}: {v}\r\n" for n, v in self._headers if n in _FRAMING]
            self._parser.feed_data(f"POST / HTTP/1.1\r\n{''.join(framing)}\r\n".encode("latin-1"))
            self._upgrading = False
