"""Answer with pages: made by Flask in threads (a2wsgi), compressed, tagged, kept.

A page is a function of the release and of what the request says, so that one that was made may be
sent again. Its tag is the hash of its bytes (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)
unless Flask gave one; what may not be stored (``no-store``) is not kept. A file is only named by
Flask (``X-Sendfile``), and sent from here piece by piece, so that no slow reader holds a thread.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from a2wsgi import WSGIMiddleware

from samgraf import limits
from samgraf.gateway.cache import CachedAnswer, Headers, RequestKey
from samgraf.gateway.compression import accepted_encoding, compressed
from samgraf.gateway.release_runtime import ReleaseRuntime
from samgraf.gateway.request_context import Message, RequestContext, cancel_on_disconnect
from samgraf.sparql.headers import REVALIDATE
from samgraf.sparql.problems import ProblemError, RequestOutcome

STATIC = "/static/"
#: What compression makes smaller; pictures and fonts are compressed already.
_TEXTS = ("text/", "application/json", "application/xml", "application/javascript")
_TEXT_ENDINGS = ("+json", "+xml", "/n-triples", "/n-quads", "/trig")
# framing is done here, and what is asked of a state that has no date, or another tag to Flask
_NOT_FOR_FLASK = frozenset(
    (
        b"content-length",
        b"transfer-encoding",
        b"if-match",
        b"if-modified-since",
        b"if-unmodified-since",
    )
)
# ranges (RFC 9110, section 14) are offered of files to download alone
_RANGES = frozenset((b"range", b"if-range"))
_DOWNLOADS = ("/dumps/", "/release/")
_CONTENT_RANGE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+)\Z")
T = TypeVar("T")


@dataclass
class PageRequest:
    """What Flask answered, the seconds that its queries took, and the problem, if there was one.

    ``file`` is the path of the body where Flask only named it; ``query`` is the query of the page
    that is being evaluated.
    """

    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    several: Headers = field(default_factory=list)  # headers that may stand more than once
    body: bytes = b""
    file: str | None = None
    query_seconds: float = 0.0
    problem: ProblemError | None = None
    query: Future | None = None
    is_abandoned: bool = False


_current: ContextVar[PageRequest | None] = ContextVar("page", default=None)


def waiter(loop: asyncio.AbstractEventLoop) -> Callable[[Coroutine[Any, Any, T]], T]:
    """Return a function that runs a coroutine on ``loop`` for a thread that waits for it.

    It raises ProblemError 503 if the loop has ended or the client of the page has disconnected.
    """

    def wait(coroutine: Coroutine[Any, Any, T]) -> T:
        page, began = _current.get() or PageRequest(), time.perf_counter()
        if not loop.is_running():
            coroutine.close()
            raise ProblemError(503, "The server is about to end.", outcome=RequestOutcome.BUSY)
        page.query = asyncio.run_coroutine_threadsafe(coroutine, loop)
        if page.is_abandoned:
            page.query.cancel()
        try:
            found = page.query.result()
        except CancelledError:
            raise ProblemError(503, "The client is gone.", outcome=RequestOutcome.GONE) from None
        except ProblemError as problem:
            page.problem = problem
            if problem.outcome is not RequestOutcome.BUSY:
                page.query_seconds += time.perf_counter() - began
            raise
        page.query_seconds += getattr(found, "seconds", 0.0)
        return found

    return wait


def threaded(app: Callable[..., Iterable[bytes]]) -> WSGIMiddleware:
    """Return the WSGI application ``app`` as one of ASGI whose requests run in threads.

    The scope's member ``samgraf`` is added to the environment of a request.
    """

    def whole(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        scope = environ["asgi.scope"]
        environ |= scope["samgraf"]
        environ["wsgi.errors"] = sys.stderr  # a2wsgi names standard output, which nobody reads
        # the path as it was sent: a decoded one cannot tell %2F from /
        environ["REQUEST_URI"] = scope["raw_path"].decode("latin-1")
        pieces = app(environ, start_response)
        try:
            return [b"".join(pieces)]
        finally:
            getattr(pieces, "close", lambda: None)()

    application: Any = whole
    return WSGIMiddleware(application, workers=limits.PAGE_THREADS)


class Pages:
    """What makes and sends pages in a web process, whichever release is served."""

    def __init__(self) -> None:
        self._waiting = 0
        # many queries end at once, at their deadline: others need not wait behind all their pages
        self._answers = asyncio.Semaphore(limits.ANSWER_THREADS)

    async def run(self, runtime: ReleaseRuntime, work: Callable[[], T]) -> T:
        """Return what ``work`` returns in a thread; raise ProblemError 503 if too many wait."""
        with self._place():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(runtime.pages.executor, work)

    async def answer(
        self,
        context: RequestContext,
        body: bytes,
        extras: Mapping[str, Any],
        *,
        keep: bool = True,
        key: RequestKey | None = None,
    ) -> None:
        """Answer with the page that Flask makes of the request.

        ``extras`` are added to its WSGI environment. If ``keep``, the page is sent again to
        requests with ``key``.
        """
        with self._place(), cancel_on_disconnect(context.receive):
            async with self._answers if extras else nullcontext():
                page = await _made(context, body, extras)
        context.query_seconds += page.query_seconds
        if page.problem is not None:
            context.outcome = page.problem.outcome
        elif context.facts.query is None and not extras:
            context.outcome = RequestOutcome.PAGE
        if page.file is not None:
            await _read_small_file(page)
        if page.file is not None:
            with cancel_on_disconnect(context.receive, 0):
                await _send_file(context, page)
            return
        await _send(context, page, key if keep else None)

    def _place(self) -> _Place:
        if self._waiting >= limits.PAGE_THREADS + limits.PAGES_WAITING:
            raise ProblemError(
                503,
                "Too many pages are being made at the moment. Ask again shortly.",
                {"Retry-After": "1"},
                outcome=RequestOutcome.BUSY,
            )
        return _Place(self)


class _Place:
    """One of the requests that may wait for a thread."""

    def __init__(self, pages: Pages):
        self._pages = pages

    def __enter__(self) -> None:
        self._pages._waiting += 1

    def __exit__(self, *_: object) -> None:
        self._pages._waiting -= 1


async def _made(context: RequestContext, body: bytes, extras: Mapping[str, Any]) -> PageRequest:
    """Return the page; cancelling ends the query that it waits for."""
    page = PageRequest()
    pieces: list[bytes] = []
    is_download = context.path.startswith(_DOWNLOADS)
    has_ranges = is_download and context.method == "GET"
    left_out = _NOT_FOR_FLASK if has_ranges else _NOT_FOR_FLASK | _RANGES
    headers: Headers = [
        (name, value)
        for name, value in context.headers.items()
        # a name with an underscore would pass for the one with hyphens
        if name not in left_out and b"_" not in name
    ]
    headers.append((b"content-length", b"%d" % len(body)))
    # HEAD is made as GET is: the headers are the same
    method = "GET" if context.method == "HEAD" else context.method
    # WSGI is told of ASCII alone; what is not has been let through by the server
    query = re.sub(rb"[\x80-\xff]", lambda m: b"%%%02X" % m[0][0], context.scope["query_string"])
    scope = {
        **context.scope,
        "method": method,
        "query_string": query,
        "headers": headers,
        "samgraf": extras,
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            page.status = message["status"]
            _take_headers(page, message["headers"])
        else:
            pieces.append(message.get("body", b""))

    token = _current.set(page)
    app: Any = context.runtime.pages
    try:
        await app(scope, receive, collect)
    except asyncio.CancelledError:
        page.is_abandoned = True
        if page.query is not None:
            page.query.cancel()
        raise
    finally:
        _current.reset(token)
    page.body = b"".join(pieces)
    if not is_download:
        page.headers.pop("accept-ranges", None)
    return page


def _take_headers(page: PageRequest, pairs: Headers) -> None:
    for name, value in pairs:
        if name in (b"link", b"set-cookie"):
            page.several.append((name, value))
        else:
            page.headers[name.decode()] = value.decode("latin-1")
    page.file = page.headers.pop("x-sendfile", None)


async def _send(context: RequestContext, page: PageRequest, key: RequestKey | None) -> None:
    headers, is_text = page.headers, _is_text(page)
    vary = {v.strip() for v in headers.pop("vary", "").split(",") if v.strip()}
    if is_text:
        vary.add("Accept-Encoding")
    if vary:
        headers["vary"] = ", ".join(sorted(vary))
    headers.pop("content-length", None)
    headers.pop("last-modified", None)  # of a file on this machine alone
    encoding = accepted_encoding(context.header("accept-encoding") or "")
    reads = context.method in ("GET", "HEAD")
    if not (reads and page.status == 200 and page.body and _may_store(page)):
        if page.status in (204, 304):
            await _start_and_send(context, page, b"", "")
        else:
            coding = encoding.for_length(len(page.body)) if is_text else ""
            await _start_and_send(context, page, await compressed(page.body, coding), coding)
        return
    digest = hashlib.sha256(page.body).hexdigest()
    etag = _own_etag(context.path, headers.pop("etag", "")) or digest[:32]
    headers.setdefault("cache-control", REVALIDATE)
    cache = context.runtime.service.cache
    name = f"page {digest}"
    answer = cache.get(name) or CachedAnswer(name, page.body, page.query_seconds)
    if key is not None:
        cache.put(answer)
    if not is_text:
        encoding = accepted_encoding("")
    sent = await cache.represent(answer, _encoded(page), etag, encoding, context.facts)
    if key is not None:
        cache.remember(key, sent)
        context.cache = "miss"
    await context.send_representation(sent)


async def _start_and_send(
    context: RequestContext, page: PageRequest, body: bytes, coding: str
) -> None:
    headers = _encoded(page)
    if page.status not in (204, 304):
        headers.append((b"content-length", b"%d" % len(body)))
    if coding:
        headers.append((b"content-encoding", coding.encode()))
    await context.start(page.status, headers)
    await context.send_body(body)


async def _read_small_file(page: PageRequest) -> None:
    """Read a file that is small enough to be compressed and kept."""
    length = page.headers.get("content-length", "")
    small = length.isdigit() and int(length) <= limits.PAGE_FILE_BYTES
    if page.status == 200 and small and "accept-ranges" not in page.headers:
        path, page.file = Path(page.file or ""), None
        page.body = await asyncio.to_thread(path.read_bytes)


async def _send_file(context: RequestContext, page: PageRequest) -> None:
    """Send a file, or a range of it, as long as Flask said; cut the connection if it changes."""
    length, at = int(page.headers["content-length"]), 0
    whole = length
    if page.status == 206 and (match := _CONTENT_RANGE.match(page.headers["content-range"])):
        at, whole = int(match[1]), int(match[2])
    end = at + length
    # not in a thread: who is cancelled while one opens a file never learns what to close
    descriptor = os.open(page.file or "", os.O_RDONLY)
    try:
        state = os.fstat(descriptor)
        if state.st_size != whole:
            raise ProblemError(503, "The file has just changed. Ask again.", {"Retry-After": "1"})
        await context.start(page.status, _encoded(page))
        while at < end and context.method != "HEAD":
            size = min(limits.PIECE_BYTES, end - at)
            piece = await asyncio.to_thread(os.pread, descriptor, size, at)
            if not piece or os.fstat(descriptor).st_mtime_ns != state.st_mtime_ns:
                return  # an answer that is not whole, or of two states, is cut
            at += len(piece)
            await context.send_body(piece, more=True)
        await context.send_body(b"")
    finally:
        os.close(descriptor)


def _encoded(page: PageRequest) -> Headers:
    pairs = [(n.encode(), v.encode("latin-1")) for n, v in page.headers.items()]
    return [*pairs, *page.several]


def _may_store(page: PageRequest) -> bool:
    cookie = any(name == b"set-cookie" for name, _ in page.several)
    return "no-store" not in page.headers.get("cache-control", "") and not cookie


def _is_text(page: PageRequest) -> bool:
    media_type = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    text = media_type.startswith(_TEXTS) or media_type.endswith(_TEXT_ENDINGS)
    return text and "content-encoding" not in page.headers


def _own_etag(path: str, given: str) -> str:
    """Return the strong tag that Flask gave.

    That of a static file is made of its age, which is another one on each machine.
    """
    return given.strip('"') if given.startswith('"') and not path.startswith(STATIC) else ""
