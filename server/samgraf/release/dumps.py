"""Files to download: the whole release and each named graph, plain and compressed, with hashes.

They are made from the release when they are first wanted, in a process of their own
(``python -m samgraf.release.dumps RELEASE FOLDER``), and kept in the cache folder. The same release
gives the same bytes: https://www.rfc-editor.org/rfc/rfc1952 without time and name. How tightly they
are packed is up to zlib: another make of it may give other bytes with the same content.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

import samgraf
from samgraf import limits
from samgraf.child import command
from samgraf.release import names
from samgraf.release.cache import cache_dir
from samgraf.release.file_formats import CSV, GRAPH_FORMATS, N_QUADS, WHOLE_FORMATS, FileFormat
from samgraf.release.manifest import read_manifest
from samgraf.release.serialise import UnwritableResultError, write_dataset, write_graph
from samgraf.release.store import QUADS, read_quads
from samgraf.release.table import write_table
from samgraf.release.write import PART, put_file
from samgraf.settings import Settings

INDEX = "index.jsonl"
PACKED = ".gz"


@dataclass(frozen=True)
class Dump:
    """One file: of which data set with which graphs, in which format, whether compressed.

    There are no ``graphs`` where it is the whole release.
    """

    stem: str
    graphs: tuple[str, ...]
    format: FileFormat
    is_packed: bool

    @property
    def name(self) -> str:
        """Return the path of the file below ``/dumps/``."""
        return f"{self.stem}.{self.format.extension}{PACKED if self.is_packed else ''}"


class Made(NamedTuple):
    """A file that is there: its bytes and hash, or no hash where the format cannot hold it."""

    bytes: int
    sha256: str | None


def dumps_of(manifest: Mapping[str, Any]) -> list[Dump]:
    """Return the files of a release: the whole first, then set by set, each in both forms."""
    base = manifest.get("base") or ""
    kinds: list[tuple[str, tuple[str, ...], FileFormat]] = [
        (names.WHOLE, (), format) for format in WHOLE_FORMATS
    ]
    for stem, graphs in datasets_of(manifest["graphs"], base).items():
        kinds += [(stem, graphs, format) for format in (*GRAPH_FORMATS, CSV)]
    return [Dump(*kind, is_packed) for kind in kinds for is_packed in (True, False)]


def datasets_of(entries: Iterable[Mapping[str, Any]], base: str) -> dict[str, tuple[str, ...]]:
    """Return the graphs of each data set, by what it is called; ``entries`` are a manifest's."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        if (stem := names.stem_of(entry["iri"], base)) is not None:
            found[stem] = (*found.get(stem, ()), entry["iri"])
    return found


