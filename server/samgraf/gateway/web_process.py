"""The web process, which the supervisor forks; ``python -m samgraf.gateway.web_process`` is alike.

Its arguments are descriptors: that of the channel to the supervisor (``control``), which says what
to serve, and those of listening sockets. Connections wait in them until the release is there.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import queue
import resource
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import TextIO

from uvicorn import Config, Server

from samgraf import limits
from samgraf.errors import SamgrafError
from samgraf.gateway.app import Gateway
from samgraf.gateway.control import SwitchVerdict, line_of, source_of
from samgraf.gateway.http_bounds import Connections, bounded
from samgraf.settings import Settings


async def serve(control: socket.socket, sockets: list[socket.socket]) -> int:
    """Answer at ``sockets`` until asked to end; return the exit status."""
    connections = Connections(min(limits.CONNECTIONS, raise_descriptor_limit() // 2))
    gateway = Gateway(Settings.load(), connections.budget)
    reader, writer = await asyncio.open_connection(sock=control)
    if not await _serve_first(gateway, reader, writer):
        return 1
    # what is loaded stays: without this, full collections of garbage look through it, 20 ms a time
    gc.collect()
    gc.freeze()
    gc.set_threshold(limits.GARBAGE_OBJECTS)
    server = Server(server_config(gateway, connections))
    following = asyncio.ensure_future(_follow(gateway, reader, writer))
    sweeping = asyncio.ensure_future(connections.sweep(server))
    # uvicorn raises the signal that ended it again
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    await server.serve(sockets=sockets)
    following.cancel()
    sweeping.cancel()
    await gateway.close()
    return 0


def server_config(gateway: Gateway, connections: Connections) -> Config:
    """Return how uvicorn serves ``gateway``: what it would do beside is done elsewhere."""
    return Config(
        gateway,
        http=bounded(connections),
        ws="none",
        interface="asgi3",
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=round(limits.GRACE_SECONDS),
        backlog=limits.BACKLOG,
    )


async def _serve_first(
    gateway: Gateway, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Serve the first release; return whether that succeeded within SWITCHING_SECONDS."""
    source = source_of(await reader.readline())
    until = time.monotonic() + limits.SWITCHING_SECONDS
    while True:
        try:
            await gateway.serve(source)
        except (SamgrafError, OSError) as error:
            # the fork server may be about to come up again
            if time.monotonic() > until:
                writer.write(line_of(SwitchVerdict(source.number, str(error))))
                await writer.drain()
                return False
        else:
            writer.write(line_of(SwitchVerdict(source.number)))
            return True
        await asyncio.sleep(limits.RETRY_SECONDS)


async def _follow(
    gateway: Gateway, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Serve what the supervisor names, until it is gone."""
    while line := await reader.readline():
        source = source_of(line)
        try:
            await gateway.serve(source)
        except Exception as error:  # what is served goes on, whatever failed
            verdict = SwitchVerdict(source.number, str(error) or type(error).__name__)
        else:
            verdict = SwitchVerdict(source.number)
        writer.write(line_of(verdict))


class MessageLog(logging.Handler):
    """Messages of this process, written by a thread to ``file``, or else to standard error.

    That may be a pipe that nobody reads: once it is full, whoever writes to it waits for ever.
    Messages for which there is no room meanwhile are dropped.
    """

    def __init__(self, file: TextIO | None = None):
        super().__init__()
        # not sys.stderr itself: its lock would be held while a message cannot be written
        self._file = file or open(os.dup(2), "w", errors="backslashreplace")  # noqa: PTH123, SIM115
        self._waiting: queue.Queue[str | None] = queue.Queue(limits.LOG_MESSAGES)
        self._thread = threading.Thread(target=self._run, name="messages", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a message; never wait."""
        with suppress(queue.Full):
            self._waiting.put_nowait(self.format(record))

    def finish(self) -> None:
        """Write what waits, as far as that is possible within LOG_MESSAGES_SECONDS."""
        with suppress(queue.Full):
            self._waiting.put(None, timeout=limits.LOG_MESSAGES_SECONDS)
            self._thread.join(limits.LOG_MESSAGES_SECONDS)

    def _run(self) -> None:
        while (message := self._waiting.get()) is not None:
            with suppress(OSError, ValueError):  # nobody is left to read it
                print(message, file=self._file, flush=True)


def raise_descriptor_limit() -> int:
    """Return how many descriptors this process may have, after raising that if possible."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= limits.DESCRIPTORS:
        return limits.DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    wanted = limits.DESCRIPTORS if hard == resource.RLIM_INFINITY else min(limits.DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def new_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop, uvloop's where there is one for this system."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def main(arguments: list[str]) -> int:
    """Serve; return the exit status."""
    # a terminal sends it to all processes; the supervisor ends its children itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    messages = MessageLog()
    logging.getLogger().addHandler(messages)
    # threads make pages; the loop, which serves all others, waits less for its turn
    sys.setswitchinterval(limits.SWITCH_SECONDS)
    control, *sockets = [socket.socket(fileno=int(number)) for number in arguments]
    with asyncio.Runner(loop_factory=new_loop) as runner:
        try:
            return runner.run(serve(control, sockets))
        except (SamgrafError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            messages.finish()


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)  # a page's thread may still wait for a query that nobody evaluates
