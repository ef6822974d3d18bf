"""Send hostile requests to a live server and look at what comes back."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from hostile.corpus import Case

PATIENCE = 60.0
ACCEPT = "application/sparql-results+json, text/turtle;q=0.9"
CANARY = "only-in-a-file-that-nobody-may-read"


class Listener:
    """Count the connections that reach a port of this machine, by each of its own addresses."""

    def __init__(self):
        self.sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self.sockets[0].getsockname()[1]
        for host, family in (("127.127.127.127", socket.AF_INET), ("::1", socket.AF_INET6)):
            # where there is no such address, nothing can reach it
            with suppress(OSError):
                self.sockets.append(socket.create_server((host, self.port), family=family))
        self.connections = 0
        for server in self.sockets:
            threading.Thread(target=self._count, args=(server,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        for server in self.sockets:
            server.close()

    def _count(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@dataclass(frozen=True)
class Answer:
    """Hold what a request was answered with, and after how many seconds."""

    status: int
    content_type: str
    body: bytes
    seconds: float


class Sender:
    """Send cases to the server at ``port``, with their places filled in."""

    def __init__(self, port: int, listener: Listener, canary: Path):
        self.port = port
        self._filled = {
            b"@U": listener.address.encode(),
            b"@F": canary.as_uri().encode(),
            b"@P": str(listener.port).encode(),
        }

    def send(self, case: Case) -> Answer:
        """Return the answer to ``case``."""
        body = None if case.body is None else self._fill(case.body)
        target = self._fill(case.target).decode("latin-1")
        headers = {"Accept": ACCEPT, **case.headers}
        if body is not None:
            headers["Content-Type"] = case.content_type
        return exchange(self.port, "GET" if body is None else "POST", target, body, headers)

    def _fill(self, text: bytes) -> bytes:
        for place, value in self._filled.items():
            text = text.replace(place, value)
        return text


def exchange(port: int, method: str, target: str, body: bytes | None, headers: dict) -> Answer:
    """Return the answer to one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    began = time.monotonic()
    try:
        # where it is refused before all of it was read, the answer is there
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, target, body, headers)
        response = connection.getresponse()
        content = response.read()
        return Answer(
            response.status,
            response.headers.get("Content-Type", ""),
            content,
            time.monotonic() - began,
        )
    finally:
        connection.close()


def ask(port: int, query: str, **parameters: str) -> Answer:
    """Return the answer to ``query``."""
    target = "/sparql?" + urlencode({"query": query, **parameters})
    return exchange(port, "GET", target, None, {"Accept": ACCEPT})


def faults(answer: Answer, expected: frozenset[int]) -> list[str]:
    """Return what is wrong with ``answer``."""
    found = []
    if answer.status not in expected:
        found.append(f"answered with {answer.status}, not {sorted(expected)}: {answer.body[:200]}")
    if CANARY.encode() in answer.body or b"root:x:0" in answer.body:
        found.append("holds the text of a file")
    if answer.status == 200:
        found += _unreadable(answer)
    elif answer.status not in (414, 431):
        found += _not_a_problem(answer)
    return found


def _unreadable(answer: Answer) -> list[str]:
    try:
        if answer.content_type.startswith("text/turtle"):
            list(ox.parse(input=answer.body, format=ox.RdfFormat.TURTLE))
        else:
            json.loads(answer.body)
            read = ox.parse_query_results(input=answer.body, format=ox.QueryResultsFormat.JSON)
            if isinstance(read, ox.QuerySolutions):
                list(read)
    except (ValueError, SyntaxError) as error:
        return [f"200 that cannot be read: {error}"]
    return []


def _not_a_problem(answer: Answer) -> list[str]:
    if answer.content_type != "application/problem+json":
        return [f"{answer.status} as {answer.content_type!r}"]
    problem = json.loads(answer.body)
    if problem["status"] != answer.status or not problem["detail"]:
        return ["the problem says something else than the status"]
    if answer.status >= 500 and problem.get("outcome") not in ("timeout", "memory", "busy"):
        return [f"{answer.status} for an undeclared reason: {problem}"]
    return []


def resident(pid: int) -> int:
    """Return the resident bytes of a process; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0
