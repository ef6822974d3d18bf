import asyncio
import errno
import json
import os
import random
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_worker_bounds import BOMBS, EXISTS
from worker_rig import (
    BIG,
    CROSS,
    FORK_SERVER,
    JSON,
    PATIENCE,
    QUICK,
    Wire,
    alive,
    kill_all,
    pids,
    read,
    until,
)

from samgraf import limits
from samgraf.engine.workers.engine import WorkerEngine
from samgraf.engine.workers.frames import QueryFrame, pack_query
from samgraf.settings import Settings
from samgraf.sparql.evaluation import EngineError, QueryRequest, QueryTimeoutError

ROWS = "SELECT * { ?s ?p ?o . ?t ?q ?u . ?v a ?w } LIMIT 5000"


def test_idle_workers_that_die_are_replaced(rig):
    async def steps(engine):
        for _ in range(5):
            await until(lambda: engine.stats()["idle"] == 2)
            kill_all(engine)
            # asked before their end is known, and after
            assert json.loads(await read(engine, QUICK))["boolean"]

    rig.run(steps, workers=2)


def test_a_busy_worker_that_is_killed_is_replaced_and_its_query_asked_again(rig):
    expected = rig.local.query(QueryRequest(query=ROWS)).serialize(JSON)

    async def steps(engine):
        for _ in range(5):
            task = asyncio.create_task(read(engine, ROWS))
            await until(lambda: engine.stats()["busy"] or task.done())  # noqa: B023
            kill_all(engine)
            assert await task == expected
        assert not engine.stats()["killed"]
        task = asyncio.create_task(read(engine, CROSS))
        kills = 0
        while not task.done():
            await until(lambda: engine.stats()["busy"] or task.done())
            before = pids(engine)
            kill_all(engine)
            kills += 1
            await until(lambda: not before & pids(engine))  # noqa: B023
        with pytest.raises(EngineError):
            task.result()
        assert kills >= limits.QUERY_ATTEMPTS
        return engine.stats()["killed"]

    assert rig.run(steps, workers=1) == {"crash": 1}


def test_workers_outlive_the_fork_server_and_a_new_one_is_found(own_rig):
    async def steps(engine):
        slow = asyncio.create_task(read(engine, BIG + "60000"))
        # the other worker may still be coming
        await until(lambda: engine.stats()["busy"] and engine.stats()["idle"])
        own_rig.stop()
        for _ in range(20):
            assert json.loads(await read(engine, QUICK))["boolean"]
        assert len(await slow) > 1_000_000
        kill_all(engine)
        waiting = [asyncio.create_task(read(engine, QUICK)) for _ in range(5)]
        await asyncio.sleep(0.2)
        assert not any(task.done() for task in waiting)
        own_rig.start()
        for body in await asyncio.gather(*waiting):
            assert json.loads(body)["boolean"]
        await until(lambda: engine.stats()["idle"] == 2)

    own_rig.run(steps, workers=2)


def test_a_new_fork_server_is_found_where_for_a_moment_no_descriptor_is_left(own_rig, monkeypatch):
    class Scarce(socket.socket):
        """A socket that cannot be had the first time."""

        left = 1

        def __init__(self, *what, **more):
            Scarce.left -= 1
            if Scarce.left == 0:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            super().__init__(*what, **more)

    async def steps(engine):
        own_rig.stop()
        own_rig.start()
        monkeypatch.setattr(socket, "socket", Scarce)
        kill_all(engine)
        assert json.loads(await read(engine, QUICK))["boolean"]
        assert Scarce.left < 0

    own_rig.run(steps, query_timeout=PATIENCE)


def test_what_dies_of_itself_while_the_fork_server_is_gone_ends_in_an_error(own_rig):
    async def steps(engine):
        own_rig.stop()
        with pytest.raises(EngineError):
            await read(engine, EXISTS, timeout=5)

    own_rig.run(steps, workers=2)


def test_without_a_fork_server_an_engine_says_so(own_rig):
    own_rig.stop()
    own_rig.path.unlink(missing_ok=True)
    with pytest.raises(EngineError, match="No query worker came"):
        own_rig.run(lambda engine: read(engine, QUICK), query_timeout=0.2)


def test_a_retired_fork_server_takes_no_new_connection_and_ends_with_its_last(own_rig):
    async def steps(engine):
        task = asyncio.create_task(read(engine, BIG + "60000"))
        await until(lambda: engine.stats()["busy"])
        own_rig.process.terminate()
        await until(lambda: not own_rig.path.exists())
        for _ in range(3):  # forks go on for the connections that it has
            await read(engine, BIG + "3000")
        assert len(await task) > 1_000_000
        assert own_rig.process.poll() is None

    own_rig.run(steps)
    assert own_rig.process.wait(PATIENCE) == 0


