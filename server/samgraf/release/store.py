"""Open a release: check its hash and load it into memory.

The default graph is the union of the named graphs less those that stand apart (the report and the
extracts of other people's data), each triple once:
https://www.w3.org/TR/sparql11-service-description/#sd-uniondefaultgraph
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from samgraf.errors import ContentError, SamgrafError, UsageError
from samgraf.release.manifest import apart, read_manifest

QUADS = "quads.nq"


def open_release(folder: Path) -> ox.Store:
    """Return an in-memory store with the release in ``folder``.

    Raise as ``read_quads`` does.
    """
    return fill_store(read_quads(folder), apart(read_manifest(folder)))


def read_quads(folder: Path) -> Iterator[ox.Quad]:
    """Return the quads of the release in ``folder``, sorted as they are in its file.

    Raise as ``checked_quads`` does.
    """
    return ox.parse(input=checked_quads(folder), format=ox.RdfFormat.N_QUADS)


def is_intact(folder: Path) -> bool:
    """Return whether ``folder`` holds a release whose files are as they were written."""
    try:
        checked_quads(folder)
    except SamgrafError:
        return False
    return True


def checked_quads(folder: Path) -> bytes:
    """Return the file of quads of the release in ``folder``, once its hash is found right.

    Raise UsageError where the folder is no release, ContentError where its manifest is not as it
    was written or its quads are not those that the manifest names.
    """
    release = read_manifest(folder)["release"]
    path = folder / QUADS
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{folder}: this is not a release: {QUADS} cannot be read.") from error
    actual = hashlib.sha256(data).hexdigest()
    if actual != release:
        raise ContentError(
            f"The quads have the SHA-256 {actual[:12]}…, the manifest says {release[:12]}….",
            path,
            None,
            "The release was altered or cut short: build it again.",
        )
    return data


def fill_store(quads: Iterable[ox.Quad], apart_graphs: Iterable[str]) -> ox.Store:
    """Return a store with ``quads`` and, in its default graph, their union less some graphs.

    The order of ``quads`` is kept, so that sorted quads give the same order of answers everywhere.
    """
    left_out = {ox.NamedNode(iri) for iri in apart_graphs}
    named = list(quads)
    store = ox.Store()
    store.bulk_extend(named)
    store.bulk_extend(ox.Quad(*q.triple) for q in named if q.graph_name not in left_out)
    return store
