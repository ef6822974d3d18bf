"""Where the files of a release are kept, which of them are there, and how they come to be."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import samgraf
from samgraf.release.cache import cache_dir
from samgraf.release.dumps.listing import Dump, dumps_of
from samgraf.settings import Settings

INDEX = "index.jsonl"
_PACE = 0.05  # seconds between two looks at whether a file is there
_REST = 30.0  # seconds before what is still missing is tried again
_WAITERS = 2  # who may wait for a file at once, so that threads are left for others


class Made(NamedTuple):
    """Hold a file that is there: its size and hash, or no hash where the format cannot hold it."""

    bytes: int
    sha256: str | None


def read_index(folder: Path) -> dict[str, Made]:
    """Return the files that are done in ``folder``, by name."""
    try:
        text = (folder / INDEX).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    entries = (json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n"))
    return {e["name"]: Made(e["bytes"], e["sha256"]) for e in entries}


class Dumps:
    """Hold the files of the release that stands in the folder ``release``."""

    def __init__(self, release: Path, manifest: Mapping[str, Any], settings: Settings):
        self.release = release
        self.by_name = {d.name: d for d in dumps_of(manifest)}
        self.folder = cache_dir(settings) / "dumps" / _key(manifest["release"])
        self._known: dict[str, Made] = {}
        self._is_making, self._rest_until = False, 0.0
        self._lock = threading.Lock()
        self._waiters = threading.BoundedSemaphore(_WAITERS)

    def known(self) -> dict[str, Made]:
        """Return the files that are done, by name."""
        if len(self._known) < len(self.by_name):
            self._known = read_index(self.folder)
        return self._known

    def path(self, dump: Dump) -> Path:
        """Return where the file stands once it is made."""
        return self.folder / dump.name

    def begin(self) -> None:
        """Let the files be made, unless they are or are being made."""
        with self._lock:
            if len(self.known()) == len(self.by_name):
                return
            if not self._is_making and time.monotonic() >= self._rest_until:
                self._is_making = True
                threading.Thread(target=self._make, name="dumps", daemon=True).start()

    def _make(self) -> None:
        """Run the process that makes the files, from a thread that lives as long as it does."""
        command = [sys.executable, "-m", "samgraf.child", "samgraf.release.dumps"]
        command += [str(self.release.resolve()), str(self.folder)]
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
        finally:
            # it failed, or another process is at it
            self._rest_until = time.monotonic() + _REST
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
                time.sleep(_PACE)
        finally:
            self._waiters.release()
        return None


def _key(release: str) -> str:
    """Return the name of the folder: another writer may write the same triples otherwise."""
    writers = f"{release} {samgraf.__version__} {version('pyoxigraph')}"
    return hashlib.sha256(writers.encode()).hexdigest()[:32]
