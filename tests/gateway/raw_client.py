"""A client that sends what it is told, and reads answers by the rules."""

from __future__ import annotations

import http.client
import socket
from typing import NamedTuple


class Answer(NamedTuple):
    """Hold one answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Raw:
    """Hold a connection."""

    def __init__(self, made: socket.socket):
        self.socket = made
        self.name = "{}:{}".format(*made.getsockname())
        self.file = made.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, method="GET") -> Answer:
        """Read one answer to ``method``."""
        response = http.client.HTTPResponse(_Lasting(self.file), method=method)
        response.begin()
        return Answer(response.status, response.headers, response.read())

    def ask(self, data: bytes, method="GET") -> Answer:
        """Send ``data`` and read one answer."""
        self.send(data)
        return self.answer(method)

    def rest(self) -> bytes:
        """Return what comes until the server closes."""
        try:
            return self.file.read()
        except ConnectionResetError:
            return b""


class _Lasting:
    """Hand out a file that stays open when an answer is read to its end."""

    def __init__(self, file):
        self._file = file

    def makefile(self, _mode):
        return self

    def __getattr__(self, name):
        return getattr(self._file, name)

    def close(self):
        """Stay."""


def request(path="/", method="GET", *headers: str, body=b"") -> bytes:
    """Return a request of HTTP/1.1 with a Host."""
    lines = [f"{method} {path} HTTP/1.1", "Host: h", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
