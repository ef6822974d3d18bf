"""Ask one partner within its limits: so many requests at once, none while it is left alone."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

from samgraf.engine.remote.http import Exchange
from samgraf.federation.desk.cache import Answer
from samgraf.federation.single_flight import TIMED_OUT, Progress
from samgraf.federation.partner_http import Requests
from samgraf.federation.circuit_breaker import Rest
from samgraf.federation.results import ACCEPT, read_rows
from samgraf.federation.desk.threads import in_thread
from samgraf.release.partner import JSON, Partner
from samgraf.sparql.federated.partner_error import Fault, PartnerError

ALL = 0.9  # the part of its deadline after which a partner had all the time that it has


class Line:
    """Hold what is known of one partner while the process lives."""

    def __init__(self, partner: Partner, requests: Requests):
        self.partner = partner
        self._requests = requests
        self._slots = asyncio.Semaphore(max(1, partner.parallel))
        self._rest = Rest(partner.name)
        self._last: dict[str, Any] | None = None
        self._outcomes: Counter[str] = Counter()
        self._seconds = 0.0
        self._bytes = 0

    async def ask(self, query: str, seconds: float, most: int, progress: Progress) -> Answer:
        """Return the partner's answer now; raise PartnerError where it gives none."""
        until = time.monotonic() + seconds
        await self._rest.over(until)
        async with self._slots:
            await self._rest.over(until)  # it may have asked for a pause meanwhile
            progress.asked = True
            try:
                return await self._noted(query, most)
            except PartnerError as error:
                if error.fault is not Fault.BUSY:
                    raise
                await self._rest.over(until)
            return await self._noted(query, most)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._requests.close()

    def state(self) -> dict[str, Any]:
        """Return the last contact and the counts, as ``states()`` tells them."""
        return {
            "partner": self.partner.name,
            "last": self._last,
            "outcomes": dict(self._outcomes),
            "seconds": self._seconds,
            "bytes": self._bytes,
            "paused": self._rest.left,
        }

    def _judge(self, fault: str | None, seconds: float, *, done: bool) -> None:
        # whoever allows little time cannot keep the partner from others
        silent = fault == Fault.TIMEOUT and seconds >= ALL * self.partner.deadline
        if silent or fault == Fault.UNREACHABLE:
            self._rest.failed()
        elif done or (fault is not None and fault != Fault.TIMEOUT):
            self._rest.answered()

    async def _noted(self, query: str, most: int) -> Answer:
        began, at = time.monotonic(), time.time()
        outcome, fault, rows, size = "failed", None, None, 0
        try:
            answer = await self._send(query, most)
            outcome, rows, size = "ok", answer.rows.count, answer.size
            return answer
        except PartnerError as error:
            fault = error.fault.value, str(error)
            if error.fault is Fault.BUSY:
                self._rest.asked_for(error.retry_after)
            raise
        except asyncio.CancelledError as gone:
            if gone.args == (TIMED_OUT,):
                fault = Fault.TIMEOUT.value, "It did not answer in time."
            else:
                outcome = "cancelled"
            raise
        finally:
            seconds = time.monotonic() - began
            self._judge(fault and fault[0], seconds, done=outcome == "ok")
            self._outcomes[fault[0] if fault else outcome] += 1
            self._seconds += seconds
            self._bytes += size
            if outcome != "cancelled":
                self._last = {
                    "at": at,
                    "outcome": outcome,
                    "fault": fault and fault[0],
                    "reason": fault and fault[1],
                    "seconds": seconds,
                    "rows": rows,
                }

    async def _send(self, query: str, most: int) -> Answer:
        deadline = self.partner.deadline
        exchange = Exchange(time.monotonic() + deadline)
        try:
            async with asyncio.timeout(deadline):
                return await in_thread(exchange, self._blocking, query, most, exchange)
        except TimeoutError:
            raise PartnerError(
                Fault.TIMEOUT,
                f"The partner {self.partner.name} did not answer within {deadline:g} s.",
            ) from None

    def _blocking(self, query: str, most: int, exchange: Exchange) -> Answer:
        accept = ACCEPT.get(self.partner.format, ACCEPT[JSON])
        reply = self._requests.send(query, accept, exchange)
        at = time.time()
        rows = read_rows(self._requests, reply, most, lambda: exchange.aborted)
        return Answer(rows, at, len(reply.body))
