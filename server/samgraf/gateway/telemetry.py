"""Count every request for Prometheus, and log it where a folder for logs is set.

In: one ``RequestRecord`` for each answered request. Out: the text of ``/metrics``
(https://prometheus.io/docs/instrumenting/exposition_formats/), and the lines of ``request_log``.
"""

from __future__ import annotations

import itertools
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import prometheus_client
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from samgraf.gateway.request_log import RequestLog, RequestRecord
from samgraf.settings import NO_FOLDER, Settings
from samgraf.sparql.formats import FORMATS
from samgraf.sparql.problems import RequestOutcome

METRICS_MEDIA_TYPE = prometheus_client.CONTENT_TYPE_LATEST
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
_OUTCOMES = [outcome for outcome in RequestOutcome if outcome is not RequestOutcome.PAGE]
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


class Telemetry:
    """The metrics and the logs of the web process.

    Raise UsageError where the logs cannot be written.
    """

    def __init__(self, settings: Settings):
        self._registry = CollectorRegistry()
        self._requests = _RequestCollector()
        self._log = None if settings.log_dir == NO_FOLDER else RequestLog(settings.log_dir)
        self._state = _StateCollector()
        for collector in (self._requests, self._state):
            self._registry.register(collector)

    @property
    def dropped(self) -> int:
        """Return how many log lines could not be written so far."""
        return self._log.dropped if self._log else 0

    def finished(self, record: RequestRecord) -> None:
        """Count and log an answered request; never wait."""
        self._requests.count(record)
        if self._log:
            self._log.put(record)

    def metrics(self, stats: Mapping[str, Any], partners: Iterable[Any] = ()) -> bytes:
        """Return the text of ``/metrics``; its media type is METRICS_MEDIA_TYPE.

        ``stats`` is the state of the engine: ``idle``, ``busy``, ``slow``, ``waiting``, ``forks``,
        ``killed`` (numbers by reason) and, where known, ``fork_server_pid`` and ``worker_pids``.
        ``partners`` are the states of the partners, as the federation's client returns them.
        """
        self._state.stats, self._state.dropped = stats, self.dropped
        self._state.partners = [state for state in partners if not state.refused]
        return generate_latest(self._registry)

    def close(self) -> None:
        """Write the lines that wait, then close the files."""
        if self._log:
            self._log.close()


class _RequestCollector(prometheus_client.registry.Collector):
    """Numbers of requests, all of one event loop, which become metrics when they are asked for."""

    def __init__(self) -> None:
        # by class of status, outcome, format, and whether from the cache
        self._requests: Counter[tuple[int, str, str, str]] = Counter()
        self._bytes = 0
        # of queries that were evaluated: seconds in all, and the number by bucket
        self._seconds = 0.0
        self._buckets = [0] * (len(BUCKETS) + 1)

    def count(self, record: RequestRecord) -> None:
        """Count one request."""
        self._requests[record.status // 100, record.outcome, record.format, record.cache] += 1
        self._bytes += record.bytes
        if record.cache != "hit" and record.outcome in _EVALUATED:
            self._seconds += record.query_seconds
            self._buckets[bisect_left(BUCKETS, record.query_seconds)] += 1

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics as they are now; what has not happened yet stands at 0."""
        responses = {f"{n}xx": 0 for n in range(2, 6)}
        kinds = itertools.product(_OUTCOMES, (*_FORMAT_NAMES, "other"))
        queries: dict[tuple[str, str], int] = dict.fromkeys(kinds, 0)
        cache, limited = {"hit": 0, "miss": 0, "none": 0}, 0
        for (status, outcome, format, result), number in self._requests.items():
            responses[f"{status}xx" if 2 <= status <= 5 else "5xx"] += number
            if outcome == RequestOutcome.PAGE:
                continue
            kind = (outcome, format if (outcome, format) in queries else "other")
            queries[kind] = queries.get(kind, 0) + number
            cache[result if result in cache else "none"] += number
            limited += number if outcome == RequestOutcome.LIMITED else 0
        yield _counter("responses", "Responses by class of status.", responses, "status")
        yield _counter("response_bytes", "Bytes of the bodies sent.", {(): self._bytes})
        yield _counter("rate_limited", "Requests refused by the rate limit.", {(): limited})
        words = "Queries by outcome and format of the answer."
        yield _counter("queries", words, queries, "outcome", "format")
        yield _counter(
            "cache_requests", "Queries answered from the cache, or not.", cache, "result"
        )
        bounds = (*map(str, map(float, BUCKETS)), "+Inf")
        yield HistogramMetricFamily(
            "samgraf_query_seconds",
            "Seconds that queries took the engine.",
            list(zip(bounds, itertools.accumulate(self._buckets), strict=True)),
            self._seconds,
        )


def _counter(
    name: str, text: str, values: Mapping[Any, float], *labels: str
) -> CounterMetricFamily:
    """Return a counter with ``values`` by its label, or by a tuple of several."""
    family = CounterMetricFamily(f"samgraf_{name}", text, labels=labels)
    for key, value in values.items():
        family.add_metric([key] if isinstance(key, str) else key, value)
    return family


class _StateCollector(prometheus_client.registry.Collector):
    """The metrics that are read from engine, partners and system when they are asked for.

    A counter that starts again at 0, with a new release, is what Prometheus reckons with.
    """

    def __init__(self) -> None:
        self.stats: Mapping[str, Any] = {}
        self.partners: list[Any] = []
        self.dropped = 0

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics as they are now."""
        yield from self._of_engine(self.stats)
        if self.partners:
            yield from self._of_partners()
        yield CounterMetricFamily(
            "samgraf_log_lines_dropped", "Lines that the logs could not take.", self.dropped
        )

    def _of_engine(self, stats: Mapping[str, Any]) -> Iterator[Metric]:
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
            "fork_server": [pid for pid in [stats.get("fork_server_pid")] if pid],
            "workers": stats.get("worker_pids", ()),
        }
        for process, members in pids.items():
            memory.add_metric([process], sum(map(resident_bytes, members)))
        yield memory

    def _of_partners(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "samgraf_partner_requests",
            "Requests to partners by outcome.",
            labels=["partner", "outcome"],
        )
        seconds = CounterMetricFamily(
            "samgraf_partner_seconds", "Seconds that partners took.", labels=["partner"]
        )
        received = CounterMetricFamily(
            "samgraf_partner_bytes", "Bytes of the answers of partners.", labels=["partner"]
        )
        answers = GaugeMetricFamily(
            "samgraf_partner_answers", "Answers of partners in the cache.", labels=["partner"]
        )
        paused = GaugeMetricFamily(
            "samgraf_partner_paused_seconds",
            "Seconds for which a partner is not asked, since it failed.",
            labels=["partner"],
        )
        for state in self.partners:
            for outcome, number in sorted(state.outcomes.items()):
                requests.add_metric([state.partner, outcome], number)
            seconds.add_metric([state.partner], state.seconds)
            received.add_metric([state.partner], state.bytes)
            answers.add_metric([state.partner], state.cached)
            paused.add_metric([state.partner], state.paused)
        yield from (requests, seconds, received, answers, paused)


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process in bytes; 0 where it cannot be read."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0
