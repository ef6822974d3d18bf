import json
import math
import os
import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from samgraf import limits
from samgraf.errors import UsageError
from samgraf.gateway.rate_limit import Client, RateLimit
from samgraf.gateway.telemetry import (
    ACCESS_LOG,
    BUCKETS,
    QUERY_LOG,
    RequestLog,
    RequestRecord,
    Telemetry,
    access_line,
)
from samgraf.settings import Settings
from samgraf.sparql.problems import RequestOutcome

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:{NAME}="[^"\\\n]*",?)*)\}})? (\S+)\Z')
STATS = {
    "idle": 2, "busy": 1, "slow": 3, "waiting": 4, "forks": 9, "killed": {"timeout": 2, "odd": 1}
}  # fmt: skip
AWAY = Client("0123456789ab", local=False)
RECORD = RequestRecord(
    client=AWAY,
    method="GET",
    path="/sparql",
    status=200,
    seconds=0.012,
    query_seconds=0.01,
    bytes=100,
    cache="miss",
    outcome=RequestOutcome.OK,
    query="ASK {}",
    form="ASK",
    format="json",
    release="f" * 64,
)


def record(**changes):
    return RECORD._replace(**changes)


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
    stats = {**STATS, "template_pid": os.getpid(), "worker_pids": [os.getpid()]}
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


def lines(folder, name):
    return [json.loads(line) for line in (folder / name).read_text("ascii").splitlines()]


def written(folder, *records):
    log = RequestLog(folder)
    for one in records:
        log.put(one)
    log.close()
    return log


def test_a_query_is_in_both_logs_and_its_text_in_one(tmp_path):
    page = record(query=None, outcome=RequestOutcome.PAGE)
    written(tmp_path, record(query="ASK { ?secret ?p ?o }"), page)
    access, queries = lines(tmp_path, ACCESS_LOG), lines(tmp_path, QUERY_LOG)
    assert [a["outcome"] for a in access] == ["ok", "page"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", access[0]["time"])
    assert (access[0]["client"], access[0]["release"]) == ("0123456789ab", "f" * 12)
    assert [q["query"] for q in queries] == ["ASK { ?secret ?p ?o }"]
    assert "secret" not in (tmp_path / ACCESS_LOG).read_text()


def test_logs_are_not_for_everybody(tmp_path):
    written(tmp_path, record())
    assert (tmp_path / QUERY_LOG).stat().st_mode & 0o007 == 0


def test_what_was_asked_does_not_reach_the_access_log_by_the_path():
    line = json.loads(access_line(0.0, record(path="/sparql?query=secret")))
    assert (line["path"], line["time"]) == ("/sparql", "1970-01-01T00:00:00.000Z")


@pytest.mark.parametrize(
    "text", ['a"b\\c', "a\r\nb", "\0\x1b[31m\x7f", "\u2028\u202e", "\ud800é😀"]
)
def test_hostile_text_stays_in_its_line(tmp_path, text):
    written(tmp_path, record(query=text, path=text.replace("?", ""), method=text, form=text))
    assert lines(tmp_path, QUERY_LOG)[0]["query"] == text
    assert lines(tmp_path, ACCESS_LOG)[0]["path"] == text
    assert not re.search(
        rb"[^\x20-\x7e\n]", (tmp_path / QUERY_LOG).read_bytes().replace(b"\x7f", b"")
    )


def test_long_query_is_cut_and_its_length_told(tmp_path):
    written(tmp_path, record(query="é" * 1_000_000, path="/" + "a" * 1_000_000))
    [query] = lines(tmp_path, QUERY_LOG)
    assert (len(query["query"]), query["length"]) == (limits.LOG_QUERY_LENGTH, 1_000_000)
    assert (tmp_path / QUERY_LOG).stat().st_size < 8 * limits.LOG_QUERY_LENGTH
    assert (tmp_path / ACCESS_LOG).stat().st_size < 2000


def test_file_moved_away_by_logrotate_is_begun_anew(tmp_path):
    log = RequestLog(tmp_path)
    log.put(record(path="/first"))
    log.flush()
    (tmp_path / ACCESS_LOG).rename(tmp_path / "moved")
    log.put(record(path="/second"))
    log.close()
    assert [line["path"] for line in lines(tmp_path, "moved")] == ["/first"]
    assert [line["path"] for line in lines(tmp_path, ACCESS_LOG)] == ["/second"]


def test_lines_that_find_no_room_are_counted_and_told(tmp_path):
    reached, go_on = threading.Event(), threading.Event()

    class Paused(str):
        """A path at which the thread that writes waits."""

        __slots__ = ()

        def partition(self, separator):
            reached.set()
            assert go_on.wait(60)
            return super().partition(separator)

    log = RequestLog(tmp_path, max_waiting=5)
    log.put(record(path=Paused("/paused")))
    assert reached.wait(60)
    for _ in range(1000):
        log.put(record())
    assert log.dropped == 995
    go_on.set()
    log.close()
    access = lines(tmp_path, ACCESS_LOG)
    assert sum("path" in line for line in access) == 6
    assert [line["dropped"] for line in access if "dropped" in line] == [995]


def test_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="SAMGRAF_LOG_DIR"):
        Telemetry(Settings(log_dir=tmp_path / "file"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_disk_that_is_full_is_told_once_and_stops_nothing(tmp_path, capsys):
    for name in (ACCESS_LOG, QUERY_LOG):
        (tmp_path / name).symlink_to("/dev/full")
    telemetry = Telemetry(Settings(log_dir=tmp_path))
    for _ in range(3):
        telemetry.finished(record())
    telemetry.close()
    assert telemetry.dropped == 6
    assert parse(telemetry.metrics({}))[("samgraf_log_lines_dropped_total",)] == 6
    # once for each file
    assert capsys.readouterr().err.count("No space left") == 2


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    telemetry = Telemetry(Settings())
    telemetry.finished(record())
    telemetry.close()
    assert list(tmp_path.iterdir()) == []


def test_no_address_is_written_anywhere(tmp_path):
    settings = Settings(log_dir=tmp_path)
    client = RateLimit(settings).client_of("192.0.2.77", None)
    telemetry = Telemetry(replace(settings))
    telemetry.finished(record(client=client))
    telemetry.close()
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert len(files) == 2
    assert not any(b"192.0.2.77" in p.read_bytes() for p in files)
    assert b"192.0.2.77" not in telemetry.metrics({})
