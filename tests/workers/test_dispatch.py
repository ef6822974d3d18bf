import asyncio
import json
import os
import signal
import time

import pytest
from worker_rig import BIG, CROSS, JSON, alive, busy_pids, read, until

from samgraf.engine.workers.frames import INLINE, Flag, Reply, Status
from samgraf.engine.workers.job import Stage
from samgraf.sparql.evaluation import EngineBusyError, QueryRequest, QueryTimeoutError

QUICK = "ASK { ex:rose ?p ?o }"
#: A job waits 2 s behind another.
ONE = {"workers": 1, "slow_after": 20.0, "query_timeout": 60.0}


async def brisk(engine):
    """Ask brief queries until two at a time go to a worker, and only one is there."""
    for _ in range(200):
        await read(engine, QUICK)
    dispatch, crew = engine._pool._dispatch, engine._pool._crew
    dispatch._mean = 0.0  # also where others take the processor
    # another may have been lent meanwhile
    await until(lambda: len(crew.quick) == len(crew.idle) == 1 and not crew._lent + crew._coming)


async def behind(engine, first, second):
    """Return tasks that ask ``first`` of the one worker, and ``second`` behind it.

    In one turn of the loop: however brief the first is, word of its end is not heard before.
    """
    tasks = [asyncio.create_task(first), asyncio.create_task(second)]
    await asyncio.sleep(0)
    assert sorted(j.stage.name for j in engine._pool._jobs) == ["BEHIND", "QUICK"]
    return tasks


def test_many_brief_queries_at_once_have_each_their_own_answer(rig):
    stages = set()

    async def steps(engine):
        await brisk(engine)

        async def ask(number):
            body = json.loads(await read(engine, f"SELECT ({number} AS ?n) {{}}"))
            stages.update(job.stage for job in engine._pool._jobs)
            return int(body["results"]["bindings"][0]["n"]["value"])

        assert await asyncio.gather(*map(ask, range(300))) == list(range(300))

    rig.run(steps, workers=1, queue=300)
    assert Stage.BEHIND in stages


def test_two_are_sent_only_where_queries_are_brief(rig):
    stages = set()

    async def steps(engine):
        async def ask(number):
            await read(engine, f"{BIG}{number}")
            stages.update(job.stage for job in engine._pool._jobs)

        await asyncio.gather(*map(ask, range(2_000, 2_010)))

    rig.run(steps, workers=1, slow_after=60)
    assert Stage.WAITING in stages
    assert Stage.BEHIND not in stages


def test_a_query_behind_one_that_is_not_brief_goes_to_another_worker(rig):
    async def steps(engine):
        await brisk(engine)
        began = time.monotonic()
        first, second = await behind(engine, read(engine, CROSS), read(engine, QUICK))
        (pid,) = busy_pids(engine)
        assert json.loads(await second)["boolean"]
        assert time.monotonic() - began < ONE["slow_after"]
        assert alive(pid)
        assert not first.done()
        first.cancel()
        assert json.loads(await read(engine, QUICK))["boolean"]

    rig.run(steps, **ONE)


def test_the_end_of_a_query_harms_none_behind_it(rig):
    async def steps(engine):
        for end in ("gone", "timeout"):
            await brisk(engine)
            more = {"timeout": 0.5} if end == "timeout" else {}
            first, second = await behind(engine, read(engine, CROSS, **more), read(engine, QUICK))
            if end == "gone":
                first.cancel()
            assert json.loads(await second)["boolean"]
            with pytest.raises((QueryTimeoutError, asyncio.CancelledError)):
                await first
        return engine.stats()["killed"]

    assert rig.run(steps, **ONE) == {"gone": 1, "timeout": 1}


def test_a_query_whose_client_goes_while_it_is_behind_harms_nobody(rig):
    rows = BIG + "2000"

    async def steps(engine):
        for following in (QUICK, CROSS):
            await brisk(engine)
            first, second = await behind(engine, read(engine, rows), read(engine, following))
            second.cancel()
            assert len(json.loads(await first)["results"]["bindings"]) == 2000
            assert json.loads(await read(engine, QUICK))["boolean"]
            await until(lambda: engine.stats()["busy"] == 0 and engine.stats()["idle"] == 1)

    rig.run(steps, **ONE)


def test_a_query_behind_does_not_touch_an_answer_that_is_still_read(rig):
    query = BIG + "4000"
    expected = rig.local.query(QueryRequest(query=query)).serialize(JSON)
    assert len(expected) > INLINE

    async def steps(engine):
        await brisk(engine)
        request = QueryRequest(query=query)
        first, following = await behind(engine, engine.answer(request, JSON), read(engine, query))
        answer = await first
        second = await following
        assert second == answer.read() == expected
        answer.close()
        assert await read(engine, query) == expected

    rig.run(steps, workers=1, slow_after=60, max_result_bytes=50_000_000)


def test_a_query_behind_may_be_ended_for_want_of_time(rig):
    async def steps(engine):
        await brisk(engine)
        brief = read(engine, QUICK, timeout=0.1)
        first, second = await behind(engine, read(engine, CROSS), brief)
        with pytest.raises(EngineBusyError):
            await second
        first.cancel()
        assert json.loads(await read(engine, QUICK))["boolean"]

    rig.run(steps, **ONE)


@pytest.mark.parametrize(
    ("flags", "seconds", "drops"),
    [
        (0, 0.001, False),
        (Flag.TRUNCATED, 0.001, False),
        (0, 0.02, True),
        (Flag.SPOOLED, 0.001, True),
        (Flag.LAST, 0.001, True),
    ],
)
def test_both_sides_know_by_the_reply_what_becomes_of_the_next(flags, seconds, drops):
    assert Reply(Status.OK, flags, seconds, 10).drops(0.01) is drops


def test_what_nobody_waits_for_any_more_is_ended_where_it_is_not_brief(rig):
    async def steps(engine):
        await brisk(engine)
        rows = read(engine, BIG + "1000")
        first, second = await behind(engine, rows, read(engine, CROSS))
        second.cancel()
        await first
        # the worker has begun it all the same
        await until(lambda: engine.stats()["killed"] == {"gone": 1})
        assert json.loads(await read(engine, QUICK))["boolean"]

    rig.run(steps, **ONE)


def test_another_worker_is_lent_for_a_query_that_computes_and_for_no_other(rig):
    async def steps(engine):
        await until(lambda: engine.stats()["idle"] == 1)
        task = asyncio.create_task(read(engine, CROSS))
        await until(lambda: busy_pids(engine))
        (pid,) = busy_pids(engine)
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(2.5)  # two looks
        assert engine.stats()["forks"] == 1
        os.kill(pid, signal.SIGCONT)
        await until(lambda: engine.stats()["idle"] == 1)
        assert engine.stats()["slow"] == 0
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    rig.run(steps, workers=1, slow_after=10.0)
