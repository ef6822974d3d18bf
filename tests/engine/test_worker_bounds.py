"""Bounds that only real processes can show; which query runs where is test_scheduler's."""

import asyncio
import json
import os
import re
import signal
import socket
from pathlib import Path

import pytest
from worker_rig import BIG, CROSS, JSON, QUICK, Wire, alive, pids, read, until

from samgraf import limits
from samgraf.engine.workers.engine import SpooledBytes
from samgraf.engine.workers.frames import QueryFrame, pack_query
from samgraf.sparql.evaluation import (
    EngineBusyError,
    EngineError,
    QueryMemoryError,
    QueryRequest,
    QueryTimeoutError,
)

_TEN = "(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)"


def values(count):
    return " ".join(f"VALUES ?v{i} {{ {_TEN.replace('(', '').replace(')', ' ')} }}" for i in count)


REPLACED = "".join(f"BIND(REPLACE(?t{i}, '.', ?t0) AS ?t{i + 1}) " for i in range(5))
BOMBS = {
    "replace": f"SELECT (STRLEN(?t5) AS ?n) {{ BIND('{'x' * 60}' AS ?t0) {REPLACED} }}",
    "concat": "SELECT (STRLEN(?t30) AS ?n) { BIND('xxxxxxxx' AS ?t0) "
    + "".join(f"BIND(CONCAT(?t{i}, ?t{i}) AS ?t{i + 1}) " for i in range(30))
    + "}",
    "order": f"SELECT * {{ {values(range(8))} BIND(RAND() AS ?r) }} ORDER BY ?r LIMIT 1",
    "distinct": f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {values(range(8))} }} }}",
    "construct": f"CONSTRUCT {{ [] ex:p ?v1 }} WHERE {{ {values(range(8))} }}",
}
EXISTS = "ASK { " + "FILTER EXISTS { " * 60_000 + "}" * 60_000 + " }"


def test_overlong_queries_are_killed_at_their_deadline(rig):
    async def steps(engine):
        (pid,) = pids(engine)
        for asked, given in ((None, 1.0), (0.05, 0.05), (60, 1.0)):
            with pytest.raises(QueryTimeoutError) as caught:
                await read(engine, CROSS, timeout=asked)
            assert caught.value.seconds == given
            await until(lambda: engine.stats()["idle"])
        assert not alive(pid)
        assert json.loads(await read(engine, QUICK))["boolean"]
        return engine.stats()["killed"]

    assert rig.run(steps, query_timeout=1.0, workers=1) == {"timeout": 3}


def test_workers_end_themselves_where_nobody_kills_them(rig):
    with Wire(rig.path) as wire:
        pid, worker = wire.fork()
        worker.sendall(pack_query(QueryFrame(QueryRequest(query=CROSS), JSON, 1000, 0.1)))
        ended = wire.next()
    assert (ended.kind, ended.pid, ended.value) == (b"X", pid, signal.SIGALRM)


@pytest.mark.parametrize("name", BOMBS)
def test_memory_is_bounded(rig, name):
    async def steps(engine):
        with pytest.raises(QueryMemoryError):
            await read(engine, BOMBS[name], "text/turtle" if name == "construct" else JSON)
        assert json.loads(await read(engine, QUICK))["boolean"]

    rig.run(steps, worker_memory=100_000_000, workers=1)


def test_workers_that_grew_are_not_asked_again(rig):
    query = f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {values(range(6))} }} }}"

    async def steps(engine):
        before = engine.stats()["forks"]
        assert json.loads(await read(engine, query))["results"]["bindings"]
        await until(lambda: engine.stats()["forks"] > before and engine.stats()["idle"])

    rig.run(steps, workers=1, slow_after=30)


def test_deep_nesting_ends_the_worker_alone(rig):
    async def steps(engine):
        with pytest.raises(EngineError) as caught:
            await read(engine, EXISTS)
        assert type(caught.value) is EngineError
        assert json.loads(await read(engine, QUICK))["boolean"]
        return engine.stats()

    assert rig.run(steps, workers=1)["killed"] == {"crash": 1}


def test_nesting_that_a_small_stack_could_not_hold_is_answered(rig):
    deep = "ASK { " + "FILTER EXISTS { " * 2000 + "}" * 2000 + " }"
    assert json.loads(rig.run(lambda engine: read(engine, deep)))["boolean"] is True


