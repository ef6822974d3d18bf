"""Ask one partner: so many requests at once, none while it is not to be asked, each recorded."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from samgraf import limits
from samgraf.federation.circuit_breaker import CircuitBreaker
from samgraf.federation.partner_http import (
    MemoryBudget,
    NoMemoryError,
    PartnerEndpoint,
    first_words,
    quoted,
    within,
)
from samgraf.federation.results import PartnerReply, fault_in, read_by
from samgraf.federation.results_json import read_json
from samgraf.federation.results_xml import read_xml
from samgraf.federation.single_flight import TIMED_OUT, FlightProgress
from samgraf.http_connections import HttpReply
from samgraf.release.partner import JSON, XML, Partner
from samgraf.sparql.federated.faults import Fault, PartnerError

#: What to ask for, by the format of a partner's record; the other is taken too.
_ACCEPT = {JSON: f"{JSON}, {XML};q=0.5", XML: f"{XML}, {JSON};q=0.5"}
_READERS = {
    JSON: read_json,
    "application/json": read_json,
    XML: read_xml,
    "application/xml": read_xml,
    "text/xml": read_xml,
}


@dataclass(frozen=True)
class LastContact:
    """The last request to a partner; ``fault`` is a Fault, nothing where it answered."""

    at: float  # seconds since 1970
    fault: str = ""
    reason: str = ""
    seconds: float = 0.0
    rows: int = 0


@dataclass
class PartnerState:
    """What is known of a partner since the process began: for metrics and pages.

    ``outcomes`` counts requests by outcome: ``ok``, ``cancelled`` or a Fault. ``seconds`` and
    ``bytes`` are what they took in all, ``cached`` the answers that are kept, ``paused`` the
    seconds for which it is not asked. ``refused`` says why it is never asked, if so.
    """

    partner: str
    last: LastContact | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    bytes: int = 0
    cached: int = 0
    paused: float = 0.0
    refused: str = ""


class PartnerChannel:
    """The requests to one partner: so many at once, none while its circuit breaker is open.

    What it receives is taken from ``transfers``, what is long is read by ``readers``. ``now``
    gives the seconds since 1970.
    """

    def __init__(
        self,
        partner: Partner,
        endpoint: PartnerEndpoint,
        transfers: MemoryBudget,
        readers: Executor,
        now: Callable[[], float],
    ):
        self.partner, self._endpoint = partner, endpoint
        self._transfers, self._readers = transfers, readers
        self._now = now
        self._slots = asyncio.Semaphore(max(1, partner.parallel))
        self._breaker = CircuitBreaker(partner.name)
        self._state = PartnerState(partner.name)

    async def ask(
        self, query: str, seconds: float, most: int, progress: FlightProgress
    ) -> PartnerReply:
        """Return the partner's answer now; raise PartnerError where it gives none."""
        until = time.monotonic() + seconds
        await self._breaker.closed(until)
        async with self._slots:
            await self._breaker.closed(until)  # it may have asked for a pause meanwhile
            progress.started = True
            try:
                return await self._recorded(query, most)
            except PartnerError as error:
                if error.fault is not Fault.BUSY or isinstance(error, NoMemoryError):
                    raise
                await self._breaker.closed(until)
            return await self._recorded(query, most)

    def state(self, cached: int) -> PartnerState:
        """Return what is known of the partner, of whose answers so many are ``cached``."""
        known, outcomes = self._state, self._state.outcomes.copy()
        return replace(known, outcomes=outcomes, cached=cached, paused=self._breaker.seconds_open)

    async def _recorded(self, query: str, most: int) -> PartnerReply:
        """Make one request, and record how it went."""
        began, at = time.monotonic(), self._now()
        outcome, reason, rows, size = "ok", "", 0, 0
        try:
            answer = await self._request(query, most)
            rows, size = len(answer.rows), answer.size
            return answer
        except PartnerError as error:
            outcome, reason = error.fault.value, str(error)
            if error.fault is Fault.BUSY and not isinstance(error, NoMemoryError):
                self._breaker.pause(error.retry_after)
            raise
        except asyncio.CancelledError as gone:
            outcome = "cancelled"
            if gone.args == (TIMED_OUT,):
                outcome, reason = Fault.TIMEOUT.value, "It did not answer in time."
            raise
        finally:
            seconds = time.monotonic() - began
            self._judge(outcome, seconds)
            state = self._state
            state.outcomes[outcome] += 1
            state.seconds += seconds
            state.bytes += size
            if outcome == "ok":
                state.last = LastContact(at, seconds=seconds, rows=rows)
            elif outcome != "cancelled":
                state.last = LastContact(at, outcome, reason, seconds)

    def _judge(self, outcome: str, seconds: float) -> None:
        # a client that allows little time cannot keep the partner from others
        whole = seconds >= limits.BREAKER_FULL_DEADLINE * self.partner.deadline
        if outcome == Fault.UNREACHABLE or (outcome == Fault.TIMEOUT and whole):
            self._breaker.record_failure()
        elif outcome not in (Fault.TIMEOUT, "cancelled"):
            self._breaker.record_answer()

    async def _request(self, query: str, most: int) -> PartnerReply:
        """Return the answer to one request; raise PartnerError where there is none."""
        partner = self.partner
        accept = _ACCEPT.get(partner.format, _ACCEPT[JSON])
        with self._transfers.share() as take:
            async with within(partner.deadline, partner.name):
                answer = await self._endpoint.ask(query, accept, take)
                at = self._now()
                reply = await self._read(answer, most)
        return reply._replace(at=at, size=len(answer.body))

    async def _read(self, answer: HttpReply, most: int) -> PartnerReply:
        reader = _READERS.get(answer.media_type)
        if reader is None:
            raise self._endpoint.unexpected(answer)
        body = answer.body
        try:
            return await read_by(reader, body, most, self._readers)
        except ValueError as error:
            said = first_words(body) if reader is read_json and body[:1] != b"{" else ""
            raise self._endpoint.malformed(
                f"with results that cannot be used: {fault_in(error)}{quoted(said)}"
            ) from None
