"""Keep whole answers for the next client that asks the same, within a bound on bytes.

https://www.rfc-editor.org/rfc/rfc9111 leaves this to the origin server. An answer is found by its
own key, or at once by the request that led to it before: both count.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from samgraf import limits
from samgraf.gateway.compression import AcceptedEncoding, compressed
from samgraf.sparql.headers import tag

Headers = list[tuple[bytes, bytes]]
#: Headers that a 304 does not need: https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
_OF_THE_BODY = frozenset((b"content-type", b"content-length", b"content-encoding"))


class RequestKey(NamedTuple):
    """All that the bytes of an answer depend on in a request, as it came."""

    path: bytes
    query: bytes
    host: bytes
    accept: bytes | None
    encoding: bytes | None
    language: bytes | None
    body: bytes = b""
    content_type: bytes | None = None

    @property
    def size(self) -> int:
        """Return the number of bytes that it holds."""
        return sum(len(part) for part in self if part)


class QueryFacts(NamedTuple):
    """What logs and metrics tell of a query; of a page, nothing."""

    query: str | None = None
    form: str = ""
    format: str = ""


@dataclass(slots=True, eq=False)
class CachedAnswer:
    """A whole answer: plain, and in each content coding that was asked for."""

    key: str
    body: bytes
    seconds: float
    coded: dict[str, bytes] = field(default_factory=dict)
    requests: dict[RequestKey, int] = field(default_factory=dict)
    size: int = 0


@dataclass(slots=True, eq=False)
class Representation:
    """An answer as it is sent: headers and body in one content coding."""

    headers: Headers
    not_modified: Headers
    body: bytes
    etag: str
    facts: QueryFacts
    answer: CachedAnswer
    written: bytes = b""  # the headers as lines, where they have been needed

    def lines(self) -> bytes:
        """Return the headers as they stand in a response, with the empty line behind them."""
        if not self.written:
            self.written = b"".join(b"%s: %s\r\n" % header for header in self.headers) + b"\r\n"
        return self.written


class ResponseCache:
    """Answers of up to ``limit`` bytes together, the least recently used dropped first."""

    def __init__(self, limit: int):
        self.limit, self.bytes = limit, 0
        self._answers: OrderedDict[str, CachedAnswer] = OrderedDict()
        self._requests: dict[RequestKey, Representation] = {}

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self._answers)

    @property
    def largest(self) -> int:
        """Return how many bytes an answer may have to be kept."""
        return self.limit // limits.CACHE_SHARE

    def get(self, key: str) -> CachedAnswer | None:
        """Return the answer with ``key``."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def recall(self, request: RequestKey) -> Representation | None:
        """Return what was sent to the same request before, if its answer is still kept."""
        found = self._requests.get(request)
        if found is not None:
            self._answers.move_to_end(found.answer.key)
        return found

    def put(self, answer: CachedAnswer) -> None:
        """Keep ``answer`` unless it is too large."""
        if len(answer.body) > self.largest or answer.key in self._answers:
            return
        self._answers[answer.key] = answer
        self._grow(answer, len(answer.body) + len(answer.key) + limits.CACHE_OVERHEAD)

    async def represent(
        self,
        answer: CachedAnswer,
        headers: Headers,
        etag: str,
        encoding: AcceptedEncoding,
        facts: QueryFacts,
    ) -> Representation:
        """Return ``answer`` with ``headers``, in the coding that the client prefers.

        Each coding is a representation with a tag of its own:
        https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3.
        """
        coding = encoding.for_length(len(answer.body))
        quoted = tag(etag, coding)
        body = answer.coded.get(coding) if coding else answer.body
        if body is None:
            body = answer.coded[coding] = await compressed(answer.body, coding)
            self._grow(answer, len(body))
        sent = [*headers, (b"content-length", b"%d" % len(body)), (b"etag", quoted.encode())]
        if coding:
            sent.append((b"content-encoding", coding.encode()))
        without = [header for header in sent if header[0] not in _OF_THE_BODY]
        return Representation(sent, without, body, quoted, facts, answer)

    def remember(self, request: RequestKey, representation: Representation) -> None:
        """Find ``representation`` by ``request`` from now on."""
        answer, facts = representation.answer, representation.facts
        size = request.size + len(facts.query or "")
        if self._answers.get(answer.key) is not answer or request in self._requests:
            return
        if size > limits.CACHE_KEY_BYTES:
            return
        if len(answer.requests) >= limits.CACHE_REQUESTS:
            oldest = next(iter(answer.requests))
            del self._requests[oldest]
            self._grow(answer, -answer.requests.pop(oldest))
        self._requests[request] = representation
        answer.requests[request] = size + limits.CACHE_OVERHEAD
        self._grow(answer, size + limits.CACHE_OVERHEAD)

    def _grow(self, answer: CachedAnswer, size: int) -> None:
        if self._answers.get(answer.key) is not answer:
            return
        answer.size += size
        self.bytes += size
        while self.bytes > self.limit and self._answers:
            _, dropped = self._answers.popitem(last=False)
            self.bytes -= dropped.size
            for request in dropped.requests:
                del self._requests[request]
