import asyncio
import json
import os
import re
import socket
import time
from pathlib import Path

import pytest
from worker_rig import BIG, CROSS, JSON, alive, busy_pids, read, until

from samgraf.sparql.evaluation import (
    EngineBusyError,
    EngineError,
    QueryMemoryError,
    QueryRequest,
    QueryTimeoutError,
)

QUICK = "ASK { ex:rose ?p ?o }"
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


def test_overlong_queries_end_at_their_deadline(rig):
    async def steps(engine):
        late = []
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(QueryTimeoutError) as caught:
                await read(engine, CROSS)
            late.append(time.monotonic() - began - 5.0)
            assert caught.value.seconds == 5.0
            assert json.loads(await read(engine, QUICK))["boolean"]
            if late[-1] < 0.5:  # else the machine may have been busy with something else
                break
        assert min(late) < 0.5
        return engine.stats()["killed"], len(late)

    # also the first worker has no more time to come than a query has
    killed, asked = rig.run(steps, query_timeout=5.0, workers=1)
    assert killed == {"timeout": asked}


def test_queries_may_ask_for_less_time_but_not_for_more(rig):
    async def steps(engine):
        for asked, given in ((0.05, 0.05), (60, 3.0)):
            await until(lambda: engine.stats()["idle"])  # what has no turn is told to come back
            with pytest.raises(QueryTimeoutError) as caught:
                await read(engine, CROSS, timeout=asked)
            assert caught.value.seconds == given

    rig.run(steps, query_timeout=3.0)


def test_workers_end_themselves_where_nobody_kills_them(rig):
    async def steps(engine):
        task = asyncio.create_task(read(engine, CROSS, timeout=2))
        await until(lambda: busy_pids(engine))
        (pid,) = busy_pids(engine)
        job = next(iter(engine._pool._jobs))
        engine._pool._alarm.drop(job)
        await until(lambda: not alive(pid))
        with pytest.raises(QueryTimeoutError):
            await task

    rig.run(steps, slow_after=30)


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
    def open_files(pid):
        files = sorted(Path(f"/proc/{pid}/fd").iterdir(), key=lambda file: int(file.name))
        return [str(file.readlink()) for file in files]

    async def steps(engine):
        await read(engine, QUICK)  # by the one worker, which is set up by then
        (worker,) = engine._pool._crew.idle
        return open_files(worker.pid)

    *standard, connection, spool = (
        # a worker may look up its own size
        file
        for file in rig.run(steps, workers=1)
        if not re.fullmatch(r"/proc/\d+/statm", file)
    )
    assert standard == ["/dev/null"] * 3
    assert connection.startswith("socket:")
    assert spool.endswith("(deleted)")


def test_slow_queries_do_not_keep_quick_ones_waiting(rig):
    async def steps(engine):
        slows = [asyncio.create_task(read(engine, CROSS)) for _ in range(4)]
        await until(lambda: engine.stats()["slow"] == 4)
        for _ in range(50):
            await read(engine, QUICK)
        assert engine.stats()["slow"] == 4
        assert not any(slow.done() for slow in slows)
        for slow in slows:
            slow.cancel()
        await asyncio.gather(*slows, return_exceptions=True)

    rig.run(steps, slow_after=0.1, slow_workers=4, workers=1)


def test_slow_queries_are_held_back(rig):
    async def steps(engine):
        task = asyncio.create_task(read(engine, CROSS, timeout=5))
        await until(lambda: engine.stats()["slow"])
        (pid,) = busy_pids(engine)
        threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
        assert len(threads) == 2
        assert {os.getpriority(os.PRIO_PROCESS, t) for t in threads} == {19}
        with pytest.raises(QueryTimeoutError):
            await task

    rig.run(steps, slow_after=0.1)


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


def test_one_client_cannot_fill_the_slow_lane(rig):
    async def steps(engine):
        tasks = [asyncio.create_task(read(engine, CROSS, client="many", timeout=10))]
        await until(lambda: engine.stats()["slow"] == 1)
        for _ in range(3):
            tasks.append(asyncio.create_task(read(engine, CROSS, client="many", timeout=6)))
        await until(lambda: engine.stats()["waiting"] == 3)
        tasks.append(asyncio.create_task(read(engine, CROSS, client="one", timeout=6)))
        await until(lambda: engine.stats()["slow"] == 2)
        errors = await asyncio.gather(*tasks, return_exceptions=True)
        return [type(e) for e in errors]

    # what rested until its deadline is not told that it took too long
    found = rig.run(steps, slow_after=0.1, slow_workers=3, slow_per_client=1)
    assert found[0] is found[4] is QueryTimeoutError
    assert found[1:4] == [EngineBusyError] * 3


def test_a_full_queue_is_told_at_once(rig):
    async def steps(engine):
        running = asyncio.create_task(read(engine, CROSS, timeout=3))
        await until(lambda: engine.stats()["busy"])
        waiting = [asyncio.create_task(read(engine, QUICK)) for _ in range(3)]
        await asyncio.sleep(0)
        assert engine.stats()["waiting"] == 3
        with pytest.raises(EngineBusyError):
            await read(engine, QUICK)
        with pytest.raises(QueryTimeoutError):
            await running
        assert len(await asyncio.gather(*waiting)) == 3

    rig.run(steps, queue=3, workers=1, slow_after=30)


def test_queries_that_waited_till_their_deadline_are_told_to_come_back(rig):
    async def steps(engine):
        running = asyncio.create_task(read(engine, CROSS, timeout=1))
        await until(lambda: engine.stats()["busy"])
        with pytest.raises(EngineBusyError):
            await read(engine, QUICK, timeout=0.2)
        with pytest.raises(QueryTimeoutError):
            await running

    rig.run(steps, workers=1, slow_after=30)


def test_clients_have_their_turn(rig):
    ended = []

    async def ask(engine, client):
        await read(engine, QUICK, client=client)
        ended.append(client)

    async def steps(engine):
        running = asyncio.create_task(read(engine, CROSS, timeout=0.5))
        await until(lambda: engine.stats()["busy"])
        tasks = [asyncio.create_task(ask(engine, c)) for c in ["many"] * 20 + ["one", "two"]]
        await asyncio.gather(running, *tasks, return_exceptions=True)

    rig.run(steps, workers=1, slow_after=30)
    assert set(ended[:4]) == {"many", "one", "two"}


@pytest.mark.parametrize("slow_after", [0.01, 30])
def test_cancelling_kills_the_worker(rig, slow_after):
    async def steps(engine):
        tasks = [asyncio.create_task(read(engine, CROSS)) for _ in range(3)]
        # with one place in the slow lane, the others run, wait or rest
        await until(lambda: busy_pids(engine))
        await asyncio.sleep(0.1)
        pids = busy_pids(engine)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await until(lambda: not any(alive(pid) for pid in pids))
        assert json.loads(await read(engine, QUICK))["boolean"]
        return engine.stats()

    stats = rig.run(steps, slow_after=slow_after, slow_workers=1, workers=1)
    assert stats["killed"]["gone"] >= 1
    assert (stats["slow"], stats["waiting"]) == (0, 0)
