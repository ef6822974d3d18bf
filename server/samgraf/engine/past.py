"""Ask a release that is kept but not served: it is loaded for one query, in a process of its own.

That is a fork server with one worker, so that the query is bounded as any other, and gone when it
is answered: a release of the past takes no memory while nobody asks it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from samgraf import limits
from samgraf.child import command
from samgraf.engine.workers.engine import WorkerEngine
from samgraf.settings import Settings
from samgraf.sparql.evaluation import Answer, EngineBusyError, EngineError, QueryRequest

FORK_SERVER = "samgraf.engine.workers.forkserver"


class PastReleases:
    """Answer queries over releases in folders, one query at a time."""

    def __init__(self, settings: Settings):
        self._settings = replace(settings, workers=1, slow_workers=1)
        self._is_busy = False

    async def answer(
        self, folder: Path, manifest: Mapping[str, Any], request: QueryRequest, media_type: str
    ) -> Answer:
        """Return the answer of the release in ``folder``, which ``manifest`` describes.

        Raise as ``sparql.evaluation.Engine.answer`` does; EngineBusyError where others are asked
        all the time. ``seconds`` of the answer are those of the query alone.
        """
        await self._take_turn()
        try:
            async with _loaded(folder) as socket:
                engine = WorkerEngine(socket, manifest, self._settings)
                try:
                    await engine.start()
                    return await engine.answer(request, media_type)
                finally:
                    await engine.close()
        finally:
            self._is_busy = False

    async def _take_turn(self) -> None:
        until = time.monotonic() + limits.PAST_WAIT
        while self._is_busy:
            if time.monotonic() > until:
                raise EngineBusyError
            await asyncio.sleep(limits.PAST_POLL)
        self._is_busy = True


@asynccontextmanager
async def _loaded(folder: Path) -> AsyncGenerator[Path, None]:
    """Give the socket of a fork server with the release in ``folder``; end it afterwards."""
    # the name of a Unix socket has some hundred characters at most
    with tempfile.TemporaryDirectory(prefix="samgraf-past-") as place:
        socket = Path(place) / "past.sock"
        process = await asyncio.create_subprocess_exec(
            *command(FORK_SERVER, folder.resolve(), socket),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            until = time.monotonic() + limits.PAST_LOADING
            while not socket.exists():
                if process.returncode is not None:
                    raise EngineError("The release that is kept is not whole any more.")
                if time.monotonic() > until:
                    raise EngineError("The release that is kept could not be loaded in time.")
                await asyncio.sleep(limits.PAST_POLL)
            yield socket
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
