"""Count what happens and tell it to Prometheus, over all web processes.

The text is https://prometheus.io/docs/instrumenting/exposition_formats/. Counting is adding to
mapped memory, some ten times cheaper than the client library's multi-process mode.
"""

from __future__ import annotations

import os
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from samgraf.gateway.request_log import RequestRecord as Record
from samgraf.gateway.watch.counts import Counts
from samgraf.sparql.formats import FORMATS
from samgraf.sparql.problems import RequestOutcome

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
#: Upper bounds of the histogram of query times, in seconds.
BOUNDS = (.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30)  # fmt: skip
_QUERY_OUTCOMES = tuple(o.value for o in RequestOutcome if o != "page")
_FORMAT_NAMES = (*(f.name for f in FORMATS), "html", "other")
_CACHE = ("hit", "miss", "none")
_STATUS = ("2xx", "3xx", "4xx", "5xx")
_REASONS = ("timeout", "memory", "gone", "failed", "other")
_LANES = ("idle", "busy", "slow")
_ROLES = ("web", "template", "workers")
# outcomes of queries that an engine had begun to evaluate
_EVALUATED = frozenset(("ok", "partial", "timeout", "memory", "too-large", "failed", "gone"))
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Family(NamedTuple):
    """Hold one metric: its name, type, help, the names of its labels and their values."""

    name: str
    type: str
    help: str
    labels: tuple[str, ...] = ()
    values: tuple[tuple[str, ...], ...] = ((),)


