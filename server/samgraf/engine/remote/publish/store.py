"""Write graphs into a store: https://www.w3.org/TR/sparql11-http-rdf-update/#http-put."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import quote

from samgraf.engine.remote.http import Link, Reply, StoreError
from samgraf.errors import SamgrafError, UsageError

N_TRIPLES, TURTLE = "application/n-triples", "text/turtle"
TRIES = 6
LONGEST_PAUSE = 60.0
PATIENCE = 300.0  # seconds that one portion may take to be stored
_ANSWER_BYTES = 1_048_576
# paths at which a store answers queries, by the path at which it takes graphs
_ENDPOINTS = {
    "/sparql-graph-crud-auth": "/sparql",
    "/sparql-graph-crud": "/sparql",
    "/rdf-graphs/service": "",
    "/store": "/query",
    "/data": "/query",
}


class PublishError(SamgrafError):
    """The store did not take the release."""


class GraphStore:
    """Write to the Graph Store Protocol endpoint at ``url``."""

    def __init__(
        self, url: str, user: str, password: str, sleep: Callable[[float], None] = time.sleep
    ):
        self._link = Link(url, user, password)
        self._sleep = sleep
        self._media_type = N_TRIPLES

    def put(self, graph: str, document: bytes) -> None:
        """Replace ``graph`` by the triples of an N-Triples document."""
        self._write("PUT", graph, document)

    def add(self, graph: str, document: bytes) -> None:
        """Add the triples of an N-Triples document to ``graph``."""
        self._write("POST", graph, document)

    def delete(self, graph: str) -> None:
        """Remove ``graph``; one that is not there does no harm."""
        reply = self._send("DELETE", graph, None)
        if reply.status not in (200, 202, 204, 404):
            raise _refused("could not be removed", graph, reply)

    def close(self) -> None:
        """Close the connections."""
        self._link.close()

    def _write(self, method: str, graph: str, document: bytes) -> None:
        reply = self._send(method, graph, document)
        if reply.status in (406, 415) and self._media_type == N_TRIPLES:
            # every N-Triples document is a Turtle document
            self._media_type = TURTLE
            reply = self._send(method, graph, document)
        if reply.status not in (200, 201, 202, 204):
            raise _refused("could not be stored", graph, reply)

    def _send(self, method: str, graph: str, document: bytes | None) -> Reply:
        headers = {} if document is None else {"Content-Type": self._media_type}
        parts = self._link.parts
        query = f"{parts.query}&" if parts.query else ""
        target = f"{parts.path or '/'}?{query}graph={quote(graph, safe='')}"
        for number in range(1, TRIES + 1):
            try:
                reply = self._link.send(
                    method, target, headers, document, timeout=PATIENCE, max_bytes=_ANSWER_BYTES
                )
            except StoreError as error:
                raise PublishError(f"{graph}: {error}") from error
            if reply.status not in (429, 503) or number == TRIES:
                break
            wait = reply.retry_after
            self._sleep(min(2.0 ** (number - 1) if wait is None else wait, LONGEST_PAUSE))
        return reply


def query_endpoint(url: str) -> str | None:
    """Return where the store that takes graphs at ``url`` answers queries, as far as is known."""
    address, _, _ = url.partition("?")
    for ending, instead in _ENDPOINTS.items():
        if address.endswith(ending):
            return address.removesuffix(ending) + instead
    return None


def _refused(what: str, graph: str, reply: Reply) -> SamgrafError:
    words = f" The store says: {reply.words}" if reply.words else ""
    if reply.status in (404, 405, 501):
        return UsageError(
            f"{graph} {what} ({reply.status}). The address may not be one of the Graph Store "
            f"Protocol, or not take writes.{words}"
        )
    return PublishError(f"{graph} {what} ({reply.status}).{words}")
