"""Keep the index of a release: made once, by one process, in a thread of its own.

It is written beside its place and moved there, so that the file is whole or not there. Where
nothing can be kept, the index lies in a folder that is removed with the process.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import tempfile
import threading
import time
import weakref
from pathlib import Path

from samgraf import limits
from samgraf.errors import SamgrafError
from samgraf.release.cache import locked
from samgraf.site.search.build import VERSION, Ask, build
from samgraf.site.search.index import Index
from samgraf.sparql.problems import ProblemError

log = logging.getLogger(__name__)


class Keeper:
    """The index of ``release``, made from the answers of ``ask`` and kept in ``folder``."""

    def __init__(self, release: str, ask: Ask, folder: Path):
        self._release, self._ask, self._folder = release, ask, folder
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._index: Index | None = None
        self._thread: threading.Thread | None = None
        self._again = 0.0

    def index(self, wait: float = 0.0) -> Index | None:
        """Return the index, None where it is not ready within ``wait`` seconds.

        The first call has it made, and so has one that finds it removed from the folder.
        """
        if self._index is not None and not self._index.path.exists():
            self._index = None
        if self._index is None:
            self._begin()
            self._done.wait(wait)
        return self._index

    def _begin(self) -> None:
        with self._lock:
            # a thread that is done may be alive for a moment still
            running = self._thread is not None and not self._done.is_set()
            if self._index is not None or running or time.monotonic() < self._again:
                return
            self._done.clear()
            self._thread = threading.Thread(target=self._make, name="search", daemon=True)
            self._thread.start()

    def _make(self) -> None:
        try:
            index = Index(self._kept())
            weakref.finalize(self, index.close)
            self._index = index
        except (SamgrafError, ProblemError) as error:
            # the release may be on its way out, or the engine busy
            log.warning("The search index waits: %s", error)
            self._again = time.monotonic() + limits.SEARCH_REBUILD
        except Exception:
            log.exception("The search index of release %s could not be made.", self._release[:12])
            self._again = time.monotonic() + limits.SEARCH_REBUILD
        finally:
            self._done.set()

    def _kept(self) -> Path:
        """Return the file of the index, which is made where it is not yet."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self._folder, os.W_OK):
                raise PermissionError(self._folder)
        except OSError:
            self._folder = Path(tempfile.mkdtemp(prefix="samgraf-search-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        path = self._folder / f"{self._release}-{VERSION}.sqlite"
        if not _is_whole(path, self._release):
            # another process may make it while this one waits
            with locked(path.with_suffix(".lock")):
                if not _is_whole(path, self._release):
                    self._write(path)
        return path

    def _write(self, path: Path) -> None:
        began = time.perf_counter()
        beside = path.with_suffix(f".{os.getpid()}.new")
        beside.unlink(missing_ok=True)
        try:
            build(beside, self._ask, self._release)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        seconds = time.perf_counter() - began
        log.info("The search index was made in %.1f s: %d bytes.", seconds, path.stat().st_size)
        _prune(self._folder)


def _is_whole(path: Path, release: str) -> bool:
    if not path.is_file():
        return False
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        about = dict(database.execute("SELECT name, value FROM about"))
        return about == {"release": release, "version": str(VERSION)}
    except sqlite3.DatabaseError:
        return False
    finally:
        database.close()


def _prune(folder: Path) -> None:
    """Remove all indexes but the youngest."""
    ages = []
    for path in folder.glob("*.sqlite"):
        try:
            ages.append((path.stat().st_mtime, path))
        except FileNotFoundError:
            continue
    for _, path in sorted(ages)[: -limits.SEARCH_INDEXES]:
        path.unlink(missing_ok=True)
        path.with_suffix(".lock").unlink(missing_ok=True)
