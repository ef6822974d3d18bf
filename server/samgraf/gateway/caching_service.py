"""Answer a query once for all who ask it at the same time, and keep the answer.

Who comes first has it evaluated, the others wait for that answer (single flight). If the client
of the first disconnects before, which ends the query, one of the others starts it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from samgraf.engine.in_process import BytesAnswer
from samgraf.gateway.cache import CachedAnswer, ResponseCache
from samgraf.settings import Settings
from samgraf.sparql.evaluation import Answer, Engine
from samgraf.sparql.federated.outcome import outcomes_of
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.service import Prepared, Service


class Fetched(NamedTuple):
    """An answer: one that is shared (``kept``), or one for this request alone (``own``).

    ``seconds`` is the query time that this request caused; ``hit`` says that it caused none.
    """

    kept: CachedAnswer | None
    own: Answer | None
    seconds: float
    hit: bool = False

    def answer(self) -> Answer:
        """Return the answer as one to be read and closed."""
        if self.own is not None:
            return self.own
        assert self.kept is not None  # noqa: S101 - one of the two is there
        return BytesAnswer(self.kept.body, self.seconds)

    def small(self, most: int) -> bytes | None:
        """Return the whole answer if it has at most ``most`` bytes and is this release's alone."""
        if self.kept is not None:
            return self.kept.body if len(self.kept.body) <= most else None
        own = self.own
        if own is None or own.length > most or own.truncated or outcomes_of(own):
            return None
        return own.read()

    def with_body(self, body: bytes, cache: ResponseCache) -> Fetched:
        """Return the same with another body, made of that which ``small`` returned."""
        if self.own is not None:
            self.own.close()
            return self._replace(own=BytesAnswer(body, self.seconds))
        assert self.kept is not None  # noqa: S101 - one of the two is there
        key = f"{self.kept.key} with hints"
        kept = cache.get(key) or CachedAnswer(key, body, self.seconds)
        cache.put(kept)
        return self._replace(kept=kept)


class _AskAgain(Enum):
    """What those who wait are told when there is no answer to share."""

    TOGETHER = auto()
    ALONE = auto()


class CachingService(Service):
    """A service that takes equal queries from the cache, or from one evaluation.

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
        self.cache = ResponseCache(settings.cache_bytes)
        # for each evaluation, those who wait for it
        self._running: dict[tuple, list[asyncio.Future]] = {}

    async def answer(self, prepared: Prepared) -> Answer:
        """Return the answer, to be read and closed."""
        return (await self.fetch(prepared)).answer()

    async def fetch(self, prepared: Prepared) -> Fetched:
        """Return the answer, kept for others if it is small and whole.

        Raise ProblemError if the query is malformed or cannot be evaluated.
        """
        if prepared.key is None:
            return await self._alone(prepared)
        request = prepared.request
        flight = (prepared.key, request.timeout, request.max_bytes, request.partial)
        while True:
            if (kept := self.cache.get(prepared.key)) is not None:
                return Fetched(kept, None, 0.0, hit=True)
            waiting = self._running.get(flight)
            if waiting is None:
                return await self._first(prepared, prepared.key, flight)
            result = asyncio.get_running_loop().create_future()
            waiting.append(result)
            found = await result
            if isinstance(found, CachedAnswer):
                return Fetched(found, None, 0.0, hit=True)
            if isinstance(found, ProblemError):
                raise found
            if found is _AskAgain.ALONE:
                return await self._alone(prepared)

    async def _alone(self, prepared: Prepared) -> Fetched:
        answer = await super().answer(prepared)
        return Fetched(None, answer, answer.seconds)

    async def _first(self, prepared: Prepared, key: str, flight: tuple) -> Fetched:
        waiting = self._running[flight] = []
        result: CachedAnswer | ProblemError | _AskAgain = _AskAgain.TOGETHER
        try:
            answer = await super().answer(prepared)
            if answer.truncated or answer.length > self.cache.largest:
                result = _AskAgain.ALONE
                return Fetched(None, answer, answer.seconds)
            try:
                result = kept = CachedAnswer(key, answer.read(), answer.seconds)
            finally:
                answer.close()
            self.cache.put(kept)
            return Fetched(kept, None, kept.seconds)
        except ProblemError as problem:
            result = problem
            raise
        finally:
            del self._running[flight]
            for other in waiting:
                if not other.done():
                    other.set_result(result)