def test_a_retired_fork_server_leaves_queries_the_time_that_the_operator_gives(
    own_rig, monkeypatch
):
    monkeypatch.setenv("SAMGRAF_QUERY_TIMEOUT", str(PATIENCE))
    own_rig.stop()
    own_rig.path.unlink()
    retires_at_once = (
        "import sys; from samgraf import limits; limits.FORK_SERVER_RETIREMENT = 0.0; "
        f"from {FORK_SERVER} import main; sys.exit(main(sys.argv[1:]))"
    )
    own_rig.start("-c", retires_at_once)

    async def steps(engine):
        task = asyncio.create_task(read(engine, BIG + "60000"))
        await until(lambda: engine.stats()["busy"])
        own_rig.process.terminate()
        assert len(await task) > 1_000_000

    own_rig.run(steps, workers=1, query_timeout=PATIENCE)


def test_a_retired_fork_server_without_connections_ends_at_once(own_rig):
    own_rig.run(lambda engine: read(engine, QUICK))
    own_rig.process.terminate()
    assert own_rig.process.wait(PATIENCE) == 0


def test_workers_of_a_web_process_that_is_gone_are_ended(rig):
    with Wire(rig.path) as wire:
        workers = [wire.fork() for _ in range(2)]
        workers[0][1].sendall(pack_query(QueryFrame(QueryRequest(query=CROSS), JSON, 1000, 60.0)))
        wire.connection.close()  # the sockets to the workers stay open
        end = time.monotonic() + PATIENCE
        while any(alive(pid) for pid, _ in workers):
            assert time.monotonic() < end
            time.sleep(0.01)


def test_two_web_processes_share_a_fork_server(rig):
    async def steps(engine):
        other = WorkerEngine(rig.path, rig.manifest, Settings())
        await other.start()
        await asyncio.gather(*(read(e, QUICK) for e in (engine, other) for _ in range(20)))
        await other.close()
        assert json.loads(await read(engine, QUICK))["boolean"]

    rig.run(steps)


def test_closing_lets_running_queries_end(rig):
    async def steps(engine):
        tasks = [asyncio.create_task(read(engine, BIG + "30000")) for _ in range(4)]
        await until(lambda: engine.stats()["busy"])
        await engine.close()
        assert engine.stats()["busy"] == engine.stats()["slow"] == 0
        assert len(set(await asyncio.gather(*tasks))) == 1
        with pytest.raises(EngineError):
            await read(engine, QUICK)

    rig.run(steps)


def test_nothing_is_left_behind(rig):
    chance = random.Random(1)  # noqa: S311 - the same run each time
    kinds = [
        (QUICK, {}),
        (ROWS, {}),
        (BIG + "3000", {}),
        (CROSS, {"timeout": 0.05}),
        (CROSS, {"timeout": 0.1}),
        (EXISTS, {}),
        (BOMBS["distinct"], {"timeout": 0.3}),
        (BIG + "3000", {"max_bytes": 1000, "partial": True}),
        ("SELECT", {}),
    ]

    def descriptors(pid="self"):
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))

    async def one(engine):
        query, more = chance.choice(kinds)
        task = asyncio.create_task(read(engine, query, **more))
        if chance.random() < 0.2:
            await asyncio.sleep(chance.random() * 0.02)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def steps(engine):
        await until(lambda: engine.stats()["idle"] == 2 and len(rig.children()) == 2)
        server = rig.process.pid
        before = descriptors(), descriptors(server), len(rig.children())
        for _ in range(5):
            await asyncio.gather(*(one(engine) for _ in range(20)))
        assert json.loads(await read(engine, QUICK))["boolean"]
        await until(lambda: engine.stats()["idle"] == 2 and len(rig.children()) == 2)

        # the fork server may still have held something of an earlier connection at first
        def is_back():
            after = descriptors(), descriptors(server), len(rig.children())
            return all(now <= then for now, then in zip(after, before, strict=True))

        await until(is_back)
        stats = engine.stats()
        assert (stats["busy"], stats["slow"], stats["waiting"]) == (0, 0, 0)

    settings = {"workers": 2, "query_timeout": 5, "worker_memory": 100_000_000}
    rig.run(steps, slow_after=0.1, **settings)
    deadline = time.monotonic() + PATIENCE
    while rig.children():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_bad_release_is_told_in_one_line(tmp_path, own_rig):
    for folder, path in ((tmp_path, tmp_path / "s"), (own_rig.release, Path("/nowhere/s"))):
        command = [
            sys.executable,
            "-m",
            "samgraf.engine.workers.forkserver",
            str(folder),
            str(path),
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 1
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1


def test_a_fork_server_that_nobody_is_left_to_tell_retires(rig, own_rig):
    path = own_rig.path.with_name("o")
    script = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-m', "
        "'samgraf.engine.workers.forkserver', *sys.argv[1:]], stdout=2).pid, "
        "flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(own_rig.release), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        pid = int(parent.stdout.readline())
        deadline = time.monotonic() + PATIENCE
        while not path.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert alive(pid)
        parent.kill()
    while alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not path.exists()


def test_timeouts_under_load_leave_no_one_behind(rig):
    async def steps(engine):
        found = await asyncio.gather(
            *(read(engine, CROSS, timeout=0.5) for _ in range(12)), return_exceptions=True
        )
        assert all(isinstance(e, EngineError) for e in found)
        assert any(isinstance(e, QueryTimeoutError) for e in found)
        assert json.loads(await read(engine, QUICK))["boolean"]

    rig.run(steps, slow_after=0.1, slow_workers=2)
