"""Open a release: check its hash and load it into memory.

The default graph is the union of the named graphs less those that stand apart (the report and the
extracts of other people's data), each triple once:
https://www.w3.org/TR/sparql11-service-description/#sd-uniondefaultgraph
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from samgraf.errors import ContentError, UsageError

QUADS = "quads.nq"
MANIFEST = "manifest.json"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the release in ``folder``; raise UsageError where there is none."""
    try:
        return json.loads((folder / MANIFEST).read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{folder}: this is not a release: {MANIFEST} cannot be read.") from error
    except ValueError as error:
        raise ContentError("The manifest is not valid JSON.", folder / MANIFEST) from error


def open_release(folder: Path) -> ox.Store:
    """Return an in-memory store with the release in ``folder``.

    Raise UsageError where the folder is no release, ContentError where its quads are not those
    that the manifest names.
    """
    manifest = read_manifest(folder)
    path = folder / QUADS
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{folder}: this is not a release: {QUADS} cannot be read.") from error
    actual = hashlib.sha256(data).hexdigest()
    if actual != manifest["release"]:
        raise ContentError(
            f"The quads have the SHA-256 {actual[:12]}…, the manifest says "
            f"{manifest['release'][:12]}….",
            path,
            None,
            "The release was altered or cut short: build it again.",
        )
    quads = ox.parse(input=data, format=ox.RdfFormat.N_QUADS)
    return fill_store(quads, apart(manifest))


def apart(manifest: Mapping[str, Any]) -> list[str]:
    """Return the named graphs that are no part of the default graph."""
    base = manifest.get("base") or "urn:x-no-base:"
    return manifest.get("apart") or [manifest.get("report_graph") or base + "graph/report"]


def fill_store(quads: Iterable[ox.Quad], apart_graphs: Iterable[str]) -> ox.Store:
    """Return a store with ``quads`` and, in its default graph, their union less some graphs.

    The order of ``quads`` is kept, so that sorted quads give the same order of answers everywhere.
    """
    left_out = {ox.NamedNode(iri) for iri in apart_graphs}
    named = list(quads)
    union = dict.fromkeys(
        ox.Quad(q.subject, q.predicate, q.object) for q in named if q.graph_name not in left_out
    )
    store = ox.Store()
    store.bulk_extend(named)
    store.bulk_extend(union)
    return store
