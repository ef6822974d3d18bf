"""Write the access and query logs: JSON lines, put aside by size, by one thread per process.

Several processes write the same files: each batch of lines is written under a lock, and a file
that another process put aside is opened anew. No address of a client, no query in the access log.
"""

from __future__ import annotations

import fcntl
import os
import sys
import threading
import time
from collections import deque
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path

from samgraf.errors import UsageError
from samgraf.gateway.watch.record import Record
from samgraf.settings import NO_FOLDER, Settings

ACCESS, QUERIES = "access.jsonl", "query.jsonl"
MAX_WAITING = 20_000  # requests that wait to be written; more are dropped, counted and told
MAX_PATH, MAX_QUERY = 1024, 8192  # characters of each that a line holds
_PAUSE = 0.1  # seconds in which lines gather
_COMPLAINT = 60.0  # seconds between complaints on standard error


class Log:
    """Take records and write them in the background; without a folder, do nothing."""

    def __init__(self, settings: Settings, max_waiting: int = MAX_WAITING):
        self._refused = self._lost = 0  # lines not taken in, lines not written
        self._waiting: deque[tuple[str, str]] = deque()
        self._room = max_waiting
        self._told = 0
        self._complained = 0.0
        self._enabled = settings.log_dir != NO_FOLDER
        self._stop = False
        if not self._enabled:
            return
        size, kept = settings.log_bytes, settings.log_files
        try:
            self._files = {n: _File(settings.log_dir / n, size, kept) for n in (ACCESS, QUERIES)}
        except OSError as error:
            raise UsageError(f"SAMGRAF_LOG_DIR: the logs cannot be written: {error}") from error
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Return how many lines could not be taken in or written so far."""
        return self._refused + self._lost

    def put(self, record: Record) -> None:
        """Take ``record``; never wait."""
        if not self._enabled:
            return
        if len(self._waiting) >= self._room:
            self._refused += 1
            return
        # the lines are made here: a thread that makes many would keep the loop waiting for its turn
        self._waiting.append(lines_of(time.time(), record))
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Write what waits and end the thread."""
        if self._enabled and not self._stop:
            self._stop = True
            self._wake.set()
            self._thread.join()

    def _run(self) -> None:
        while not self._stop:
            self._wake.wait()
            if not self._stop:
                time.sleep(_PAUSE)
            self._wake.clear()
            self._write_waiting()
        # what came since the last batch
        self._write_waiting()

    def _write_waiting(self) -> None:
        access: list[str] = []
        queries: list[str] = []
        for _ in range(len(self._waiting)):
            line, query_line = self._waiting.popleft()
            access.append(line)
            if query_line:
                queries.append(query_line)
        untold = self.dropped - self._told
        notice = [f'{{"time":"{stamp(time.time())}","dropped":{untold}}}\n'] if untold else []
        if self._write(ACCESS, access, notice):
            self._told += untold
        self._write(QUERIES, queries, [])

    def _write(self, name: str, lines: list[str], notice: list[str]) -> bool:
        """Return whether ``lines`` and ``notice`` were written; lines that were not are lost."""
        try:
            self._files[name].write(lines + notice)
        except OSError as error:
            self._lost += len(lines)
            self._complain(error)
            return False
        return True

    def _complain(self, error: OSError) -> None:
        if time.monotonic() - self._complained > _COMPLAINT:
            self._complained = time.monotonic()
            print(f"The log cannot be written: {error}", file=sys.stderr, flush=True)


def stamp(when: float) -> str:
    """Return ``when`` (seconds since 1970) in UTC as ISO 8601 writes it, to the millisecond."""
    second, part = divmod(int(when * 1000), 1000)
    return f"{_second(second)}.{part:03}Z"


@lru_cache(2)  # lines come by the thousand
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()[:-6]


def lines_of(when: float, record: Record) -> tuple[str, str]:
    """Return the lines of the access log and, where there was a query, of the query log.

    The path stands without what was asked; a long query is cut and its length told.
    """
    begin = f'{{"time":"{stamp(when)}","client":{quoted(record.client.key)},'
    # the words for cache, outcome and format are our own: they need no quoting
    middle = f'"bytes":{record.bytes},"cache":"{record.cache}",'
    release = f'"release":{quoted(record.release[:12])}'
    path = record.path.partition("?")[0][:MAX_PATH]
    access = (
        f'{begin}"method":{quoted(record.method[:16])},"path":{quoted(path)},'
        f'"status":{record.status},"seconds":{record.seconds:.6f},{middle}'
        f'"outcome":"{record.outcome}",{release}}}\n'
    )
    query = record.query
    if query is None:
        return access, ""
    return access, (
        f'{begin}"form":{quoted(record.form)},"format":"{record.format}","status":{record.status},'
        f'"outcome":"{record.outcome}","query_seconds":{record.query_seconds:.6f},{middle}'
        f'{release},"length":{len(query)},"query":{quoted(query[:MAX_QUERY])}}}\n'
    )


class _File:
    """Append to a file that other processes append to and put aside as well."""

    def __init__(self, path: Path, max_bytes: int, kept: int):
        self._path, self._max_bytes, self._kept = path, max_bytes, kept
        path.parent.mkdir(parents=True, exist_ok=True)
        # never renamed, so that every process locks the same file
        self._lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o640)
        self._file: int | None = None

    def write(self, lines: list[str]) -> None:
        """Append ``lines``; raise OSError where that fails."""
        piece: list[bytes] = []
        size = 0
        for line in lines:
            encoded = line.encode("ascii")
            if piece and size + len(encoded) > self._max_bytes // 2:
                self._append(b"".join(piece))
                piece, size = [], 0
            piece.append(encoded)
            size += len(encoded)
        if piece:
            self._append(b"".join(piece))

    def _append(self, data: bytes) -> None:
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            size = self._open()
            if size and size + len(data) > self._max_bytes:
                self._put_aside()
                self._open()
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _open(self) -> int:
        """Have the file open that stands at the path now; return its size."""
        if self._file is not None:
            mine = os.fstat(self._file)
            try:
                if os.path.samestat(mine, self._path.stat()):
                    return mine.st_size
            except FileNotFoundError:
                pass
            os.close(self._file)
            self._file = None
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        return os.fstat(self._file).st_size

    def _put_aside(self) -> None:
        for number in range(self._kept, 0, -1):
            older = self._aside(number)
            newer = self._aside(number - 1) if number > 1 else self._path
            if newer.exists():
                newer.replace(older)

    def _aside(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")
