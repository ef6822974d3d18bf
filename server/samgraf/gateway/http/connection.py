"""Have the requests of one connection answered, one after the other."""

from __future__ import annotations

import asyncio
import fcntl
import sys
import termios
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from samgraf.gateway.http.bodies import ProtocolClosedError
from samgraf.gateway.http.heads import refusal
from samgraf.gateway.http.reading import Reader, RefusedError
from samgraf.gateway.http.scope import Scope
from samgraf.gateway.http.turn import Turn

if TYPE_CHECKING:
    from samgraf.gateway.http.server import Server

_LARGE = 65_536  # bytes that are not worth copying behind a head
_PIECE = 32_768  # bytes that are read at once; some hundred requests
_NEVER = float("inf")


class Connection(asyncio.Protocol):
    """Hold one connection.

    ``due`` is when the client has had its time, unless something else is waited for.
    """

    __slots__ = (
        "_bounds",
        "_client",
        "_closing",
        "_current",
        "_drained",
        "_held",
        "_paused",
        "_pumping",
        "_queue",
        "_reader",
        "_reads",
        "_refusal",
        "_rest",
        "_server",
        "_transport",
        "_untaken",
        "due",
        "is_last",
        "is_lost",
        "loop",
    )

    def __init__(self, server: Server):
        self._server, self._bounds, self.loop = server, server.bounds, server.loop
        self.is_last = self.is_lost = False
        self.due = _NEVER
        self._closing = self._paused = self._held = self._pumping = False
        self._queue: deque[tuple[Scope, Turn]] = deque()
        self._current: Turn | None = None  # what is being answered
        self._refusal: RefusedError | None = None
        self._drained: asyncio.Future | None = None
        self._reads = True
        self._rest = b""  # what has come and is not read
        self._untaken = 0  # bytes that the client had not taken when that was looked at

    # what the loop tells

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin."""
        self._transport = transport
        self._client = endpoint(transport.get_extra_info("peername"))
        server_name = endpoint(transport.get_extra_info("sockname"))
        self._reader = Reader(self, self._bounds, self._client, server_name)
        self.due = self.loop.time() + self._bounds.head_seconds
        self._server.joined(self)

    def data_received(self, data: bytes) -> None:
        """Read a piece, and the rest once others had their turn: it may hold many requests."""
        if self._rest:
            self._rest += data
        else:
            self._rest = data
            self._read_piece()

    def _read_piece(self) -> None:
        if self.is_lost:
            return
        data, self._rest = self._rest[:_PIECE], self._rest[_PIECE:]
        if self._rest:
            self.loop.call_soon(self._read_piece)
        self._read_or_not()
        self._read(data)

    def _read(self, data: bytes) -> None:
        try:
            while data and not self._closing and self._refusal is None:
                data = self._reader.feed(data)
        except RefusedError as refused:
            self._refuse(refused)

    def eof_received(self) -> None:
        """Take it that the client has gone."""

    def connection_lost(self, _: Exception | None) -> None:
        """Let go of everything."""
        self.is_lost = self._closing = True
        self._server.left(self)
        self._reader.close()
        self._queue.clear()
        for turn in {self._current, self._reader.forget()}:
            if turn is not None:
                turn.lost()
        self._release_drain()

    def pause_writing(self) -> None:
        """Wait until the client takes what it was sent."""
        self._paused = True
        self._watch_sending()

    def resume_writing(self) -> None:
        """Go on."""
        self._paused = False
        is_idle = self._current is None and not self._queue
        self.due = self.loop.time() + self._bounds.idle_seconds if is_idle else _NEVER
        self._release_drain()
        self._pump()

    # what the reader tells

    def head_begins(self) -> None:
        """Give the client its time for the head, unless it waits for an answer itself."""
        if self._current is None:
            self.due = self.loop.time() + self._bounds.head_seconds

    def asked(self, scope: Scope, turn: Turn, *, has_body: bool) -> None:
        """Take a request; one without a body is about to be whole, and begun then."""
        self._queue.append((scope, turn))
        if len(self._queue) > self._bounds.pipelined:
            raise RefusedError(429, f"More than {self._bounds.pipelined} requests wait here.")
        if has_body:
            self._pump()

    def is_whole(self) -> None:
        """Have the request answered, unless it is already."""
        self._pump()

    # how requests are answered

    def _pump(self) -> None:
        """Begin with the next request, where none is being answered."""
        if self._pumping:
            return  # an answer that was there at once: the loop below goes on
        self._pumping = True
        try:
            while self._current is None and self._queue and not (self._closing or self._paused):
                self._answer(*self._queue.popleft())
        finally:
            self._pumping = False
        if self._refusal is not None and self._current is None and not self._closing:
            self._say_refusal()

    def _answer(self, scope: Scope, turn: Turn) -> None:
        self._current = turn
        self.due = _NEVER
        server = self._server
        try:
            if server.at_once is not None and server.at_once(scope, turn):
                return
        except Exception:
            server.failed(turn)
            turn.close()
            return
        task = self.loop.create_task(self._run(scope, turn))
        server.tasks.add(task)
        task.add_done_callback(server.tasks.discard)

    async def _run(self, scope: Scope, turn: Turn) -> None:
        try:
            await self._server.application(scope, turn)
            await turn.finish()
            if not turn.answered and not self.is_lost:
                raise RuntimeError("The application gave no answer.")
        except ProtocolClosedError:
            self.abort()
        except Exception:
            self._server.failed(turn)
        finally:
            turn.close()

    def ended(self, turn: Turn) -> None:
        """Take the next request, or end the connection where the last one asked for that."""
        self._current = None
        if self.is_lost:
            return
        if not turn.keep_alive:
            self._queue.clear()
            self._leave(reads_on=not turn.is_complete)
            return
        if not self._queue and not self._paused:
            self.due = self.loop.time() + self._bounds.idle_seconds
        self._pump()

    def _refuse(self, refused: RefusedError) -> None:
        """Answer what came before, then tell what is wrong, then end the connection."""
        turn = self._reader.forget()
        if turn is not None and turn is not self._current:
            self._queue = deque((s, t) for s, t in self._queue if t is not turn)
        self._refusal = refused
        if turn is not None and turn is self._current:
            # its body cannot be read to its end: for the application it is as if it were gone
            self._closing = True
            if turn.answered:
                self._transport.abort()
                return
            self._current = None
            self._say_refusal()
            self.is_lost = True
            turn.lost()
            return
        self._pump()

    def _say_refusal(self) -> None:
        refused, self._refusal = self._refusal, None
        self.write(refusal(refused.status, refused.detail, self._server.always))
        self._server.refused(refused.status, self._client, self._reader.target)
        self._leave(reads_on=True)

    def _leave(self, *, reads_on: bool) -> None:
        """End the connection; a client that is still sending would else lose what it was told."""
        self._closing = True
        now = self.loop.time()
        if reads_on and self._transport.can_write_eof():
            self._transport.write_eof()
            self.go_on()
            self.due = now + self._bounds.farewell_seconds
        else:
            self._transport.close()
            self.due = now + self._bounds.writing_seconds

    # what requests ask of the connection

    def write(self, data: bytes, more: bytes = b"") -> None:
        """Send ``data`` and ``more``."""
        if self.is_lost:
            return
        if len(more) > _LARGE:
            self._transport.write(data)
            self._transport.write(more)
        else:
            self._transport.write(data + more if more else data)

    async def drain(self) -> None:
        """Wait until the client has taken most of what was sent, or has gone."""
        if self._paused and not self.is_lost:
            if self._drained is None:
                self._drained = self.loop.create_future()
            await self._drained
        else:
            await asyncio.sleep(0)  # the loop hears of the client's going, and serves others

    def abort(self) -> None:
        """Cut the connection."""
        self._closing = True
        self._transport.abort()

    def hold(self) -> None:
        """Let the client wait with the rest of the body."""
        if not self._held and not self._closing:
            self._held = True
            self._read_or_not()

    def go_on(self) -> None:
        """Take in the rest of the body."""
        if self._held:
            self._held = False
            self._read_or_not()

    def _read_or_not(self) -> None:
        wanted = not (self._held or self._rest)
        if wanted is not self._reads and not self._transport.is_closing():
            self._reads = wanted
            if wanted:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    # what the server asks

    def look(self, now: float) -> None:
        """End the connection where its client has had its time."""
        if now < self.due:
            return
        if self._paused:
            if _untaken(self._transport) >= self._untaken:
                self._transport.abort()
            else:
                self._watch_sending()
        elif self._closing:
            self._transport.abort()
        elif self._reader.target:
            self._refuse(RefusedError(408, "The request did not come in time."))
        else:
            self._leave(reads_on=False)

    def stop(self) -> None:
        """Answer what has come, then end the connection."""
        self.is_last = True
        if self._current is None and not self._queue and not self._closing:
            self._leave(reads_on=False)

    def _watch_sending(self) -> None:
        self._untaken = _untaken(self._transport)
        self.due = self.loop.time() + self._bounds.writing_seconds

    def _release_drain(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None


def _untaken(transport: asyncio.Transport) -> int:
    """Return the bytes that the client has not taken, those that the system holds included.

    The system holds megabytes for a slow client and takes none from us for a minute.
    """
    held = 0
    with suppress(OSError):
        word = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, b"\0" * 4)
        held = int.from_bytes(word, sys.byteorder)
    return transport.get_write_buffer_size() + held


def endpoint(address: object) -> str:
    """Return host and port of a socket's address; nothing where it has none."""
    if not isinstance(address, tuple):
        return ""
    host = address[0]
    return f"[{host}]:{address[1]}" if ":" in host else f"{host}:{address[1]}"
