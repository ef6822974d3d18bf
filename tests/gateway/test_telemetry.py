import math
import os
import re
from typing import NamedTuple

import pytest
from request_records import record

from samgraf.gateway.telemetry import BUCKETS, Telemetry
from samgraf.settings import Settings
from samgraf.sparql.problems import RequestOutcome

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:{NAME}="[^"\\\n]*",?)*)\}})? (\S+)\Z')
STATS = {
    "idle": 2, "busy": 1, "slow": 3, "waiting": 4, "forks": 9, "killed": {"timeout": 2, "odd": 1}
}  # fmt: skip


def parse(text):
    """Read the exposition format strictly; return the samples by name and labels."""
    assert text.endswith(b"\n")
    types, helps, samples, order = {}, set(), {}, []
    for line in text.decode().splitlines():
        if line.startswith("# "):
            _, word, name, rest = line.split(" ", 3)
            assert name not in (helps if word == "HELP" else types)
            assert name not in order, "the head stands before the samples"
            helps.add(name) if word == "HELP" else types.update({name: rest})
            continue
        name, labels, value = SAMPLE.match(line).groups()
        family = name if name in types else re.sub("_(bucket|sum|count)$", "", name)
        assert types[family] in ("counter", "gauge", "histogram")
        assert (types[family] == "counter") == name.endswith("_total")
        assert family in helps
        key = (name, *sorted(re.findall(r'="([^"]*)"', labels or "")))
        assert key not in samples
        samples[key] = float(value)
        order.append(family)
    assert order == sorted(order, key=order.index), "samples of a family stand together"
    return samples


@pytest.fixture
def telemetry():
    telemetry = Telemetry(Settings())
    yield telemetry
    telemetry.close()


def test_every_outcome_is_counted(telemetry):
    for number, outcome in enumerate(RequestOutcome, start=1):
        for _ in range(number):
            telemetry.finished(record(outcome=outcome, format="csv"))
    samples = parse(telemetry.metrics({}))
    found = {o: samples.get(("samgraf_queries_total", *sorted((o, "csv")))) for o in RequestOutcome}
    expected = {o: n for n, o in enumerate(RequestOutcome, start=1)}
    assert found == expected | {RequestOutcome.PAGE: None}
    assert samples[("samgraf_rate_limited_total",)] == expected[RequestOutcome.LIMITED]


def test_word_that_is_unknown_is_counted_too(telemetry):
    telemetry.finished(record(outcome="surprise", cache="surprise", format="surprise", status=99))
    samples = parse(telemetry.metrics({}))
    assert samples["samgraf_queries_total", "other", "surprise"] == 1
    assert samples["samgraf_responses_total", "5xx"] == 1


def test_responses_bytes_and_cache_are_counted(telemetry):
    telemetry.finished(record(status=304, cache="hit", bytes=0))
    page = record(status=404, outcome=RequestOutcome.PAGE, query=None, cache="none", bytes=7)
    telemetry.finished(page)
    telemetry.finished(record(format="surprise"))
    samples = parse(telemetry.metrics({}))
    assert [samples["samgraf_responses_total", f"{n}xx"] for n in (2, 3, 4, 5)] == [1, 1, 1, 0]
    assert samples[("samgraf_response_bytes_total",)] == 107
    assert samples["samgraf_cache_requests_total", "hit"] == 1
    assert samples["samgraf_cache_requests_total", "none"] == 0
    assert samples["samgraf_queries_total", "ok", "other"] == 1


def test_histogram_accumulates(telemetry):
    for seconds in (0.0001, 0.001, 0.0011, 0.3, 29, 31, 1000):
        telemetry.finished(record(query_seconds=seconds))
    telemetry.finished(record(query_seconds=5, cache="hit"))
    telemetry.finished(record(query_seconds=0, outcome=RequestOutcome.SYNTAX))
    samples = parse(telemetry.metrics({}))
    bounds = (*map(str, map(float, BUCKETS)), "+Inf")
    buckets = [samples["samgraf_query_seconds_bucket", b] for b in bounds]
    assert buckets == sorted(buckets)
    assert (buckets[0], buckets[1], buckets[-2], buckets[-1]) == (2, 3, 5, 7)
    assert samples[("samgraf_query_seconds_count",)] == 7
    assert math.isclose(samples[("samgraf_query_seconds_sum",)], 1060.3022)


def test_state_of_the_engine_is_told(telemetry):
    stats = {**STATS, "fork_server_pid": os.getpid(), "worker_pids": [os.getpid()]}
    samples = parse(telemetry.metrics(stats))
    assert [samples["samgraf_workers", s] for s in ("idle", "busy", "slow")] == [2, 1, 3]
    assert samples[("samgraf_queries_waiting",)] == 4
    assert samples["samgraf_workers_killed_total", "timeout"] == 2
    assert samples["samgraf_workers_killed_total", "odd"] == 1
    assert samples[("samgraf_workers_forked_total",)] == 9
    for process in ("web", "fork_server", "workers"):
        assert samples["samgraf_resident_memory_bytes", process] > 1_000_000


class Partner(NamedTuple):
    partner: str
    outcomes: dict
    seconds: float = 1.5
    bytes: int = 700
    cached: int = 2
    paused: float = 30.0
    refused: str = ""


def test_partners_are_told_apart(telemetry):
    partners = [Partner("there", {"ok": 3, "timeout": 1}), Partner("never", {}, refused="address")]
    samples = parse(telemetry.metrics({}, partners))
    assert samples["samgraf_partner_requests_total", "ok", "there"] == 3
    assert samples["samgraf_partner_requests_total", "there", "timeout"] == 1
    assert samples["samgraf_partner_seconds_total", "there"] == 1.5
    assert samples["samgraf_partner_bytes_total", "there"] == 700
    assert samples["samgraf_partner_answers", "there"] == 2
    assert samples["samgraf_partner_paused_seconds", "there"] == 30
    assert not any("never" in key for key in samples)
    assert b"samgraf_partner" not in telemetry.metrics({})
