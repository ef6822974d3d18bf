"""Load a release into a store graph by graph, check it, and only then mark it as whole.

In: a folder with a release, the URL of a Graph Store Protocol endpoint
(https://www.w3.org/TR/sparql11-http-rdf-update/). Out: one graph in the store for each graph of
the release, one for its default graph, and a marker that is written last. What was interrupted
is loaded anew at the next call; what is whole is left alone.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from samgraf import limits
from samgraf.engine.remote.client import StoreClient, StoreError, words_of
from samgraf.engine.remote.query import ReleaseNames
from samgraf.errors import ContentError, SamgrafError, UsageError
from samgraf.http_connections import HttpReply
from samgraf.progress import Progress
from samgraf.release import QUADS, apart, read_manifest
from samgraf.settings import Settings
from samgraf.vocab import DCT, XSD

TURTLE = "text/turtle"  # every N-Triples document is one, and each store takes it
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


class Published(NamedTuple):
    """What was done: ``loaded`` is false where the release was there, whole, already.

    ``removed`` are the hashes of older releases that were taken out.
    """

    release: str
    graphs: int
    triples: int
    loaded: bool
    removed: tuple[str, ...]


@dataclass(frozen=True)
class StoreGraph:
    """A graph by its name in the store; each triple is a line of N-Triples."""

    name: str
    plain: list[str]
    with_blank_nodes: list[str]

    @property
    def triples(self) -> list[str]:
        """Return all triples."""
        return self.with_blank_nodes + self.plain

    def portions(self) -> Iterator[bytes]:
        """Yield N-Triples documents that add up to the graph.

        Blank nodes keep their identity within a document only, so all that have any come
        together in the first.
        """
        triples, size = self.triples, limits.STORE_WRITE_TRIPLES
        first = max(size, len(self.with_blank_nodes))
        yield "".join(triples[:first]).encode()
        for start in range(first, len(triples), size):
            yield "".join(triples[start : start + size]).encode()


class StoredRelease(NamedTuple):
    """A whole release in a store: its marker graph, its hash, and when it was published."""

    marker: str
    release: str
    issued: str


def publish(
    url: str,
    folder: Path,
    settings: Settings,
    progress: Progress,
    *,
    query_url: str | None = None,
    keep: int | None = None,
) -> Published:
    """Load the release in ``folder`` into the Graph Store at ``url``.

    ``query_url`` is the store's SPARQL endpoint, guessed where it is not given. ``keep`` is how
    many whole releases, this one among them, stay. Raise SamgrafError where the store refuses.
    """
    store = GraphStore(url, settings)
    endpoint = query_url or query_endpoint(url)
    if endpoint is None:
        raise UsageError(
            "What the store holds is asked by a query, and its SPARQL endpoint cannot be guessed "
            "from the address. Name it with --query."
        )
    user, password = settings.store_user, settings.store_password
    contents = StoreClient(endpoint, user, password, f"The store at {endpoint}")
    manifest = read_manifest(folder)
    names = ReleaseNames(manifest)
    progress.begin("read")
    graphs = store_graphs(folder, manifest, names)
    progress.end("read", f"{len(graphs)} graphs")
    return asyncio.run(_Publication(store, contents, names, graphs, progress).run(keep))


class _Publication:
    """A release on its way into ``store``, of which ``contents`` tells what it holds."""

    def __init__(
        self,
        store: GraphStore,
        contents: StoreClient,
        names: ReleaseNames,
        graphs: list[StoreGraph],
        progress: Progress,
    ):
        self._store, self._contents = store, contents
        self._names, self._graphs, self._progress = names, graphs, progress

    async def run(self, keep: int | None) -> Published:
        try:
            releases = await self._releases()
            marked = any(r.release == self._names.release for r in releases)
            there = marked and not await self._differences()
            if not there:
                await self._load()
            removed = () if keep is None else await self._remove_old(releases, keep)
        finally:
            await self._store.close()
            await self._contents.close()
        triples = sum(len(g.triples) for g in self._graphs)
        return Published(self._names.release, len(self._graphs), triples, not there, removed)

    async def _load(self) -> None:
        store, names, progress = self._store, self._names, self._progress
        # first of all: what is being written must not be taken for whole
        await store.delete(names.complete)
        *named, default = self._graphs
        for stage, part in ((f"{len(named)} named graphs", named), ("default graph", [default])):
            progress.begin(stage)
            for graph in part:
                for number, document in enumerate(graph.portions()):
                    await store.write("POST" if number else "PUT", graph.name, document)
            progress.end(stage, f"{sum(len(g.triples) for g in part)} triples")
        identified = f'<{names.root}> <{DCT}identifier> "{names.release}" .\n'
        await store.write("PUT", names.merge, identified.encode())
        progress.begin("check")
        if differences := await self._differences():
            name, expected, found = differences[0]
            raise PublishError(
                f"{name} has {found} triples in the store instead of {expected} "
                f"({len(differences)} graphs differ). The release is not marked as whole."
            )
        progress.end("check", "every graph has its triples")
        marker = [identified, f'<{names.root}> <{DCT}issued> "{now()}"^^<{XSD}dateTime> .\n']
        parts = (names.merge, *(g.name for g in self._graphs))
        marker += [f"<{names.root}> <{DCT}hasPart> <{part}> .\n" for part in parts]
        await store.write("PUT", names.complete, "".join(marker).encode())

    async def _releases(self) -> list[StoredRelease]:
        """Return the whole releases of the same base."""
        return [
            StoredRelease(row["graph"], row["release"], row["issued"])
            for row in await self._contents.rows("releases.rq", [])
            if row["graph"].startswith(f"{self._names.base}release/")
            and row["graph"].endswith("/complete")
        ]

    async def _differences(self) -> list[tuple[str, int, int]]:
        """Return (graph, triples it should have, triples it has) where the two differ."""
        asked = [("named-graph-uri", g.name) for g in self._graphs]
        rows = await self._contents.rows("counts.rq", asked)
        found = {row["graph"]: int(row["triples"]) for row in rows if row.get("graph")}
        compared = [(g.name, len(g.triples), found.get(g.name, 0)) for g in self._graphs]
        return [c for c in compared if c[1] != c[2]]

    async def _remove_old(self, releases: list[StoredRelease], keep: int) -> tuple[str, ...]:
        """Remove whole releases beyond the ``keep`` youngest; never the one just published."""
        others = [r for r in releases if r.release != self._names.release]
        others.sort(key=lambda r: r.issued, reverse=True)
        old = others[max(keep - 1, 0) :]
        for stored in old:
            rows = await self._contents.rows("parts.rq", [("default-graph-uri", stored.marker)])
            root = stored.marker.removesuffix("complete")
            parts = sorted(row["part"] for row in rows if row["part"].startswith(root))
            # the marker goes first, so that nobody takes the rest for whole
            for graph in (stored.marker, *parts):
                await self._store.delete(graph)
        return tuple(stored.release for stored in old)


def store_graphs(
    folder: Path, manifest: Mapping[str, Any], names: ReleaseNames
) -> list[StoreGraph]:
    """Return every named graph of the release in ``folder`` and, last, its default graph.

    Raise ContentError where the quads are not those of the manifest, or a graph has a name
    outside the release's base.
    """
    path = folder / QUADS
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != manifest["release"]:
        raise ContentError("The quads are not those that the manifest names.", path)
    text = data.decode("utf-8")
    if names.root in text:
        raise ContentError(f"The release itself uses names under {names.root}.", path)
    graphs = {g["iri"]: StoreGraph(names.to_store(g["iri"]), [], []) for g in manifest["graphs"]}
    default = StoreGraph(names.default, [], [])
    merged: set[ox.Triple] = set()
    left_out = set(apart(manifest))
    for quad in ox.parse(input=names.to_store(text), format=ox.RdfFormat.N_QUADS):
        name = names.from_store(str(quad.graph_name)[1:-1].encode()).decode()
        if not name.startswith(names.plain):
            raise ContentError(f"The graph {name} has a name outside {names.plain}.", path)
        has_blank = ox.BlankNode in (type(quad.subject), type(quad.object))
        line = f"{quad.triple} .\n"
        into = [graphs[name]]
        if name not in left_out and quad.triple not in merged:
            merged.add(quad.triple)
            into.append(default)
        for graph in into:
            (graph.with_blank_nodes if has_blank else graph.plain).append(line)
    return [*graphs.values(), default]


def now() -> str:
    """Return the time as an ``xsd:dateTime`` in UTC."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class GraphStore:
    """The Graph Store Protocol endpoint at ``url``: #http-put, #http-post, #http-delete."""

    def __init__(
        self,
        url: str,
        settings: Settings,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        self._client = StoreClient(url, settings.store_user, settings.store_password)
        self._sleep = sleep

    async def write(self, method: str, graph: str, document: bytes) -> None:
        """Replace (PUT) or extend (POST) ``graph`` by the triples of an N-Triples document."""
        reply = await self._send(method, graph, document)
        if reply.status not in (200, 201, 202, 204):
            raise _refused("could not be stored", graph, reply)

    async def delete(self, graph: str) -> None:
        """Remove ``graph``; one that is not there does no harm."""
        reply = await self._send("DELETE", graph, None)
        if reply.status not in (200, 202, 204, 404):
            raise _refused("could not be removed", graph, reply)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _send(self, method: str, graph: str, document: bytes | None) -> HttpReply:
        headers = {} if document is None else {"Content-Type": TURTLE}
        for number in range(limits.STORE_WRITE_TRIES):
            try:
                reply = await self._client.send(
                    method,
                    headers,
                    document,
                    parameters=f"graph={quote(graph, safe='')}",
                    timeout=limits.STORE_WRITE_SECONDS,
                    max_bytes=limits.STORE_WRITE_ANSWER_BYTES,
                )
            except StoreError as error:
                raise PublishError(f"{graph}: {error}") from error
            if reply.status not in (429, 503) or number + 1 == limits.STORE_WRITE_TRIES:
                break
            wait = reply.retry_after
            await self._sleep(min(2.0**number if wait is None else wait, limits.STORE_WRITE_PAUSE))
        return reply


def query_endpoint(url: str) -> str | None:
    """Return where the store that takes graphs at ``url`` answers queries, as far as is known."""
    address, _, _ = url.partition("?")
    for ending, instead in _ENDPOINTS.items():
        if address.endswith(ending):
            return address.removesuffix(ending) + instead
    return None


def _refused(what: str, graph: str, reply: HttpReply) -> SamgrafError:
    words = f" The store says: {said}" if (said := words_of(reply)) else ""
    if reply.status in (404, 405, 501):
        return UsageError(
            f"{graph} {what} ({reply.status}). The address may not be one of the Graph Store "
            f"Protocol, or not take writes.{words}"
        )
    return PublishError(f"{graph} {what} ({reply.status}).{words}")
