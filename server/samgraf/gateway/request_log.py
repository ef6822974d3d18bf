"""The access log and the query log: a line of JSON for each request, in files of their own."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections import deque
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import NamedTuple

from samgraf import limits
from samgraf.errors import UsageError
from samgraf.gateway.rate_limit import Client
from samgraf.sparql.problems import RequestOutcome

ACCESS_LOG, QUERY_LOG = "access.jsonl", "query.jsonl"


class RequestRecord(NamedTuple):
    """One answered request.

    ``seconds`` is the time from its arrival to the end of its answer, ``query_seconds`` the time
    that the engine took, ``bytes`` the length of the body as sent. ``cache`` is ``hit``, ``miss``
    or ``none``; ``form`` is the query's form and ``format`` the short name of the answer's format,
    each empty where there is none.
    """

    client: Client
    method: str
    path: str
    status: int
    seconds: float
    query_seconds: float
    bytes: int
    cache: str
    outcome: RequestOutcome
    query: str | None
    form: str
    format: str
    release: str


class RequestLog:
    """The access log and the query log, written by a thread, many lines at a time.

    The files may be moved away at any time (logrotate); the next lines go to a new file. Raise
    UsageError where they cannot be opened.
    """

    def __init__(self, folder: Path, max_waiting: int = limits.LOG_QUEUE):
        self._waiting: deque[tuple[float, RequestRecord]] = deque()
        self._max_waiting = max_waiting
        self._refused = self._noticed = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._access = _LinesFile(folder / ACCESS_LOG)
            self._queries = _LinesFile(folder / QUERY_LOG)
        except OSError as error:
            raise UsageError(f"SAMGRAF_LOG_DIR: the logs cannot be written: {error}") from error
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Return how many lines found no room in memory or could not be written so far."""
        return self._refused + self._access.failed + self._queries.failed

    def put(self, record: RequestRecord) -> None:
        """Take a request whose lines are to be written; never wait."""
        if len(self._waiting) < self._max_waiting:
            self._waiting.append((time.time(), record))
        else:
            self._refused += 1

    def flush(self) -> None:
        """Write the lines that wait, after a notice where lines were dropped before them."""
        access: list[str] = []
        if self.dropped > self._noticed:
            notice = {"time": _time(time.time()), "dropped": self.dropped - self._noticed}
            self._noticed = self.dropped
            access.append(_json(notice))
        queries: list[str] = []
        for _ in range(len(self._waiting)):
            when, record = self._waiting.popleft()
            access.append(access_line(when, record))
            if record.query is not None:
                queries.append(query_line(when, record))
        self._access.write(access)
        self._queries.write(queries)

    def close(self) -> None:
        """Write the lines that wait, then close the files; idempotent."""
        self._closing.set()
        self._thread.join()
        self._access.close()
        self._queries.close()

    def _run(self) -> None:
        # a thread that woke for each line would keep the event loop waiting for its turn
        while not self._closing.wait(limits.LOG_SECONDS):
            self.flush()
        self.flush()


class _LinesFile(WatchedFileHandler):
    """A file to which lines are appended; it is opened again where it was moved away."""

    def __init__(self, path: Path):
        super().__init__(path, encoding="ascii")
        self.failed = 0  # lines that could not be written
        self._complained = -limits.LOG_COMPLAINT_SECONDS

    def write(self, lines: list[str]) -> None:
        """Append ``lines``; count those that cannot be written."""
        if lines:
            record = logging.makeLogRecord({"msg": "\n".join(lines), "lines": len(lines)})
            try:
                self.handle(record)
            except OSError:  # the file was moved away, and another cannot be had
                self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Count the lines that could not be written; complain on standard error now and then."""
        self.failed += vars(record)["lines"]
        now = time.monotonic()
        if now - self._complained >= limits.LOG_COMPLAINT_SECONDS:
            self._complained = now
            print(f"The log cannot be written: {sys.exc_info()[1]}", file=sys.stderr, flush=True)

    def _open(self) -> TextIOWrapper:
        # not for everybody on this machine; unbuffered, so that what fails is not tried again
        def opener(path: str, flags: int) -> int:
            return os.open(path, flags, 0o640)

        file = open(self.baseFilename, "ab", buffering=0, opener=opener)  # noqa: SIM115
        return TextIOWrapper(file, encoding=self.encoding, write_through=True)


def access_line(when: float, record: RequestRecord) -> str:
    """Return the line of the access log: JSON without the query, nor that part of the path."""
    return _json(
        {
            "time": _time(when),
            "client": record.client.key,
            "method": record.method[:16],
            "path": record.path.partition("?")[0][: limits.LOG_PATH_LENGTH],
            "status": record.status,
            "seconds": round(record.seconds, 6),
            "bytes": record.bytes,
            "cache": record.cache,
            "outcome": record.outcome,
            "release": record.release[:12],
        }
    )


def query_line(when: float, record: RequestRecord) -> str:
    """Return the line of the query log; a long query is cut, and its length told."""
    query = record.query or ""
    return _json(
        {
            "time": _time(when),
            "client": record.client.key,
            "form": record.form,
            "format": record.format,
            "status": record.status,
            "outcome": record.outcome,
            "query_seconds": round(record.query_seconds, 6),
            "bytes": record.bytes,
            "cache": record.cache,
            "release": record.release[:12],
            "length": len(query),
            "query": query[: limits.LOG_QUERY_LENGTH],
        }
    )


_json = json.JSONEncoder(separators=(",", ":")).encode


def _time(when: float) -> str:
    """Return ``when`` (seconds since 1970) as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
