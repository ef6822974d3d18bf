"""A server in a thread, and raw connections to it."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest
from raw_client import Raw
from samgraf.gateway.http import Bounds, Server
from samgraf.gateway.http.listening import listen
from samgraf.gateway.serve.web import new_loop

PATIENCE = 60.0  # waited out only where a test fails


class Running:
    """Hold a server of ``application`` that runs in a thread of its own."""

    def __init__(self, application, *, at=None, bounds=None, **more):
        self.socket = at or listen("127.0.0.1", 0)[0]
        self.port = self.socket.getsockname()[1]
        self._loop = new_loop()
        self.server = Server(
            application,
            [self.socket],
            bounds=bounds or Bounds(),
            always=[("access-control-allow-origin", "*")],
            **more,
        )
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.call(self._start())

    async def _start(self):
        self.server.start()

    def call(self, coroutine):
        """Return what ``coroutine`` returns on the server's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    def comes_true(self, condition):
        """Return whether ``condition()`` comes true on the server's loop."""

        async def wait():
            for _ in range(5000):
                if condition():
                    return True
                await asyncio.sleep(0.01)
            return False

        return self.call(wait())

    def is_asked(self):
        """Return whether the application has a request at hand."""
        return any(connection._current is not None for connection in self.server.connections)

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

    def end(self, patience=5.0):
        """Stop the server and its thread."""
        if not self.server.is_stopping:
            self.call(self.server.stop(patience))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


@pytest.fixture
def run():
    """Return what starts a server; all are ended afterwards."""
    running = []

    def start(application, **how):
        running.append(Running(application, **how))
        return running[-1]

    yield start
    for each in running:
        each.end()
