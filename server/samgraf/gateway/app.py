"""The application of a web process, as RSGI 1.5 wants it (see ``samgraf.gateway.http``).

It runs on one event loop, so that nothing here needs a lock.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import time
from pathlib import Path
from typing import Any

from samgraf.alarm import Alarm
from samgraf.gateway import pages
from samgraf.gateway.body import read_body
from samgraf.gateway.exchange import Exchange, Presence
from samgraf.gateway.flask_bridge import Threads, environ_of
from samgraf.gateway.follow import Follower, state_of
from samgraf.gateway.http import ProtocolClosedError
from samgraf.gateway.lane import Lane, PageWantedError, admit, alias_of
from samgraf.gateway.partner_metrics import metrics_of
from samgraf.gateway.replies import replay
from samgraf.gateway.serve.state import STATE_VARIABLE
from samgraf.gateway.watch import MEDIA_TYPE as METRICS
from samgraf.gateway.watch import Record, Watch
from samgraf.settings import Settings
from samgraf.site.app import PROBLEM
from samgraf.site.errors import OFFERS
from samgraf.sparql.formats import HTML
from samgraf.sparql.negotiation import best_match
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import body_limit

ENDPOINT = "/sparql"
COLLECT = (10_000, 10, 10)  # cycles are rare here: look for them a tenth as often as usual
FAREWELL = 30.0  # seconds for running queries when the process ends
log = logging.getLogger(__name__)


def make_front() -> Front:
    """Return the application that serves what the file named by the environment says."""
    return Front(Path(os.environ[STATE_VARIABLE]), Settings.load())


class Front:
    """Answer requests: the endpoint by the fast lane, all else by Flask in threads."""

    def __init__(self, state_file: Path, settings: Settings):
        self._state_file, self._settings = state_file, settings
        self._limit = body_limit(settings.max_query_bytes)

    async def start(self) -> None:
        """Make ready: serve what the state file names, and follow it from now on."""
        self._threads = Threads(asyncio.get_running_loop())
        self.state = state = state_of(self._state_file)
        self._watch = Watch(self._settings, Path(state.run_dir), state.processes)
        self._alarm: Alarm[Presence] = Alarm(asyncio.get_running_loop(), Presence.look)
        settings = self._settings
        self._lane = Lane(settings.max_query_bytes, settings.base, self._threads, self._alarm)
        self._follower = Follower(self._state_file, self._settings, self._threads)
        await self._follower.begin()
        self._following = asyncio.ensure_future(self._follower.follow(self._observe))
        # what is there now stays: the collector need not look at it again and again
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT)

    async def stop(self) -> None:
        """End what ``start`` began."""
        self._following.cancel()
        try:
            await asyncio.wait_for(self._follower.end(), FAREWELL)
        except TimeoutError:
            log.error("Queries were still running when the process ended.")
        self._threads.close()
        self._watch.close()

    def _observe(self) -> None:
        self._watch.observe(self._follower.serving.stats())

    def at_once(self, scope: Any, proto: Any) -> bool:
        """Answer a query that was answered to the same request before; return whether it was."""
        if scope.path != ENDPOINT or scope.method not in ("GET", "HEAD"):
            return False
        began = time.perf_counter()
        serving = self._follower.serving
        sent = serving.service.cache.recall(alias_of(scope))
        if sent is None or scope.headers.get("if-none-match") == "*":
            return False
        replay(scope, proto, sent, serving, self._watch, time.perf_counter() - began)
        return True

    def refused(self, status: int, client: str, target: str) -> None:
        """Take note of a request of ``client`` that could not be read and was answered so."""
        release = self._follower.serving.service.release
        asked = self._watch.client(client, None)
        self._watch.done(
            Record(asked, "", target, status, 0.0, 0.0, 0, "none", "page", None, "", "", release)
        )

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        began = time.perf_counter()
        serving = self._follower.serving
        alias = alias_of(scope) if scope.path == ENDPOINT else ()
        exchange = Exchange(scope, proto, serving, self._watch, began, alias)
        with serving:
            try:
                await self._answer(exchange)
            except (asyncio.CancelledError, ProtocolClosedError):
                # the client has gone, or the process ends: there is nobody to tell
                if not exchange.answered:
                    exchange.outcome = "gone"
                    if exchange.query is not None and not exchange.query_seconds:
                        exchange.query_seconds = time.perf_counter() - began
                    exchange.done(499, 0)
            except Exception:
                log.exception("A request failed.")
                if exchange.answered:
                    raise  # the connection is cut, since the answer is not whole
                exchange.problem(ProblemError(500, "The server failed on this request."))

    async def _answer(self, exchange: Exchange) -> None:
        try:
            try:
                await self._route(exchange)
            except PageWantedError as wanted:
                if exchange.query is not None:
                    admit(exchange)
                await self._page(exchange, wanted.body, {})
        except ProblemError as problem:
            await self._problem(exchange, problem)

    async def _route(self, exchange: Exchange) -> None:
        path, reads = exchange.scope.path, exchange.method in ("GET", "HEAD")
        if path == ENDPOINT:
            await self._lane.answer(exchange)
        elif path == "/health" and reads:
            told = {"release": exchange.serving.service.release, "status": "ok"}
            self._tell(exchange, "application/json", json.dumps(told).encode() + b"\n")
        elif path == "/metrics" and reads:
            told = self._watch.metrics(exchange.serving.stats())
            federation = exchange.serving.service.federation
            if federation is not None:
                told += metrics_of(federation.client.states())
            self._tell(exchange, METRICS, told)
        elif reads and (sent := pages.recall(exchange)) is not None:
            exchange.cache = "hit"
            pages.send_again(exchange, sent)
        else:
            raise PageWantedError(await read_body(exchange.scope, exchange.proto, self._limit))

    def _tell(self, exchange: Exchange, content_type: str, body: bytes) -> None:
        headers = [("content-type", content_type), ("cache-control", "no-store")]
        exchange.send(200, headers, body)

    async def _problem(self, exchange: Exchange, problem: ProblemError) -> None:
        if best_match(exchange.header("accept"), OFFERS) != HTML:
            exchange.problem(problem)
            return
        exchange.outcome = problem.outcome
        try:
            await self._page(exchange, b"", {PROBLEM: problem})
        except ProblemError as busy:
            exchange.problem(busy)

    async def _page(self, exchange: Exchange, body: bytes, told: dict[str, Any]) -> None:
        if exchange.method == "HEAD":
            # made as for GET: the headers are the same
            told = {"REQUEST_METHOD": "GET", **told}
        environ = environ_of(exchange.scope, body, told)
        with Presence(exchange.proto, self._alarm):
            page = await self._threads.page(exchange.serving.app, environ)
        exchange.query_seconds += page.query_seconds
        if page.problem is not None:
            exchange.outcome = page.problem.outcome
        elif exchange.query is None and not told:
            exchange.outcome = "page"
        # what the endpoint answers is kept by its own lane, which lets nobody use more than a share
        await pages.send(exchange, page, keep=exchange.scope.path != ENDPOINT)
