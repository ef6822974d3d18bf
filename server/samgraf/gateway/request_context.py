"""One request: what it says, how it is answered, and the record of how that went."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from samgraf import limits
from samgraf.gateway.cache import Headers, QueryFacts, Representation, RequestKey
from samgraf.gateway.http_bounds import ByteBudget
from samgraf.gateway.rate_limit import Client, RateLimit
from samgraf.gateway.release_runtime import ReleaseRuntime
from samgraf.gateway.request_log import RequestRecord
from samgraf.gateway.telemetry import CLIENT_ERRORS, Telemetry
from samgraf.sparql.headers import knows
from samgraf.sparql.problems import MEDIA_TYPE, ProblemError, RequestOutcome

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientDisconnectedError(Exception):
    """The client has gone before its request was whole."""


class RequestContext:
    """A request of https://asgi.readthedocs.io/en/latest/specs/www.html, to be answered once.

    ``path`` is the one that it asks for, below that of the setting ``base``, as it was sent.
    """

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        runtime: ReleaseRuntime,
        headers: dict[bytes, bytes],
        client: Client,
        began: float,
        path: str,
    ):
        self.scope, self.receive, self._send = scope, receive, send
        self.runtime, self.headers, self.client, self.began = runtime, headers, client, began
        self.method: str = scope["method"]
        self.path = path
        self.started = False  # whether the answer has begun
        self.status, self.bytes_sent = 0, 0
        self.client_headers: Headers = []  # for this client alone
        self.facts = QueryFacts()
        self.query_seconds = 0.0
        self.cache, self.outcome = "none", RequestOutcome.PAGE

    def header(self, name: str) -> str | None:
        """Return a header of the request, several of the name joined to a list."""
        value = self.headers.get(name.encode())
        return None if value is None else value.decode("latin-1")

    def if_none_match(self) -> str | None:
        """Return If-None-Match, where the method heeds it."""
        return None if self.method == "POST" else self.header("if-none-match")

    async def read_body(self, limit: int, budget: ByteBudget) -> bytes:
        """Return the body.

        Raise ProblemError 413 above ``limit`` bytes, 408 if it does not come in time, 415 or 501
        in a coding that is not taken, 503 if ``budget`` is used up; ClientDisconnectedError.
        """
        if self.headers.get(b"transfer-encoding", b"chunked").lower() != b"chunked":
            raise ProblemError(501, "Of the transfer codings, only chunked is taken.")
        if self.headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise ProblemError(415, "The body is to come without a content coding.")
        declared = self.headers.get(b"content-length", b"0")
        if len(declared) > 18 or not declared.isdigit() or int(declared) > limit:
            raise _too_long(limit)
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(limits.BODY_SECONDS):
                while True:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnectedError
                    piece = message.get("body", b"")
                    size += len(piece)
                    if size > limit:
                        raise _too_long(limit)
                    pieces.append(piece)
                    within = budget.change(len(piece))
                    if not message.get("more_body", False):
                        return b"".join(pieces)
                    if not within:
                        raise ProblemError(
                            503, "Too much is being sent at the moment. Come again shortly."
                        )
        except TimeoutError:
            raise ProblemError(
                408, f"The body did not come within {limits.BODY_SECONDS:g} seconds."
            ) from None
        finally:
            budget.change(-sum(map(len, pieces)))

    async def start(self, status: int, headers: Headers) -> None:
        """Send the head of the answer.

        Raise ProblemError 412 where If-Match names other states than that which would be sent.
        """
        self._require_match(status, headers)
        self.started, self.status = True, status
        if self.client_headers:
            headers = [*headers, *(h for h in self.client_headers if h not in headers)]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def _require_match(self, status: int, headers: Headers) -> None:
        """Evaluate https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1, before If-None-Match.

        Nothing here has a Last-Modified, so that conditions on it are ignored.
        """
        wanted = None if self.method == "POST" else self.header("if-match")
        if wanted is None or status not in (200, 206, 304):
            return
        tags = {tag.strip() for tag in wanted.split(",")}
        if not tags & {"*", dict(headers).get(b"etag", b"").decode()}:
            raise ProblemError(412, "If-Match names another state of this than the present one.")

    async def send_body(self, body: bytes, *, more: bool = False) -> None:
        """Send the body, or a piece of it; wait while the client takes too little."""
        if self.method == "HEAD" or self.status in (204, 304):
            body = b""
        self.bytes_sent += len(body)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def send(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """Answer with ``headers`` and those that every answer has."""
        headers = [*self.runtime.headers, *headers]
        if status not in (204, 304) and not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", b"%d" % len(body)))
        await self.start(status, headers)
        await self.send_body(body)

    async def send_representation(self, sent: Representation) -> None:
        """Answer with ``sent``; with 304 if the client has it, by the tags that it names."""
        self.facts = sent.facts
        known = self.if_none_match()
        if known and (known.strip() == "*" or knows(known, sent.etag)):
            await self.start(304, sent.not_modified)
            await self.send_body(b"")
        else:
            await self.start(200, sent.headers)
            await self.send_body(sent.body)

    async def send_problem(self, problem: ProblemError) -> None:
        """Answer with ``problem`` as JSON."""
        self.outcome = problem.outcome
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"cache-control", b"no-store"),
            (b"vary", b"Accept"),
            *encoded(problem.headers.items()),
        ]
        await self.send(problem.status.value, headers, problem.to_json())

    def finish(self, telemetry: Telemetry, rate_limit: RateLimit) -> None:
        """Write the record, and take what the request used from the client's share."""
        rate_limit.spend(
            self.client,
            0.0 if self.cache == "hit" else self.query_seconds,
            self.outcome in CLIENT_ERRORS,
        )
        telemetry.finished(
            RequestRecord(
                self.client,
                self.method,
                self.scope["path"],
                self.status,
                time.perf_counter() - self.began,
                self.query_seconds,
                self.bytes_sent,
                self.cache,
                self.outcome,
                self.facts.query,
                self.facts.form,
                self.facts.format,
                self.runtime.service.release,
            )
        )


class cancel_on_disconnect:
    """Cancel the current task when its client disconnects.

    The client is watched after some ``seconds``, since most answers are there before.
    """

    def __init__(self, receive: Receive, seconds: float = limits.WATCH_AFTER_SECONDS):
        self._receive, self._seconds = receive, seconds
        self._watcher: asyncio.Task | None = None

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._timer = loop.call_later(self._seconds, self._start)

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def _start(self) -> None:
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._task is not None:
            self._task.cancel()


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers of a request by their names in lower case; lists are joined.

    https://www.rfc-editor.org/rfc/rfc9110#section-5.3. Raise ProblemError 400 if there are
    several of Host: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.
    """
    pairs = scope["headers"]
    headers = dict(pairs)
    if len(headers) != len(pairs):
        headers = {}
        for name, value in pairs:
            headers[name] = headers[name] + b", " + value if name in headers else value
        if sum(name == b"host" for name, _ in pairs) > 1:
            raise ProblemError(400, "A request names one Host.")
    return headers


def request_key(path: bytes, query: bytes, headers: dict[bytes, bytes]) -> RequestKey:
    """Return what the answer to a request without a body depends on."""
    get = headers.get
    return RequestKey(
        path,
        query,
        get(b"host", b""),
        get(b"accept"),
        get(b"accept-encoding"),
        get(b"accept-language"),
    )


def encoded(headers: Any) -> Headers:
    """Return pairs of text as headers of ASGI."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _too_long(limit: int) -> ProblemError:
    return ProblemError(413, f"The body of the request is longer than {limit} bytes.", limit=limit)