def read_index(folder: Path) -> dict[str, Made]:
    """Return the files that are done in ``folder``, by name; a line that is broken is left out."""
    try:
        text = (folder / INDEX).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    found = {}
    for line in text.splitlines(keepends=True):
        try:
            entry = json.loads(line if line.endswith("\n") else "")
            found[entry["name"]] = Made(int(entry["bytes"]), entry["sha256"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


class Dumps:
    """The files of the release in the folder ``release``: which there are, and their making."""

    def __init__(self, release: Path, manifest: Mapping[str, Any], settings: Settings):
        self.release = release
        self.by_name = {d.name: d for d in dumps_of(manifest)}
        # another writer may write the same triples otherwise
        writers = f"{manifest['release']} {samgraf.__version__} {version('pyoxigraph')}"
        key = hashlib.sha256(writers.encode()).hexdigest()[:32]
        self.folder = cache_dir(settings) / "dumps" / key
        self._known: dict[str, Made] = {}
        self._is_making, self._not_before = False, 0.0
        self._lock = threading.Lock()
        self._waiters = threading.BoundedSemaphore(limits.DUMP_WAITERS)

    def known(self) -> dict[str, Made]:
        """Return the files that are done, by name."""
        if len(self._known) < len(self.by_name):
            # the folder may have others, too: of a program that parted the graphs otherwise
            made = read_index(self.folder)
            self._known = {name: made[name] for name in self.by_name if name in made}
        return self._known

    def path(self, dump: Dump) -> Path:
        """Return where the file is once it is made."""
        return self.folder / dump.name

    def begin(self) -> bool:
        """Start to make the files, unless they are made or being made; return whether all are."""
        with self._lock:
            if len(self.known()) == len(self.by_name):
                return True
            if not self._is_making and time.monotonic() >= self._not_before:
                self._is_making = True
                threading.Thread(target=self._make, name="dumps", daemon=True).start()
            return False

    def _make(self) -> None:
        """Run the process that makes the files, from a thread that lives as long as it does."""
        making = command("samgraf.release.dumps", self.release.resolve(), self.folder)
        try:
            for _ in range(limits.DUMP_ATTEMPTS):
                if subprocess.run(making, stdin=subprocess.DEVNULL).returncode >= 0:
                    break  # else it was killed
        finally:
            # it failed, or another process makes them
            self._not_before = time.monotonic() + limits.DUMP_PAUSE
            self._is_making = False

    def wait_for(self, dump: Dump, seconds: float) -> Made | None:
        """Return what is known of the file, made now if need be; None where it takes longer."""
        if (made := self.known().get(dump.name)) is not None:
            return made
        self.begin()
        if not self._waiters.acquire(blocking=False):
            return None
        try:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if (made := self.known().get(dump.name)) is not None:
                    return made
                time.sleep(limits.DUMP_POLL)
        finally:
            self._waiters.release()
        return None


def make(release: Path, folder: Path) -> None:
    """Make what is missing in ``folder`` of the files of the release in the folder ``release``.

    Do nothing where another process makes them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        for left in folder.rglob(f"*{PART}"):
            left.unlink(missing_ok=True)  # behind a process that was killed
        known = read_index(folder)
        # the last line of the index may have been cut short
        index = "".join(_index_line(name, made) for name, made in known.items())
        put_file(folder / INDEX, index.encode())
        manifest = read_manifest(release)
        wanted = [d for d in dumps_of(manifest) if d.name not in known]
        graphs: dict[str, list[ox.Triple]] = defaultdict(list)
        if wanted:
            for quad in read_quads(release):
                if isinstance(quad.graph_name, ox.NamedNode):
                    graphs[quad.graph_name.value].append(quad.triple)
        last: tuple[object, bytes | None] = (None, None)
        for dump in wanted:
            kind = (dump.stem, dump.format)
            if last[0] != kind:
                try:
                    content = _content(dump, release, graphs, manifest.get("prefixes", {}))
                except UnwritableResultError:
                    content = None
                last = (kind, content)
            if (data := last[1]) is None:
                made = Made(0, None)
            else:
                if dump.is_packed:
                    data = gzip.compress(data, limits.DUMP_COMPRESSION, mtime=0)
                put_file(folder / dump.name, data)
                made = Made(len(data), hashlib.sha256(data).hexdigest())
            with (folder / INDEX).open("a", encoding="utf-8") as file:
                # one write of one line, so that readers see it whole or not at all
                file.write(_index_line(dump.name, made))


def _content(
    dump: Dump,
    release: Path,
    graphs: Mapping[str, list[ox.Triple]],
    prefixes: Mapping[str, str],
) -> bytes:
    """Return the file before it is compressed."""
    if dump.graphs:
        triples = [triple for graph in dump.graphs for triple in graphs.get(graph, ())]
        if dump.format == CSV:
            # what a graph says of itself is no row among its things
            own = {ox.NamedNode(graph) for graph in dump.graphs}
            return write_table((t for t in triples if t.subject not in own), prefixes)
        return write_graph(triples, dump.format.media_type, prefixes)
    if dump.format == N_QUADS:
        return (release / QUADS).read_bytes()
    return write_dataset(graphs, dump.format.media_type, prefixes)


def _index_line(name: str, made: Made) -> str:
    return json.dumps({"name": name, **made._asdict()}) + "\n"


if __name__ == "__main__":
    # behind the answers, but ahead of slow queries: somebody may be waiting for a file
    os.nice(5)
    try:
        make(Path(sys.argv[1]), Path(sys.argv[2]))
    except OSError as error:
        sys.exit(f"The files to download could not be made: {error}")
