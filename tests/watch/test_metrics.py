import math
import multiprocessing
import os
import re

import pytest
from samgraf.gateway.watch.metrics import BOUNDS, Metrics
from samgraf.gateway.watch.record import OUTCOMES
from watched import record

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
def metrics(tmp_path):
    metrics = Metrics(tmp_path)
    yield metrics
    metrics.close()


def test_every_outcome_is_counted(metrics):
    for number, outcome in enumerate(OUTCOMES, start=1):
        for _ in range(number):
            metrics.count(record(outcome=outcome, format="csv"))
    samples = parse(metrics.text())
    found = {o: samples.get(("samgraf_queries_total", *sorted((o, "csv")))) for o in OUTCOMES}
    assert found == {o: n for n, o in enumerate(OUTCOMES, start=1)} | {"page": None}
    assert samples[("samgraf_limited_total",)] == 1 + OUTCOMES.index("limited")


def test_responses_bytes_and_cache_are_counted(metrics):
    metrics.count(record(status=304, cache="hit", bytes=0))
    metrics.count(record(status=404, outcome="page", query=None, cache="none", bytes=7))
    metrics.count(record(format="surprise"))
    samples = parse(metrics.text())
    assert [samples["samgraf_responses_total", f"{n}xx"] for n in (2, 3, 4, 5)] == [1, 1, 1, 0]
    assert samples[("samgraf_response_bytes_total",)] == 107
    assert samples["samgraf_cache_requests_total", "hit"] == 1
    assert samples["samgraf_cache_requests_total", "none"] == 0
    assert samples["samgraf_queries_total", "ok", "other"] == 1


def test_histogram_accumulates(metrics):
    for seconds in (0.0001, 0.001, 0.0011, 0.3, 29, 31, 1000):
        metrics.count(record(query_seconds=seconds))
    metrics.count(record(query_seconds=5, cache="hit"))
    metrics.count(record(query_seconds=0, outcome="syntax"))
    samples = parse(metrics.text())
    buckets = [samples["samgraf_query_seconds_bucket", str(b)] for b in (*BOUNDS, "+Inf")]
    assert buckets == sorted(buckets)
    assert (buckets[0], buckets[1], buckets[-2], buckets[-1]) == (2, 3, 5, 7)
    assert samples[("samgraf_query_seconds_count",)] == 7
    assert math.isclose(samples[("samgraf_query_seconds_sum",)], 1060.3022)


def test_state_of_the_engine_is_told(metrics):
    metrics.observe({**STATS, "template_pid": os.getpid(), "worker_pids": [os.getpid()]}, dropped=5)
    samples = parse(metrics.text())
    assert [samples["samgraf_workers", s] for s in ("idle", "busy", "slow")] == [2, 1, 3]
    assert samples[("samgraf_queries_waiting",)] == 4
    assert samples["samgraf_workers_killed_total", "timeout"] == 2
    assert samples["samgraf_workers_killed_total", "other"] == 1
    assert samples[("samgraf_log_dropped_total",)] == 5
    for role in ("web", "template", "workers"):
        assert samples["samgraf_resident_bytes", role] > 1_000_000


def test_new_engine_begins_again_and_the_count_goes_on(metrics):
    for forks in (9, 12, 4, 4):
        metrics.observe({**STATS, "forks": forks})
    assert parse(metrics.text())[("samgraf_workers_forked_total",)] == 16


def _count(folder, times):
    metrics = Metrics(folder)
    for _ in range(times):
        metrics.count(record())
    metrics.observe(STATS)


def test_numbers_of_all_processes_are_summed_and_outlive_them(tmp_path):
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        processes = [context.Process(target=_count, args=(tmp_path, 1000)) for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [p.exitcode for p in processes] == [0, 0]
    alive = [Metrics(tmp_path), Metrics(tmp_path)]
    for metrics in alive:
        metrics.observe(STATS)
    samples = parse(alive[0].text())
    assert samples["samgraf_queries_total", "json", "ok"] == 4000
    assert samples["samgraf_workers_killed_total", "timeout"] == 8 + 4
    # those that have ended have no workers
    assert samples["samgraf_workers", "slow"] == 6
    assert samples[("samgraf_processes",)] == 2
    for metrics in alive:
        metrics.close()
    assert len(list(tmp_path.glob("counts-*"))) <= 3
