"""Processes that listen at the same socket share its connections."""

from __future__ import annotations

import time

from raw_client import request

from samgraf.gateway.http import Shares
from samgraf.gateway.http.listening import listen


async def plain(scope, proto):
    proto.response_bytes(200, [], b"")


def test_counts_are_told_between_places(tmp_path):
    first, second = (Shares(tmp_path / "connections", place, 2) for place in (0, 1))
    assert not first.is_another_freer()
    first.tell(3)
    assert first.is_another_freer()
    assert not second.is_another_freer()
    second.tell(3)
    assert not first.is_another_freer()


def test_a_process_that_begins_again_has_none(tmp_path):
    Shares(tmp_path / "connections", 0, 2).tell(7)
    Shares(tmp_path / "connections", 0, 2)
    other = Shares(tmp_path / "connections", 1, 2)
    other.tell(1)
    assert other.is_another_freer()


def test_connections_that_come_at_once_are_shared_evenly(run, tmp_path):
    (listening,) = listen("127.0.0.1", 0)
    servers = [
        run(plain, at=listening.dup(), shares=Shares(tmp_path / "connections", place, 2))
        for place in (0, 1)
    ]
    listening.close()
    clients = [servers[0].connect() for _ in range(16)]
    for client in clients:
        assert client.ask(request("/")).status == 200
    counts = sorted(len(server.server.connections) for server in servers)
    assert sum(counts) == 16
    assert counts[0] >= 6
    for client in clients:
        client.__exit__()


def test_a_process_takes_what_a_freer_one_does_not(run, tmp_path):
    shares = Shares(tmp_path / "connections", 0, 2)
    server = run(plain, shares=shares)
    shares.tell(5)  # the other has none and never comes
    began = time.monotonic()
    with server.connect() as client:
        assert client.ask(request("/")).status == 200
    assert time.monotonic() - began < 2
