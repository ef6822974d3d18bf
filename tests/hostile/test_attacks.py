"""Beside an attack, light queries and /health are quick, and what it took is given back.

Times are the server's own, from its log of requests.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from hostile.sending import ACCEPT, exchange, resident
from live import Live, wait_until
from samgraf.gateway.supervisor import WEB_PROCESS

#: The attacker is on this machine; who asks beside it is another client.
PROXY = "127.0.0.1"
LIGHT = 'ASK {{ ?s ?p "light {}" }}'
HEAVY = "SELECT (COUNT(*) AS ?n{}) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }}"
LARGE = "SELECT * {{ ?s ?p ?o . ?a ?b ?c . ?d ?e ?f BIND({} AS ?z) }} LIMIT 40000"
SECONDS = 2.0  # that an attack lasts
SLACK = 67_108_864  # bytes of memory that the caches may take


def connect(stack: ExitStack, port: int, buffer: int | None = None) -> socket.socket:
    made = stack.enter_context(socket.socket())
    if buffer is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    made.settimeout(20)
    made.connect(("127.0.0.1", port))
    return made


def push(connection: socket.socket, data: bytes, until: float) -> None:
    """Send ``data`` again and again as long as it is taken."""
    connection.settimeout(0.2)
    with suppress(OSError):
        while time.monotonic() < until:
            connection.sendall(data)


def heads_that_never_end(stack, port, until):
    for _ in range(40):
        made = connect(stack, port)
        made.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX: ")
        push(made, b"a" * 262_144, min(until, time.monotonic() + 0.1))


def bodies_behind_a_slow_query(stack, port, until):
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: %d\r\n\r\n"
    )
    for number in range(8):
        slow = HEAVY.format(number).encode()
        made = connect(stack, port)
        made.sendall(head % len(slow) + slow)
        push(made, head % 200_000 + b"#" * 200_000, min(until, time.monotonic() + 0.3))


def readers_that_hardly_read(stack, port, until):
    for number in range(8):
        target = "/sparql?query=" + quote(LARGE.format(number))
        made = connect(stack, port, 4096)
        made.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    time.sleep(max(0.0, until - time.monotonic()))


def heavy_pages(stack, port, until):
    for number in range(20):
        target = "/sparql?query=" + quote(HEAVY.format(number))
        made = connect(stack, port)
        made.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n".encode())
    time.sleep(max(0.0, until - time.monotonic()))


def long_queries(stack, port, until):
    headers = {"Content-Type": "application/sparql-query", "Accept": "*/*"}
    body = ("ASK {" + "?s ?p ?o ." * 40_000 + "}").encode()
    while time.monotonic() < until:
        assert exchange(port, "POST", "/sparql", body, headers).status == 400


def keys_without_end(stack, port, until):
    number = 0
    while time.monotonic() < until:
        number += 1
        accept = f'application/sparql-results+json;p="{number}' + "a" * 50_000 + '"'
        exchange(port, "GET", "/sparql?query=ASK%7B%7D", None, {"Accept": accept})


def long_addresses(stack, port, until):
    while time.monotonic() < until:
        for target in ("/ontology/" + "a." * 8000, "/search?q=a&class=" + "a" * 60_000 + "%3f"):
            exchange(port, "GET", target, None, {"Accept": "text/html"})


ATTACKS = (
    heads_that_never_end,
    bodies_behind_a_slow_query,
    readers_that_hardly_read,
    heavy_pages,
    long_queries,
    keys_without_end,
    long_addresses,
)


@pytest.fixture(scope="module")
def live(release_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    with Live(
        "--release", release_dir, log_dir=folder, query_timeout=3, trusted_proxies=PROXY
    ) as server:
        for number in range(20):
            assert ask_lightly(server.port, -number) == 200
        yield server, folder / "access.jsonl"
        assert server.stop() == (0, "", "")  # no message of any of them


def ask_lightly(port: int, name: object) -> int:
    """Return the status of a quick query of another client."""
    target = "/sparql?" + urlencode({"query": LIGHT.format(name), "timeout": "2"})
    headers = {"Accept": ACCEPT, "X-Forwarded-For": "192.0.2.1"}
    return exchange(port, "GET", target, None, headers).status


def lines_of(log):
    return log.read_text().splitlines() if log.exists() else []


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.__name__)
def test_others_are_served_beside_it_and_what_it_took_is_given_back(live, attack):
    server, log = live
    (web,) = server.find(WEB_PROCESS)
    memory, held, seen = resident(web), descriptors(web), len(lines_of(log))
    over, light = threading.Event(), []

    def beside():
        while not over.wait(0.05):
            light.append(ask_lightly(server.port, f"{attack.__name__} {len(light)}"))
            assert server.get("/health")[0] == 200

    thread = threading.Thread(target=beside)
    thread.start()
    with ExitStack() as stack:
        try:
            attack(stack, server.port, time.monotonic() + SECONDS)
        finally:
            over.set()
            thread.join()
    assert len(light) > 1
    assert set(light) == {200}
    assert wait_until(lambda: sum("/health" in ln for ln in lines_of(log)[seen:]) >= len(light), 5)
    told = [json.loads(line) for line in lines_of(log)[seen:]]
    health = sorted(t["seconds"] for t in told if t["path"] == "/health")
    assert health[-1] < 0.5
    assert wait_until(lambda: descriptors(web) <= held + 4, 10)
    assert wait_until(lambda: resident(web) <= memory + SLACK, 10)
    assert server.find(WEB_PROCESS) == {web}
