"""Write a release: canonical N-Quads and the manifest; all or nothing.

https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from samgraf.errors import ContentError, UsageError
from samgraf.release.child import Child, Here, TookTooLong
from samgraf.release.open import MANIFEST, QUADS

#: Seconds that canonicalisation may take; it is exponential in tangled blank nodes.
DEADLINE = 60.0


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


def quads_text(lines: list[str]) -> bytes:
    """Return the bytes of the file with ``lines``, whose SHA-256 names the release."""
    return "".join(f"{line}\n" for line in lines).encode()


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
        (new / QUADS).write_bytes(quads_text(lines))
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        (new / MANIFEST).write_text(text + "\n", "utf-8", newline="\n")
        if out.exists():
            out.rename(old)
        new.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
