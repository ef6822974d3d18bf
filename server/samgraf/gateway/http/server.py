"""Take connections from listening sockets and see that none is held for ever."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from samgraf.gateway.http.bounds import Bounds
from samgraf.gateway.http.connection import Connection, endpoint
from samgraf.gateway.http.heads import Pairs, refusal
from samgraf.gateway.http.scope import Scope
from samgraf.gateway.http.shares import Shares
from samgraf.gateway.http.turn import Turn

Application = Callable[[Scope, Turn], Awaitable[None]]
#: Seconds between two looks at all connections.
_PACE = 1.0
#: Seconds without taking connections once the system has no room for another one.
_REST = 0.2
#: Seconds that a connection is left to a process that has fewer.
_COURTESY = 0.002
log = logging.getLogger(__name__)


class Server:
    """Serve ``application`` at ``sockets``, which listen, once it is started.

    ``at_once`` may answer a request without a task of its own and returns whether it did.
    ``always`` are the headers of answers that the application has no part in; ``on_refused`` hears
    of them: status, address of the client, what was read of the target. Processes that take from
    the same sockets do so in turn by their ``shares``.
    """

    def __init__(
        self,
        application: Application,
        sockets: Sequence[socket.socket],
        *,
        at_once: Callable[[Scope, Turn], bool] | None = None,
        on_refused: Callable[[int, str, str], None] | None = None,
        bounds: Bounds | None = None,
        always: Pairs = (),
        shares: Shares | None = None,
    ):
        self.application, self.at_once = application, at_once
        self.bounds, self.always = bounds or Bounds(), always
        self.connections: set[Connection] = set()
        self.tasks: set[asyncio.Task] = set()
        self.is_stopping = False
        self._sockets, self._shares, self._on_refused = sockets, shares, on_refused

    def start(self) -> None:
        """Take connections from now on, on the running loop."""
        self.loop = asyncio.get_running_loop()
        for listening in self._sockets:
            listening.setblocking(False)
        self._listen()
        self._timer = self.loop.call_later(_PACE, self._look)

    async def stop(self, patience: float) -> None:
        """Take no more connections, let requests be answered for ``patience`` seconds, and end."""
        self.is_stopping = True
        self._timer.cancel()
        for listening in self._sockets:
            self.loop.remove_reader(listening.fileno())
            listening.close()
        for connection in list(self.connections):
            connection.stop()
        end = self.loop.time() + patience
        while self.connections and self.loop.time() < end:
            await asyncio.sleep(0.01)
        for connection in list(self.connections):
            connection.abort()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def joined(self, connection: Connection) -> None:
        """Count a connection."""
        self.connections.add(connection)
        self._tell()

    def left(self, connection: Connection) -> None:
        """Count a connection no more."""
        self.connections.discard(connection)
        self._tell()

    def _tell(self) -> None:
        if self._shares is not None:
            self._shares.tell(len(self.connections))

    def refused(self, status: int, client: str, target: bytes = b"") -> None:
        """Tell whoever counts that ``client`` was refused what it asked for."""
        if self._on_refused is not None:
            self._on_refused(status, client, target.decode("latin-1"))

    def failed(self, turn: Turn) -> None:
        """Log the exception at hand, and say so to the client where nothing was said yet."""
        log.exception("A request failed.")
        if not turn.answered:
            turn.keep_alive = False
            turn.response_bytes(500, [("cache-control", "no-store"), *self.always], b"")

    def _listen(self) -> None:
        if self.is_stopping:
            return
        for listening in self._sockets:
            self.loop.add_reader(listening.fileno(), self._on_readable, listening)

    def _on_readable(self, listening: socket.socket) -> None:
        if self._shares is not None and self._shares.is_another_freer():
            # it has been told too; if it does not come, it is busy
            self.loop.remove_reader(listening.fileno())
            self.loop.call_later(_COURTESY, self._come_back, listening)
        else:
            self._accept(listening)

    def _come_back(self, listening: socket.socket) -> None:
        if not self.is_stopping:
            self._accept(listening)
            self.loop.add_reader(listening.fileno(), self._on_readable, listening)

    def _accept(self, listening: socket.socket) -> None:
        # one at a time: other processes take from the same queue
        try:
            taken, address = listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:
            log.error("No connection can be taken: %s.", error)
            for each in self._sockets:
                self.loop.remove_reader(each.fileno())
            self.loop.call_later(_REST, self._listen)
            return
        taken.setblocking(False)
        if len(self.connections) >= self.bounds.connections:
            with taken, suppress(OSError):
                taken.send(refusal(503, "Too many connections. Come again shortly.", self.always))
            self.refused(503, endpoint(address))
            return
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self.loop.create_task(
            self.loop.connect_accepted_socket(lambda: Connection(self), taken)
        )
        self.tasks.add(task)
        task.add_done_callback(self._accepted)

    def _accepted(self, task: asyncio.Task) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A connection could not be begun: %s.", error)

    def _look(self) -> None:
        self._timer = self.loop.call_later(_PACE, self._look)
        now = self.loop.time()
        for connection in list(self.connections):
            connection.look(now)
