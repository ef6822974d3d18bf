"""What the bench rests on: data that repeat, queries that do not, answers compared by value."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from bench_data import make_data
from compare import ask
from generator import write_release
from measure import Cell, Measured
from processes import settle, tree, usage
from table import promises, ratio
from workload import QUESTIONS, loads, mark

from samgraf.release import open_release, read_manifest

TRIPLES = 15000


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory) -> Path:
    return write_release(tmp_path_factory.mktemp("synthetic"), TRIPLES)


@pytest.fixture(scope="module")
def store(synthetic):
    return open_release(synthetic)


def answers(store, query):
    return Counter(tuple(map(str, row)) for row in store.query(query))


def test_same_seed_gives_the_same_release(synthetic, tmp_path):
    again = write_release(tmp_path / "again", TRIPLES)
    other = write_release(tmp_path / "other", TRIPLES, seed=2)
    assert read_manifest(again) == read_manifest(synthetic)
    assert read_manifest(other)["release"] != read_manifest(synthetic)["release"]


def test_each_triple_stands_in_one_graph(synthetic, store):
    lines = (synthetic / "quads.nq").read_text("utf-8").splitlines()
    assert TRIPLES <= len(lines) < TRIPLES + 200
    assert len({line.rpartition(" <")[0] for line in lines}) == len(lines)
    assert len(store) == 2 * len(lines)


def test_every_load_finds_something_in_synthetic_data(store):
    for load in loads(store, questions=False):
        assert any(answers(store, query) for query in load.queries), load.name


def test_unique_query_has_the_same_answer_under_another_name(store):
    for load in loads(store, questions=False):
        sent = mark(load.queries[0])
        assert "UNIQUE" in sent
        values = answers(store, sent.replace("UNIQUE", "a7"))
        assert values == answers(store, load.queries[0]), load.name


@pytest.mark.parametrize("path", sorted(QUESTIONS.glob("*.rq")), ids=lambda p: p.stem)
def test_unique_question_is_still_a_query(path, store):
    store.query(mark(path.read_text("utf-8")).replace("UNIQUE", "a7"))


def test_file_for_other_servers_holds_the_default_graph_once(tmp_path, release):
    data = make_data("study", tmp_path, release)
    triples = data.triples.read_text("utf-8").splitlines()
    assert len(set(triples)) == len(triples) == data.count
    expected = data.store().quads_for_pattern(None, None, None, None)
    assert len(data.quads.read_text("utf-8").splitlines()) == sum(1 for _ in expected)


class Fake(http.server.BaseHTTPRequestHandler):
    """Answer every query with its own text, as three spellings of a number."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[Counter] = Counter()

    def do_GET(self):
        (query,) = parse_qs(urlsplit(self.path).query)["query"]
        self.seen[query] += 1
        number = "http://www.w3.org/2001/XMLSchema#" + ("int" if query == "a" else "integer")
        row = {"x": {"type": "literal", "value": "1" if query == "a" else "01"}}
        row["x"]["datatype"] = number
        body = json.dumps({"results": {"bindings": [row]}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def fake():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_numbers_are_compared_by_value(fake):
    assert ask(fake + "/sparql", "a") == ask(fake + "/sparql", "b")


def test_own_client_sends_no_unique_query_twice(fake, tmp_path):
    Fake.seen.clear()
    (tmp_path / "requests").write_text("/sparql?query=qUNIQUE\n/sparql?query=rUNIQUE\n")
    client = Path(__file__).with_name("load_client.py")
    command = [sys.executable, client, fake, "4", "2", tmp_path / "requests", "t"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    figures = json.loads(done.stdout.removeprefix("FIGURES "))
    assert figures["bad"] == 0
    assert figures["requests"] == len(Fake.seen) > 4
    assert set(Fake.seen.values()) == {1}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells of memory so")
def test_usage_counts_children():
    # the child ends when its standard input does
    script = "import subprocess; print(flush=True); subprocess.run(['cat'])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", script], **pipes) as process:
        process.stdout.readline()
        assert settle(process.pid)
        assert len(tree(process.pid)) == 2
        assert 0 < usage(process.pid).pss <= usage(process.pid).rss


def test_ratio_is_the_median_of_the_rounds_and_holds_the_promise():
    cell = Cell("lookup", 8, False)
    rounds = {"samgraf": (10, 60, 30), "oxigraph": (100, 100, 100)}
    figures = {n: [{"rate": r, "cpu": 0.1} for r in rates] for n, rates in rounds.items()}
    result = Measured("study", 1, {cell: figures})
    assert ratio(result, cell, "oxigraph") == pytest.approx(0.3)
    ((_, found, least),) = promises(result)
    assert (found, least) == (pytest.approx(0.3), 0.75)


def test_evaluated_queries_are_held_against_the_version_before():
    cell = Cell("lookup", 8, True)
    figures = {n: [{"rate": r, "cpu": 0.1}] for n, r in (("samgraf", 90), ("before", 100))}
    ((what, found, least),) = promises(Measured("study", 1, {cell: figures}))
    assert what.endswith("to before")
    assert (found, least) == (pytest.approx(0.9), 0.85)


def test_memory_is_promised_for_the_study_alone():
    servers = {"samgraf": {"start": 1.0, "idle": 100e6, "pss": 400e6}}
    found = [ratio for _, ratio, _ in promises(Measured("study", 1, servers=servers))]
    assert found == [pytest.approx(1.8), pytest.approx(0.75)]
    assert list(promises(Measured("1m", 1, servers=servers))) == []
