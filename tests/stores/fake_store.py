"""A server that answers as a store should not, to see what is made of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeStore(ThreadingHTTPServer):
    """Answer every request by ``act(handler, body)``; keep what came in ``seen``."""

    daemon_threads = True

    def __init__(self, act: Callable[[Handler, bytes], None]):
        super().__init__(("127.0.0.1", 0), Handler)
        self.act = act
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.hung_up = threading.Event()
        self.release = threading.Event()

    @property
    def url(self) -> str:
        """Return the address."""
        return f"http://127.0.0.1:{self.server_address[1]}/x"


class Handler(BaseHTTPRequestHandler):
    """Read a request whole and hand it to the server's ``act``."""

    protocol_version = "HTTP/1.1"
    server: FakeStore

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        self.server.act(self, body)

    do_GET = do_POST = do_PUT = do_DELETE = _serve

    def send(self, status: int, body: bytes = b"", media_type: str = "", **headers: str) -> None:
        """Answer with a length."""
        self.send_response(status)
        if media_type:
            self.send_header("Content-Type", media_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def wait_for_hang_up(self) -> None:
        """Say nothing until the client has gone or the test is over."""
        self.connection.settimeout(0.05)
        while not self.server.release.is_set():
            try:
                if self.connection.recv(1) == b"":
                    self.server.hung_up.set()
                    break
            except TimeoutError:
                continue
            except OSError:
                self.server.hung_up.set()
                break
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""

    def finish(self) -> None:
        """End the exchange, however it went."""
        try:
            super().finish()
        except OSError:
            self.close_connection = True


@contextmanager
def fake_store(act: Callable[[Handler, bytes], None]) -> Iterator[FakeStore]:
    """Yield a running fake store."""
    server = FakeStore(act)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
