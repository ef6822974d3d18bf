"""Answer a query once for all who ask it at the same time (single flight), and keep the answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NamedTuple

from samgraf.engine.in_process import BytesAnswer
from samgraf.federation.single_flight import SingleFlight
from samgraf.gateway.cache import CachedAnswer, ResponseCache
from samgraf.settings import Settings
from samgraf.sparql.evaluation import Answer, Engine
from samgraf.sparql.federated.outcome import outcomes_of
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
        self._flights: SingleFlight[Fetched] = SingleFlight()

    async def answer(self, prepared: Prepared) -> Answer:
        """Return the answer, to be read and closed."""
        return (await self.fetch(prepared)).answer()

    async def fetch(self, prepared: Prepared) -> Fetched:
        """Return the answer, kept for others if it is small and whole.

        Raise ProblemError if the query is malformed or cannot be evaluated.
        """
        if prepared.key is None:
            return await self._alone(prepared)
        if (kept := self.cache.get(prepared.key)) is not None:
            return Fetched(kept, None, 0.0, hit=True)
        key, request = prepared.key, prepared.request
        flight = (key, request.timeout, request.max_bytes, request.partial)
        fetched, is_first = await self._flights.do(flight, lambda _: self._evaluated(prepared, key))
        if is_first:
            return fetched
        if fetched.kept is None:  # there is no answer to share
            return await self._alone(prepared)
        return Fetched(fetched.kept, None, 0.0, hit=True)

    async def _alone(self, prepared: Prepared) -> Fetched:
        answer = await super().answer(prepared)
        return Fetched(None, answer, answer.seconds)

    async def _evaluated(self, prepared: Prepared, key: str) -> Fetched:
        answer = await super().answer(prepared)
        if answer.truncated or answer.length > self.cache.largest:
            return Fetched(None, answer, answer.seconds)
        try:
            kept = CachedAnswer(key, answer.read(), answer.seconds)
        finally:
            answer.close()
        self.cache.put(kept)
        return Fetched(kept, None, kept.seconds)
