"""Load a release into a store graph by graph, check it, and only then mark it as whole."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samgraf.engine.remote.names import Names
from samgraf.engine.remote.publish.ask import Asker
from samgraf.engine.remote.publish.graphs import StoreGraph, store_graphs
from samgraf.engine.remote.publish.store import GraphStore, PublishError, query_endpoint
from samgraf.errors import UsageError
from samgraf.progress import Progress
from samgraf.release import read_manifest
from samgraf.settings import Settings

_DCT = "http://purl.org/dc/terms/"
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Published:
    """Say what was done: ``loaded`` is false where the release was there, whole, already.

    ``checked`` says whether the store was asked for its counts; ``removed`` are the hashes of
    older releases that were taken out.
    """

    release: str
    graphs: int
    triples: int
    loaded: bool
    checked: bool
    removed: tuple[str, ...]


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
    endpoint = query_url or query_endpoint(url)
    if keep is not None and endpoint is None:
        raise UsageError(
            "Which releases the store holds is asked by a query, and its SPARQL endpoint cannot "
            "be guessed from the address. Name it with --query."
        )
    manifest = read_manifest(folder)
    names = Names.of(manifest)
    store = GraphStore(url, settings.store_user, settings.store_password)
    asker = Asker(endpoint, settings) if endpoint else None
    try:
        return _publish(store, asker, folder, manifest, names, progress, keep)
    finally:
        store.close()
        if asker:
            asker.close()


def _publish(
    store: GraphStore,
    asker: Asker | None,
    folder: Path,
    manifest: Mapping[str, Any],
    names: Names,
    progress: Progress,
    keep: int | None,
) -> Published:
    progress.begin("read")
    graphs = store_graphs(folder, manifest, names)
    progress.end("read", f"{len(graphs)} graphs")
    there = asker is not None and _is_whole(asker, names, graphs)
    if not there:
        _load(store, asker, names, graphs, progress)
    removed = _remove_old(store, asker, names, keep) if asker and keep is not None else ()
    return Published(
        names.release,
        len(graphs),
        sum(len(g.triples) for g in graphs),
        not there,
        asker is not None,
        removed,
    )


def _load(
    store: GraphStore,
    asker: Asker | None,
    names: Names,
    graphs: list[StoreGraph],
    progress: Progress,
) -> None:
    # first of all: what is being written must not be taken for whole
    store.delete(names.complete)
    *named, default = graphs
    for stage, part in ((f"{len(named)} named graphs", named), ("default graph", [default])):
        progress.begin(stage)
        for graph in part:
            for number, document in enumerate(graph.portions()):
                (store.add if number else store.put)(graph.name, document)
        progress.end(stage, f"{sum(len(g.triples) for g in part)} triples")
    told = f'<{names.root}> <{_DCT}identifier> "{names.release}" .'
    store.put(names.merge, f"{told}\n".encode())
    if asker is not None:
        progress.begin("check")
        _require_counts(asker, graphs)
        progress.end("check", "every graph has its triples")
    marker = [told, f'<{names.root}> <{_DCT}issued> "{now()}"^^<{_XSD}dateTime> .']
    parts = [names.merge, *(g.name for g in graphs)]
    marker += [f"<{names.root}> <{_DCT}hasPart> <{part}> ." for part in parts]
    store.put(names.complete, "".join(f"{line}\n" for line in marker).encode())


def now() -> str:
    """Return the time, as an ``xsd:dateTime`` in UTC."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_whole(asker: Asker, names: Names, graphs: list[StoreGraph]) -> bool:
    marked = any(release == names.release for _, release, _ in asker.releases(names.base))
    return marked and not _differences(asker, graphs)


def _require_counts(asker: Asker, graphs: list[StoreGraph]) -> None:
    if differences := _differences(asker, graphs):
        name, expected, found = differences[0]
        raise PublishError(
            f"{name} has {found} triples in the store instead of {expected} "
            f"({len(differences)} graphs differ). The release is not marked as whole."
        )


def _differences(asker: Asker, graphs: list[StoreGraph]) -> list[tuple[str, int, int]]:
    """Return (graph, triples it should have, triples it has) where the two differ."""
    found = asker.counts([g.name for g in graphs])
    compared = [(g.name, len(g.triples), found.get(g.name, 0)) for g in graphs]
    return [c for c in compared if c[1] != c[2]]


def _remove_old(store: GraphStore, asker: Asker, names: Names, keep: int) -> tuple[str, ...]:
    """Remove whole releases beyond the ``keep`` youngest; never the one just published."""
    others = [r for r in asker.releases(names.base) if r[1] != names.release]
    others.sort(key=lambda r: r[2], reverse=True)
    removed = []
    for marker, release, _ in others[max(keep - 1, 0) :]:
        parts = asker.parts(marker)
        # the marker goes first, so that nobody takes the rest for whole
        store.delete(marker)
        for part in parts:
            store.delete(part)
        removed.append(release)
    return tuple(removed)
