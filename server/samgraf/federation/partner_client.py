"""Ask partners, politely and safely: from the cache, by a request under way, or anew.

One client serves a web process as long as it lives; releases come and go under it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from samgraf import limits
from samgraf.federation.circuit_breaker import CircuitBreaker
from samgraf.federation.network import PinnedBackend, hosts_of
from samgraf.federation.partner_http import (
    HttpAnswer,
    MemoryBudget,
    NoMemoryError,
    PartnerEndpoint,
    first_words,
    quoted,
)
from samgraf.federation.results import Rows, fault_in
from samgraf.federation.results_json import read_json
from samgraf.federation.results_xml import read_xml
from samgraf.federation.single_flight import (
    TIMED_OUT,
    FlightProgress,
    NotStartedError,
    SingleFlight,
)
from samgraf.release.partner import JSON, XML, Partner
from samgraf.settings import Settings
from samgraf.sparql.federated.partner_error import Fault, PartnerError

log = logging.getLogger(__name__)
#: What to ask for, by the format of a partner's record; the other is taken too.
_ACCEPT = {JSON: f"{JSON}, {XML};q=0.5", XML: f"{XML}, {JSON};q=0.5"}
_READERS = {
    JSON: read_json,
    "application/json": read_json,
    XML: read_xml,
    "application/xml": read_xml,
    "text/xml": read_xml,
}
_ENTRY_BYTES = 1024  # of an answer in the cache beside its rows and its query


class PartnerReply(NamedTuple):
    """A partner's whole answer to a SELECT query.

    Each term of ``rows`` is written as in N-Triples (``<iri>``, ``"text"@en``, ``_:b0``), or is
    ``None`` where unbound; they stand in the order of ``variables``. ``at`` is when the partner
    gave it (seconds since 1970), ``cached`` whether that was for an earlier query, ``size`` the
    bytes that were received for this one, ``memory`` about what the rows take in bytes.
    """

    variables: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    at: float
    cached: bool = False
    size: int = 0
    memory: int = 0


@dataclass(frozen=True)
class LastContact:
    """The last request to a partner: ``outcome`` is ``ok`` or ``failed``, ``fault`` a Fault."""

    at: float  # seconds since 1970
    outcome: str
    fault: str = ""
    reason: str = ""
    seconds: float = 0.0
    rows: int = 0


@dataclass(frozen=True)
class PartnerState:
    """What is known of a partner since the process began: for metrics and pages.

    ``outcomes`` counts requests by outcome: ``ok``, ``cancelled`` or a Fault. ``seconds`` and
    ``bytes`` are what they took in all, ``cached`` the answers that are kept, ``paused`` the
    seconds for which it is not asked. ``refused`` says why it is never asked, if so.
    """

    partner: str
    last: LastContact | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    bytes: int = 0
    cached: int = 0
    paused: float = 0.0
    refused: str = ""


class _Kept(NamedTuple):
    """An answer of a partner: its rows, when it was given, the bytes that were received."""

    rows: Rows
    at: float
    size: int


class AnswerCache:
    """Answers by endpoint and query, up to ``limit`` bytes; the least recently used one goes first.

    ``now`` gives the seconds since 1970.
    """

    def __init__(self, limit: int, now: Callable[[], float] = time.time):
        self._limit, self._now, self.bytes = limit, now, 0
        self._entries: OrderedDict[tuple[str, str], tuple[_Kept, int]] = OrderedDict()
        self.counts: Counter[str] = Counter()

    def get(
        self, endpoint: str, query: str, seconds: float = limits.PARTNER_LAST_GOOD_SECONDS
    ) -> _Kept | None:
        """Return the answer to ``query`` if it is not older than ``seconds``."""
        key = endpoint, query
        entry = self._entries.get(key)
        if entry is None:
            return None
        age = self._now() - entry[0].at
        if age > limits.PARTNER_LAST_GOOD_SECONDS:
            self._drop(key)
        if not 0 <= age < seconds:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, endpoint: str, query: str, answer: _Kept) -> None:
        """Keep ``answer`` in place of an earlier one, unless it is too large."""
        key = endpoint, query
        size = answer.rows.bytes + len(query) + _ENTRY_BYTES
        if key in self._entries:
            self._drop(key)
        if size > self._limit // limits.PARTNER_CACHE_SHARE:
            return
        self._entries[key] = answer, size
        self.bytes += size
        self.counts[endpoint] += 1
        while self.bytes > self._limit:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: tuple[str, str]) -> None:
        _, size = self._entries.pop(key)
        self.bytes -= size
        self.counts[key[0]] -= 1


class _Channel:
    """The requests to one partner: so many at once, none while its circuit breaker is open."""

    def __init__(self, partner: Partner, endpoint: PartnerEndpoint, client: PartnerClient):
        self.partner, self.endpoint = partner, endpoint
        self._client = client
        self._slots = asyncio.Semaphore(max(1, partner.parallel))
        self._breaker = CircuitBreaker(partner.name, client.clock)
        self._last: LastContact | None = None
        self._outcomes: Counter[str] = Counter()
        self._seconds = 0.0
        self._bytes = 0

    async def ask(self, query: str, seconds: float, most: int, progress: FlightProgress) -> _Kept:
        """Return the partner's answer now; raise PartnerError where it gives none."""
        until = self._client.clock() + seconds
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
        """Return what is known of the partner."""
        return PartnerState(
            partner=self.partner.name,
            last=self._last,
            outcomes=dict(self._outcomes),
            seconds=self._seconds,
            bytes=self._bytes,
            cached=cached,
            paused=self._breaker.seconds_open,
        )

    async def _recorded(self, query: str, most: int) -> _Kept:
        """Make one request, and record how it went."""
        clock = self._client.clock
        began, at = clock(), self._client.now()
        outcome, reason, rows, size = "ok", "", 0, 0
        try:
            answer = await self._client.request(self, query, most)
            rows, size = len(answer.rows.rows), answer.size
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
            seconds = clock() - began
            self._judge(outcome, seconds)
            self._outcomes[outcome] += 1
            self._seconds += seconds
            self._bytes += size
            if outcome == "ok":
                self._last = LastContact(at, "ok", seconds=seconds, rows=rows)
            elif outcome != "cancelled":
                self._last = LastContact(at, "failed", outcome, reason, seconds)

    def _judge(self, outcome: str, seconds: float) -> None:
        # a client that allows little time cannot keep the partner from others
        whole = seconds >= limits.BREAKER_FULL_DEADLINE * self.partner.deadline
        if outcome == Fault.UNREACHABLE or (outcome == Fault.TIMEOUT and whole):
            self._breaker.record_failure()
        elif outcome not in (Fault.TIMEOUT, "cancelled"):
            self._breaker.record_answer()


