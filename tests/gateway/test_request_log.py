import json
import logging
import os
import re
import threading
import time
from pathlib import Path

import pytest
from request_records import record

from samgraf import limits
from samgraf.errors import UsageError
from samgraf.gateway.rate_limit import RateLimit
from samgraf.gateway.request_log import ACCESS_LOG, QUERY_LOG, RequestLog, access_line
from samgraf.gateway.telemetry import Telemetry
from samgraf.gateway.web_process import MessageLog
from samgraf.settings import Settings
from samgraf.sparql.problems import RequestOutcome


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


def test_folder_that_is_away_for_a_while_is_told_and_written_to_again(tmp_path, capsys):
    folder = tmp_path / "logs"
    log = RequestLog(folder)
    folder.rename(tmp_path / "moved")
    log.put(record())
    until = time.monotonic() + 60
    while log.dropped < 2:  # a line of each file
        log.flush()
        assert time.monotonic() < until
    folder.mkdir()
    log.put(record(path="/last"))
    log.close()
    notice, last = lines(folder, ACCESS_LOG)
    assert (notice["dropped"], last["path"]) == (2, "/last")
    assert capsys.readouterr().err.count("No such file") == 2


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
    assert b"samgraf_log_lines_dropped_total 6.0\n" in telemetry.metrics({})
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
    telemetry = Telemetry(settings)
    telemetry.finished(record(client=client))
    telemetry.close()
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert len(files) == 2
    assert not any(b"192.0.2.77" in p.read_bytes() for p in files)
    assert b"192.0.2.77" not in telemetry.metrics({})


def message(text):
    return logging.makeLogRecord({"msg": text})


def test_messages_are_written(tmp_path):
    with (tmp_path / "errors").open("w") as file:
        messages = MessageLog(file)
        for number in range(100):
            messages.handle(message(f"failure {number}"))
        messages.finish()
    written = (tmp_path / "errors").read_text().splitlines()
    assert written == [f"failure {number}" for number in range(100)]


def test_messages_that_nobody_reads_keep_nobody_waiting(monkeypatch):
    monkeypatch.setattr(limits, "LOG_MESSAGES", 10)
    monkeypatch.setattr(limits, "LOG_MESSAGES_SECONDS", 60)
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as unread, os.fdopen(writer, "w") as file:
        messages = MessageLog(file)
        for _ in range(20):
            messages.handle(message("x" * 200_000))  # more than a pipe holds
        read = []
        drain = threading.Thread(target=lambda: read.extend(unread))
        drain.start()
        messages.finish()
        file.close()
        drain.join()
    assert 10 <= len(read) <= 11
