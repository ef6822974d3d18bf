"""What answers requests about one release, from the first request to the last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask

from samgraf import limits
from samgraf.engine.remote.engine import RemoteEngine
from samgraf.engine.workers.engine import WorkerEngine
from samgraf.federation.bind_join import Federation
from samgraf.federation.partner_client import PartnerClient
from samgraf.gateway.caching_service import CachingService
from samgraf.gateway.control import ReleaseSource
from samgraf.release import read_manifest
from samgraf.release.partner import partners_of
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.context import WHEN_IDLE
from samgraf.sparql.evaluation import Engine
from samgraf.sparql.headers import ALWAYS

Wait = Callable[[Coroutine[Any, Any, Any]], Any]


class ReleaseRuntime:
    """Engine, service and pages of one release, and the requests that use them."""

    def __init__(self, source: ReleaseSource, service: CachingService, pages: WSGIMiddleware):
        self.source, self.service, self.pages = source, service, pages
        # of the service description, by address and media type
        self.descriptions: dict[tuple[str, str], bytes] = {}
        #: Headers that every answer about this release carries.
        self.headers = [(n.lower().encode(), v.encode()) for n, v in ALWAYS.items()]
        self.headers.append((b"samgraf-release", service.release.encode()))
        self.is_retired = False
        self._users = 0
        self._unused = asyncio.Event()

    def __enter__(self) -> ReleaseRuntime:
        """Begin a request: the engine is not closed before it has ended."""
        self._users += 1
        return self

    def __exit__(self, *_: object) -> None:
        """End a request."""
        self._users -= 1
        if not self._users:
            self._unused.set()

    def stats(self) -> dict[str, Any]:
        """Return the state of engine and cache, for the metrics."""
        stats = getattr(self.service.engine, "stats", None)
        cache = self.service.cache
        return {**(stats() if stats else {}), "cached": len(cache), "cached_bytes": cache.bytes}

    async def retire(self) -> None:
        """Close the engine after the last request that uses it."""
        self.is_retired = True
        while self._users:
            self._unused.clear()
            await self._unused.wait()
        await self.service.engine.close()
        self.pages.executor.shutdown(wait=False, cancel_futures=True)


async def open_engine(
    source: ReleaseSource, manifest: Mapping[str, Any], settings: Settings
) -> Engine:
    """Return the engine of a release, which has answered; raise SamgrafError if it does not."""
    engine: Any
    if source.engine is not None:
        engine = RemoteEngine(source.engine, manifest, settings)
    else:
        engine = WorkerEngine(Path(source.fork_server or ""), manifest, settings)
    try:
        await engine.start()
    except BaseException:
        await engine.close()
        raise
    return engine


OpenEngine = Callable[[ReleaseSource, Mapping[str, Any], Settings], Awaitable[Engine]]


async def open_runtime(
    source: ReleaseSource,
    settings: Settings,
    client: PartnerClient,
    wait: Wait,
    threaded: Callable[[Flask], WSGIMiddleware],
    open_engine: OpenEngine = open_engine,
) -> ReleaseRuntime:
    """Return a release ready to be served.

    ``client`` asks partners, if federation is on and the release names any; ``wait`` and
    ``threaded`` are as in ``gateway.pages``. Raise SamgrafError if the release is not whole or its
    engine does not answer.
    """
    folder = Path(source.release)
    manifest = await asyncio.to_thread(read_manifest, folder)
    engine = await open_engine(source, manifest, settings)
    try:
        service = CachingService(engine, manifest, settings, wait)
        service.folder = folder
        if settings.contact.strip() and manifest.get("partners"):
            partners = partners_of(manifest)
            service.federation = Federation(engine, client, partners, service.base)
        # Flask and its pages take a while to be put together
        app = await asyncio.to_thread(create_app, service)
        app.config["USE_X_SENDFILE"] = True
        runtime = ReleaseRuntime(source, service, threaded(app))
    except BaseException:
        await engine.close()
        raise
    loop = asyncio.get_running_loop()
    for begin in app.extensions[WHEN_IDLE]:
        loop.call_later(limits.IDLE_WORK_SECONDS, _if_used, runtime, begin)
    return runtime


def _if_used(runtime: ReleaseRuntime, begin: Callable[[], None]) -> None:
    if not runtime.is_retired:
        begin()
