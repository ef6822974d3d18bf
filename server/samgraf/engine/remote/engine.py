"""Answer from another store over https://www.w3.org/TR/sparql11-protocol/.

The release stands there under versioned names (``samgraf publish``); answers are read whole,
checked, and written here, so that they look the same whatever the store.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from samgraf.engine.in_process import BytesAnswer
from samgraf.engine.remote.http import Exchange, Link, Reply, StoreError
from samgraf.engine.remote.names import Names
from samgraf.engine.remote.query import Rewritten, rewrite
from samgraf.engine.remote.results import ACCEPT, convert, require_writable
from samgraf.settings import Settings
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import (
    EngineBusyError,
    QueryKind,
    QueryRequest,
    QuerySyntaxError,
    QueryTimeoutError,
    ResultTooLargeError,
)

FORM = "application/x-www-form-urlencoded"
NAME = "The store behind this service"  # its address is nothing for outsiders
AT_ONCE = 16  # queries that are with the store at once, unless the settings say another number
GRACE = 5.0  # seconds by which a single wait may outlast the deadline, which the loop keeps
_JSON = "application/sparql-results+json"
_PLACE = re.compile(r"\b(?:at|line) (\d+)(?::|,? column:? ?)(\d+)", re.IGNORECASE)
_NOISE = re.compile(
    r"^(?:error at \d+:\d+: |Virtuoso \w+ Error (?:\w+: )?(?:SPARQL compiler, line \d+: )?)",
    re.IGNORECASE,
)


class RemoteEngine:
    """Answer from the SPARQL endpoint at ``url``, which holds the release of ``manifest``."""

    def __init__(self, url: str, manifest: Mapping[str, Any], settings: Settings):
        self._link = Link(url, settings.store_user, settings.store_password, NAME)
        self._names = Names.of(manifest)
        self._graphs = frozenset(g["iri"] for g in manifest["graphs"])
        self._prefixes = dict(manifest.get("prefixes", {}))
        self._settings = settings
        self._most = settings.slow_workers or AT_ONCE
        self._pool = ThreadPoolExecutor(self._most, thread_name_prefix="store")
        self._lock = threading.Lock()
        self._under_way = 0
        self._clients: Counter[str] = Counter()
        self._merges: bool | None = None

    async def start(self) -> None:
        """Check that the store holds the whole release.

        Raise StoreError where it does not, or is out of reach.
        """
        request = QueryRequest(query=_read("complete.rq"))
        rows = await self._in_time(self._rows, request, [self._names.complete])
        found = {row["release"]["value"] for row in rows if "release" in row}
        if self._names.release not in found:
            raise StoreError(
                f"The store at {self._link.address} does not hold release "
                f"{self._names.release[:12]} whole. Load it with samgraf publish."
            )

    async def answer(self, request: QueryRequest, media_type: str) -> BytesAnswer:
        """Return the whole answer; ``partial`` is not offered: whole or refused."""
        began = time.perf_counter()
        body = await self._in_time(self._evaluate, request, media_type)
        return BytesAnswer(body, time.perf_counter() - began)

    async def close(self) -> None:
        """Wait for the answers under way, then close the connections."""
        await asyncio.to_thread(self._pool.shutdown)
        self._link.close()

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
        }

    async def _in_time(self, function: Any, request: QueryRequest, *rest: Any) -> Any:
        """Run ``function`` in a thread to the deadline; cancelling ends it, and the request."""
        # one client may have half of the places, so that the others still find one
        own = self._clients[request.client] if request.client else 0
        share = max(self._settings.slow_per_client, self._most // 2)
        if self._under_way >= self._most + self._settings.queue or own >= share:
            raise EngineBusyError
        limit = min(request.timeout or self._settings.query_timeout, self._settings.query_timeout)
        exchange = Exchange()
        self._count(request.client, 1)
        running = self._pool.submit(function, request, *rest, exchange)
        running.add_done_callback(lambda _: self._count(request.client, -1))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(running), limit)
        except TimeoutError as error:
            raise QueryTimeoutError(limit) from error
        finally:
            exchange.abort_unless(running.done())

    def _count(self, client: str, change: int) -> None:
        with self._lock:
            self._under_way += change
            self._clients[client] += change
            if not self._clients[client]:
                del self._clients[client]

    def _evaluate(self, request: QueryRequest, media_type: str, exchange: Exchange) -> bytes:
        default, named = self._dataset(request)
        if len(default) > 1 and not self._merges_as_set(exchange):
            raise RefusedQueryError(
                "The store behind this service counts a triple once for each graph that it stands "
                "in, so several default graphs cannot be merged. Name one, or none for all."
            )
        query = rewrite(
            request.query, self._names, self._prefixes, request.base or "", default, named
        )
        require_writable(query.kind, media_type)
        reply = self._ask(query, request, exchange)
        return convert(reply, query.kind, media_type, self._names, self._prefixes)

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

    def _own(self, graphs: tuple[str, ...] | None) -> list[str]:
        return [g for g in dict.fromkeys(graphs or ()) if g in self._graphs]

    def _merges_as_set(self, exchange: Exchange) -> bool:
        if self._merges is None:
            request = QueryRequest(query=_read("merged.rq"))
            graphs = [self._names.complete, self._names.merge]
            rows = self._rows(request, graphs, exchange)
            self._merges = [row["triples"]["value"] for row in rows] == ["1"]
        return self._merges

    def _rows(
        self, request: QueryRequest, graphs: list[str], exchange: Exchange
    ) -> list[dict[str, dict[str, str]]]:
        """Return the solutions of a query of our own over ``graphs``, with the store's names."""
        query = rewrite(request.query, self._names, {}, "", graphs, [])
        reply = self._ask(query, request, exchange)
        body = convert(reply, QueryKind.SOLUTIONS, _JSON, self._names, {})
        return json.loads(body)["results"]["bindings"]

    def _ask(self, query: Rewritten, request: QueryRequest, exchange: Exchange) -> Reply:
        try:
            body = urlencode({"query": query.text}).encode()
        except UnicodeEncodeError as error:
            raise QuerySyntaxError("it holds half of a character") from error
        limit = self._settings.max_result_bytes
        reply = self._link.send(
            "POST",
            _target(self._link),
            {"Accept": ACCEPT[query.kind], "Content-Type": f"{FORM}; charset=utf-8"},
            body,
            timeout=self._settings.query_timeout + GRACE,
            max_bytes=min(limit, request.max_bytes or limit),
            exchange=exchange,
        )
        return self._checked(reply, query)

    def _checked(self, reply: Reply, query: Rewritten) -> Reply:
        """Return ``reply`` if it is a whole answer; raise what the store says is wrong."""
        told = f": {self._names.from_store(reply.words.encode()).decode()}" if reply.words else ""
        if reply.status == 400:
            raise _syntax_error(told.removeprefix(": "), query)
        if reply.status == 413:
            raise ResultTooLargeError(self._settings.max_result_bytes)
        if reply.status == 429:
            raise EngineBusyError(reply.retry_after or 1.0)
        if reply.status in (408, 504) or "S1T00" in told or "timed out" in told.lower():
            raise QueryTimeoutError(self._settings.query_timeout)
        if reply.status != 200:
            raise StoreError(f"{self._link.name} failed ({reply.status}){told}")
        # Virtuoso cuts answers at bounds of its own and tells so only here
        if "S1TAT" in (reply.headers.get("X-SQL-State") or ""):
            raise StoreError("The store gave only part of the answer at its own time limit.")
        if (most := reply.headers.get("X-SPARQL-MaxRows")) is not None:
            raise StoreError(f"The store gave only part of the answer: it cuts at {most} rows.")
        return reply


def _target(link: Link) -> str:
    return (link.parts.path or "/") + (f"?{link.parts.query}" if link.parts.query else "")


def _syntax_error(words: str, query: Rewritten) -> QuerySyntaxError:
    message = _NOISE.sub("", words) or "the store finds no query in it and does not say why"
    if place := _PLACE.search(words):
        return QuerySyntaxError(message, *query.place(int(place[1]), int(place[2])))
    return QuerySyntaxError(message)


def _read(name: str) -> str:
    return (files("samgraf.engine.remote") / name).read_text("utf-8")
