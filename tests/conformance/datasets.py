"""Put all data of a suite into one release, each file a named graph, so that one server serves all.

A test then names its dataset in the request, as the protocol provides:
https://www.w3.org/TR/sparql11-protocol/#dataset
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from suites import SuiteTest

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
}
BASE = "http://suite.example/"
#: A graph that no release has: the default graph of a test without data.
NOWHERE = BASE + "graph/nowhere"


def read_graph(file: Path) -> list[ox.Triple]:
    """Return the triples of ``file``, whose blank nodes are those of no other file."""
    quads = ox.parse(
        path=file, format=FORMATS[file.suffix], base_iri=file.as_uri(), rename_blank_nodes=True
    )
    return [q.triple for q in quads]


def store_of(test: SuiteTest) -> ox.Store:
    """Return the dataset of ``test`` as a store of its own."""
    store = ox.Store()
    for file in test.data:
        store.extend(ox.Quad(*t) for t in read_graph(file))
    for file in test.graphs:
        graph = ox.NamedNode(file.as_uri())
        store.add_graph(graph)
        store.extend(ox.Quad(*t, graph) for t in read_graph(file))
    return store


def write_suite_release(folder: Path, tests: Iterable[SuiteTest]) -> Path:
    """Write a release into ``folder`` that holds every data file of ``tests``."""
    files = sorted({f for test in tests for f in (*test.data, *test.graphs)})
    lines: set[str] = set()
    graphs = []
    for file in files:
        graph = ox.NamedNode(file.as_uri())
        quads = [ox.Quad(*t, graph) for t in read_graph(file)]
        graphs.append({"iri": graph.value, "file": None, "quads": len(set(quads))})
        lines |= set(ox.serialize(quads, format=ox.RdfFormat.N_QUADS).decode().splitlines())
    data = "".join(f"{line}\n" for line in sorted(lines)).encode()
    manifest = {
        "release": hashlib.sha256(data).hexdigest(),
        "base": BASE,
        "ontology": BASE + "ontology",
        "namespace": BASE + "id/",
        "prefix": "",
        "title": {"en": "Conformance tests"},
        "report_graph": BASE + "graph/report",
        "graphs": graphs,
        "questions": [],
        "prefixes": {},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "quads.nq").write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder
