"""The gateway behind a real server, over real connections."""

import gzip
import itertools
import json
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from web_process import WebProcess

from samgraf.limits import LONG_QUERY
from small_release import EX, LINES, A, write_release

MANY = 40_000
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
ALL = "SELECT * { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) {{ {} FILTER(?a1 != ?c2 && ?a3 != ?c6 && {}) }}"
PATTERNS = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8))


@pytest.fixture(scope="module")
def large_release(tmp_path_factory):
    lines = [(f"<{EX}n{n}>", LABEL, f'"flower number {n}"', A) for n in range(MANY)]
    return write_release(tmp_path_factory.mktemp("large"), [*LINES, *lines])


@pytest.fixture
def short_dir():
    folder = Path(tempfile.mkdtemp(prefix="sg"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(large_release):
    folder = Path(tempfile.mkdtemp(prefix="sg"))
    made = WebProcess(folder, large_release, SAMGRAF_CACHE_BYTES=str(8 * 1024 * 1024))
    yield made
    made.end()
    shutil.rmtree(folder)


def path_of(query, **more):
    return "/sparql?" + "&".join(f"{k}={quote(v)}" for k, v in {"query": query, **more}.items())


def get(connection, path, method="GET", **headers):
    connection.request(method, path, headers={n.replace("_", "-"): v for n, v in headers.items()})
    response = connection.getresponse()
    return response, response.read()


def ask_of(number):
    return path_of(f"SELECT ({number} AS ?n) {{}}")


def test_connection_stays_open(server):
    connection = server.http()
    connection.connect()
    first = connection.sock
    for number in range(50):
        for path in (ask_of(number), path_of("nonsense"), "/health", "/nowhere"):
            response, body = get(connection, path)
            assert len(body) == int(response.headers["Content-Length"])
    response, body = get(connection, path_of(ALL, format="csv"))
    assert len(body) > 1_000_000
    response, body = get(connection, path_of(ALL), method="HEAD")
    assert body == b""
    assert connection.sock is first
    connection.close()


def test_large_answer_is_whole(server):
    connection = server.http()
    response, body = get(connection, path_of(ALL))
    rows = json.loads(body)["results"]["bindings"]
    assert len(rows) > MANY
    assert int(response.headers["Content-Length"]) == len(body)
    packed_response, packed = get(connection, path_of(ALL), Accept_Encoding="gzip")
    assert packed_response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == body
    connection.close()


def test_head_has_the_headers_of_get(server):
    connection = server.http()
    for path in (ask_of(1), path_of(ALL), path_of("nonsense"), "/health", "/"):
        found, _ = get(connection, path)
        head, body = get(connection, path, method="HEAD")
        assert body == b""
        assert head.status == found.status
        assert {**head.headers, "date": ""} == {**found.headers, "date": ""}
    connection.close()


def test_200_requests_in_one_breath_are_answered_in_order(server):
    head = "Host: localhost\r\nAccept: application/sparql-results+json\r\n\r\n"
    text = "".join(f"GET {ask_of(n % 50)} HTTP/1.1\r\n{head}" for n in range(200))
    with server.connect() as connection:
        threading.Thread(target=connection.sendall, args=(text.encode(),)).start()
        stream = connection.makefile("rb")
        for number in range(200):
            assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
            headers = dict(
                line.decode().strip().lower().split(": ", 1)
                for line in iter(stream.readline, b"\r\n")
            )
            body = json.loads(stream.read(int(headers["content-length"])))
            assert body["results"]["bindings"][0]["n"]["value"] == str(number % 50)


def test_client_that_reads_a_little_and_goes_does_no_harm(server):
    for _ in range(5):
        with server.connect() as connection:
            text = f"GET {path_of(ALL, format='tsv')} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            connection.sendall(text.encode())
            assert connection.recv(10_000).startswith(b"HTTP/1.1 200")
    connection = server.http()
    assert get(connection, ask_of(3))[0].status == 200
    connection.close()
    assert "Traceback" not in server.errors.read_text()


def test_http_1_0_without_a_host_is_answered(server):
    with server.connect() as connection:
        connection.sendall(f"GET {ask_of(1)} HTTP/1.0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert b" 200 OK\r\n" in answer.partition(b"\r\n\r\n")[0] + b"\r\n"
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["results"]


def test_chunked_body_is_read(server):
    query = b"ASK {}"
    with server.connect() as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (query[:2], query[2:]))
            + b"0\r\n\r\n"
        )
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200")


def busy(server):
    """Return how many queries are being evaluated."""
    return sum(server.metric("samgraf_workers", f'"{state}"') for state in ("busy", "slow"))


def test_a_long_query_is_read_by_a_worker(server):
    connection = server.http()
    for number in range(4):
        text = f"SELECT ({number} AS ?n) {{ }} #" + "x" * LONG_QUERY
        response, body = get(connection, path_of(text), Accept="text/csv")
        assert (response.status, body.split()) == (200, [b"n", str(number).encode()])
    read_here = cpu_of(server.process.pid)
    text = "ASK {" + "?s ?p ?o ." * 100_000 + "}"
    connection.request("POST", "/sparql", text, {"Content-Type": "application/sparql-query"})
    response = connection.getresponse()
    told = json.loads(response.read())
    assert response.status == 400
    assert "words and signs" in told["detail"] or "triple patterns" in told["detail"]
    assert cpu_of(server.process.pid) - read_here < 0.15
    connection.close()


def test_a_long_query_is_shown_on_the_page_and_its_faults_are(server):
    connection = server.http()
    long = " " * LONG_QUERY
    response, body = get(connection, path_of(f"SELECT (7 AS ?n) {{}}{long}"), Accept="text/html")
    assert response.status == 200
    assert b"<td" in body
    response, body = get(connection, path_of(f"SELEC (7 AS ?n) {{}}{long}"), Accept="text/html")
    assert response.status == 400
    assert b"SELEC" in body
    connection.close()


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("places", "SELECT * { ?s ?p ?o }", 200),
        ("places", "ASK {}", 400),
        ("triples", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", 200),
        ("triples", "SELECT * {", 400),
        ("places", "", 400),
    ],
)
def test_what_scripts_ask_of_an_answer_has_the_bounds_of_a_page(server, path, query, status):
    connection = server.http()
    for padding in (" ", " " * LONG_QUERY):
        asked = f"/sparql/{path}?query={quote(query + padding if query else query)}"
        response, body = get(connection, asked)
        assert (response.status, response.getheader("Cache-Control")) == (status, "no-store")
        if status == 200:
            json.loads(body)
    connection.close()


def cpu_of(pid):
    """Return the processor time of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_client_that_goes_ends_its_query(short_dir, release_dir):
    server = WebProcess(short_dir, release_dir, SAMGRAF_QUERY_TIMEOUT="300")
    try:
        began = time.monotonic()
        for accept in ("application/json", "text/html"):
            with server.connect() as connection:
                path = path_of(SLOW.format(PATTERNS, f"'{accept}' != ''"))
                text = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
                connection.sendall(text.encode())
                server.wait_for(lambda: busy(server) == 1)
                connection.settimeout(0.3)
                with pytest.raises(TimeoutError):
                    connection.recv(1)
            server.wait_for(lambda: busy(server) == 0)
        server.wait_for(lambda: server.metric("samgraf_queries_total", '"gone"') >= 2)
        server.wait_for(lambda: server.metric("samgraf_workers_killed_total") >= 2)
        assert time.monotonic() - began < 250  # not by the deadline
    finally:
        server.end()


def test_release_is_swapped_under_load_without_a_failed_request(short_dir, release_dir, tmp_path):
    releases = [release_dir]
    for number in range(2):
        line = (f"<{EX}new>", LABEL, f'"{number}"', A)
        releases.append(write_release(tmp_path / str(number), [*LINES, line]))
    sizes = {
        json.loads((r / "manifest.json").read_text())["release"]: number
        for number, r in enumerate(releases)
    }
    label = {0: [], 1: ["0"], 2: ["1"]}
    server = WebProcess(short_dir, release_dir)
    ends, faults, seen = threading.Event(), [], []

    def load(kind):
        connection = server.http()
        for number in itertools.count():
            if ends.is_set():
                break
            unique = f" # {number}" if kind == "same" else f" FILTER({number} < {kind}{number}9)"
            query = f"SELECT ?l {{ ex:new rdfs:label ?l {unique}\n}}"
            accept = "text/html" if kind == 9 else "application/sparql-results+json"
            try:
                response, body = get(connection, path_of(query), Accept=accept)
                release = sizes[response.headers["Samgraf-Release"]]
                if response.status != 200:
                    faults.append((response.status, body))
                elif accept != "text/html":
                    rows = json.loads(body)["results"]["bindings"]
                    if [r["l"]["value"] for r in rows] != label[release]:
                        faults.append((release, body))
                seen.append(release)
            except (OSError, KeyError, ValueError) as error:
                faults.append(error)
                break
        connection.close()

    threads = [threading.Thread(target=load, args=(kind,)) for kind in ("same", 1, 2, 9)]
    try:
        for thread in threads:
            thread.start()
        for release in (*releases[1:], releases[0]):
            before = len(seen)
            server.name(release)
            server.wait_until_served()
            deadline = time.monotonic() + 60
            while len(seen) < before + 50 and not faults and time.monotonic() < deadline:
                time.sleep(0.01)
    finally:
        ends.set()
        for thread in threads:
            thread.join(60)
        server.end()
    assert faults == []
    assert set(seen) == {0, 1, 2}
    assert "Traceback" not in server.errors.read_text()


def test_release_that_cannot_be_served_leaves_the_old_one(short_dir, release_dir, tmp_path):
    server = WebProcess(short_dir, release_dir)
    try:
        server.name(tmp_path / "nothing")
        server.wait_for(server.verdict)
        connection = server.http()
        assert get(connection, ask_of(1))[0].status == 200
        line = (f"<{EX}new>", LABEL, '"new"', A)
        server.name(write_release(tmp_path / "good", [*LINES, line]))
        server.wait_until_served()
        _, body = get(connection, path_of("ASK { ex:new ?p ?o }"))
        assert json.loads(body)["boolean"] is True
        connection.close()
    finally:
        server.end()
