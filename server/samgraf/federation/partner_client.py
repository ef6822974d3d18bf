"""Ask partners, politely and safely: from the cache, by a request under way, or anew.

One client serves a web process as long as it lives; releases come and go under it.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from samgraf import limits
from samgraf.federation.network import PinnedBackend, hosts_of
from samgraf.federation.partner_channel import PartnerChannel, PartnerState
from samgraf.federation.partner_http import MemoryBudget, PartnerEndpoint
from samgraf.federation.results import PartnerReply
from samgraf.federation.single_flight import FlightProgress, NotStartedError, SingleFlight
from samgraf.release.partner import Partner
from samgraf.settings import Settings
from samgraf.sparql.federated.faults import Fault, PartnerError

log = logging.getLogger(__name__)
_ENTRY_BYTES = 1024  # of an answer in the cache beside its rows and its query


class AnswerCache:
    """Answers by endpoint and query, up to ``limit`` bytes; the least recently used one goes first.

    ``now`` gives the seconds since 1970.
    """

    def __init__(self, limit: int, now: Callable[[], float] = time.time):
        self._limit, self._now, self.bytes = limit, now, 0
        self._entries: OrderedDict[tuple[str, str], tuple[PartnerReply, int]] = OrderedDict()
        self.counts: Counter[str] = Counter()

    def get(
        self, endpoint: str, query: str, seconds: float = limits.PARTNER_LAST_GOOD_SECONDS
    ) -> PartnerReply | None:
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

    def put(self, endpoint: str, query: str, answer: PartnerReply) -> None:
        """Keep ``answer`` in place of an earlier one, unless it is too large."""
        key = endpoint, query
        size = answer.memory + len(query) + _ENTRY_BYTES
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


class PartnerClient:
    """Asks partners for a whole process. Of one event loop.

    ``backend`` makes the connections, ``now`` gives the seconds since 1970.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        backend: PinnedBackend | None = None,
        now: Callable[[], float] = time.time,
    ):
        self._now = now
        self._contact = settings.contact
        self._backend = backend or PinnedBackend(hosts_of(settings.partner_hosts))
        self._channels: dict[str, PartnerChannel] = {}
        self._endpoints: list[PartnerEndpoint] = []  # those of earlier records too
        self._listed: dict[str, str] = {}  # why partners of the release are refused, or nothing
        self._cache = AnswerCache(settings.partner_cache_bytes, now)
        self._flights: SingleFlight[PartnerReply] = SingleFlight()
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
            return _reply(old._replace(cached=True, size=0), max_rows)

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

    def _channel(self, partner: Partner) -> PartnerChannel:
        """Return the channel to ``partner``; raise PartnerError where its address is refused."""
        known = self._channels.get(partner.name)
        if known is not None and known.partner == partner:
            return known
        endpoint = PartnerEndpoint(partner, self._contact, self._backend)
        self._endpoints.append(endpoint)
        self._channels[partner.name] = channel = PartnerChannel(
            partner, endpoint, self._transfers, self._readers, self._now
        )
        return channel

    async def _ask(self, partner: Partner, query: str, seconds: float, most: int) -> PartnerReply:
        kept = self._cache.get(partner.endpoint, query, partner.cache_seconds)
        if kept is not None:
            return _reply(kept._replace(cached=True, size=0), most)
        channel = self._channel(partner)

        async def work(progress: FlightProgress) -> PartnerReply:
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
        return _reply(answer if first else answer._replace(size=0), most)


def _reply(reply: PartnerReply, most: int) -> PartnerReply:
    if len(reply.rows) > most:
        raise PartnerError(Fault.TOO_LARGE, f"The answer has more than {most} rows.")
    return reply
