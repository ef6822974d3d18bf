"""The SPARQL endpoint: answer ``/sparql`` for programs, and evaluate what a page will show.

The protocol itself is in ``samgraf.sparql``; here are the cache, conditional requests
(https://www.rfc-editor.org/rfc/rfc9110#section-13), the rate limit and the sending.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from samgraf import limits
from samgraf.gateway.cache import Headers, QueryFacts, RequestKey
from samgraf.gateway.caching_service import Fetched
from samgraf.gateway.compression import CODINGS, AcceptedEncoding, accepted_encoding, compress
from samgraf.gateway.http_bounds import ByteBudget
from samgraf.gateway.pages import Pages
from samgraf.gateway.rate_limit import Client, RateLimit
from samgraf.gateway.request_context import RequestContext, cancel_on_disconnect, encoded
from samgraf.settings import Settings
from samgraf.site.query import ANSWER, PREPARED, VIEWS, page_query
from samgraf.site.query.hints import HEADER as HINTS_HEADER
from samgraf.site.query.hints import header_of, hints_on, is_empty, with_hints
from samgraf.sparql.description import describe
from samgraf.sparql.evaluation import Answer, QueryKind
from samgraf.sparql.formats import FORMATS, HTML, content_type
from samgraf.sparql.headers import OPTIONS, PREFLIGHT, REVALIDATE, answer_headers, knows, tag
from samgraf.sparql.negotiation import Choice, choose, next_accept
from samgraf.sparql.problems import ProblemError, RequestOutcome
from samgraf.sparql.protocol import WITH_BODY, Operation, body_limit, read_operation
from samgraf.sparql.service import Prepared

FORMAT_NAMES = {f.media_type: f.name for f in FORMATS} | {HTML: "html"}
RESULTS = "application/sparql-results+json"
VARY = (b"vary", b"Accept, Accept-Encoding")
_REVALIDATE = (b"cache-control", REVALIDATE.encode())


class SparqlEndpoint:
    """What answers ``/sparql`` in a web process, whichever release is served."""

    def __init__(self, settings: Settings, rate_limit: RateLimit, budget: ByteBudget, pages: Pages):
        self._limit, self._base = body_limit(settings.max_query_bytes), settings.base
        self._rate_limit, self._budget, self._pages = rate_limit, budget, pages
        self._streams: Counter[str] = Counter()  # large answers being sent, by client

    async def answer(self, context: RequestContext, key: RequestKey) -> None:
        """Answer the request, whose answer depends on ``key`` and the body.

        Raise ProblemError for a problem, asyncio.CancelledError if the client has disconnected.
        """
        method = context.method
        if method == "OPTIONS":
            headers = encoded((OPTIONS | PREFLIGHT).items())
            await context.send(204, [*headers, (b"vary", b"Accept")])
            return
        context.outcome = RequestOutcome.OK
        body, posted = b"", None
        if method in WITH_BODY:
            body = await context.read_body(self._limit, self._budget)
            posted = context.header("content-type")
            key = key._replace(body=body, content_type=context.headers.get(b"content-type"))
            if (sent := context.runtime.service.cache.recall(key)) is not None:
                context.cache = "hit"
                await context.send_representation(sent)
                return
        operation = await _operation(context, posted, body)
        accept = context.header("accept")
        if not operation.query and await self._without_query(context, operation, accept, body):
            return
        first: ProblemError | None = None
        while True:
            try:
                await self._answer_as(context, key, operation, accept)
            except ProblemError as problem:
                first = first if first and first.status == problem.status else problem
                accept = next_accept(accept, problem.unfit)
                if accept is None:
                    raise first from None
            else:
                return

    async def _answer_as(
        self, context: RequestContext, key: RequestKey, operation: Operation, accept: str | None
    ) -> None:
        """Answer in the form that ``accept`` likes best; raise ProblemError 406 for none."""
        cache = context.runtime.service.cache
        prepared = await self._prepare(context, operation, accept, html=True)
        if prepared.choice.sent == HTML:
            await self._show(context, prepared, key.body)
            return
        encoding = accepted_encoding(context.header("accept-encoding") or "")
        if await self._not_modified(context, prepared, encoding):
            return
        fetched = await self._fetch(context, prepared)
        prepared, fetched, told = await self._hinted(context, prepared, fetched)
        if fetched.kept is None or prepared.etag is None:
            context.cache = "none" if prepared.key is None else "miss"
            await self._stream(context, prepared, fetched.answer(), encoding, told)
            return
        context.cache = "hit" if fetched.hit else "miss"
        headers = [*context.runtime.headers, _type(prepared), _REVALIDATE, VARY, *told]
        sent = await cache.represent(fetched.kept, headers, prepared.etag, encoding, context.facts)
        cache.remember(key, sent)
        await context.send_representation(sent)

    async def answer_view(self, context: RequestContext) -> None:
        """Answer with what a page makes of the answer to a query: ``site.query.VIEWS``.

        Raise as ``answer`` does.
        """
        body, posted = b"", None
        if context.method in WITH_BODY:
            body = await context.read_body(self._limit, self._budget)
            posted = context.header("content-type")
        operation = await _operation(context, posted, body)
        if not operation.query:
            await self._pages.answer(context, body, {}, keep=False)  # it says what is missing
            return
        context.outcome = RequestOutcome.OK
        operation = operation._replace(format=None)
        prepared = await self._prepare(context, operation, VIEWS[context.path], html=False)
        await self._show(context, prepared, body)

    async def _show(self, context: RequestContext, prepared: Prepared, body: bytes) -> None:
        """Answer with the page that shows the answer to a query, as far as pages show it."""
        fetched = await self._fetch(context, page_query(prepared))
        extras = {PREPARED: prepared, ANSWER: fetched.answer()}
        await self._pages.answer(context, body, extras, keep=False)

    async def _prepare(
        self, context: RequestContext, operation: Operation, accept: str | None, *, html: bool
    ) -> Prepared:
        """Read the query: a short one here, a long one where reading can be ended."""
        context.facts = QueryFacts(operation.query)
        service, client = context.runtime.service, context.client
        name = "" if client.local else client.key
        try:
            if len(operation.query or "") <= limits.LONG_QUERY:
                prepared = service.prepare(operation, accept, html=html, client=name)
            else:
                self._check_rate_limit(context)
                with cancel_on_disconnect(context.receive):
                    prepared = await service.prepare_long(operation, accept, html=html, client=name)
        except ProblemError as problem:
            if problem.outcome is not RequestOutcome.BUSY:
                context.query_seconds = time.perf_counter() - context.began
            self._check_rate_limit(context)
            raise
        context.query_seconds += prepared.read_seconds
        format = FORMAT_NAMES[prepared.choice.written]
        context.facts = QueryFacts(operation.query, prepared.query.form, format)
        return prepared

    async def _fetch(self, context: RequestContext, prepared: Prepared) -> Fetched:
        service = context.runtime.service
        if prepared.key is None or service.cache.get(prepared.key) is None:
            self._check_rate_limit(context)
        began = time.perf_counter()
        try:
            with cancel_on_disconnect(context.receive):
                fetched = await service.fetch(prepared)
        except BaseException as error:
            # what came to nothing took its time all the same, unless it only waited
            if getattr(error, "outcome", None) is not RequestOutcome.BUSY:
                context.query_seconds += time.perf_counter() - began
            raise
        context.query_seconds += fetched.seconds
        return fetched

    async def _hinted(
        self, context: RequestContext, prepared: Prepared, fetched: Fetched
    ) -> tuple[Prepared, Fetched, Headers]:
        """Add the reasons to an answer that is empty; return any other as it is.

        JSON results hold them, a header tells them in every format. Where they cannot be had now,
        the answer may not be kept: it has other bytes next time.
        """
        body = fetched.small(limits.HINT_ANSWER)
        if body is None or not is_empty(prepared.choice.evaluated, body):
            return prepared, fetched, []
        service, began = context.runtime.service, time.perf_counter()
        try:
            hints = await self._pages.run(context.runtime, lambda: hints_on(service, prepared))
        except ProblemError:  # busy
            return prepared._replace(etag=None), fetched, []
        context.query_seconds += time.perf_counter() - began
        if hints and prepared.choice.evaluated == RESULTS:
            fetched = fetched.with_body(with_hints(body, hints), service.cache)
        told = encoded({HINTS_HEADER: header_of(hints)}.items()) if hints else []
        return prepared, fetched, told

    def _check_rate_limit(self, context: RequestContext) -> None:
        """Have the answer tell the client its share; raise ProblemError 429 if it is used up."""
        context.client_headers = encoded(self._rate_limit.headers(context.client).items())
        if refusal := self._rate_limit.check(context.client):
            wait = math.ceil(refusal.retry_after)
            raise ProblemError(
                429,
                f"You have used up your quota of query time or errors for now. Ask again in {wait} "
                "seconds, or ask less at a time.",
                {"Retry-After": str(wait)},
                outcome=RequestOutcome.LIMITED,
            )

    async def _without_query(
        self, context: RequestContext, operation: Operation, accept: str | None, body: bytes
    ) -> bool:
        """Describe the service if nothing is asked; return whether that was the answer."""
        choice = choose(QueryKind.GRAPH, accept, operation.format, True)
        if choice is not None and choice.sent == HTML:
            await self._pages.answer(context, body, {}, keep=False)
            return True
        if operation.query is not None:
            return False  # empty, hence malformed: the parser will say so
        if choice is None:
            # a client that wants results, not a description, has left out the query
            raise ProblemError(400, "The request holds no query: give one as the parameter query.")
        await self._describe(context, choice)
        return True

    async def _describe(self, context: RequestContext, choice: Choice) -> None:
        runtime = context.runtime
        key = (self._address(context), choice.written)
        body = runtime.descriptions.get(key)
        if body is None:
            body = await self._pages.run(runtime, lambda: describe(runtime.service, *key))
            if len(runtime.descriptions) >= limits.DESCRIPTIONS:
                runtime.descriptions.clear()
            runtime.descriptions[key] = body
        context.outcome = RequestOutcome.PAGE
        media_type = content_type(choice.sent).encode()
        await context.send(200, [(b"content-type", media_type), (b"vary", b"Accept")], body)

    def _address(self, context: RequestContext) -> str:
        """Return the address that the client knows this endpoint by."""
        if self._base:
            return self._base.rstrip("/") + "/sparql"
        return f"{context.scope['scheme']}://{context.header('host')}/sparql"

    async def _not_modified(
        self, context: RequestContext, prepared: Prepared, encoding: AcceptedEncoding
    ) -> bool:
        """Answer 304 if the client has what would be sent; return whether it has.

        The query need not be evaluated for that: a release never changes.
        """
        known = context.if_none_match()
        if known is None or prepared.etag is None:
            return False
        for coding in dict.fromkeys((encoding.coding, "")):
            quoted = tag(prepared.etag, coding)
            if knows(known, quoted):
                context.cache = "hit"
                await context.send(304, [_REVALIDATE, (b"etag", quoted.encode()), VARY])
                return True
        return False

    async def _stream(
        self,
        context: RequestContext,
        prepared: Prepared,
        answer: Answer,
        wish: AcceptedEncoding,
        told: Headers,
    ) -> None:
        """Send an answer that is not kept, a large one piece by piece, and close it."""
        coding = wish.for_length(answer.length)
        context.outcome = RequestOutcome.PARTIAL if answer.truncated else RequestOutcome.OK
        headers = [_type(prepared), *encoded(answer_headers(prepared, answer, coding).items())]
        headers += (VARY, *told)
        if coding:
            headers.append((b"content-encoding", coding.encode()))
        try:
            if answer.length <= limits.COMPRESS_AT_ONCE:
                body = answer.read()
                await context.send(200, headers, compress(body, coding) if coding else body)
                return
            with self._counted_stream(context.client), cancel_on_disconnect(context.receive, 0):
                await _send_pieces(context, answer, coding, headers)
        finally:
            answer.close()

    @contextmanager
    def _counted_stream(self, client: Client) -> Generator[None]:
        """Count a large answer that is being sent; raise ProblemError 503 if there are too many."""
        own = self._streams[client.key]
        if self._streams.total() >= limits.STREAMS or (
            own >= limits.STREAMS_PER_CLIENT and not client.local
        ):
            raise ProblemError(
                503,
                "Too many large answers are being sent at the moment. Come again shortly.",
                {"Retry-After": "5"},
                outcome=RequestOutcome.BUSY,
            )
        self._streams[client.key] += 1
        try:
            yield
        finally:
            self._streams[client.key] -= 1
            if not self._streams[client.key]:
                del self._streams[client.key]


async def _operation(context: RequestContext, posted: str | None, body: bytes) -> Operation:
    """Return what the request asks; a long form is decoded in a thread, piece by piece."""
    arguments = (context.method, context.scope["query_string"], posted, body)
    if len(body) > limits.LONG_FORM:
        return await asyncio.to_thread(read_operation, *arguments)
    return read_operation(*arguments)


def _type(prepared: Prepared) -> tuple[bytes, bytes]:
    return b"content-type", content_type(prepared.choice.sent).encode()


async def _send_pieces(
    context: RequestContext, answer: Answer, coding: str, headers: Headers
) -> None:
    compressor = CODINGS[coding]() if coding else None
    if compressor is None:
        headers.append((b"content-length", b"%d" % answer.length))
    await context.start(200, [*context.runtime.headers, *headers])
    if context.method != "HEAD":
        for piece in answer.chunks():
            if compressor is not None:
                piece = await asyncio.to_thread(compressor.compress, piece)
            if piece:
                await context.send_body(piece, more=True)
    await context.send_body(compressor.flush() if compressor else b"")
