"""uvicorn with the bounded protocol, in a thread, and raw connections to it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

from raw_client import Raw
from uvicorn import Server

from samgraf.gateway.http_bounds import Connections
from samgraf.gateway.system import listen
from samgraf.gateway.web_process import new_loop, server_config

PATIENCE = 60.0  # waited out only where a test fails


class Application:
    """An ASGI application made of ``answer(scope, receive, send)``; remembers what was refused."""

    def __init__(self, answer, recall=lambda *_: None):
        self._answer, self.recall = answer, recall
        self.refusals: list[tuple[int, tuple[str, int], bytes]] = []

    async def __call__(self, scope, receive, send):
        await self._answer(scope, receive, send)

    def refused(self, status, client, target):
        self.refusals.append((status, tuple(client), target))


class Running:
    """A server of an application that runs in a thread of its own."""

    def __init__(self, answer, *, connections=None, recall=lambda *_: None):
        self.application = Application(answer, recall)
        self.connections = connections or Connections()
        self.socket = listen("127.0.0.1", 0)[0]
        self.port = self.socket.getsockname()[1]
        self.server = Server(server_config(self.application, self.connections))
        self._loop = new_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self.comes_true(lambda: self.server.started)

    def _run(self):
        async def serve():
            sweeping = asyncio.ensure_future(self.connections.sweep(self.server))
            await self.server.serve(sockets=[self.socket])
            sweeping.cancel()

        self._loop.run_until_complete(serve())

    def call(self, function):
        """Have ``function`` called on the server's loop, and wait for it."""
        called = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (function(), called.set()))
        assert called.wait(PATIENCE)

    def comes_true(self, condition):
        """Return whether ``condition()`` comes true."""
        until = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    @property
    def open_connections(self):
        return len(self.server.server_state.connections)

    def connect(self, buffer=None):
        """Return a raw connection."""
        made = socket.socket()
        if buffer is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        made.settimeout(PATIENCE)
        try:
            made.connect(("127.0.0.1", self.port))
        except BaseException:
            made.close()
            raise
        return Raw(made)

    def end(self):
        """Stop the server and its thread."""
        self.server.should_exit = True
        self._thread.join(PATIENCE)
        self._loop.close()


async def respond(send, status=200, body=b"", headers=()):
    """Send a whole answer."""
    length = (b"content-length", str(len(body)).encode())
    start = {"type": "http.response.start", "status": status, "headers": [*headers, length]}
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def body_of(receive):
    """Return the body of a request; None where the client goes before it is whole."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message["body"]
        if not message["more_body"]:
            return body
