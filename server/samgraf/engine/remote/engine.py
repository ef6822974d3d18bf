"""Answer from another store over https://www.w3.org/TR/sparql11-protocol/.

The release stands there under versioned names (``samgraf publish``); answers are read whole,
checked, and written here, so that they look the same whatever the store.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from samgraf import limits
from samgraf.engine.in_process import BytesAnswer
from samgraf.engine.remote.client import FORM, StoreClient, StoreError, words_of
from samgraf.engine.remote.query import ReleaseNames, StoreQuery, rewrite
from samgraf.engine.remote.results import ACCEPT, convert
from samgraf.engine.workers.engine import SpooledBytes
from samgraf.http_connections import HttpReply
from samgraf.settings import Settings
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import (
    UNBOUNDED,
    EngineBusyError,
    QueryRequest,
    QueryTimeoutError,
    ResultTooLargeError,
)

NAME = "The store behind this service"  # its address is nothing for outsiders

T = TypeVar("T")


class RemoteEngine:
    """An engine that asks the SPARQL endpoint at ``url``, which holds the release of ``manifest``.

    Raise UsageError where ``url`` is no address, ContentError where the release has no base IRI.
    """

    def __init__(self, url: str, manifest: Mapping[str, Any], settings: Settings):
        self._client = StoreClient(url, settings.store_user, settings.store_password, NAME)
        self._names = ReleaseNames(manifest)
        self._graphs = frozenset(g["iri"] for g in manifest["graphs"])
        self._prefixes = dict(manifest.get("prefixes", {}))
        self._settings = settings
        self._most = settings.slow_workers or limits.STORE_QUERIES
        self._places = asyncio.Semaphore(self._most)
        self._under_way = 0
        self._clients: Counter[str] = Counter()
        self._held = SpooledBytes(settings.max_result_bytes)
        self._merges: bool | None = None

    async def start(self) -> None:
        """Check that the store holds the whole release.

        Raise StoreError where it does not, or is out of reach.
        """
        marker = [("default-graph-uri", self._names.complete)]
        found = await self._in_time(
            QueryRequest(query=""), lambda: self._client.rows("complete.rq", marker)
        )
        if {"release": self._names.release} not in found:
            raise StoreError(
                f"The store at {self._client.address} does not hold release "
                f"{self._names.release[:12]} whole. Load it with samgraf publish."
            )

    async def answer(self, request: QueryRequest, media_type: str) -> HeldAnswer:
        """Return the whole answer; ``partial`` is not offered: whole or refused."""
        began, client, held = time.perf_counter(), request.client, 0

        def give_back() -> None:
            nonlocal held
            self._held.give_back(client, held)
            held = 0

        def take(length: int) -> None:
            nonlocal held
            try:
                self._held.take(client, length)
            except EngineBusyError:
                give_back()  # at once: else all who ask at the same time go without
                raise
            held += length

        try:
            body = await self._in_time(request, lambda: self._evaluate(request, media_type, take))
        except BaseException:
            give_back()
            raise
        return HeldAnswer(body, time.perf_counter() - began, give_back)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def stats(self) -> dict[str, Any]:
        """Return what the engine is doing, counted as other engines count it."""
        busy = min(self._under_way, self._most)
        return {
            "idle": self._most - busy,
            "busy": busy,
            "slow": 0,
            "waiting": self._under_way - busy,
            "killed": {},
            "forks": 0,
            "spooled_bytes": self._held.total,
        }

    async def _in_time(self, request: QueryRequest, evaluate: Callable[[], Awaitable[T]]) -> T:
        """Return what ``evaluate`` returns, once there is a place for it and by its deadline.

        Raise EngineBusyError where too many wait, QueryTimeoutError at the deadline. Cancelling
        closes the connection to the store.
        """
        # one client may have half of the places, so that the others still find one
        share = max(self._settings.slow_per_client, self._most // 2)
        own = 0 if request.client in UNBOUNDED else self._clients[request.client]
        if self._under_way >= self._most + self._settings.queue or own >= share:
            raise EngineBusyError
        limit = min(request.timeout or self._settings.query_timeout, self._settings.query_timeout)
        self._under_way += 1
        self._clients[request.client] += 1
        try:
            async with asyncio.timeout(limit), self._places:
                return await evaluate()
        except TimeoutError as error:
            raise QueryTimeoutError(limit) from error
        finally:
            self._under_way -= 1
            self._clients[request.client] -= 1
            if not self._clients[request.client]:
                del self._clients[request.client]

    async def _evaluate(
        self, request: QueryRequest, media_type: str, take: Callable[[int], None]
    ) -> bytes:
        default, named = self._dataset(request)
        if len(default) > 1 and not await self._merges_as_set():
            raise RefusedQueryError(
                "The store behind this service counts a triple once for each graph that it stands "
                "in, so several default graphs cannot be merged. Name one, or none for all."
            )
        query = await _in_thread_if(
            len(request.query) > limits.STORE_INLINE_BYTES,
            lambda: rewrite(
                request.query, self._names, self._prefixes, request.base or "", default, named
            ),
        )
        reply = await self._ask(query, request.max_bytes, take)
        return await _in_thread_if(
            len(reply.body) > limits.STORE_INLINE_BYTES,
            lambda: convert(reply, query.kind, media_type, self._names, self._prefixes),
        )

    def _dataset(self, request: QueryRequest) -> tuple[list[str], list[str]]:
        """Return the store's names of default and named graphs; other graphs are left out.

        Neither list is empty: a store would put in all that it has.
        """
        names = self._names
        if request.default_graphs is None and request.named_graphs is None:
            default = [names.default] if request.union else []
            named = sorted(self._graphs)
        else:
            default = [names.to_store(g) for g in self._own(request.default_graphs)]
            named = self._own(request.named_graphs)
        return default or [names.empty], [names.to_store(g) for g in named] or [names.empty]

    def _own(self, graphs: Iterable[str] | None) -> list[str]:
        return [g for g in dict.fromkeys(graphs or ()) if g in self._graphs]

    async def _merges_as_set(self) -> bool:
        """Return whether the store counts a triple once that stands in two default graphs."""
        if self._merges is None:
            graphs = (self._names.complete, self._names.merge)
            dataset = [("default-graph-uri", graph) for graph in graphs]
            self._merges = await self._client.rows("merged.rq", dataset) == [{"triples": "1"}]
        return self._merges

    async def _ask(
        self, query: StoreQuery, max_bytes: int | None, take: Callable[[int], None]
    ) -> HttpReply:
        """Return the store's whole answer; raise what it says is wrong."""
        limit = self._settings.max_result_bytes
        reply = await self._client.send(
            "POST",
            {"Accept": ACCEPT[query.kind], "Content-Type": FORM},
            query.form(),
            timeout=self._settings.query_timeout + limits.STORE_GRACE_SECONDS,
            max_bytes=min(limit, max_bytes or limit),
            take=take,
        )
        words = self._names.from_store(words_of(reply).encode()).decode()
        if reply.status == 400:
            raise RefusedQueryError(
                "The store behind this service does not take this query"
                + (f": {words}" if words else ", and does not say why.")
            )
        if reply.status == 413:
            raise ResultTooLargeError(limit)
        if reply.status == 429:
            raise EngineBusyError(reply.retry_after or 1.0)
        if reply.status in (408, 504) or "S1T00" in words or "timed out" in words.lower():
            raise QueryTimeoutError(self._settings.query_timeout)
        if reply.status != 200:
            reason = f": {words}" if words else ""
            raise StoreError(f"{NAME} failed ({reply.status}){reason}")
        # Virtuoso cuts answers at bounds of its own and says so only here
        if "S1TAT" in reply.header("x-sql-state"):
            raise StoreError("The store gave only part of the answer at its own time limit.")
        if most := reply.header("x-sparql-maxrows"):
            raise StoreError(f"The store gave only part of the answer: it cuts at {most} rows.")
        return reply


class HeldAnswer(BytesAnswer):
    """An answer in memory; ``give_back``, which is idempotent, counts its bytes no more."""

    def __init__(self, body: bytes, seconds: float, give_back: Callable[[], None]):
        super().__init__(body, seconds)
        self._give_back = give_back

    def close(self) -> None:
        """Count its bytes no more; idempotent."""
        self._give_back()

    def __del__(self) -> None:
        """Count the bytes of an answer that nobody closed no more."""
        self.close()


async def _in_thread_if(is_long: bool, work: Callable[[], T]) -> T:
    """Return what ``work`` returns: long work would hold the event loop."""
    return await asyncio.to_thread(work) if is_long else work()
