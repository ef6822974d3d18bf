import json
import multiprocessing
import re

import pytest
from samgraf.gateway.watch.log import ACCESS, MAX_QUERY, QUERIES, Log
from watched import record

from samgraf.errors import UsageError
from samgraf.settings import Settings


def lines(folder, name):
    return [json.loads(line) for line in (folder / name).read_text("ascii").splitlines()]


def written(folder, *records, **settings):
    log = Log(Settings(log_dir=folder, **settings))
    for one in records:
        log.put(one)
    log.close()
    return log


def test_a_query_is_in_both_logs_and_its_text_in_one(tmp_path):
    written(tmp_path, record(query="ASK { ?secret ?p ?o }"), record(query=None, outcome="page"))
    access, queries = lines(tmp_path, ACCESS), lines(tmp_path, QUERIES)
    assert [a["outcome"] for a in access] == ["ok", "page"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", access[0]["time"])
    assert (access[0]["client"], access[0]["release"]) == ("0123456789ab", "f" * 12)
    assert [q["query"] for q in queries] == ["ASK { ?secret ?p ?o }"]
    assert "secret" not in (tmp_path / ACCESS).read_text()


def test_what_was_asked_does_not_reach_the_access_log_by_the_path(tmp_path):
    written(tmp_path, record(path="/sparql?query=secret"))
    assert lines(tmp_path, ACCESS)[0]["path"] == "/sparql"


@pytest.mark.parametrize(
    "text", ['a"b\\c', "a\r\nb", "\0\x1b[31m\x7f", "\u2028\u202e", "\ud800é😀"]
)
def test_hostile_text_stays_in_its_line(tmp_path, text):
    written(tmp_path, record(query=text, path=text.replace("?", ""), method=text, form=text))
    assert lines(tmp_path, QUERIES)[0]["query"] == text
    assert lines(tmp_path, ACCESS)[0]["path"] == text
    assert not re.search(
        rb"[^\x20-\x7e\n]", (tmp_path / QUERIES).read_bytes().replace(b"\x7f", b"")
    )


def test_long_query_is_cut_and_its_length_told(tmp_path):
    written(tmp_path, record(query="é" * 1_000_000, path="/" + "a" * 1_000_000))
    [query] = lines(tmp_path, QUERIES)
    assert (len(query["query"]), query["length"]) == (MAX_QUERY, 1_000_000)
    assert (tmp_path / QUERIES).stat().st_size < 8 * MAX_QUERY
    assert (tmp_path / ACCESS).stat().st_size < 2000


def test_full_files_are_put_aside_and_the_oldest_go(tmp_path):
    for _ in range(40):
        written(tmp_path, *[record()] * 10, log_bytes=5_000, log_files=2)
    names = sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("access"))
    assert names == ["access.jsonl", "access.jsonl.1", "access.jsonl.2", "access.lock"]
    assert all(p.stat().st_size <= 5_000 for p in tmp_path.iterdir())
    assert all(lines(tmp_path, name) for name in names[:3])


def test_file_moved_away_by_someone_else_is_begun_anew(tmp_path):
    log = Log(Settings(log_dir=tmp_path))
    log.put(record())
    while not (tmp_path / ACCESS).exists() or not lines(tmp_path, ACCESS):
        pass
    (tmp_path / ACCESS).rename(tmp_path / "moved")
    log.put(record())
    log.close()
    assert (len(lines(tmp_path, ACCESS)), len(lines(tmp_path, "moved"))) == (1, 1)


def _write(folder, process, times):
    log = Log(Settings(log_dir=folder, log_bytes=20_000, log_files=100))
    for n in range(times):
        log.put(record(query=f"{process} {n}"))
    log.close()


def test_processes_write_together_and_lose_no_line(tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write, args=(tmp_path, p, 500)) for p in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0, 0]
    files = [p.name for p in tmp_path.iterdir() if p.name.startswith(QUERIES)]
    assert len(files) > 5
    found = [line["query"] for name in files for line in lines(tmp_path, name)]
    assert sorted(found) == sorted(f"{p} {n}" for p in range(3) for n in range(500))


def test_lines_that_find_no_room_are_counted_and_told(tmp_path):
    log = Log(Settings(log_dir=tmp_path), max_waiting=5)
    for _ in range(1000):
        log.put(record())
    log.put(record())
    log.close()
    access = lines(tmp_path, ACCESS)
    told = sum(line.get("dropped", 0) for line in access)
    assert log.dropped == told > 0
    assert told + sum("path" in line for line in access) == 1001


def test_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="SAMGRAF_LOG_DIR"):
        Log(Settings(log_dir=tmp_path / "file"))


def test_disk_that_fails_is_told_once_and_stops_nothing(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("samgraf.gateway.watch.log.os.write", full)
    log = written(tmp_path, *[record()] * 3)
    assert log.dropped == 6
    assert capsys.readouterr().err.count("No space left") == 1


def test_without_a_folder_nothing_is_written_and_no_thread_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = Log(Settings())
    log.put(record())
    log.close()
    assert list(tmp_path.iterdir()) == []
