"""Keep releases in the cache folder, each under the key of what it was made from."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from samgraf.errors import UsageError
from samgraf.release.store import is_intact
from samgraf.settings import Settings


def kept_release(folder: Path, key: str, make: Callable[[Path], object]) -> Path:
    """Return the folder of the release kept in ``folder`` as ``key``.

    Where it is missing, or its files are not as they were written, ``make`` makes it at the place
    that it is given; one process at a time does that, and the others wait.
    """
    target = folder / key
    if is_intact(target):
        return target
    with locked(folder / f"{key}.lock"):
        # another process may have made it while this one waited
        if not is_intact(target):
            shutil.rmtree(target, ignore_errors=True)
            make(target)
    return target


def cache_dir(settings: Settings) -> Path:
    """Return the folder for built releases: the setting, else the user's cache folder."""
    if settings.cache_dir != Path():
        return settings.cache_dir
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "samgraf"
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if Path(root).is_absolute() else Path.home() / ".cache") / "samgraf"


@contextmanager
def locked(path: Path) -> Generator[None, None, None]:
    """Let one process at a time go on; the lock falls with its holder.

    Raise UsageError where the folder of ``path`` cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError as error:
        raise UsageError(
            f"{path.parent}: the cache cannot be written: {error.strerror}. "
            "Name another folder in SAMGRAF_CACHE_DIR."
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
