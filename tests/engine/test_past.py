"""A release of the past is loaded for one query, bounded as any, and gone with the answer."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess

import pytest

from samgraf import limits
from samgraf.engine.past import PastReleases
from samgraf.engine.workers.engine import WorkerEngine
from samgraf.release import read_manifest
from samgraf.settings import Settings
from samgraf.sparql.evaluation import EngineBusyError, EngineError, QueryRequest, QueryTimeoutError

JSON = "application/sparql-results+json"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"


@pytest.fixture
def past():
    return PastReleases(Settings())


def ask(past, folder, query, **more):
    request = QueryRequest(query, **more)
    return past.answer(folder, read_manifest(folder), request, JSON)


def children() -> str:
    told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return told.stdout


def test_a_query_is_answered_and_nothing_is_left(past, other_release):
    answer = asyncio.run(ask(past, other_release, 'ASK { ?s ?p "northern hive"@en }'))
    assert json.loads(answer.read())["boolean"] is True
    assert f"forkserver {other_release.resolve()} /tmp" not in children()


def test_a_query_is_stopped_at_its_deadline(past, other_release):
    with pytest.raises(QueryTimeoutError):
        asyncio.run(ask(past, other_release, ENDLESS, timeout=0.2))


def test_one_is_asked_at_a_time(past, other_release, monkeypatch):
    monkeypatch.setattr(limits, "PAST_WAIT", 0.01)

    async def both():
        first = asyncio.ensure_future(ask(past, other_release, "ASK {}"))
        await asyncio.sleep(0)
        with pytest.raises(EngineBusyError):
            await ask(past, other_release, "ASK {}")
        return await first

    assert asyncio.run(both()).read()
    # and the next has its turn
    assert asyncio.run(ask(past, other_release, "ASK {}")).read()


def test_who_goes_leaves_nothing_behind(past, other_release):
    async def gone():
        asking = asyncio.ensure_future(ask(past, other_release, ENDLESS))
        await asyncio.sleep(0.5)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(gone())
    assert f"forkserver {other_release.resolve()} /tmp/samgraf-past" not in children()
    assert asyncio.run(ask(past, other_release, "ASK {}")).read()


def test_who_goes_while_the_workers_come_up_leaves_nobody_who_asks_for_more(
    past, other_release, monkeypatch
):
    paths = []

    class Left(WorkerEngine):
        """An engine whose asker goes as it starts."""

        def __init__(self, path, *more):
            paths.append(path)
            super().__init__(path, *more)

        async def start(self):
            asyncio.current_task().cancel()
            await super().start()

    monkeypatch.setattr("samgraf.engine.past.WorkerEngine", Left)

    async def gone():
        with pytest.raises(asyncio.CancelledError):
            await asyncio.ensure_future(ask(past, other_release, "ASK {}"))
        (path,) = paths
        path.parent.mkdir()
        try:
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(str(path))
                listening.listen()
                listening.setblocking(False)
                await asyncio.sleep(20 * limits.REFORK_PAUSE)
                with pytest.raises(BlockingIOError):
                    listening.accept()
        finally:
            shutil.rmtree(path.parent)

    asyncio.run(gone())


def test_a_release_that_is_broken_is_told(past, other_release, tmp_path):
    (tmp_path / "manifest.json").write_bytes((other_release / "manifest.json").read_bytes())
    (tmp_path / "quads.nq").write_text("")
    with pytest.raises(EngineError, match="not whole"):
        asyncio.run(ask(past, tmp_path, "ASK {}"))
