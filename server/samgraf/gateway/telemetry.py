"""Log every request as a line of JSON, and count it for Prometheus.

In: one ``RequestRecord`` for each answered request. Out: ``access.jsonl`` and ``query.jsonl`` in
the folder of the setting ``log_dir``, and the text of ``/metrics``
(https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any, NamedTuple

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from samgraf import limits
from samgraf.errors import UsageError
from samgraf.gateway.rate_limit import Client
from samgraf.settings import NO_FOLDER, Settings
from samgraf.sparql.formats import FORMATS
from samgraf.sparql.problems import RequestOutcome

METRICS_MEDIA_TYPE = prometheus_client.CONTENT_TYPE_LATEST
ACCESS_LOG, QUERY_LOG = "access.jsonl", "query.jsonl"
#: Upper bounds of the histogram of query times, in seconds.
BUCKETS = (.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30)  # fmt: skip
#: Outcomes that count as errors of the client in its rate limit.
CLIENT_ERRORS = frozenset(
    (
        RequestOutcome.REFUSED,
        RequestOutcome.SYNTAX,
        RequestOutcome.TIMEOUT,
        RequestOutcome.MEMORY,
        RequestOutcome.TOO_LARGE,
        RequestOutcome.FAILED,
    )
)
_FORMAT_NAMES = (*(f.name for f in FORMATS), "html")
# outcomes of queries that an engine had begun to evaluate
_EVALUATED = frozenset(
    (
        RequestOutcome.OK,
        RequestOutcome.PARTIAL,
        RequestOutcome.TIMEOUT,
        RequestOutcome.MEMORY,
        RequestOutcome.TOO_LARGE,
        RequestOutcome.FAILED,
        RequestOutcome.GONE,
    )
)
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

# a counter's time of creation is a series more for each, and Prometheus does not need it
prometheus_client.disable_created_metrics()


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


class Telemetry:
    """The metrics and the logs of the web process.

    Raise UsageError where the logs cannot be written.
    """

    def __init__(self, settings: Settings):
        self._registry = CollectorRegistry()
        self._metrics = _Metrics(self._registry)
        self._log = None if settings.log_dir == NO_FOLDER else RequestLog(settings.log_dir)
        self._engine = _EngineCollector()
        self._registry.register(self._engine)

    @property
    def dropped(self) -> int:
        """Return how many log lines could not be written so far."""
        return self._log.dropped if self._log else 0

    def finished(self, record: RequestRecord) -> None:
        """Count and log an answered request; never wait."""
        self._metrics.count(record)
        if self._log:
            self._log.put(record)

    def metrics(self, stats: Mapping[str, Any]) -> bytes:
        """Return the text of ``/metrics``; its media type is METRICS_MEDIA_TYPE.

        ``stats`` is the state of the engine: ``idle``, ``busy``, ``slow``, ``waiting``, ``forks``,
        ``killed`` (numbers by reason) and, where known, ``template_pid`` and ``worker_pids``.
        """
        self._engine.stats, self._engine.dropped = stats, self.dropped
        return generate_latest(self._registry)

    def close(self) -> None:
        """Write the lines that wait, then close the files."""
        if self._log:
            self._log.close()


class _Metrics:
    """The counters of requests. A child of each is looked up once, since that costs most."""

    def __init__(self, registry: CollectorRegistry):
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"samgraf_{name}", text, labels, registry=registry)

        responses = counter("responses", "Responses by class of status.", "status")
        self._responses = {n: responses.labels(f"{n}xx") for n in range(2, 6)}
        self._bytes = counter("response_bytes", "Bytes of the bodies sent.")
        self._limited = counter("rate_limited", "Requests refused by the rate limit.")
        self._queries = counter(
            "queries", "Queries by outcome and format of the answer.", "outcome", "format"
        )
        self._by_outcome = {
            (outcome, format): self._queries.labels(outcome, format)
            for outcome in RequestOutcome
            if outcome is not RequestOutcome.PAGE
            for format in (*_FORMAT_NAMES, "other")
        }
        cache = counter("cache_requests", "Queries answered from the cache, or not.", "result")
        self._cache = {name: cache.labels(name) for name in ("hit", "miss", "none")}
        self._seconds = Histogram(
            "samgraf_query_seconds",
            "Seconds that queries took the engine.",
            buckets=BUCKETS,
            registry=registry,
        )

    def count(self, record: RequestRecord) -> None:
        """Count one request."""
        (self._responses.get(record.status // 100) or self._responses[5]).inc()
        self._bytes.inc(record.bytes)
        outcome = record.outcome
        if outcome == RequestOutcome.PAGE:
            return
        if outcome == RequestOutcome.LIMITED:
            self._limited.inc()
        query = self._by_outcome.get((outcome, record.format))
        (query or self._queries.labels(outcome, "other")).inc()
        (self._cache.get(record.cache) or self._cache["none"]).inc()
        if record.cache != "hit" and outcome in _EVALUATED:
            self._seconds.observe(record.query_seconds)


class _EngineCollector(prometheus_client.registry.Collector):
    """The metrics that are read from the engine and the system when they are asked for.

    A counter that starts again at 0, with a new release, is what Prometheus reckons with.
    """

    stats: Mapping[str, Any]
    dropped = 0

    def __init__(self) -> None:
        self.stats = {}

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics as they are now."""
        stats = self.stats
        workers = GaugeMetricFamily("samgraf_workers", "Query workers by state.", labels=["state"])
        for state in ("idle", "busy", "slow"):
            workers.add_metric([state], stats.get(state, 0))
        yield workers
        waiting = stats.get("waiting", 0)
        yield GaugeMetricFamily(
            "samgraf_queries_waiting", "Queries that wait for a worker.", waiting
        )
        killed = CounterMetricFamily(
            "samgraf_workers_killed", "Query workers ended, by reason.", labels=["reason"]
        )
        for reason, number in stats.get("killed", {}).items():
            killed.add_metric([reason], number)
        yield killed
        forks = stats.get("forks", 0)
        yield CounterMetricFamily("samgraf_workers_forked", "Query workers started.", forks)
        memory = GaugeMetricFamily(
            "samgraf_resident_memory_bytes",
            "Resident memory; workers share most of theirs with the fork server.",
            labels=["process"],
        )
        pids = {
            "web": [os.getpid()],
            "fork_server": [pid for pid in [stats.get("template_pid")] if pid],
            "workers": stats.get("worker_pids", ()),
        }
        for process, members in pids.items():
            memory.add_metric([process], sum(map(resident_bytes, members)))
        yield memory
        yield CounterMetricFamily(
            "samgraf_log_lines_dropped", "Lines that the logs could not take.", self.dropped
        )


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process in bytes; 0 where it cannot be read."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0


class RequestLog:
    """The access log and the query log, written by a thread, many lines at a time.

    The files may be moved away at any time (logrotate); the next lines go to a new file. Raise
    UsageError where they cannot be opened.
    """

    def __init__(self, folder: Path, max_waiting: int = limits.LOG_QUEUE):
        self._waiting: deque[tuple[float, RequestRecord]] = deque()
        self._max_waiting = max_waiting
        self._refused = self._told = 0
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
        if self.dropped > self._told:
            notice = {"time": _time(time.time()), "dropped": self.dropped - self._told}
            self._told = self.dropped
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
            fields = {"msg": "\n".join(lines), "lines": len(lines)}
            self.handle(logging.makeLogRecord(fields))

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
