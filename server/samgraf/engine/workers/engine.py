"""The engine of a web process: answers come from workers that can be killed."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from samgraf.engine.in_process import BytesAnswer
from samgraf.engine.workers.frames import Flag, Reply, Status
from samgraf.engine.workers.handle import Worker
from samgraf.engine.workers.job import Job
from samgraf.engine.workers.pool import Bounds, Pool
from samgraf.release.serialise import UnwritableResultError
from samgraf.settings import Settings
from samgraf.sparql.evaluation import (
    Answer,
    EngineError,
    QueryMemoryError,
    QueryRequest,
    QuerySyntaxError,
    ResultTooLargeError,
)

#: Seconds within which the first worker must answer.
_START = 20.0
_CHUNK = 256 * 1024
_SHORTEST = 0.001


class SpooledAnswer:
    """Hold an answer in a worker's file without a name, which it gets back on closing."""

    def __init__(self, worker: Worker, length: int, seconds: float, *, truncated: bool):
        self.length, self.seconds, self.truncated = length, seconds, truncated
        self._closed = True
        self._worker, self._spool = worker, worker.lend_spool()
        self._closed = False

    def chunks(self) -> Iterator[bytes]:
        """Yield the answer piece by piece."""
        place = 0
        while place < self.length:
            size = min(_CHUNK, self.length - place)
            if not (piece := os.pread(self._spool.fileno(), size, place)):
                raise EngineError("The answer is shorter than the worker said.")
            place += len(piece)
            yield piece

    def read(self) -> bytes:
        """Return the answer in one piece."""
        return b"".join(self.chunks())

    def close(self) -> None:
        """Give the file back."""
        if not self._closed:
            self._closed = True
            self._worker.return_spool(self._spool)

    def __del__(self) -> None:
        """Give the file back where nobody closed the answer: its worker waits for it."""
        self.close()


class WorkerEngine:
    """Answer by workers forked from the template at ``socket_path``.

    ``share`` is the number of web processes, among which the settings' numbers are divided.
    """

    def __init__(
        self, socket_path: Path, manifest: Mapping[str, Any], settings: Settings, share: int = 1
    ):
        self.release = manifest.get("release", "")
        self._path, self._settings = Path(socket_path), settings
        self._bounds = _bounds(settings, share)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: Pool | None = None

    async def start(self) -> None:
        """Fork the workers and have the first answer; raise EngineError where none does."""
        self._loop = asyncio.get_running_loop()
        self._pool = Pool(self._path, self._bounds, _finish)
        self._pool.start()
        request = QueryRequest(query="ASK {}", timeout=_START)
        try:
            answer = await self.answer(request, "application/sparql-results+json")
        except EngineError as error:
            await self.close()
            raise EngineError(f"No query worker came from {self._path}: {error}") from error
        body = answer.read()
        answer.close()
        if json.loads(body).get("boolean") is not True:
            await self.close()
            raise EngineError(f"The query workers of {self._path} do not answer as they should.")

    async def answer(self, request: QueryRequest, media_type: str) -> Answer:
        """Return the answer of a worker."""
        settings = self._settings
        seconds, limit = settings.query_timeout, settings.max_result_bytes
        if request.timeout is not None:
            seconds = max(min(request.timeout, seconds), _SHORTEST)
        if request.max_bytes is not None:
            limit = min(request.max_bytes, limit)
        job = Job(request, media_type, seconds, limit, self._loop)
        self._pool.submit(job)
        try:
            return await job.future
        except asyncio.CancelledError:
            self._pool.abandon(job)
            raise

    async def close(self) -> None:
        """Let the queries at hand end, then let the workers go."""
        if self._pool is not None:
            await self._pool.close()

    def stats(self) -> dict[str, Any]:
        """Return counts: idle, busy, slow, waiting; since the start killed by reason, forks."""
        if self._pool is None:
            return {}
        return {
            **self._pool.counts(),
            **self._pool.processes(),
            "killed": dict(self._pool.killed),
        }


def _bounds(settings: Settings, share: int) -> Bounds:
    processors = os.cpu_count() or 1

    def part(number: int) -> int:
        return max(1, -(-number // max(share, 1)))

    return Bounds(
        workers=part(settings.workers or processors),
        slow=part(settings.slow_workers or 2 * processors),
        slow_per_client=part(settings.slow_per_client),
        queue=part(settings.queue),
        slow_after=settings.slow_after,
        memory=settings.worker_memory,
    )


def _finish(job: Job, worker: Worker, reply: Reply, body: bytes) -> Answer:
    """Return the answer that a reply holds, or raise the error that it tells."""
    if reply.status == Status.OK:
        truncated = bool(reply.flags & Flag.TRUNCATED)
        if not reply.flags & Flag.SPOOLED:
            return BytesAnswer(body, reply.seconds, truncated=truncated)
        if reply.length > job.limit:
            raise EngineError("The worker wrote more than it may.")
        return SpooledAnswer(worker, reply.length, reply.seconds, truncated=truncated)
    facts = json.loads(body)
    if reply.status == Status.SYNTAX:
        raise QuerySyntaxError(*facts)
    if reply.status == Status.UNWRITABLE:
        raise UnwritableResultError(*facts)
    if reply.status == Status.TOO_LARGE:
        raise ResultTooLargeError(job.limit)
    if reply.status == Status.MEMORY:
        raise QueryMemoryError
    raise EngineError(*facts)
