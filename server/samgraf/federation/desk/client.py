"""Ask partners from a web process, by way of the one process that may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from samgraf.federation.desk.frames import pack, read_frame
from samgraf.sparql.federated.partner_error import Fault, PartnerError, Reply

GRACE = 0.5  # seconds by which the desk's own word that time is over is waited for
AWAY = 2.0  # seconds for the process to come up again
STATES = 2.0  # seconds for word of the partners' states
_PAUSE = 0.05


class Client:
    """Fulfil the protocol ``Desk``; each request has a connection, whose end ends the request."""

    def __init__(self, path: Path):
        self._path = path

    async def ask(
        self, partner: str, query: str, seconds: float, max_rows: int, *, last_good: bool = False
    ) -> Reply:
        """Return the answer of ``partner`` to ``query``, as ``federation.reply.Desk`` says."""
        question = ("ask", partner, query, seconds, max_rows, last_good)
        try:
            async with asyncio.timeout(seconds + GRACE), self._asked(question) as reader:
                kind, *told = await read_frame(reader)
                if kind == "fault":
                    fault, text, retry_after = told
                    raise PartnerError(Fault(fault), text, retry_after)
                variables, at, cached, size, batches = told
                rows: list[tuple[str | None, ...]] = []
                for _ in range(batches):
                    rows += await read_frame(reader)
                    await asyncio.sleep(0)  # others are served between batches
                return Reply(variables, rows, at, cached, size)
        except TimeoutError:
            raise PartnerError(
                Fault.TIMEOUT, f"The partner {partner} did not answer within {seconds:g} s."
            ) from None
        except (OSError, EOFError) as error:
            raise _away() from error

    async def states(self) -> list[dict[str, Any]]:
        """Return what is known of each partner, as ``federation.reply.Desk`` says."""
        with suppress(TimeoutError, OSError, EOFError, PartnerError):
            async with asyncio.timeout(STATES), self._asked(("states",)) as reader:
                return await read_frame(reader)
        return []

    @asynccontextmanager
    async def _asked(self, question: tuple[Any, ...]) -> AsyncIterator[asyncio.StreamReader]:
        reader, writer = await self._connect()
        try:
            writer.write(pack(question))
            await writer.drain()
            yield reader
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop = asyncio.get_running_loop()
        until = loop.time() + AWAY
        while True:
            try:
                return await asyncio.open_unix_connection(self._path)
            except (ConnectionError, FileNotFoundError):
                # it may be about to come up again
                if loop.time() > until:
                    raise
            await asyncio.sleep(_PAUSE)


def _away() -> PartnerError:
    return PartnerError(
        Fault.UNREACHABLE, "The process that asks partners went away; it is started again."
    )
