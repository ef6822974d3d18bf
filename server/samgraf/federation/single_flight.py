"""Do the same work once for all who ask for it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from contextlib import nullcontext
from typing import Generic, TypeVar

T = TypeVar("T")
#: The message of the cancellation where the last caller's time was over; else callers left.
TIMED_OUT = "timed out"


class FlightProgress:
    """The progress of work: the work sets ``started`` once it no longer waits for its turn."""

    started = False


class NotStartedError(TimeoutError):
    """The time of a caller was over before the work started."""


class _Flight(Generic[T]):
    """Work under way, and the number of callers that wait for its result.

    ``is_taken`` says whether one of them has it.
    """

    def __init__(self, work: Callable[[FlightProgress], Coroutine[None, None, T]]):
        self.progress, self.callers, self.is_taken = FlightProgress(), 0, False
        self.task = asyncio.ensure_future(work(self.progress))


class SingleFlight(Generic[T]):
    """The work under way by key. Of one event loop.

    A call with the key of work under way waits for its result. The work is cancelled when the last
    of its callers is cancelled or has no time left; it is not when only some of them leave.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight[T]] = {}

    async def do(
        self,
        key: Hashable,
        work: Callable[[FlightProgress], Coroutine[None, None, T]],
        seconds: float | None = None,
    ) -> tuple[T, bool]:
        """Return the result of ``work``, and whether this call is the first to have it.

        Raise what the work raises; TimeoutError after ``seconds``, NotStartedError where the work
        had not started by then.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(work)
            flight.task.add_done_callback(lambda task: self._forget(key, task))
        flight.callers += 1
        reason = None
        try:
            async with nullcontext() if seconds is None else asyncio.timeout(seconds):
                result = await asyncio.shield(flight.task)
            first, flight.is_taken = not flight.is_taken, True
            return result, first
        except TimeoutError:
            if flight.task.done():
                raise  # the work's own
            reason = TIMED_OUT
            if not flight.progress.started:
                raise NotStartedError from None
            raise
        finally:
            flight.callers -= 1
            if not flight.callers and not flight.task.done():
                self._forget(key, flight.task)  # the next caller begins anew
                flight.task.cancel(reason)

    def _forget(self, key: Hashable, task: asyncio.Task[T]) -> None:
        flight = self._flights.get(key)
        if flight is not None and flight.task is task:
            del self._flights[key]
        if task.done() and not task.cancelled():
            task.exception()  # callers have it, if there are any
