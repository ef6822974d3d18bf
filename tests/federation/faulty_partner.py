"""A partner on loopback that does as it is told: answers, or fails in one of many ways."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
_LONG = 60.0  # a hanging partner lets go at the end of its test, or then


class Request(NamedTuple):
    """Hold a request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> str:
        """Return the query that was asked."""
        fields = self.body.decode() if self.method == "POST" else urlsplit(self.target).query
        return parse_qs(fields)["query"][0]


Act = Callable[["FaultyPartner", socket.socket, Request], None]


def rows(*values: str, variable: str = "x") -> bytes:
    """Return JSON results with a row for each text."""
    bindings = [{variable: {"type": "literal", "value": v}} for v in values]
    head = {"vars": [variable]}
    return json.dumps({"head": head, "results": {"bindings": bindings}}).encode()


def reply(
    body: bytes = b"", status: str = "200 OK", media_type: str = JSON, **headers: object
) -> bytes:
    """Return a whole response; headers are named with underscores."""
    given = {"Content_Type": media_type, "Content_Length": len(body)} | headers
    lines = [f"{n.replace('_', '-')}: {v}" for n, v in given.items() if v is not None]
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "", "")).encode() + body


class HangUpError(OSError):
    """The partner ends the connection."""


def sending(data: bytes, hang_up: bool = False) -> Act:
    """Return what sends ``data``, and keeps the connection or hangs up."""

    def act(partner: FaultyPartner, sock: socket.socket, request: Request) -> None:
        sock.sendall(data)
        if hang_up:
            raise HangUpError

    return act


def _hang(partner: FaultyPartner, sock: socket.socket, request: Request) -> None:
    until = time.monotonic() + _LONG
    sock.setblocking(False)
    while not partner.ended.wait(0.01) and time.monotonic() < until:
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            if not sock.recv(1):
                return  # the other end has hung up


def _slow(partner: FaultyPartner, sock: socket.socket, request: Request) -> None:
    for byte in reply(rows("slow" * 100)):
        sock.sendall(bytes([byte]))
        if partner.ended.wait(1.0):
            return


def _killed(partner: FaultyPartner, sock: socket.socket, request: Request) -> None:
    whole = reply(rows("lost" * 100))
    sock.sendall(whole[: len(whole) // 2])
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
    raise HangUpError


def _endless(partner: FaultyPartner, sock: socket.socket, request: Request) -> None:
    size = 10 * 2**30
    sock.sendall(reply(Content_Length=size))
    sock.sendall(rows("x")[:-3])
    piece = b',{"x":{"type":"literal","value":"' + b"y" * 65_000 + b'"}}'
    while not partner.ended.is_set():
        sock.sendall(piece)
        partner.sent += len(piece)


def _endless_headers(partner: FaultyPartner, sock: socket.socket, request: Request) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while not partner.ended.is_set():
        sock.sendall(b"X-%d: y\r\n" % number)
        number += 1


def _endless_continue(partner: FaultyPartner, sock: socket.socket, request: Request) -> None:
    while not partner.ended.is_set():
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.001)


def _laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "ha">' for n in range(10)
    )
    return (
        f"<?xml version='1.0'?><!DOCTYPE sparql [{entities}]>"
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head>'
        '<results><result><binding name="x"><literal>&a9;</literal></binding></result></results>'
        "</sparql>"
    ).encode()


_WHOLE = rows("one", "two")
#: The ways in which a partner fails, and the one in which it does not.
MODES: dict[str, Act] = {
    "answer": sending(reply(_WHOLE)),
    "killed": _killed,
    "hung": _hang,
    "slow": _slow,
    "html": sending(
        reply(b"<!DOCTYPE html><title>Busy</title><p>Try <b>later</b>.", media_type="text/html")
    ),
    "html called json": sending(reply(b"<!DOCTYPE html><title>Busy</title>")),
    "429": sending(reply(b"slow down", "429 Too Many Requests", Retry_After=30)),
    "503 dated": sending(
        reply(b"", "503 Service Unavailable", Retry_After=formatdate(4e9, usegmt=True))
    ),
    "500": sending(reply(b"java.lang.NullPointerException", "500 Oops", "text/plain")),
    "redirect": sending(reply(b"", "302 Found", Location="http://127.0.0.1:1/\x07elsewhere")),
    "truncated": sending(reply(_WHOLE[:-5])),
    "laughs": sending(reply(_laughs(), media_type=XML)),
    "endless": _endless,
    "length too long": sending(reply(_WHOLE, Content_Length=len(_WHOLE) + 10), hang_up=True),
    "length too short": sending(reply(_WHOLE, Content_Length=len(_WHOLE) - 10)),
    "no length": sending(reply(_WHOLE, Content_Length=None), hang_up=True),
    "endless headers": _endless_headers,
    "endless continue": _endless_continue,
    "gzip bomb": sending(reply(gzip.compress(bytes(64 * 2**20)), Content_Encoding="gzip")),
    "not http": sending(b"220 mail.example.org ESMTP\r\n"),
    "no answer": sending(b"", hang_up=True),
    "boolean": sending(reply(b'{"head":{},"boolean":true}')),
    "not utf-8": sending(reply(rows("Q").replace(b"Q", b"\xff\xfe"))),
}


class FaultyPartner:
    """Listen on a free port of ``host`` and act by a mode, which may be changed at any time.

    ``requests`` are those that came, ``open`` is the number of connections that are open now,
    ``most`` the most that were being answered at once.
    """

    def __init__(self, mode: str | Act = "answer", host: str = "127.0.0.1", tls: object = None):
        self.mode, self._tls = mode, tls
        self.requests: list[Request] = []
        self.connections = self.open = self.answering = self.most = self.sent = 0
        self.ended = threading.Event()
        self._lock = threading.Lock()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=128)
        self.port = self._listener.getsockname()[1]
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}/sparql"

    def __enter__(self) -> FaultyPartner:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self.open += 1
        try:
            if isinstance(self._tls, ssl.SSLContext):
                sock = self._tls.wrap_socket(sock, server_side=True)
            with sock, sock.makefile("rb") as stream:
                while (request := _read(stream)) is not None:
                    self._answer(sock, request)
        except (OSError, ValueError):
            pass
        finally:
            with self._lock:
                self.open -= 1

    def _answer(self, sock: socket.socket, request: Request) -> None:
        with self._lock:
            self.requests.append(request)
            self.answering += 1
            self.most = max(self.most, self.answering)
        try:
            act = self.mode if callable(self.mode) else MODES[self.mode]
            act(self, sock, request)
        finally:
            with self._lock:
                self.answering -= 1


def _read(stream) -> Request | None:
    first = stream.readline().decode("latin-1").split()
    if len(first) != 3 or not first[2].startswith("HTTP/"):
        return None  # nor is the beginning of TLS a request, into whatever words it falls
    headers = {}
    while line := stream.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return Request(first[0], first[1], headers, body)
