"""The engine of the web process: its answers come from workers that can be killed."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any

from samgraf import limits
from samgraf.engine.in_process import BytesAnswer
from samgraf.engine.workers.frames import SUMMARY, Flag, ReplyFrame, Status
from samgraf.engine.workers.handle import ForkServerClient, WorkerHandle
from samgraf.engine.workers.query_task import QueryTask
from samgraf.engine.workers.scheduler import Capacity, Scheduler
from samgraf.release.serialise import UnwritableResultError
from samgraf.settings import Settings
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import (
    UNBOUNDED,
    Answer,
    EngineBusyError,
    EngineError,
    QueryKind,
    QueryMemoryError,
    QueryRequest,
    QuerySummary,
    QuerySyntaxError,
    ResultTooLargeError,
)


class WorkerEngine:
    """Answer by workers from the fork server that listens at ``socket_path``."""

    def __init__(self, socket_path: Path, manifest: Mapping[str, Any], settings: Settings):
        self.release = manifest.get("release", "")
        self._path, self._settings = Path(socket_path), settings
        self._spooled = SpooledBytes(settings.max_result_bytes)
        self._drained = asyncio.Event()
        # these come with start()
        self._loop: asyncio.AbstractEventLoop
        self._scheduler: Scheduler
        self._client: ForkServerClient

    async def start(self) -> None:
        """Fork the workers and wait for a first answer; raise EngineError where none comes.

        Whatever comes of it, the engine is to be closed.
        """
        self._loop = asyncio.get_running_loop()
        settings = self._settings
        self._client = client = ForkServerClient(self._loop, self._path, settings.worker_memory)
        self._scheduler = Scheduler(self._loop, _capacity(settings), client.fork)
        client.start(self._scheduler, self._on_reply)
        request = QueryRequest(query="ASK {}", timeout=limits.FIRST_ANSWER)
        try:
            answer = await self.answer(request, "application/sparql-results+json")
        except EngineError as error:
            raise EngineError(f"No query worker came from {self._path}: {error}") from error
        if json.loads(answer.read()).get("boolean") is not True:
            raise EngineError(f"The query workers of {self._path} do not answer as they should.")

    async def answer(self, request: QueryRequest, media_type: str) -> Answer:
        """Return the answer of a worker."""
        settings, scheduler = self._settings, self._scheduler
        seconds, max_bytes = settings.query_timeout, settings.max_result_bytes
        if request.timeout is not None:
            seconds = max(min(request.timeout, seconds), limits.SHORTEST_TIMEOUT)
        if request.max_bytes is not None:
            max_bytes = min(request.max_bytes, max_bytes)
        future: asyncio.Future[Answer] = self._loop.create_future()

        def on_done(outcome: Any) -> None:
            if not future.done():
                if isinstance(outcome, BaseException):
                    future.set_exception(outcome)
                elif outcome is not None:
                    future.set_result(outcome)
            elif outcome is not None and not isinstance(outcome, BaseException):
                outcome.close()
            if not scheduler.active:
                self._drained.set()

        task = QueryTask(request, media_type, max_bytes, seconds, on_done)
        scheduler.submit(task)
        try:
            return await future
        except asyncio.CancelledError:
            scheduler.cancel(task)
            if future.done() and not future.cancelled() and future.exception() is None:
                future.result().close()  # it came when nobody waited any more
            raise

    async def read(self, request: QueryRequest) -> tuple[QuerySummary, float]:
        """Return the summary of a query that a worker has read, and the seconds that it took.

        Raise QuerySyntaxError, RefusedQueryError, and what ``answer`` raises.
        """
        answer = await self.answer(request, SUMMARY)
        try:
            return _summary(request.query, answer.read()), answer.seconds
        finally:
            answer.close()

    async def close(self) -> None:
        """Let the queries that are under way end, then end the workers."""
        self._scheduler.stop_accepting()
        while self._scheduler.active:
            self._drained.clear()
            await self._drained.wait()
        self._scheduler.close()
        self._client.close()

    def stats(self) -> dict[str, Any]:
        """Return the present state, for the metrics.

        Workers ``idle``, ``busy`` and ``slow``; tasks ``waiting``; ``spooled_bytes`` of answers on
        disk; since the start, ``forks`` and ``killed`` by reason; ``fork_server_pid`` and
        ``worker_pids``.
        """
        return {
            **self._scheduler.counts(),
            "spooled_bytes": self._spooled.total,
            "fork_server_pid": self._client.server_pid,
            "worker_pids": self._client.worker_pids,
            "killed": dict(self._scheduler.killed),
        }

    def _on_reply(
        self, worker: WorkerHandle, task: QueryTask, reply: ReplyFrame, body: bytes
    ) -> None:
        """Make an answer, or an error, of a reply."""
        outcome: object
        try:
            outcome = self._answer_of(worker, task, reply, body)
        except Exception as error:  # a reply is read without trust
            outcome = error
        self._scheduler.on_reply(worker, outcome, reusable=not reply.flags & Flag.LAST)

    def _answer_of(
        self, worker: WorkerHandle, task: QueryTask, reply: ReplyFrame, body: bytes
    ) -> Answer:
        """Return the answer in a reply, or raise the error that it tells."""
        if reply.status == Status.OK:
            if not reply.flags & Flag.SPOOLED:
                truncated = bool(reply.flags & Flag.TRUNCATED)
                return BytesAnswer(body, reply.seconds, truncated=truncated)
            if reply.length > task.max_bytes:
                raise EngineError("The worker wrote more than it may.")
            client, length = task.request.client, reply.length
            self._spooled.take(client, length)
            give_back = partial(self._spooled.give_back, client, length)
            spool = worker.take_spool()
            return SpooledAnswer(spool, reply, give_back)
        facts = json.loads(body)
        if reply.status == Status.SYNTAX:
            raise QuerySyntaxError(*facts)
        if reply.status == Status.REFUSED:
            raise RefusedQueryError(*facts)
        if reply.status == Status.UNWRITABLE:
            raise UnwritableResultError(*facts)
        if reply.status == Status.TOO_LARGE:
            raise ResultTooLargeError(task.max_bytes)
        if reply.status == Status.MEMORY:
            raise QueryMemoryError
        raise EngineError(*facts)


class SpooledBytes:
    """How many bytes of answers are held, mostly on disk, until their readers have taken them.

    ``largest`` is the size of the longest answer, in bytes. Usable from any thread.
    """

    def __init__(self, largest: int):
        self.total = 0
        self._most = limits.SPOOLED_RESULTS * largest
        self._most_of_client = limits.SPOOLED_PER_CLIENT * largest
        self._clients: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, client: str, length: int) -> None:
        """Count ``length`` bytes for ``client``; raise EngineBusyError where there is no room."""
        with self._lock:
            full = client not in UNBOUNDED and self._clients[client] + length > self._most_of_client
            if full or self.total + length > self._most:
                raise EngineBusyError
            self.total += length
            self._clients[client] += length

    def give_back(self, client: str, length: int) -> None:
        """Count ``length`` bytes of ``client`` no more."""
        with self._lock:
            self.total -= length
            self._clients[client] -= length
            if not self._clients[client]:
                del self._clients[client]


class SpooledAnswer:
    """An answer in a file without a name; ``on_close`` is called when it is closed."""

    def __init__(self, file: FileIO, reply: ReplyFrame, on_close: Callable[[], None]):
        self.length, self.seconds = reply.length, reply.seconds
        self.truncated = bool(reply.flags & Flag.TRUNCATED)
        self._file, self._on_close = file, on_close

    def chunks(self) -> Iterator[bytes]:
        """Yield the answer piece by piece."""
        place = 0
        while place < self.length:
            size = min(limits.RESULT_CHUNK, self.length - place)
            if not (piece := os.pread(self._file.fileno(), size, place)):
                raise EngineError("The answer is shorter than the worker said.")
            place += len(piece)
            yield piece

    def read(self) -> bytes:
        """Return the answer in one piece."""
        return b"".join(self.chunks())

    def close(self) -> None:
        """Close the file, which frees its room on the disk; idempotent."""
        if not self._file.closed:
            self._file.close()
            self._on_close()

    def __del__(self) -> None:
        """Close the file of an answer that nobody closed."""
        self.close()


def _summary(source: str, body: bytes) -> QuerySummary:
    """Return the summary in the answer of a worker, which is read without trust."""
    try:
        text, form, kind, default, named, volatile, services, ordered = json.loads(body)
        texts = (text, form, *default, *named, *(ordered or ()))
        if not all(isinstance(each, str) for each in texts):
            raise ValueError(texts)
        return QuerySummary(
            source,
            text,
            form,
            QueryKind(kind),
            tuple(default),
            tuple(named),
            bool(volatile),
            bool(services),
            None if ordered is None else tuple(ordered),
        )
    except (ValueError, TypeError) as error:
        raise EngineError("A worker read the query and did not say what is in it.") from error


def _capacity(settings: Settings) -> Capacity:
    processors = os.cpu_count() or 1
    return Capacity(
        workers=settings.workers or processors,
        slow_workers=settings.slow_workers or 2 * processors,
        slow_per_client=settings.slow_per_client,
        queue=settings.queue,
        slow_after=settings.slow_after,
    )
