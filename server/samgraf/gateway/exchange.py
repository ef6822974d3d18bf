"""One request and its answer: what every way of answering needs, and the record of how it went."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Hashable
from typing import Any

from samgraf.alarm import Alarm
from samgraf.gateway.serving import Serving
from samgraf.gateway.watch import Client, Record, Watch
from samgraf.sparql.formats import FORMATS, HTML
from samgraf.sparql.problems import MEDIA_TYPE, ProblemError

UNWATCHED = 0.05  # seconds that a query may take before anyone looks whether its client has gone
FORMAT_NAMES = {f.media_type: f.name for f in FORMATS} | {HTML: "html"}
Headers = list[tuple[str, str]]


class Exchange:
    """Hold a request, answer it once, and tell the watch."""

    __slots__ = (
        "alias",
        "answered",
        "began",
        "cache",
        "client",
        "form",
        "format",
        "method",
        "more",
        "outcome",
        "proto",
        "query",
        "query_seconds",
        "scope",
        "serving",
        "watch",
    )

    def __init__(
        self,
        scope: Any,
        proto: Any,
        serving: Serving,
        watch: Watch,
        began: float,
        alias: tuple[Hashable, ...] = (),
    ):
        self.scope, self.proto, self.serving = scope, proto, serving
        self.alias = alias  # what the bytes of an answer by the fast lane depend on
        self.watch, self.began = watch, began
        self.method = scope.method
        self.client = client_of(scope, watch)
        self.answered = False
        self.more: Headers = []  # headers for this client alone
        self.query: str | None = None
        self.query_seconds = 0.0
        self.form = self.format = ""
        self.cache, self.outcome = "none", "page"

    def header(self, name: str) -> str | None:
        """Return a header of the request, several of the name joined as a list."""
        return self.scope.headers.joined(name)

    def send(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """Answer with ``headers`` beside those that every answer has."""
        self.send_whole(status, [*self.serving.headers, *headers], body)

    def send_whole(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """Answer with ``headers`` and those for this client alone."""
        self.answered = True
        if self.more:
            headers = [*headers, *(h for h in self.more if h not in headers)]
        if self.method == "HEAD" or status in (204, 304):
            if status not in (204, 304) and not any(n == "content-length" for n, _ in headers):
                headers = [*headers, ("content-length", str(len(body)))]
            self.proto.response_empty(status, headers)
            self.done(status, 0)
        else:
            self.proto.response_bytes(status, headers, body)
            self.done(status, len(body))

    def send_file(self, status: int, headers: Headers, file: str) -> None:
        """Answer with the content of ``file``, whose length ``headers`` tell, piece by piece."""
        if self.method == "HEAD":
            self.send_whole(status, headers)
            return
        self.answered = True
        self.proto.response_file(status, [*headers, *self.more], file)
        self.done(status, int(dict(headers)["content-length"]))

    def problem(self, problem: ProblemError) -> None:
        """Answer with ``problem`` as JSON."""
        headers = [
            ("content-type", MEDIA_TYPE),
            ("cache-control", "no-store"),
            ("vary", "Accept"),
            *((name.lower(), value) for name, value in problem.headers.items()),
        ]
        self.outcome = problem.outcome
        self.send(problem.status.value, headers, problem.to_json())

    def done(self, status: int, length: int) -> None:
        """Tell the watch that the answer is given."""
        self.watch.done(
            Record(
                self.client,
                self.method,
                self.scope.path,
                status,
                time.perf_counter() - self.began,
                self.query_seconds,
                length,
                self.cache,
                self.outcome,
                self.query,
                self.form,
                self.format,
                self.serving.service.release,
            )
        )


class Presence:
    """Cancel the task that this is entered in once its client has gone.

    Most answers come at once, so that looking begins when the ``alarm`` rings, a little later.
    """

    __slots__ = ("_alarm", "_leaving", "_proto", "_task")

    def __init__(self, proto: Any, alarm: Alarm[Presence]):
        self._proto, self._alarm = proto, alarm
        self._leaving: asyncio.Future | None = None

    def __enter__(self) -> Presence:
        """Begin."""
        self._task = asyncio.current_task()
        self._alarm.set(self, self._task.get_loop().time() + UNWATCHED)
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._alarm.drop(self)
        if self._leaving is not None:
            self._leaving.cancel()

    def look(self) -> None:
        """Watch from now on."""
        self._leaving = asyncio.ensure_future(self._proto.client_disconnect())
        self._leaving.add_done_callback(self._left)

    def _left(self, leaving: asyncio.Future) -> None:
        if not leaving.cancelled() and leaving.exception() is None:
            self._task.cancel()


def client_of(scope: Any, watch: Watch) -> Client:
    """Return who asks."""
    return watch.client(scope.client.rpartition(":")[0], scope.headers.joined("x-forwarded-for"))
