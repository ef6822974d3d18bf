"""A client of the gateway without a server: requests as ASGI has them, answers caught."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import Headers as WsgiHeaders
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from samgraf.engine.in_process import InProcessEngine
from samgraf.engine.local import LocalEngine
from samgraf.gateway.app import Gateway
from samgraf.gateway.control import ReleaseSource
from samgraf.gateway.http_bounds import ByteBudget
from samgraf.release import open_release
from samgraf.settings import Settings


async def open_in_process(source: ReleaseSource, manifest: Any, _settings: Settings) -> Any:
    """Return an engine without workers."""
    store = open_release(Path(source.release))
    return InProcessEngine(LocalEngine(store, manifest.get("prefixes", {})))


ALL = "SELECT * { ?s ?p ?o }"
TINY = "ASK { ex:rose a ex:Flower }"
DIRECT = "application/sparql-query"
HTML = {"Accept": "text/html"}


def ask(front, query=ALL, method="GET", **headers):
    """Send ``query`` to the endpoint of ``front``; ``_`` in the name of a header is a hyphen."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return front.open(method=method, query_string={"query": query}, headers=headers)


class Exchange:
    """Give the body of a request and catch the answer; ``leave`` is the client's going."""

    def __init__(self, body: bytes = b"", *, pieces: Iterable[bytes] | None = None):
        self._pieces = list([body] if pieces is None else pieces)
        self.gone = asyncio.Event()
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.body, self.streamed, self.ended = b"", 0, False
        self.is_head = False

    async def receive(self) -> dict[str, Any]:
        if self._pieces:
            piece = self._pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self._pieces)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        if self.gone.is_set():
            return
        if message["type"] == "http.response.start":
            assert self.status is None, "answered twice"
            self.status = message["status"]
            self.headers = [(n.decode(), v.decode("latin-1")) for n, v in message["headers"]]
            return
        assert not self.ended
        self.streamed += 1
        self.body += message.get("body", b"")
        self.ended = not message.get("more_body", False)

    def leave(self) -> None:
        self.gone.set()


class GatewayClient:
    """Ask a gateway as Flask's test client asks an application."""

    def __init__(self, release: Path, settings: Settings, budget: ByteBudget | None = None):
        self.number = 0
        self.loop = asyncio.new_event_loop()
        self.gateway = Gateway(settings, budget, open_engine=open_in_process)
        self.serve(release)

    def serve(self, release: Path) -> None:
        """Serve a release from now on.

        What a server begins in an idle moment is left until a request needs it: the loop stands
        still between requests, so that queries of it would fail as those of a server that ends.
        """
        self.number += 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("samgraf.limits.IDLE_WORK_SECONDS", 86_400.0)
            self.run(self.gateway.serve(ReleaseSource(self.number, str(release))))

    @property
    def runtime(self):
        return self.gateway.runtime

    @property
    def service(self):
        return self.gateway.runtime.service

    def close(self) -> None:
        self.run(self.gateway.close())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    def run(self, coroutine):
        """Return what a coroutine returns on the gateway's loop."""
        return self.loop.run_until_complete(asyncio.wait_for(coroutine, 60))

    def request(self, path="/sparql", buffered=True, **how):
        """Return scope and exchange of a request; ``how`` is as for EnvironBuilder."""
        builder = EnvironBuilder(path, **how)
        environ = builder.get_environ()
        body = environ["wsgi.input"].read()
        pairs = [("Host", environ["HTTP_HOST"]), *builder.headers.items()]
        names = {name.lower() for name, _ in builder.headers.items()}
        if "host" in names:
            del pairs[0]
        if builder.method not in ("GET", "HEAD") and "content-length" not in names:
            pairs.append(("Content-Length", str(len(body))))
        content_type = environ.get("CONTENT_TYPE")
        if content_type and "content-type" not in names:
            pairs.append(("Content-Type", content_type))
        builder.close()
        scope = scope_of(environ, pairs)
        return scope, Exchange(body)

    def call(self, scope, exchange):
        """Return the coroutine that answers a request."""
        return self.gateway(scope, exchange.receive, exchange.send)

    def recall(self, scope):
        """Return what the gateway gives at once for a request, as a server asks first."""
        if scope["method"] != "GET":
            return None
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        return self.gateway.recall(scope["raw_path"] + query, scope["headers"], scope["client"])

    def open(self, *args, **how) -> Response:
        scope, exchange = self.request(*args, **how)
        sent = self.recall(scope)
        if sent is not None:
            exchange.status, exchange.body = 200, sent.body
            exchange.headers = [(n.decode(), v.decode("latin-1")) for n, v in sent.headers]
        else:
            self.run(self.call(scope, exchange))
        return response_of(exchange)

    def get(self, *args, **how):
        return self.open(*args, method="GET", **how)

    def head(self, *args, **how):
        return self.open(*args, method="HEAD", **how)

    def post(self, *args, **how):
        return self.open(*args, method="POST", **how)

    def options(self, *args, **how):
        return self.open(*args, method="OPTIONS", **how)


def scope_of(environ: dict, headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the scope of a request that is told in the way of WSGI."""
    path = environ["PATH_INFO"].encode("latin-1")
    return {
        "type": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 80),
        "client": (environ.get("REMOTE_ADDR", "127.0.0.1"), 40000),
        "scheme": "http",
        "root_path": "",
        "method": environ["REQUEST_METHOD"],
        "path": path.decode("utf-8"),
        "raw_path": environ.get("REQUEST_URI", "/").partition("?")[0].encode("latin-1"),
        "query_string": environ["QUERY_STRING"].encode("latin-1"),
        "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in headers],
    }


class Answer(Response):
    """An answer, and its text as Flask's test client has it."""

    @property
    def text(self) -> str:
        return self.get_data(as_text=True)


def response_of(exchange: Exchange) -> Answer:
    """Return the answer that ``exchange`` caught."""
    assert exchange.status is not None, "no answer"
    assert all(name == name.lower() for name, _ in exchange.headers)
    single = [n for n, _ in exchange.headers if n not in ("set-cookie", "link")]
    assert len(single) == len(set(single)), single
    response = Answer(exchange.body, exchange.status)
    response.headers = WsgiHeaders(exchange.headers)
    return response
