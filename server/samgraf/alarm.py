"""One timer of an event loop for all who want to be told later: most are done long before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Alarm(Generic[K]):
    """Call ``ring`` with each of what was set, once its time has come; setting is cheap."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[K], None]):
        self._loop, self._ring = loop, ring
        self._due: dict[K, float] = {}
        self._next = float("inf")  # when the timer rings, if it does
        self._timer: asyncio.TimerHandle | None = None

    def set(self, what: K, when: float) -> None:
        """Ring for ``what`` at ``when`` in the loop's time, and at no other time set before."""
        self._due[what] = when
        if when < self._next:
            self._arm(when)

    def drop(self, what: K) -> None:
        """Do not ring for ``what``."""
        self._due.pop(what, None)

    def _arm(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._next = when
        self._timer = self._loop.call_at(when, self._fire)

    def _fire(self) -> None:
        self._timer, self._next = None, float("inf")
        # the loop may call somewhat early
        now = self._loop.time() + 0.0005
        try:
            for what in [what for what, when in self._due.items() if when <= now]:
                if self._due.get(what, float("inf")) <= now:
                    del self._due[what]
                    self._ring(what)
        finally:
            # also where ringing failed: the others are still due
            following = min(self._due.values(), default=float("inf"))
            if following < self._next:
                self._arm(following)
