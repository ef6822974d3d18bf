"""The data sets: a release, and the same quads as a file that every other server loads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from generator import write_release

from samgraf.build.cached import cached_release
from samgraf.release import apart, open_release, read_manifest
from samgraf.settings import Settings

SIZES = {"100k": 100_000, "1m": 1_000_000, "5m": 5_000_000}
STUDY = "study"


@dataclass(frozen=True)
class Data:
    """Hold one data set.

    ``quads`` has the release's quads and, outside named graphs, the triples of its default graph:
    what samgraf holds in memory. ``triples`` has the default graph alone, for servers without one.
    """

    name: str
    release: Path
    quads: Path
    triples: Path
    count: int

    def store(self) -> ox.Store:
        """Return the release in memory."""
        return open_release(self.release)


def make_data(name: str, folder: Path, study: Path | None = None) -> Data:
    """Return the data set ``name``: the study's own, or a synthetic one made in ``folder``.

    ``study`` is a release of the study that is there already.
    """
    folder = folder / name
    folder.mkdir(parents=True)
    if name == STUDY:
        release = study or cached_release(None, Settings())
    else:
        release = write_release(folder / "release", SIZES[name])
    left_out = {f"{graph}> ." for graph in apart(read_manifest(release))}
    quads, triples = folder / "all.nq", folder / "default.nt"
    seen: set[str] = set()
    with (
        (release / "quads.nq").open(encoding="utf-8") as source,
        quads.open("w", encoding="utf-8") as named,
        triples.open("w", encoding="utf-8") as default,
    ):
        for line in source:
            named.write(line)
            triple, _, graph = line.rpartition(" <")
            if graph.strip() not in left_out and triple not in seen:
                seen.add(triple)
                named.write(f"{triple} .\n")
                default.write(f"{triple} .\n")
    return Data(name, release, quads, triples, len(seen))
