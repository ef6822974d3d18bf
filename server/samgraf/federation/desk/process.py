"""Serve web processes over a unix socket, each request on a connection of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from samgraf.federation.partner_client import Desk
from samgraf.federation.desk.frames import framed, pack, read_frame
from samgraf.sparql.federated.partner_error import PartnerError

#: Seconds that requests have to end after SIGTERM.
PATIENCE = 30.0
_BACKLOG = 256
_LOOK = 1.0  # seconds between looks whether the parent lives


class Process:
    """Answer over ``path`` until told to stop and the last request is answered."""

    def __init__(self, desk: Desk, path: Path):
        self._desk, self._path = desk, path
        self._under_way: set[asyncio.Task] = set()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Serve; return once the process may end."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stopping.set)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor's to tell
        parent = os.getppid()
        listener = self._bind()
        inode = self._path.stat().st_ino
        server = await asyncio.start_unix_server(self._serve, sock=listener, backlog=_BACKLOG)
        while not self._stopping.is_set() and os.getppid() == parent:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _LOOK)
        server.close()
        with suppress(OSError):
            if self._path.stat().st_ino == inode:  # not a successor's
                self._path.unlink()
        until = time.monotonic() + PATIENCE
        while self._under_way and time.monotonic() < until:
            await asyncio.wait(self._under_way, timeout=until - time.monotonic())
        self._desk.close()

    def _bind(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        fresh = Path(f"{self._path}.new")
        fresh.unlink(missing_ok=True)  # what a crash left behind
        before = os.umask(0o177)
        try:
            listener.bind(str(fresh))
        finally:
            os.umask(before)
        listener.listen(_BACKLOG)
        fresh.rename(self._path)  # the name appears once it accepts
        return listener

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._under_way.add(task)
        try:
            with suppress(OSError, EOFError):
                await self._answer(reader, writer)
        finally:
            self._under_way.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind, *question = await read_frame(reader)
        if kind == "states":
            writer.write(pack(self._desk.states()))
            await writer.drain()
            return
        asking = asyncio.ensure_future(self._desk.ask(*question))
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((asking, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                return  # the client has hung up
        finally:
            for other in (asking, leaving):
                other.cancel()
        try:
            given = asking.result()
        except PartnerError as error:
            writer.write(pack(("fault", error.fault.value, str(error), error.retry_after)))
        else:
            answer, rows = given.answer, given.answer.rows
            batches = len(rows.batches)
            writer.write(
                pack(("reply", rows.variables, answer.at, given.cached, given.size, batches))
            )
            for batch in rows.batches:
                writer.write(framed(batch))
                await writer.drain()
        await writer.drain()
