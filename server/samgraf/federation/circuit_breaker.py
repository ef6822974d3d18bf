"""Do not ask a partner while it wants a pause, nor for a while after it failed several times.

https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 (Retry-After)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from samgraf import limits
from samgraf.sparql.federated.faults import Fault, PartnerError


class CircuitBreaker:
    """The circuit breaker of the partner ``name``; open means that the partner is not asked.

    ``clock`` gives seconds that only grow, ``sleep`` waits for some of them.
    """

    def __init__(
        self,
        name: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        self._name, self._clock, self._sleep = name, clock, sleep
        self._open_until = 0.0
        self._failures = 0
        self._failed = False

    @property
    def seconds_open(self) -> float:
        """Return the seconds until the partner may be asked again, 0 where it may be now."""
        return max(0.0, self._open_until - self._clock())

    def pause(self, seconds: float | None) -> None:
        """Open it because the partner asked for a pause, of ``seconds`` if it said how many."""
        self._failed = False
        wanted = limits.RETRY_AFTER_DEFAULT_SECONDS if seconds is None else seconds
        self._open_until = self._clock() + min(wanted, limits.RETRY_AFTER_MOST_SECONDS)

    def record_failure(self) -> None:
        """Count a failure: the partner was out of reach, or silent for its whole deadline."""
        self._failures += 1
        if (times := self._failures - limits.BREAKER_FAILURES) >= 0:
            self._failed = True
            seconds = limits.BREAKER_FIRST_SECONDS * 2.0 ** min(times, 30)
            self._open_until = self._clock() + min(seconds, limits.BREAKER_MOST_SECONDS)

    def record_answer(self) -> None:
        """Count an answer, whatever it was: failures are counted from 0 again."""
        self._failures = 0

    async def closed(self, deadline: float) -> None:
        """Return once the partner may be asked.

        Raise PartnerError where that is not soon, or not before ``deadline`` (by ``clock``).
        """
        while (wait := self.seconds_open) > 0:
            if wait > limits.RETRY_AFTER_WAIT_SECONDS or self._clock() + wait >= deadline:
                raise PartnerError(Fault.BUSY, self._reason(wait), wait)
            await self._sleep(wait)

    def _reason(self, wait: float) -> str:
        if self._failed:
            return (
                f"The partner {self._name} gave no answer {self._failures} times in a row, so it "
                f"is not asked for {wait:.0f} s more."
            )
        return f"The partner {self._name} asked for a pause of {wait:.0f} s more."
