"""Answer a query once for all who ask it at the same time, and keep the answer.

Who comes first has it evaluated, the others wait for that answer. If the first goes away before
it comes, which ends the query, one of the others begins anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from samgraf.engine.in_process import BytesAnswer
from samgraf.gateway.cache import AnswerCache, Entry
from samgraf.settings import Settings
from samgraf.sparql.evaluation import Answer, Engine
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.service import Prepared, Service


class Fetched(NamedTuple):
    """Hold an answer: one that is kept (``entry``) or one for this client alone (``answer``)."""

    entry: Entry | None
    answer: Answer | None
    seconds: float  # of query time that this client caused
    hit: bool = False


class _Again(Enum):
    """Tell those who wait that they must ask for themselves."""

    TOGETHER = auto()
    ALONE = auto()


class SharingService(Service):
    """Answer as a service does, equal queries from the cache or from one evaluation.

    Used on one event loop, but for ``wait`` and what stands on it.
    """

    def __init__(
        self,
        engine: Engine,
        manifest: Mapping[str, Any],
        settings: Settings,
        wait: Callable[[Coroutine[Any, Any, Any]], Any],
    ):
        super().__init__(engine, manifest, settings, wait)
        self.cache = AnswerCache(settings.cache_bytes)
        # for each evaluation, those who wait for what it comes to
        self._running: dict[tuple, list[asyncio.Future]] = {}

    async def answer(self, prepared: Prepared) -> Answer:
        """Return the answer as an answer of its own."""
        fetched = await self.fetch(prepared)
        if fetched.answer is not None:
            return fetched.answer
        return BytesAnswer(fetched.entry.body, fetched.seconds)

    async def fetch(self, prepared: Prepared) -> Fetched:
        """Return the answer, kept for others where it is small and whole.

        Raise ProblemError where the query is malformed or cannot be evaluated.
        """
        if prepared.key is None:
            return await self._alone(prepared)
        request = prepared.request
        place = (prepared.key, request.timeout, request.max_bytes, request.partial)
        while True:
            if (entry := self.cache.get(prepared.key)) is not None:
                return Fetched(entry, None, 0.0, hit=True)
            waiting = self._running.get(place)
            if waiting is None:
                return await self._first(prepared, place)
            told = asyncio.get_running_loop().create_future()
            waiting.append(told)
            found = await told
            if isinstance(found, Entry):
                return Fetched(found, None, 0.0, hit=True)
            if isinstance(found, ProblemError):
                raise found
            if found is _Again.ALONE:
                return await self._alone(prepared)

    async def _alone(self, prepared: Prepared) -> Fetched:
        answer = await super().answer(prepared)
        return Fetched(None, answer, answer.seconds)

    async def _first(self, prepared: Prepared, place: tuple) -> Fetched:
        waiting = self._running[place] = []
        told: Entry | ProblemError | _Again = _Again.TOGETHER
        try:
            answer = await super().answer(prepared)
            if answer.truncated or answer.length > self.cache.largest:
                told = _Again.ALONE
                return Fetched(None, answer, answer.seconds)
            try:
                told = entry = Entry(prepared.key, answer.read(), answer.seconds)
            finally:
                answer.close()
            self.cache.put(entry)
            return Fetched(entry, None, entry.seconds)
        except ProblemError as problem:
            told = problem
            raise
        finally:
            del self._running[place]
            for other in waiting:
                if not other.done():
                    other.set_result(told)
