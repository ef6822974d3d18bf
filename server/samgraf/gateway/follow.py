"""Follow the state file: serve what it names, and let go of what it named before."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from samgraf.errors import SamgrafError, UsageError
from samgraf.federation.partner_client import PartnerClient
from samgraf.gateway.flask_bridge import Threads
from samgraf.gateway.serve.state import State, mark_serving, read_state
from samgraf.gateway.serving import Serving, open_serving
from samgraf.settings import Settings

IDLE = 2.0  # seconds after which the first requests have most likely been answered
PAUSE = 0.05  # seconds between looks at the file
RETRY = 1.0  # seconds until what could not be served is tried again
PATIENCE = 30.0  # seconds for the first release to become ready
log = logging.getLogger(__name__)


def state_of(file: Path) -> State:
    """Return the state in ``file``; raise UsageError where it holds none."""
    try:
        return read_state(file)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{file}: the state of the service cannot be read: {error}") from error


class Follower:
    """Keep ``serving`` what the state file names."""

    def __init__(self, file: Path, settings: Settings, threads: Threads):
        self._file, self._settings, self._threads = file, settings, threads
        self._client = PartnerClient(settings)
        self._mark = self._look()
        self._retiring: set[asyncio.Task] = set()
        self.serving: Serving | None = None

    async def begin(self) -> Serving:
        """Serve for the first time; raise SamgrafError or OSError where it cannot be done."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + PATIENCE
        while True:
            self._mark = self._look()
            try:
                await self._take(state_of(self._file))
                return self.serving
            except (SamgrafError, OSError):
                # the template may be about to come up again
                if loop.time() > ends:
                    raise
            await asyncio.sleep(PAUSE)

    async def follow(self, every: Callable[[], None]) -> None:
        """Look at the file until cancelled; call ``every`` once in a while."""
        retry = beat = 0.0
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(PAUSE)
            now = loop.time()
            if now >= beat:
                beat = now + RETRY
                every()
            mark = self._look()
            if mark == self._mark and not (retry and now >= retry):
                continue
            self._mark, retry = mark, 0.0
            try:
                state = state_of(self._file)
                if state.generation != self.serving.state.generation:
                    await self._take(state)
            except Exception as error:
                # what is served goes on
                log.error("The new state cannot be served: %s", error)
                retry = loop.time() + RETRY

    async def end(self) -> None:
        """Let go of all releases, each after its last request."""
        if self.serving is not None:
            self._retire(self.serving)
        await asyncio.gather(*self._retiring, return_exceptions=True)

    async def _take(self, state: State) -> None:
        new = await open_serving(state, self._settings, self._threads, self._client)
        old, self.serving = self.serving, new
        mark_serving(Path(state.run_dir), state.generation)
        asyncio.get_running_loop().call_later(IDLE, self._make_ready, new)
        if old is not None:
            self._retire(old)

    def _make_ready(self, serving: Serving) -> None:
        if serving is self.serving:  # else its engine may be gone
            serving.make_ready()

    def _retire(self, serving: Serving) -> None:
        task = asyncio.ensure_future(serving.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size
