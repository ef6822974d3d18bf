"""Run the pages, which are Flask's, in threads beside the event loop.

A request is handed over as https://peps.python.org/pep-3333/ (WSGI) wants it. The threads are
bounded, and so is the number of requests that wait for one. A page that is a file is not read but
named, so that it can be sent piece by piece (``wsgi.file_wrapper``).
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wsgi import FileWrapper

from samgraf.sparql.problems import ProblemError

THREADS = 8
WAITING = 256
_JOINED_BY = {"cookie": "; "}


@dataclass
class Page:
    """Hold what the application answered, and the query time that it took."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    file: str | None = None
    query_seconds: float = 0.0
    problem: ProblemError | None = None
    asking: Future | None = None
    given_up: bool = False


class Threads:
    """Hold the threads that pages are made in, and let them wait for the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        self._places = threading.BoundedSemaphore(THREADS + WAITING)
        self._current = threading.local()

    def wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Return what ``coroutine`` returns on the loop; called in one of the threads."""
        page: Page = getattr(self._current, "page", None) or Page()
        began = time.perf_counter()
        if not self._loop.is_running():
            coroutine.close()
            raise ProblemError(503, "The server is about to end.", outcome="busy")
        page.asking = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        if page.given_up:
            page.asking.cancel()
        try:
            found = page.asking.result()
        except ProblemError as problem:
            page.problem = problem
            if problem.outcome != "busy":
                page.query_seconds += time.perf_counter() - began
            raise
        page.query_seconds += getattr(found, "seconds", 0.0)
        return found

    async def run(self, work: Callable[[], Any]) -> Any:
        """Return what ``work`` returns in a thread; raise ProblemError 503 if too many wait."""
        if not self._places.acquire(blocking=False):
            raise ProblemError(
                503,
                "Too many pages are being made at the moment. Ask again shortly.",
                {"Retry-After": "1"},
                outcome="busy",
            )
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    async def page(self, app: Callable[..., Any], environ: dict[str, Any]) -> Page:
        """Return the answer of the WSGI application ``app``; cancelling ends its queries."""
        page = Page()

        def work() -> None:
            self._current.page = page
            try:
                _call(app, environ, page)
            finally:
                self._current.page = None

        try:
            await self.run(work)
        except asyncio.CancelledError:
            page.given_up = True
            if page.asking is not None:
                page.asking.cancel()
            raise
        return page

    def close(self) -> None:
        """End the threads once their work is done."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _call(app: Callable[..., Any], environ: dict[str, Any], page: Page) -> None:
    def start(status: str, headers: list[tuple[str, str]], error: object = None) -> None:
        page.status = int(status.partition(" ")[0])
        page.headers = [(name.lower(), value) for name, value in headers]

    pieces = app(environ, start)
    try:
        if isinstance(pieces, FileWrapper):
            page.file = pieces.file.name
        else:
            page.body = b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()


def environ_of(scope: Any, body: bytes, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as WSGI tells it, with ``more`` beside."""
    host, _, port = scope.server.rpartition(":")
    headers = scope.headers
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode("utf-8", "surrogateescape").decode("latin-1"),
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        **more,
    }
    for name in dict.fromkeys(headers.keys()):
        if "_" in name:
            continue  # would be taken for the name with hyphens
        value = _JOINED_BY.get(name, ",").join(headers.get_all(name))
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    if "HTTP_HOST" not in environ and getattr(scope, "authority", None):
        environ["HTTP_HOST"] = scope.authority
    if content_type := environ.pop("HTTP_CONTENT_TYPE", None):
        environ["CONTENT_TYPE"] = content_type
    # the body came whole, however it was framed
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
