"""Serve one release: its engine, its service and its pages, from the first request to the last."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samgraf.federation.bind_join import Federation
from samgraf.federation.partner_client import PartnerClient
from samgraf.gateway.flask_bridge import Threads
from samgraf.gateway.serve.state import State
from samgraf.gateway.shared import SharingService
from samgraf.release import read_manifest
from samgraf.release.partner import partners_of
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.context import WHEN_IDLE
from samgraf.sparql.evaluation import Engine, QueryRequest
from samgraf.sparql.federated.last import LastRuns
from samgraf.sparql.headers import ALWAYS

CHECK = QueryRequest(query="ASK {}")
JSON = "application/sparql-results+json"


class Serving:
    """Hold what answers requests for one generation of the state."""

    def __init__(self, state: State, service: SharingService):
        self.state, self.service = state, service
        self.app = create_app(service)
        self.descriptions: dict[tuple[str, str], bytes] = {}
        # headers that every answer about this release carries
        self.headers = [(name.lower(), value) for name, value in ALWAYS.items()]
        self.headers.append(("samgraf-release", service.release))
        self._users = 0
        self._left = asyncio.Event()

    def __enter__(self) -> Serving:
        """Take part: the engine stays until this is given back."""
        self._users += 1
        return self

    def __exit__(self, *_: object) -> None:
        """Give back."""
        self._users -= 1
        if not self._users:
            self._left.set()

    def make_ready(self) -> None:
        """Begin with what the first reader would else wait for."""
        for begin in self.app.extensions[WHEN_IDLE]:
            begin()

    def stats(self) -> dict[str, Any]:
        """Return the state of engine and cache, for the metrics."""
        stats = getattr(self.service.engine, "stats", None)
        cache = self.service.cache
        return {**(stats() if stats else {}), "cached": len(cache), "cached_bytes": cache.bytes}

    async def retire(self) -> None:
        """End the engine after the last request that uses it."""
        while self._users:
            self._left.clear()
            await self._left.wait()
        await self.service.engine.close()


async def open_serving(
    state: State, settings: Settings, threads: Threads, client: PartnerClient
) -> Serving:
    """Return the release of ``state`` ready to be served, its engine proved by a query.

    ``client`` asks partners, where there is a contact and the release names any.

    Raise SamgrafError where the release is not whole or its engine does not answer.
    """
    release = Path(state.release)
    manifest = await asyncio.to_thread(read_manifest, release)
    engine = await _engine(state, release, manifest, settings)
    try:
        answer = await engine.answer(CHECK, JSON)
        answer.close()
        service = SharingService(engine, manifest, settings, threads.wait)
        service.folder = release
        service.last_runs = LastRuns(manifest.get("federated", ()), Path(state.run_dir))
        partners = partners_of(manifest)
        if partners and settings.contact.strip():
            service.federation = Federation(engine, client, partners, service.base)
        return Serving(state, service)
    except BaseException:
        await engine.close()
        raise


async def _engine(
    state: State, release: Path, manifest: Mapping[str, Any], settings: Settings
) -> Engine:
    if state.engine is not None:
        from samgraf.engine.remote.engine import RemoteEngine

        return await _started(RemoteEngine(state.engine, manifest, settings))
    if state.template is not None:
        from samgraf.engine.workers.engine import WorkerEngine

        template = Path(state.template)
        return await _started(WorkerEngine(template, manifest, settings))
    # queries without bounds, in this very process: for tests of the front alone
    from samgraf.engine.in_process import InProcessEngine
    from samgraf.engine.local import LocalEngine
    from samgraf.release import open_release

    store = await asyncio.to_thread(open_release, release)
    return InProcessEngine(LocalEngine(store, manifest.get("prefixes", {})))


async def _started(engine: Any) -> Engine:
    """Return ``engine`` once it has started; close it where it cannot."""
    try:
        await engine.start()
    except BaseException:
        await engine.close()
        raise
    return engine
