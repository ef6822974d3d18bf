"""Cut a release into the graphs that a store is to hold, each a list of N-Triples lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samgraf.engine.remote.names import Names
from samgraf.errors import ContentError
from samgraf.release import QUADS, apart

PORTION = 50_000  # triples sent at once


@dataclass(frozen=True)
class StoreGraph:
    """Hold one graph: its name in the store and its triples, each a line without line break."""

    name: str
    triples: list[str]

    def portions(self) -> Iterator[bytes]:
        """Yield N-Triples documents that add up to the graph.

        Blank nodes keep their identity within a document only, so those that have any come
        together in the first.
        """
        labelled = [t for t in self.triples if has_blank_node(t)]
        plain = [t for t in self.triples if not has_blank_node(t)]
        first = max(PORTION - len(labelled), 0)
        yield _document(labelled + plain[:first])
        for start in range(first, len(plain), PORTION):
            yield _document(plain[start : start + PORTION])


def store_graphs(folder: Path, manifest: Mapping[str, Any], names: Names) -> list[StoreGraph]:
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
    graphs: dict[str, list[str]] = {g["iri"]: [] for g in manifest["graphs"]}
    union: dict[str, None] = {}
    left_out = set(apart(manifest))
    # canonical N-Quads: one quad a line, single spaces, the graph's IRI before the full stop
    for line in text.split("\n"):
        if not line:
            continue
        triple, _, graph = line.removesuffix(" .").rpartition(" ")
        graph = graph[1:-1]
        if not graph.startswith(names.plain):
            raise ContentError(f"The graph {graph} has a name outside {names.plain}.", path)
        mapped = names.to_store(triple) + " ."
        graphs[graph].append(mapped)
        if graph not in left_out:
            union[mapped] = None
    named = [StoreGraph(names.to_store(g), triples) for g, triples in graphs.items()]
    return [*named, StoreGraph(names.default, list(union))]


def has_blank_node(triple: str) -> bool:
    """Return whether a line of canonical N-Triples has a blank node as subject or object."""
    # the last word is the object, or the end of a literal, which then holds its closing quote
    last = triple.removesuffix(" .").rpartition(" ")[2]
    return triple.startswith("_:") or (last.startswith("_:") and '"' not in last)


def _document(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
