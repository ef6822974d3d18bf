"""Put one query to a partner by HTTP, and receive the answer within bounds.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import quote, urlencode

import httpcore

from samgraf import __version__, limits
from samgraf.federation.addresses import check_endpoint
from samgraf.federation.network import PinnedBackend
from samgraf.http_connections import HTTP_ERRORS, HttpConnections, HttpReply, reason_of
from samgraf.release.partner import Partner
from samgraf.sparql.federated.faults import Fault, PartnerError

FORM = "application/x-www-form-urlencoded"
Take = Callable[[int], None]
_WORDS = 120  # characters of a partner's own words that are passed on
_MARKUP = re.compile(rb"<[^<>]*>|[\x00-\x20]+")


class NoMemoryError(PartnerError):
    """All memory for answers of partners is in use: nothing that the partner can help."""

    def __init__(self, what: str):
        super().__init__(Fault.BUSY, f"{what} take all the memory that there is for them.", 1.0)


class MemoryBudget:
    """Bytes that several holders may use together, at most ``limit``; ``what`` names them."""

    def __init__(self, limit: int, what: str):
        self._limit, self._what = limit, what
        self.used = 0

    @contextmanager
    def share(self) -> Generator[Take]:
        """Give one holder the function that takes so many bytes more; at the end, all are free.

        It raises PartnerError where the bytes are not there: TOO_LARGE where they never are. Then
        the holder's are given back at once, so that not all who ask at the same time go without.
        """
        held = 0

        def take(size: int) -> None:
            nonlocal held
            if held + size <= self._limit and self.used + size <= self._limit:
                held += size
                self.used += size
                return
            is_never = held + size > self._limit
            self.used -= held
            held = 0
            if is_never:
                what = f"{self._what} take more than {self._limit} bytes."
                raise PartnerError(Fault.TOO_LARGE, what)
            raise NoMemoryError(self._what)

        try:
            yield take
        finally:
            self.used -= held


@asynccontextmanager
async def within(seconds: float, partner: str) -> AsyncGenerator[None]:
    """Raise PartnerError where the body, a request to ``partner``, takes more than ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise PartnerError(
            Fault.TIMEOUT, f"The partner {partner} did not answer within {seconds:g} s."
        ) from None


class PartnerEndpoint:
    """The HTTP endpoint of one partner. Of one event loop.

    ``contact`` tells the partner whom to write to.
    """

    def __init__(self, partner: Partner, contact: str, backend: PinnedBackend):
        """Raise PartnerError where the address of the partner is refused as it is written."""
        endpoint = check_endpoint(partner.endpoint, backend.allowed)
        self._target, self._method = endpoint.target, partner.method
        self._headers = [
            ("User-Agent", user_agent(contact)),
            ("Accept-Encoding", "identity"),
        ]
        self._name = f"The partner {partner.name}"
        # as many as the requests at a time, which the partner's record bounds
        self._connections = HttpConnections(
            endpoint.scheme,
            endpoint.host,
            endpoint.port,
            connect_seconds=limits.PARTNER_CONNECT_SECONDS,
            most_idle=limits.PARTNER_IDLE_CONNECTIONS,
            idle_seconds=limits.PARTNER_IDLE_SECONDS,
            backend=backend,
        )

    async def ask(self, query: str, accept: str, take: Take = lambda _: None) -> HttpReply:
        """Return the answer to ``query``; raise PartnerError where there is none.

        What is received is taken by ``take``. Cancelling closes the connection.
        """
        fields = urlencode({"query": query})
        target, headers, body = self._target, [*self._headers, ("Accept", accept)], None
        if self._method == "GET":
            target += ("&" if "?" in target else "?") + fields
        else:
            body = fields.encode("ascii")
            headers.append(("Content-Type", FORM))
        try:
            reply = await self._connections.send(
                self._method, target, headers, body, self._bound, take=take
            )
        except HTTP_ERRORS as error:
            is_late = isinstance(error, httpcore.TimeoutException | TimeoutError)
            fault = Fault.TIMEOUT if is_late else Fault.UNREACHABLE
            raise PartnerError(fault, f"{self._name} {reason_of(error)}.") from error
        if reply.status != 200:
            raise self._refusal(reply)
        if len(reply.body) > (most := limits.PARTNER_ANSWER_BYTES):
            raise PartnerError(Fault.TOO_LARGE, f"{self._name} sent more than {most} bytes.")
        return reply

    async def aclose(self) -> None:
        """Close the connections that are kept."""
        await self._connections.aclose()

    def _bound(self, head: HttpReply) -> int:
        """Return how many bytes the body may have; raise PartnerError where none is wanted."""
        if head.status != 200:
            return limits.PARTNER_ERROR_BYTES
        coding = head.header("content-encoding").strip().lower()
        if coding not in ("", "identity"):
            raise self.malformed(f"in a coding that was not asked for ({_shown(coding.encode())})")
        if not head.is_framed:
            raise self.malformed("without telling where the answer ends")
        return limits.PARTNER_ANSWER_BYTES

    def _refusal(self, reply: HttpReply) -> PartnerError:
        """Return what an answer of another status than 200 tells."""
        status = reply.status
        if status in (429, 503):
            words = f"{self._name} asks to come back later ({status})."
            return PartnerError(Fault.BUSY, words, reply.retry_after)
        if 300 <= status < 400:
            place = _shown((reply.header("location") or "elsewhere").encode("latin-1"))
            words = f"redirects ({status}) to {place!r}. Redirects are not followed."
        else:
            words = f"answered with status {status}{quoted(first_words(reply.body))}."
        return PartnerError(Fault.STATUS, f"{self._name} {words}")

    def malformed(self, how: str) -> PartnerError:
        """Return the error that an answer is not what was asked for."""
        return PartnerError(Fault.FORMAT, f"{self._name} answered {how}.")

    def unexpected(self, answer: HttpReply) -> PartnerError:
        """Return the error that an answer has another media type than was asked for."""
        kind = _shown(answer.media_type.encode("latin-1")) or "no media type"
        return self.malformed(f"with {kind}{quoted(first_words(answer.body))}")


def user_agent(contact: str) -> str:
    """Return what this server calls itself: partners want to know whom to write to."""
    return f"samgraf/{__version__} (+{quote(contact, safe='-._~:/?#@!$&*+,;=%')})"


def first_words(body: bytes) -> str:
    """Return the first printable words of what a partner sent, without mark-up."""
    return _shown(_MARKUP.sub(b" ", body[: 8 * _WORDS]))


def quoted(words: str) -> str:
    """Return ``words`` as they are told after a colon, if there are any."""
    return f": {words!r}" if words else ""


def _shown(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _WORDS else text[:_WORDS] + "…"
