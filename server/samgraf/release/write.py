"""Write a release: canonical N-Quads, its hash, and the manifest; all or nothing.

https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import samgraf
from samgraf.build.content import Loaded
from samgraf.build.questions import Verdict
from samgraf.errors import ContentError, UsageError
from samgraf.release.child import Child, Here, TookTooLong
from samgraf.release.open import MANIFEST, QUADS

#: Seconds that canonicalisation may take; it is exponential in tangled blank nodes.
DEADLINE = 60.0
TOOLS = ("rdflib", "owlrl", "pyshacl", "pyoxigraph")


def canonical_lines(quads: list[ox.Quad]) -> list[str]:
    """Return ``quads`` as canonical N-Quads, each a line without its end, by code point."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS).decode()
    return sorted(text.removesuffix("\n").split("\n"))


def canonicalise(quads: list[ox.Quad]) -> list[str]:
    """Return the canonical lines, worked out in a child that must keep the deadline."""
    tangled = any(isinstance(t, ox.BlankNode) for q in quads for t in (q.subject, q.object))
    work = Child if tangled else Here
    try:
        return work(canonical_lines, quads).result(DEADLINE)
    except TookTooLong:
        raise ContentError(
            f"Naming the blank nodes took more than {DEADLINE:.0f} s.",
            None,
            None,
            "Blank nodes that point at one another in a tangle cannot be told apart: name them.",
        ) from None


def tools() -> dict[str, str]:
    """Return the version of each tool whose behaviour shapes a release."""
    return {"samgraf": samgraf.__version__} | {name: version(name) for name in TOOLS}


def manifest_of(
    lines: list[str],
    loaded: Loaded,
    verdicts: Iterable[Verdict],
    report: dict[str, int],
) -> dict[str, Any]:
    """Return the manifest: what the release holds and what it was made from; no time, no place."""
    header = loaded.header
    by_graph: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        by_graph[line.rsplit(" <", 1)[1].removesuffix("> .")].append(line)
    sources = {f.graph.value: (f.file.name, f.sha256) for f in loaded.files}
    graphs = []
    for iri in sorted({*by_graph, *sources}):
        text = "".join(f"{line}\n" for line in by_graph.get(iri, ()))
        file, sha256 = sources.get(iri, (None, hashlib.sha256(text.encode()).hexdigest()))
        count = len(by_graph.get(iri, ()))
        graphs.append({"iri": iri, "file": file, "sha256": sha256, "quads": count})
    return {
        "release": hashlib.sha256(_text(lines)).hexdigest(),
        "base": header.base,
        "ontology": header.iri,
        "namespace": header.namespace,
        "prefix": header.prefix,
        "title": header.title,
        "report_graph": header.base + "graph/report",
        "apart": loaded.apart(),
        "graphs": graphs,
        "asserted": sum(len(f.triples) for f in loaded.files),
        "tools": tools(),
        "report": report,
        "questions": [
            {"id": v.question.slug, "passed": v.passed, "rows": v.rows} for v in verdicts
        ],
        "prefixes": header.prefixes,
    }


def check_target(out: Path) -> None:
    """Raise UsageError where ``out`` holds anything that is not a release."""
    if out.is_dir():
        names = {p.name for p in out.iterdir()}
        if not names or names == {QUADS, MANIFEST}:
            return
        raise UsageError(f"{out}: the folder is not empty and is no release. Name another.")
    if out.exists():
        raise UsageError(f"{out}: this is a file. Name a folder.")


def write_release(out: Path, lines: list[str], manifest: dict[str, Any]) -> None:
    """Put the release at ``out`` in one step; a release that stands there is replaced.

    Raise UsageError where the place cannot be written to.
    """
    check_target(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {error.strerror}.") from error
    try:
        new, old = work / "new", work / "old"
        new.mkdir()
        (new / QUADS).write_bytes(_text(lines))
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        (new / MANIFEST).write_text(text + "\n", "utf-8", newline="\n")
        if out.exists():
            out.rename(old)
        new.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
