"""The fast lane: answer ``/sparql`` without a web framework.

The protocol itself is ``samgraf.sparql``'s, as for the pages; here are the cache, conditional
requests (https://www.rfc-editor.org/rfc/rfc9110#section-13) and fair use.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Hashable
from typing import Any

from samgraf.alarm import Alarm
from samgraf.gateway.body import read_body
from samgraf.gateway.coding import wish_of
from samgraf.gateway.exchange import FORMAT_NAMES, Exchange, Presence
from samgraf.gateway.flask_bridge import Threads
from samgraf.gateway.replies import represent, send_kept, stream, unmodified
from samgraf.gateway.shared import Fetched
from samgraf.sparql.description import describe
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.headers import OPTIONS, PREFLIGHT
from samgraf.sparql.negotiation import Choice, choose
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import WITH_BODY, Operation, body_limit, read_operation
from samgraf.sparql.service import Prepared

REMEMBERED_BODY = 16_384  # bytes of a body that its request is remembered by
LONG = 8_192  # characters of a query from which on reading it is left to a thread
DESCRIPTIONS = 64  # addresses that the description is kept for
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?\Z")


class PageWantedError(Exception):
    """The client is a reader: the request, with this body, is for the pages."""

    def __init__(self, body: bytes):
        super().__init__("a page is wanted")
        self.body = body


def alias_of(scope: Any, *more: Hashable) -> tuple[Hashable, ...]:
    """Return what the bytes of an answer depend on in the request itself."""
    headers = scope.headers
    return scope.query_string, headers.joined("accept"), headers.joined("accept-encoding"), *more


class Lane:
    """Answer requests for ``/sparql`` that do not want a page."""

    def __init__(self, max_query_bytes: int, base: str, threads: Threads, alarm: Alarm[Presence]):
        self._limit = body_limit(max_query_bytes)
        self._base, self._threads, self._alarm = base, threads, alarm

    async def answer(self, exchange: Exchange) -> None:
        """Answer the request.

        Raise ProblemError where there is a problem to tell, PageWantedError where a page is to
        be made, asyncio.CancelledError where the client has gone.
        """
        scope, method = exchange.scope, exchange.method
        if method == "OPTIONS":
            told = [(name.lower(), value) for name, value in (OPTIONS | PREFLIGHT).items()]
            exchange.send(204, [*told, ("vary", "Accept")])
            return
        exchange.outcome = "ok"
        body, posted, alias = b"", None, exchange.alias
        cache = exchange.serving.service.cache
        asked = exchange.header("if-none-match") if method != "POST" else None
        if method in WITH_BODY:
            body = await read_body(scope, exchange.proto, self._limit)
            posted = scope.headers.get("content-type")
            alias = (*alias, posted, body)
            if (sent := cache.recall(alias)) is not None:
                exchange.cache = "hit"
                send_kept(exchange, sent, asked)
                return
        operation = read_operation(method, scope.query_string.encode(), posted, body)
        if not operation.query and await self._without_query(exchange, operation, alias[1], body):
            return
        if len(operation.query or "") > LONG:
            # a long text would hold the loop: others are answered meanwhile
            prepared = await asyncio.to_thread(self._prepare, exchange, operation, alias[1])
        else:
            prepared = self._prepare(exchange, operation, alias[1])
        if prepared.choice.sent == HTML:
            raise PageWantedError(body)
        wish = wish_of(alias[2] or "")
        if unmodified(exchange, prepared, wish, asked):
            return
        fetched = await self._fetch(exchange, prepared)
        if fetched.entry is None:
            exchange.cache = "none" if prepared.key is None else "miss"
            await stream(exchange, prepared, fetched.answer, wish)
            return
        exchange.cache = "hit" if fetched.hit else "miss"
        sent = await represent(exchange, prepared, fetched.entry, wish)
        if len(body) <= REMEMBERED_BODY:
            length = len(scope.query_string) + len(body) + len(operation.query or "")
            cache.remember(alias, length, sent)
        send_kept(exchange, sent, asked)

    def _prepare(self, exchange: Exchange, operation: Operation, accept: str | None) -> Prepared:
        exchange.query = operation.query
        client = exchange.client
        # clients of this machine share without bounds
        prepared = exchange.serving.service.prepare(
            operation, accept, html=True, client="" if client.local else client.key
        )
        exchange.form = prepared.query.form
        exchange.format = FORMAT_NAMES[prepared.choice.written]
        return prepared

    async def _fetch(self, exchange: Exchange, prepared: Prepared) -> Fetched:
        service = exchange.serving.service
        if prepared.key is None or service.cache.get(prepared.key) is None:
            admit(exchange)
        began = time.perf_counter()
        try:
            with Presence(exchange.proto, self._alarm):
                fetched = await service.fetch(prepared)
        except BaseException as error:
            # what came to nothing took its time all the same, unless it only waited
            if getattr(error, "outcome", "") != "busy":
                exchange.query_seconds = time.perf_counter() - began
            raise
        exchange.query_seconds = fetched.seconds
        return fetched

    async def _without_query(
        self, exchange: Exchange, operation: Operation, accept: str | None, body: bytes
    ) -> bool:
        """Describe the service where nothing is asked; return whether that was the answer."""
        choice = choose(QueryKind.GRAPH, accept, operation.format, True)
        if choice is not None and choice.sent == HTML:
            raise PageWantedError(body)
        if operation.query is not None:
            return False  # empty, hence malformed: the parser will say so
        if choice is None:
            # a client that wants results, not a description, has left out the query
            raise ProblemError(400, "The request holds no query: give one as the parameter query.")
        await self._describe(exchange, choice)
        return True

    async def _describe(self, exchange: Exchange, choice: Choice) -> None:
        serving = exchange.serving
        key = (self._endpoint(exchange.scope), choice.written)
        body = serving.descriptions.get(key)
        if body is None:
            body = await self._threads.run(lambda: describe(serving.service, *key))
            if len(serving.descriptions) >= DESCRIPTIONS:
                serving.descriptions.clear()
            serving.descriptions[key] = body
        exchange.outcome = "page"
        headers = [("content-type", content_type(choice.sent)), ("vary", "Accept")]
        exchange.send(200, headers, body)

    def _endpoint(self, scope: Any) -> str:
        """Return the address that the client knows this endpoint by."""
        if self._base:
            return self._base.rstrip("/") + "/sparql"
        host = scope.headers.get("host") or getattr(scope, "authority", None) or scope.server
        if not _HOST.match(host):
            raise ProblemError(400, "The Host header names no host.")
        return f"{scope.scheme}://{host}/sparql"


def admit(exchange: Exchange) -> None:
    """Let the answer tell the client its share; raise ProblemError 429 if it is used up."""
    verdict = exchange.watch.admit(exchange.client)
    if verdict.headers:
        exchange.more = [(name.lower(), value) for name, value in verdict.headers.items()]
    if verdict.refused:
        wait = math.ceil(verdict.retry_after)
        raise ProblemError(
            429,
            f"You have used up your quota of query time or errors for now. Ask again in {wait} "
            "seconds, or ask less at a time.",
            {"Retry-After": str(wait)},
            outcome="limited",
        )