class PartnerClient:
    """Asks partners for a whole process. Of one event loop.

    ``backend`` makes the connections, ``clock`` gives seconds that only grow, ``now`` the seconds
    since 1970.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        backend: PinnedBackend | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ):
        self.clock, self.now = clock, now
        self._contact = settings.contact
        self._backend = backend or PinnedBackend(hosts_of(settings.partner_hosts))
        self._channels: dict[str, _Channel] = {}
        self._endpoints: list[PartnerEndpoint] = []  # those of earlier records too
        self._listed: dict[str, str] = {}  # why partners of the release are refused, or nothing
        self._cache = AnswerCache(settings.partner_cache_bytes, now)
        self._flights: SingleFlight[_Kept] = SingleFlight()
        self._transfers = MemoryBudget(
            limits.PARTNER_TRANSFER_BYTES, "Answers of partners that are being read"
        )
        # two, so that a small answer is not read behind a large one
        self._readers = ThreadPoolExecutor(2, "partner-answer")

    def use(self, partners: Iterable[Partner]) -> None:
        """Tell of the partners of a release: ``states`` has these from now on.

        What is known of a partner is kept where its record is the same as before. One whose
        address is refused is told in the log; the others are asked nevertheless.
        """
        known = list(partners)
        self._listed = {partner.name: "" for partner in known}
        for partner in known:
            try:
                self._channel(partner)
            except PartnerError as error:
                self._listed[partner.name] = str(error)
                log.warning("The partner %s is left out: %s", partner.name, error)

    async def ask(
        self,
        partner: Partner,
        query: str,
        seconds: float,
        max_rows: int,
        *,
        last_good: bool = False,
    ) -> PartnerReply:
        """Return the answer of ``partner`` to ``query`` within ``seconds``.

        ``last_good`` allows an answer that was kept past its time, where the partner gives none.
        Raise PartnerError where it gives no whole answer of at most ``max_rows`` rows. Cancelling
        ends the request, unless others wait for its answer too.
        """
        try:
            return await self._ask(partner, query, seconds, max_rows)
        except PartnerError as error:
            old = self._cache.get(partner.endpoint, query) if last_good else None
            if old is None or error.fault is Fault.TOO_LARGE:
                raise
            return _reply(old, max_rows, cached=True)

    def states(self) -> list[PartnerState]:
        """Return what is known of each partner of the release."""
        return [
            PartnerState(name, refused=refused)
            if refused
            else (channel := self._channels[name]).state(
                self._cache.counts[channel.partner.endpoint]
            )
            for name, refused in self._listed.items()
        ]

    async def aclose(self) -> None:
        """Close all connections."""
        for endpoint in self._endpoints:
            await endpoint.aclose()
        self._readers.shutdown(wait=False, cancel_futures=True)

    async def request(self, channel: _Channel, query: str, most: int) -> _Kept:
        """Return the answer to one request; raise PartnerError where there is none."""
        partner = channel.partner
        began = self.clock()
        with self._transfers.share() as memory:
            answer = await channel.endpoint.ask(
                query, _ACCEPT.get(partner.format, _ACCEPT[JSON]), partner.deadline, memory
            )
            at = self.now()
            left = max(0.001, partner.deadline - (self.clock() - began))
            try:
                async with asyncio.timeout(left):
                    rows = await self._read(channel.endpoint, answer, most)
            except TimeoutError:
                raise PartnerError(
                    Fault.TIMEOUT,
                    f"The partner {partner.name} did not answer within {partner.deadline:g} s.",
                ) from None
        return _Kept(rows, at, len(answer.body))

    def _channel(self, partner: Partner) -> _Channel:
        """Return the channel to ``partner``; raise PartnerError where its address is refused."""
        known = self._channels.get(partner.name)
        if known is not None and known.partner == partner:
            return known
        endpoint = PartnerEndpoint(partner, self._contact, self._backend)
        self._endpoints.append(endpoint)
        self._channels[partner.name] = channel = _Channel(partner, endpoint, self)
        return channel

    async def _ask(self, partner: Partner, query: str, seconds: float, most: int) -> PartnerReply:
        kept = self._cache.get(partner.endpoint, query, partner.cache_seconds)
        if kept is not None:
            return _reply(kept, most, cached=True)
        channel = self._channel(partner)

        async def work(progress: FlightProgress) -> _Kept:
            answer = await channel.ask(query, seconds, most, progress)
            self._cache.put(partner.endpoint, query, answer)
            return answer

        try:
            answer, first = await self._flights.do((partner.endpoint, query, most), work, seconds)
        except NotStartedError:
            raise PartnerError(
                Fault.BUSY, f"Others asked the partner {partner.name} for all of {seconds:g} s."
            ) from None
        except TimeoutError:
            raise PartnerError(
                Fault.TIMEOUT, f"The partner {partner.name} did not answer within {seconds:g} s."
            ) from None
        return _reply(answer, most, size=answer.size if first else 0)

    async def _read(self, endpoint: PartnerEndpoint, answer: HttpAnswer, most: int) -> Rows:
        reader = _READERS.get(answer.media_type)
        if reader is None:
            raise endpoint.unexpected(answer)
        body, gone = answer.body, False
        try:
            if len(body) <= limits.PARTNER_INLINE_BYTES:
                return reader(body, most, lambda: False)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._readers, reader, body, most, lambda: gone)
        except ValueError as error:
            said = first_words(body) if reader is read_json and body[:1] != b"{" else ""
            raise endpoint.malformed(
                f"with results that cannot be used: {fault_in(error)}{quoted(said)}"
            ) from None
        finally:
            gone = True


def _reply(answer: _Kept, most: int, *, cached: bool = False, size: int = 0) -> PartnerReply:
    rows = answer.rows
    if len(rows.rows) > most:
        raise PartnerError(Fault.TOO_LARGE, f"The answer has more than {most} rows.")
    return PartnerReply(rows.variables, rows.rows, answer.at, cached, size, rows.bytes)
