"""The application of the web process, for any ASGI server: ``app(scope, receive, send)``.

It runs on one event loop, so that nothing here needs a lock. What was answered before is sent
again at once; ``/sparql`` is answered by ``endpoint``, all else by ``pages``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from urllib.parse import unquote

from samgraf import limits
from samgraf.federation.partner_client import PartnerClient
from samgraf.gateway.cache import Representation, RequestKey
from samgraf.gateway.control import ReleaseSource
from samgraf.gateway.endpoint import SparqlEndpoint
from samgraf.gateway.http_bounds import ByteBudget
from samgraf.gateway.pages import Pages, threaded, waiter
from samgraf.gateway.rate_limit import Client, RateLimit
from samgraf.gateway.release_runtime import (
    OpenEngine,
    ReleaseRuntime,
    open_engine,
    open_runtime,
)
from samgraf.gateway.request_context import (
    ClientDisconnectedError,
    Receive,
    RequestContext,
    Scope,
    Send,
    headers_of,
    request_key,
)
from samgraf.gateway.request_log import RequestRecord
from samgraf.gateway.telemetry import METRICS_MEDIA_TYPE, Telemetry
from samgraf.settings import Settings
from samgraf.site.app import PROBLEM
from samgraf.site.errors import OFFERS
from samgraf.site.query import VIEWS
from samgraf.site.routing import prefix_of, without_prefix
from samgraf.sparql.formats import HTML
from samgraf.sparql.negotiation import best_match
from samgraf.sparql.problems import ProblemError, RequestOutcome
from samgraf.sparql.protocol import body_limit

ENDPOINT = "/sparql"
_HOST = re.compile(rb"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
#: Headers of requests that ask for more, or bring more, than what was sent before.
_NOT_RECALLED = frozenset((b"if-match", b"if-none-match", b"content-length", b"transfer-encoding"))
log = logging.getLogger(__name__)


class Gateway:
    """The application, and the release that it serves now."""

    runtime: ReleaseRuntime

    def __init__(
        self,
        settings: Settings,
        budget: ByteBudget | None = None,
        open_engine: OpenEngine = open_engine,
    ):
        self._settings, self._open_engine = settings, open_engine
        self._budget = budget or ByteBudget()
        self._limit = body_limit(settings.max_query_bytes)
        self._telemetry, self._rate_limit = Telemetry(settings), RateLimit(settings)
        self._pages = Pages()
        self._partners = PartnerClient(settings)
        self._endpoint = SparqlEndpoint(settings, self._rate_limit, self._budget, self._pages)
        self._hosts: set[bytes] = set()  # found right
        self._prefix = prefix_of(settings.base)
        self._retiring: set[asyncio.Task] = set()

    async def serve(self, source: ReleaseSource) -> None:
        """Serve another release from now on; the one before ends with its last request.

        Raise SamgrafError if it cannot be served.
        """
        wait = waiter(asyncio.get_running_loop())
        runtime = await open_runtime(
            source, self._settings, self._partners, wait, threaded, self._open_engine
        )
        before, self.runtime = getattr(self, "runtime", None), runtime
        if before is not None:
            self._retire(before)

    async def close(self) -> None:
        """End the releases, each after its last request, and write the logs."""
        self._retire(self.runtime)
        await asyncio.wait(self._retiring, timeout=limits.GRACE_SECONDS)
        await self._partners.aclose()
        self._telemetry.close()

    def _retire(self, runtime: ReleaseRuntime) -> None:
        task = asyncio.ensure_future(runtime.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    def refused(self, status: int, peer: tuple[str, int] | None, target: bytes) -> None:
        """Record a request that the server refused before it was whole."""
        client = self._rate_limit.client_of(peer[0] if peer else "", None)
        path = target.decode("latin-1")
        release = self.runtime.service.release
        page = RequestOutcome.PAGE
        self._telemetry.finished(
            RequestRecord(client, "", path, status, 0, 0, 0, "none", page, None, "", "", release)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise RuntimeError(f"This application has no use for {scope['type']!r}.")
        began = time.perf_counter()
        runtime, problem = self.runtime, None
        try:
            headers = headers_of(scope)
            if headers.get(b"host") not in self._hosts:
                self._check_host(scope, headers)
        except ProblemError as error:
            headers, problem = {}, error
        key = request_key(scope["raw_path"], scope["query_string"], headers)
        client = self._client_of(scope.get("client"), headers)
        # as it was sent: /%73parql is the address of another thing
        path = without_prefix(key.path.decode("latin-1"), self._prefix)
        context = RequestContext(scope, receive, send, runtime, headers, client, began, path)
        with runtime:
            try:
                try:
                    if problem is not None:
                        raise problem
                    await self._route(context, key)
                except ProblemError as error:
                    await self._tell(context, error)
            except (asyncio.CancelledError, ClientDisconnectedError):
                context.outcome, context.status = RequestOutcome.GONE, 499
            except Exception:
                # where the answer has begun, the server cuts it: it is not whole
                log.exception("A request failed.")
                context.outcome = RequestOutcome.FAILED
                if not context.started:
                    failed = ProblemError(500, "The server failed on this request.")
                    await context.send_problem(failed)
        context.finish(self._telemetry, self._rate_limit)

    def recall(
        self, target: bytes, pairs: list[tuple[bytes, bytes]], peer: tuple[str, int] | None
    ) -> Representation | None:
        """Return what was sent to the same GET before, and record that it is sent again.

        A server may ask this first; None where ``__call__`` is to answer.
        """
        began, runtime, headers = time.perf_counter(), self.runtime, dict(pairs)
        if len(headers) != len(pairs) or not _NOT_RECALLED.isdisjoint(headers):
            return None
        if headers.get(b"host") not in self._hosts:
            return None
        path, _, query = target.partition(b"?")
        sent = runtime.service.cache.recall(request_key(path, query, headers))
        if sent is not None:
            facts = sent.facts
            self._telemetry.finished(
                RequestRecord(
                    self._client_of(peer, headers),
                    "GET",
                    unquote(path.decode("latin-1")),
                    200,
                    time.perf_counter() - began,
                    0.0,
                    len(sent.body),
                    "hit",
                    RequestOutcome.PAGE if facts.query is None else RequestOutcome.OK,
                    facts.query,
                    facts.form,
                    facts.format,
                    runtime.service.release,
                )
            )
        return sent

    async def _route(self, context: RequestContext, key: RequestKey) -> None:
        path, reads = context.path, context.method in ("GET", "HEAD")
        sent = context.runtime.service.cache.recall(key) if reads else None
        if sent is not None and context.header("if-none-match") != "*":
            context.cache = "hit"
            if sent.facts.query is not None:
                context.outcome = RequestOutcome.OK
            await context.send_representation(sent)
        elif path == ENDPOINT:
            await self._endpoint.answer(context, key)
        elif path == "/health" and reads:
            state = {"release": context.runtime.service.release, "status": "ok"}
            await _send_now(context, "application/json", json.dumps(state).encode() + b"\n")
        elif path == "/metrics" and reads:
            await _send_now(context, METRICS_MEDIA_TYPE, self._metrics(context.runtime))
        elif path in VIEWS and context.method in ("GET", "POST"):
            await self._endpoint.answer_view(context)
        else:
            _check_target(context)
            body = b""
            if b"content-length" in context.headers or b"transfer-encoding" in context.headers:
                body = await context.read_body(self._limit, self._budget)
            await self._pages.answer(context, body, {}, key=key)

    def _metrics(self, runtime: ReleaseRuntime) -> bytes:
        states = [] if runtime.service.federation is None else self._partners.states()
        return self._telemetry.metrics(runtime.stats(), states)

    async def _tell(self, context: RequestContext, problem: ProblemError) -> None:
        """Answer with a problem, as a page if the client prefers one."""
        context.outcome = problem.outcome
        if context.started:
            return
        if best_match(context.header("accept"), OFFERS) == HTML:
            try:
                await self._pages.answer(context, b"", {PROBLEM: problem}, keep=False)
            except ProblemError as busy:
                problem = busy
            else:
                return
        await context.send_problem(problem)

    def _check_host(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Raise ProblemError 400 where Host is missing or is none.

        https://www.rfc-editor.org/rfc/rfc9112#section-3.2. HTTP/1.0 may do without.
        """
        host = headers.get(b"host")
        if host is None and scope["http_version"] == "1.0":
            name, port = scope.get("server") or ("localhost", None)
            shown = f"[{name}]" if ":" in name else name
            headers[b"host"] = f"{shown}:{port}".encode() if port else shown.encode()
            return
        host = headers[b"host"] = (host or b"").strip(b" \t")
        if not _HOST.fullmatch(host):
            raise ProblemError(400, "The Host header is missing, or names no host.")
        if len(self._hosts) >= limits.KNOWN_HOSTS:
            self._hosts.clear()
        self._hosts.add(host)

    def _client_of(self, peer: tuple[str, int] | None, headers: dict[bytes, bytes]) -> Client:
        forwarded = headers.get(b"x-forwarded-for")
        return self._rate_limit.client_of(
            peer[0] if peer else "", None if forwarded is None else forwarded.decode("latin-1")
        )


def _check_target(context: RequestContext) -> None:
    """Raise ProblemError where the address of a page is longer than any page's."""
    scope, query = context.scope, context.scope["query_string"]
    is_long = len(scope["raw_path"]) + len(query) > limits.PAGE_TARGET_BYTES
    has_many = query.count(b"&") >= limits.PAGE_FIELDS
    if is_long or has_many:
        scope["query_string"] = b""  # not even the page that tells of it reads it
    if is_long:
        raise ProblemError(
            414, f"The address of a page has at most {limits.PAGE_TARGET_BYTES} bytes."
        )
    if has_many:
        raise ProblemError(
            400, f"The query string of a page has at most {limits.PAGE_FIELDS} fields."
        )


async def _send_now(context: RequestContext, content_type: str, body: bytes) -> None:
    headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-store")]
    await context.send(200, headers, body)
