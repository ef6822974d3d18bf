"""Write the head of a response: https://www.rfc-editor.org/rfc/rfc9112#section-4."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from email.utils import formatdate
from http import HTTPStatus

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}
Pairs = Iterable[tuple[str, str]]


class Packed(list):
    """Hold headers that are sent again and again: they are written once, and stay as they are."""

    __slots__ = ("tells_length", "written")

    def __init__(self, pairs: Pairs):
        super().__init__(pairs)
        self.written = _written(self)
        self.tells_length = _tells_length(self)


class Dates:
    """Write the date once a second: https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1."""

    def __init__(self) -> None:
        self._second, self._line = 0, ""

    def line(self) -> str:
        """Return the header for now."""
        now = int(time.time())
        if now != self._second:
            self._second, self._line = now, f"date: {formatdate(now, usegmt=True)}\r\n"
        return self._line


_dates = Dates()


def head(status: int, headers: Pairs, more: str) -> bytes:
    """Return the head with ``headers`` and the written lines ``more``.

    Raise ValueError where a header would break out of its line or is not Latin-1.
    """
    written = headers.written if type(headers) is Packed else _written(headers)
    line = _LINES.get(status) or f"HTTP/1.1 {status} \r\n"
    return f"{line}{_dates.line()}{written}{more}\r\n".encode("latin-1")


def _written(headers: Pairs) -> str:
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    block = "".join(lines)
    if not len(lines) == block.count("\r") == block.count("\n") or "\0" in block:
        raise ValueError("A header holds a line break or NUL.")
    return block


def tells_length(headers: Pairs) -> bool:
    """Return whether ``headers`` tell how long the body is."""
    return headers.tells_length if type(headers) is Packed else _tells_length(headers)


def _tells_length(headers: Pairs) -> bool:
    return any(name == "content-length" for name, _ in headers)


def refusal(status: int, detail: str, always: Pairs) -> bytes:
    """Return a whole answer (https://www.rfc-editor.org/rfc/rfc9457) that ends the connection."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body = json.dumps({**told, "detail": detail}).encode() + b"\n"
    headers = [
        ("content-type", "application/problem+json"),
        ("content-length", str(len(body))),
        ("cache-control", "no-store"),
        ("connection", "close"),
        *always,
    ]
    return head(status, headers, "") + body