def test_workers_cannot_connect(rig):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"

        async def steps(engine):
            with pytest.raises(EngineError) as caught:
                await read(engine, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
            assert "os error 24" in str(caught.value)  # EMFILE: no descriptor is left
            silent = f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}"
            assert json.loads(await read(engine, silent))["results"]["bindings"] == [{}]

        rig.run(steps)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_workers_inherit_nothing(rig):
    with Wire(rig.path) as wire:
        pid, worker = wire.fork()
        # it is set up once it has answered
        worker.sendall(pack_query(QueryFrame(QueryRequest(query=QUICK), JSON, 1000, 5.0)))
        worker.recv(1)
        files = sorted(Path(f"/proc/{pid}/fd").iterdir(), key=lambda file: int(file.name))
        *standard, connection, spool = [str(file.readlink()) for file in files]
        bounds = Path(f"/proc/{pid}/limits").read_text()
    assert standard == ["/dev/null"] * 3
    assert connection.startswith("socket:")
    assert spool.endswith("(deleted)")
    assert re.search(r"Max open files +0 +0 ", bounds)
    assert re.search(r"Max core file size +0 +0 ", bounds)


def test_slow_queries_yield_to_quick_ones(rig):
    async def steps(engine):
        (pid,) = pids(engine)
        task = asyncio.create_task(read(engine, CROSS))
        await until(lambda: engine.stats()["slow"] and engine.stats()["idle"])
        threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
        assert len(threads) == 2
        (nice,) = {os.getpriority(os.PRIO_PROCESS, t) for t in threads}
        assert nice > os.getpriority(os.PRIO_PROCESS, 0)
        for _ in range(20):
            await read(engine, QUICK)
        assert engine.stats()["slow"] == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    rig.run(steps, slow_after=0.1, workers=1)


def test_the_slow_lane_is_bounded_and_the_rest_have_their_turn(rig):
    # each takes longer than slow_after, and ends
    query = BIG + "8000"

    async def steps(engine):
        tasks = [asyncio.create_task(read(engine, query)) for _ in range(6)]
        most = 0
        while not all(task.done() for task in tasks):
            most = max(most, engine.stats()["slow"])
            await asyncio.sleep(0.002)
        assert most == 1
        return {task.result() for task in tasks}

    found = rig.run(steps, slow_after=0.005, slow_workers=1, workers=2)
    assert found == {rig.local.query(QueryRequest(query=query)).serialize(JSON)}


@pytest.mark.parametrize("slow_after", [0.05, 30])
def test_cancelling_kills_the_worker(rig, slow_after):
    async def steps(engine):
        tasks = [asyncio.create_task(read(engine, CROSS)) for _ in range(3)]
        # with one place in the slow lane, they run or are stopped, or wait
        expected = {"slow": 1, "idle": 1} if slow_after < 1 else {"busy": 1}
        expected["waiting"] = 2
        await until(lambda: expected.items() <= engine.stats().items())
        before = pids(engine)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await until(lambda: engine.stats()["idle"] and sum(map(alive, before)) <= 1)
        assert json.loads(await read(engine, QUICK))["boolean"]
        return engine.stats()

    stats = rig.run(steps, slow_after=slow_after, slow_workers=1, workers=1)
    assert stats["killed"] == {"gone": 3 if slow_after < 1 else 1}
    assert (stats["slow"], stats["waiting"]) == (0, 0)


def test_an_answer_that_is_read_slowly_holds_no_worker(rig):
    request = QueryRequest(query=BIG + "6000", client="one")

    async def steps(engine):
        answers = [await engine.answer(request, JSON) for _ in range(2)]
        assert engine.stats()["spooled_bytes"] == sum(a.length for a in answers)
        await until(lambda: engine.stats()["idle"] == 1 and len(pids(engine)) == 1)
        with pytest.raises(EngineBusyError):  # this client has enough on disk
            await engine.answer(request, JSON)
        answers.append(await engine.answer(request._replace(client="two"), JSON))
        assert len({answer.read() for answer in answers}) == 1
        for answer in answers:
            answer.close()
            answer.close()
        return engine.stats()["spooled_bytes"]

    length = len(rig.local.query(request).serialize(JSON))
    assert length > limits.INLINE_RESULT
    assert rig.run(steps, workers=1, max_result_bytes=length) == 0


def test_what_lies_on_disk_is_bounded_for_each_client_and_in_all():
    spooled = SpooledBytes(100)
    spooled.take("a", 150)
    spooled.take("a", 50)
    with pytest.raises(EngineBusyError):
        spooled.take("a", 1)
    for _ in range(4):
        spooled.take("", 50)
    with pytest.raises(EngineBusyError):
        spooled.take("b", 1)
    spooled.give_back("a", 150)
    spooled.take("a", 1)
    assert spooled.total == 251
