"""Answer what web processes ask of partners: from the cache, from a request under way, or anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from samgraf.federation.desk.cache import Answer, Answers
from samgraf.federation.single_flight import Flights, NotAskedError, Progress
from samgraf.federation.desk.line import Line
from samgraf.federation.network import Network
from samgraf.federation.partner_http import Requests
from samgraf.release.partner import Partner
from samgraf.sparql.federated.partner_error import Fault, PartnerError


class Given(NamedTuple):
    """Hold an answer as it is given to one who asked."""

    answer: Answer
    cached: bool
    size: int


class Desk:
    """Ask ``partners`` over ``network``; ``refused`` tells which cannot be asked, and why."""

    def __init__(
        self, partners: Iterable[Partner], contact: str, network: Network, cache_bytes: int
    ):
        self._lines: dict[str, Line] = {}
        self.refused: dict[str, PartnerError] = {}
        for partner in partners:
            try:
                requests = Requests(partner, contact, network)
            except PartnerError as error:
                self.refused[partner.name] = error
            else:
                self._lines[partner.name] = Line(partner, requests)
        self._answers = Answers(cache_bytes)
        self._flights: Flights[Answer] = Flights()

    async def ask(
        self, partner: str, query: str, seconds: float, most: int, last_good: bool
    ) -> Given:
        """Return the partner's answer; raise PartnerError where there is none."""
        try:
            return await self._ask(partner, query, seconds, most)
        except PartnerError as error:
            old = self._answers.get(partner, query) if last_good else None
            if old is None or error.fault is Fault.TOO_LARGE:
                raise
            return self._within(Given(old, True, 0), most)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        for line in self._lines.values():
            line.close()

    def states(self) -> list[dict[str, Any]]:
        """Return what is known of each partner."""
        told = [
            {**line.state(), "cached": self._answers.held[name]}
            for name, line in self._lines.items()
        ]
        return told + [
            {"partner": name, "last": None, "refused": str(error)}
            for name, error in self.refused.items()
        ]

    async def _ask(self, partner: str, query: str, seconds: float, most: int) -> Given:
        line = self._lines.get(partner)
        if line is None:
            raise self.refused.get(partner) or PartnerError(
                Fault.ADDRESS, f"No partner is named {partner!r}."
            )
        kept = self._answers.get(partner, query, line.partner.cache_seconds)
        if kept is not None:
            return self._within(Given(kept, True, 0), most)

        async def begin(progress: Progress) -> Answer:
            answer = await line.ask(query, seconds, most, progress)
            self._answers.put(partner, query, answer)
            return answer

        try:
            answer, first = await self._flights.share((partner, query, most), begin, seconds)
        except NotAskedError:
            raise PartnerError(
                Fault.BUSY, f"Others asked the partner {partner} for all of {seconds:g} s."
            ) from None
        except TimeoutError:
            raise PartnerError(
                Fault.TIMEOUT, f"The partner {partner} did not answer within {seconds:g} s."
            ) from None
        return Given(answer, False, answer.size if first else 0)

    def _within(self, given: Given, most: int) -> Given:
        if given.answer.rows.count > most:
            raise PartnerError(Fault.TOO_LARGE, f"The answer has more than {most} rows.")
        return given
