"""What comes back from a partner: rows, or word of what went wrong."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from samgraf.errors import SamgrafError


class Fault(StrEnum):
    """Why a partner gave no answer that can be used."""

    UNREACHABLE = "unreachable"  # no connection: refused, unknown name, broken off, TLS
    ADDRESS = "address"  # its name leads where this server connects to nobody
    TIMEOUT = "timeout"
    BUSY = "busy"  # 429 or 503, or its own bound on parallel requests left no time
    STATUS = "status"  # any other status but 200, redirects among them
    FORMAT = "format"  # not the results that were asked for, whole
    TOO_LARGE = "too-large"


class PartnerError(SamgrafError):
    """A partner did not answer as it should: ``fault`` is the kind, the text says what to know."""

    def __init__(self, fault: Fault, text: str, retry_after: float | None = None):
        super().__init__(text)
        self.fault, self.retry_after = fault, retry_after


class Reply(NamedTuple):
    """Hold a partner's whole answer to a SELECT query.

    Each term of ``rows`` is written as in N-Triples (``<iri>``, ``"text"@en``, ``_:b0``), or
    ``None`` where unbound; they stand in the order of ``variables``. ``at`` is when the partner
    gave it (seconds since 1970), ``cached`` whether that was for an earlier query, ``size`` the
    bytes that came over the network for this one.
    """

    variables: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    at: float
    cached: bool = False
    size: int = 0


class Desk(Protocol):
    """Ask partners on behalf of queries, politely and safely."""

    async def ask(
        self, partner: str, query: str, seconds: float, max_rows: int, *, last_good: bool = False
    ) -> Reply:
        """Return the answer of the partner with that short name to ``query`` within ``seconds``.

        ``last_good`` allows an answer that was kept past its time, where the partner gives none.
        Raise PartnerError where it gives no whole answer of at most ``max_rows`` rows. Cancelling
        ends the request.
        """

    async def states(self) -> list[dict[str, Any]]:
        """Return for each partner what is known of it; nothing where nobody can tell.

        Each has ``partner`` (short name); ``last`` contact, or None before the first: ``at``
        (seconds since 1970), ``outcome`` (``ok``, ``failed``), ``fault``, ``reason``, ``seconds``,
        ``rows``; ``cached`` answers; ``paused``, the seconds that it wants no request; ``outcomes``
        with their counts, ``seconds`` and ``bytes`` in all. A partner whose address is refused has
        ``refused``, the reason, instead.
        """