def _each(values: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple((v,) for v in values)


_COUNTERS = (
    Family("samgraf_responses_total", "counter", "Responses by class of status.",
           ("status",), _each(_STATUS)),
    Family("samgraf_queries_total", "counter", "Queries by outcome and format of the answer.",
           ("outcome", "format"), tuple((o, f) for o in _QUERY_OUTCOMES for f in _FORMAT_NAMES)),
    Family("samgraf_cache_requests_total", "counter", "Queries answered from the cache, or not.",
           ("result",), _each(_CACHE)),
    Family("samgraf_response_bytes_total", "counter", "Bytes of the bodies sent."),
    Family("samgraf_limited_total", "counter", "Requests refused by fair use."),
    Family("samgraf_log_dropped_total", "counter", "Lines that the logs could not take."),
    Family("samgraf_workers_killed_total", "counter", "Query workers ended, by reason.",
           ("reason",), _each(_REASONS)),
    Family("samgraf_workers_forked_total", "counter", "Query workers started."),
)  # fmt: skip
_HISTOGRAM = Family("samgraf_query_seconds", "histogram", "Seconds that queries took the engine.")
_GAUGES = (
    Family("samgraf_workers", "gauge", "Query workers by what they do.",
           ("state",), _each(_LANES)),
    Family("samgraf_queries_waiting", "gauge", "Queries that wait for a worker."),
    Family("samgraf_processes", "gauge", "Web processes that answer."),
    Family("samgraf_resident_bytes", "gauge",
           "Resident memory; workers share most of theirs with the template.",
           ("process",), _each(_ROLES)),
)  # fmt: skip


def _layout() -> tuple[dict[tuple[str, ...], int], int, int, int]:
    places: dict[tuple[str, ...], int] = {}
    for family in _COUNTERS:
        for values in family.values:
            places[family.name, *values] = len(places)
    histogram = len(places)
    first_gauge = histogram + len(BOUNDS) + 2  # one bucket above the last bound, and the sum
    for family in _GAUGES:
        for values in family.values:
            places[family.name, *values] = first_gauge
            first_gauge += 1
    size = first_gauge
    return places, histogram, histogram + len(BOUNDS) + 2, size


_PLACES, _HISTOGRAM_AT, _FIRST_GAUGE, _SIZE = _layout()
_SUM_AT = _HISTOGRAM_AT + len(BOUNDS) + 1
_QUERIES_AT = {
    (o, f): _PLACES["samgraf_queries_total", o, f] for o in _QUERY_OUTCOMES for f in _FORMAT_NAMES
}
_CACHE_AT = {c: _PLACES["samgraf_cache_requests_total", c] for c in _CACHE}
_STATUS_AT = {i: _PLACES["samgraf_responses_total", s] for i, s in enumerate(_STATUS, start=2)}
_BYTES_AT = _PLACES[("samgraf_response_bytes_total",)]
_LIMITED_AT = _PLACES[("samgraf_limited_total",)]


class Metrics:
    """Count for this process, tell for all that count in ``run_dir``."""

    def __init__(self, run_dir: Path):
        # processes of another layout, if there ever are any, count apart
        layout = zlib.crc32(repr((_PLACES, BOUNDS)).encode())
        self._counts = Counts(run_dir, f"counts-{layout:08x}", _SIZE, _FIRST_GAUGE)
        self._values = self._counts.values
        self._seen: dict[str, float] = {}

    def count(self, record: Record) -> None:
        """Count one request."""
        values = self._values
        values[_STATUS_AT.get(record.status // 100, _STATUS_AT[5])] += 1
        values[_BYTES_AT] += record.bytes
        outcome = record.outcome
        if outcome == "limited":
            values[_LIMITED_AT] += 1
        if outcome == "page":
            return
        place = _QUERIES_AT.get((outcome, record.format))
        values[_QUERIES_AT[outcome, "other"] if place is None else place] += 1
        values[_CACHE_AT[record.cache]] += 1
        if record.cache != "hit" and outcome in _EVALUATED:
            values[_HISTOGRAM_AT + bisect_left(BOUNDS, record.query_seconds)] += 1
            values[_SUM_AT] += record.query_seconds

    def observe(self, stats: Mapping[str, Any], dropped: int = 0) -> None:
        """Note how this process and its engine are; ``dropped`` are lines the log lost so far.

        ``stats`` is what the engine tells: ``idle``, ``busy``, ``slow``, ``waiting``, ``forks``,
        ``killed`` by reason and, where known, ``fork_server_pid`` and ``worker_pids``.
        """
        for lane in _LANES:
            self._set("samgraf_workers", lane, to=stats.get(lane, 0))
        self._set("samgraf_queries_waiting", to=stats.get("waiting", 0))
        self._set("samgraf_processes", to=1)
        self._set("samgraf_resident_bytes", "web", to=resident(os.getpid()))
        # one template stands behind all processes: only one of them may count it
        template = stats.get("fork_server_pid")
        first = template is not None and self._counts.is_first()
        self._set("samgraf_resident_bytes", "template", to=resident(template) if first else 0)
        workers = sum(resident(pid) for pid in stats.get("worker_pids", ()))
        self._set("samgraf_resident_bytes", "workers", to=workers)
        self._advance("samgraf_workers_forked_total", to=stats.get("forks", 0))
        self._advance("samgraf_log_dropped_total", to=dropped)
        reasons = dict.fromkeys(_REASONS, 0)
        for reason, number in stats.get("killed", {}).items():
            reasons[reason if reason in reasons else "other"] += number
        for reason, number in reasons.items():
            self._advance("samgraf_workers_killed_total", reason, to=number)

    def text(self) -> bytes:
        """Return all metrics, summed over the processes."""
        return "".join(_lines(self._counts.sums())).encode()

    def close(self) -> None:
        """Let go of the file; what was counted stays counted."""
        self._values = None
        self._counts.close()

    def _set(self, *place: str, to: float) -> None:
        self._values[_PLACES[place]] = to

    def _advance(self, *place: str, to: float) -> None:
        """Add what a number of the engine's has grown by; a new engine begins at 0."""
        seen = self._seen.get("/".join(place), 0)
        self._values[_PLACES[place]] += to - seen if to >= seen else to
        self._seen["/".join(place)] = to


def resident(pid: int) -> int:
    """Return the resident bytes of a process; 0 where it is gone or the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0


def _lines(values: list[float]) -> Iterator[str]:
    for family in (*_COUNTERS, *_GAUGES):
        yield from _head(family)
        for labels in family.values:
            inside = ",".join(f'{n}="{v}"' for n, v in zip(family.labels, labels, strict=True))
            braces = f"{{{inside}}}" if inside else ""
            yield f"{family.name}{braces} {values[_PLACES[family.name, *labels]]:.15g}\n"
    yield from _head(_HISTOGRAM)
    running = 0.0
    for at, bound in enumerate((*BOUNDS, "+Inf")):
        running += values[_HISTOGRAM_AT + at]
        yield f'{_HISTOGRAM.name}_bucket{{le="{bound}"}} {running:.15g}\n'
    yield f"{_HISTOGRAM.name}_sum {values[_SUM_AT]:.15g}\n"
    yield f"{_HISTOGRAM.name}_count {running:.15g}\n"


def _head(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.help}\n"
    yield f"# TYPE {family.name} {family.type}\n"
