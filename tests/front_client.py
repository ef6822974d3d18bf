"""A client of the front without a server: requests as RSGI hands them over, answers caught."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from werkzeug.datastructures import Headers as WsgiHeaders
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from samgraf.gateway.app import Front
from samgraf.gateway.http import Headers, ProtocolClosedError
from samgraf.gateway.serve.state import State, write_state
from samgraf.settings import Settings


class Protocol:
    """Hold the body of a request and catch the answer; ``leave`` is the client's going."""

    def __init__(self, body: bytes = b"", *, pieces: Iterable[bytes] | None = None):
        self._pieces = [body] if pieces is None else pieces
        self.gone = asyncio.Event()
        self.status, self.headers, self.body, self.streamed = None, [], b"", 0
        self.ended = False

    async def __call__(self):
        return b"".join(self._pieces)

    async def __aiter__(self):
        for piece in self._pieces:
            yield piece

    async def client_disconnect(self):
        await self.gone.wait()

    def leave(self):
        self.gone.set()

    def response_empty(self, status, headers):
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status, headers, body):
        assert self.status is None, "answered twice"
        self.status, self.headers, self.body = status, headers, body

    def response_stream(self, status, headers):
        self.response_bytes(status, headers, b"")
        return self

    def response_file(self, status, headers, file):
        self.response_bytes(status, headers, Path(file).read_bytes())

    async def send_bytes(self, piece):
        if self.gone.is_set():
            raise ProtocolClosedError
        await asyncio.sleep(0)
        self.streamed += 1
        self.body += piece


def scope_of(environ: dict, headers: Iterable[tuple[str, str]]) -> SimpleNamespace:
    """Return the scope of a request that is told in the way of WSGI."""
    return SimpleNamespace(
        proto="http",
        http_version="1.1",
        server="127.0.0.1:80",
        client=environ.get("REMOTE_ADDR", "127.0.0.1") + ":40000",
        scheme="http",
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8"),
        query_string=environ["QUERY_STRING"].encode("latin-1").decode("utf-8", "replace"),
        authority=None,
        headers=Headers([(name.lower(), value) for name, value in headers]),
    )


class FrontClient:
    """Ask a front as Flask's test client asks an application."""

    def __init__(self, folder: Path, release: Path, settings: Settings):
        self.folder, self.generation = folder, 0
        self.loop = asyncio.new_event_loop()
        self.front = Front(folder / "state.json", settings)
        self.serve(release)
        self.loop.run_until_complete(self.front.start())

    def serve(self, release: Path) -> None:
        """Name the release to serve from now on."""
        self.generation += 1
        told = State(self.generation, str(release), None, None, 1, 1, str(self.folder))
        write_state(self.folder / "state.json", told)

    @property
    def serving(self):
        return self.front._follower.serving

    def close(self) -> None:
        self.loop.run_until_complete(self.front.stop())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    def run(self, coroutine):
        """Return what a coroutine returns on the front's loop."""
        return self.loop.run_until_complete(asyncio.wait_for(coroutine, 60))

    def request(self, path="/sparql", buffered=True, **how):
        """Return scope and protocol of a request; ``how`` is as for EnvironBuilder."""
        builder = EnvironBuilder(path, **how)
        environ = builder.get_environ()
        body = environ["wsgi.input"].read()
        headers = [("Host", environ["HTTP_HOST"]), *builder.headers.items()]
        names = {name.lower() for name, _ in headers}
        if builder.method != "GET" and "content-length" not in names:
            headers.append(("Content-Length", str(len(body))))
        content_type = environ.get("CONTENT_TYPE")
        if content_type and "content-type" not in names:
            headers.append(("Content-Type", content_type))
        builder.close()
        return scope_of(environ, headers), Protocol(body)

    def open(self, *args, **how) -> Response:
        scope, proto = self.request(*args, **how)
        if not self.front.at_once(scope, proto):
            self.run(self.front.__rsgi__(scope, proto))
        return response_of(proto)

    def get(self, *args, **how):
        return self.open(*args, method="GET", **how)

    def head(self, *args, **how):
        return self.open(*args, method="HEAD", **how)

    def post(self, *args, **how):
        return self.open(*args, method="POST", **how)

    def options(self, *args, **how):
        return self.open(*args, method="OPTIONS", **how)


class Answer(Response):
    """Hold an answer, and its text as Flask's test client has it."""

    @property
    def text(self) -> str:
        return self.get_data(as_text=True)


def response_of(proto: Protocol) -> Answer:
    """Return the answer that ``proto`` caught."""
    assert proto.status is not None, "no answer"
    assert all(name == name.lower() for name, _ in proto.headers)
    single = [n for n, _ in proto.headers if n not in ("set-cookie", "link")]
    assert len(single) == len(set(single)), single
    response = Answer(proto.body, proto.status)
    response.headers = WsgiHeaders(proto.headers)
    if proto.status not in (204, 304):
        response.headers.setdefault("Content-Length", str(len(proto.body)))
    return response
