"""Leave a partner alone: while it asks for that, and for a while where it keeps failing.

https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 (Retry-After)
"""

from __future__ import annotations

import asyncio
import time

from samgraf.sparql.federated.partner_error import Fault, PartnerError

SHORT = 2.0  # seconds that are waited for, where the deadline allows
LONGEST = 3600.0  # what a partner may ask for
DEFAULT = 1.0  # where it asks without a word on how long
PATIENCE = 3  # failures in a row after which it is left alone
FIRST = 5.0  # seconds for the first time, twice as long each further time
MOST = 60.0


class Rest:
    """Know until when the partner ``name`` is left alone, and why."""

    def __init__(self, name: str):
        self._name = name
        self._until = 0.0
        self._failures = 0
        self._failed = False

    @property
    def left(self) -> float:
        """Return the seconds that are left of it."""
        return max(0.0, self._until - time.monotonic())

    def asked_for(self, seconds: float | None) -> None:
        """Take in that the partner asked for it."""
        self._failed = False
        self._begin(min(DEFAULT if seconds is None else seconds, LONGEST))

    def failed(self) -> None:
        """Take in that the partner was out of reach, or silent for all the time that it has."""
        self._failures += 1
        if self._failures >= PATIENCE:
            self._failed = True
            self._begin(min(FIRST * 2 ** (self._failures - PATIENCE), MOST))

    def answered(self) -> None:
        """Take in that the partner answered."""
        self._failures = 0

    async def over(self, until: float) -> None:
        """Return once it is over; raise PartnerError where that takes too long."""
        while (wait := self.left) > 0:
            if wait > SHORT or time.monotonic() + wait >= until:
                raise PartnerError(Fault.BUSY, self._reason(wait), wait)
            await asyncio.sleep(wait)

    def _begin(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def _reason(self, wait: float) -> str:
        if self._failed:
            return (
                f"The partner {self._name} gave no answer {self._failures} times in a row, so it "
                f"is left alone for {wait:.0f} s more."
            )
        return f"The partner {self._name} asked for a pause of {wait:.0f} s more."
