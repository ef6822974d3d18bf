"""Let all who ask the same at the same time share one request, which goes on while one remains."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
#: What a request is told that ends because the last who asked waited long enough.
TIMED_OUT = "timed out"


class Progress:
    """Tell how far a request has come: ``asked`` once it is with the partner."""

    asked = False


class NotAskedError(TimeoutError):
    """The time was over before the partner was asked."""


class _Flight(Generic[T]):
    def __init__(self, begin: Callable[[Progress], Coroutine[None, None, T]]):
        self.progress, self.askers = Progress(), 0
        self.task = asyncio.ensure_future(begin(self.progress))


class Flights(Generic[T]):
    """Hold the requests under way by key."""

    def __init__(self) -> None:
        self._running: dict[Hashable, _Flight[T]] = {}

    async def share(
        self,
        key: Hashable,
        begin: Callable[[Progress], Coroutine[None, None, T]],
        seconds: float,
    ) -> tuple[T, bool]:
        """Return what ``begin`` returns, and whether this call began it.

        Raise TimeoutError after ``seconds``, NotAskedError where it had only waited until then.
        """
        flight = self._running.get(key)
        first = flight is None
        if flight is None:
            flight = self._running[key] = _Flight(begin)
            flight.task.add_done_callback(lambda task: self._end(key, task))
        flight.askers += 1
        reason = None
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(flight.task), first
        except TimeoutError:
            reason = TIMED_OUT
            if not flight.progress.asked:
                raise NotAskedError from None
            raise
        finally:
            flight.askers -= 1
            if not flight.askers and not flight.task.done():
                # who comes now begins anew
                self._end(key, flight.task)
                flight.task.cancel(reason)

    def _end(self, key: Hashable, task: asyncio.Task[T]) -> None:
        running = self._running.get(key)
        if running is not None and running.task is task:
            del self._running[key]
        if task.done() and not task.cancelled():
            task.exception()  # told to those who wait, if any
