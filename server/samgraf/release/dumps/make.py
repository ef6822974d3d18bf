"""Make the files of a release that are not there yet; one process at a time."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from pathlib import Path

from samgraf.release import read_manifest
from samgraf.release.dumps.listing import Dump, dumps_of
from samgraf.release.dumps.pour import pour
from samgraf.release.dumps.store import INDEX, Made, read_index
from samgraf.release.dumps.write import split, write_all, write_triples
from samgraf.release.open import QUADS
from samgraf.release.serialise import UnwritableResultError


def make(release: Path, folder: Path) -> None:
    """Make what is missing in ``folder`` of the files of the release in the folder ``release``.

    Where another process is at it, leave it to that one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        manifest = read_manifest(release)
        known = read_index(folder)
        _rewrite_index(folder, known)
        wanted = [d for d in dumps_of(manifest) if d.name not in known]
        if wanted:
            with tempfile.TemporaryDirectory(dir=folder, prefix="split-") as work:
                graphs = split(release / QUADS, Path(work))
                for dump in wanted:
                    _make(dump, release, graphs, manifest.get("prefixes", {}), folder)


def _rewrite_index(folder: Path, known: dict[str, Made]) -> None:
    """Put the index there anew: its last line may have been cut short."""
    beside = folder / (INDEX + ".part")
    beside.write_text("".join(_line(name, made) for name, made in known.items()), "utf-8")
    beside.replace(folder / INDEX)


def _line(name: str, made: Made) -> str:
    return json.dumps({"name": name, **made._asdict()}) + "\n"


def _make(
    dump: Dump, release: Path, graphs: dict[str, Path], prefixes: dict[str, str], folder: Path
) -> None:
    source = graphs.get(dump.graph) if dump.graph is not None else None

    def fill(output) -> None:
        if dump.graph is None:
            write_all(release / QUADS, graphs, dump.format, prefixes, output)
        elif source is not None:  # else the graph is empty
            write_triples(source, dump.format, prefixes, output)

    try:
        size, digest = pour(folder / dump.name, fill)
        made = Made(size, digest)
    except UnwritableResultError:
        made = Made(0, None)
    with (folder / INDEX).open("a", encoding="utf-8") as index:
        # one write of one line, so that readers see it whole or not at all
        index.write(_line(dump.name, made))


def lower() -> None:
    """Work behind the answers, but ahead of long queries: somebody may be waiting for a file."""
    os.nice(10)
