"""Stand between a client and a server on this machine, and count the bytes of the answers."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

_PIECE = 262_144


class CountingProxy:
    """Pass connections on to ``endpoint``; ``received`` is what came back from there, in bytes."""

    def __init__(self, endpoint: str):
        """Listen on a free port of 127.0.0.1."""
        parts = urlsplit(endpoint)
        self._target = (parts.hostname, parts.port)
        self._lock = threading.Lock()
        self.received = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.endpoint = urlunsplit(parts._replace(netloc=address))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no longer; connections end with their clients."""
        # a thread that waits in accept() is woken by the shutdown only
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
            except OSError:
                return
            for source, sink, counted in ((client, server, False), (server, client, True)):
                sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(
                    target=self._pass_on, args=(source, sink, counted), daemon=True
                ).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if counted:
                    with self._lock:
                        self.received += len(piece)
                sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        if counted:  # the answering side is the last to end
            source.close()
            sink.close()
