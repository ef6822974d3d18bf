"""Keep built releases by the hash of all that they are made from, so that a start is quick."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import samgraf
from samgraf.build.content.layout import Content, find_content, packaged_root
from samgraf.errors import UsageError
from samgraf.progress import Progress, Silent
from samgraf.release.open import MANIFEST
from samgraf.settings import Settings

_PACKAGE = Path(samgraf.__file__).parent
#: The parts of the package whose code shapes a release.
_BUILDERS = (
    "content",
    "profile",
    "reason",
    "validate",
    "questions",
    "views",
    "catalogue",
    "release",
)
#: The files of these parts that do.
_CODE = ("*.py", "*.ttl", "*.toml", "rules/*.rq")


def cached_release(
    content: Path | None,
    settings: Settings,
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Path:
    """Return the folder of the release of ``content``, building it where it is not yet kept.

    The packaged content has its release beside it. ``say`` gets each warning of a build.
    Raise SamgrafError where the content is at fault.
    """
    found = find_content(content)
    packaged = found.root / "release"
    if found.root == packaged_root() and (packaged / MANIFEST).is_file():
        return packaged
    folder = cache_dir(settings)
    target = folder / cache_key(found)
    if (target / MANIFEST).is_file():
        return target
    with _lock(folder / f"{target.name}.lock"):
        # another process may have built it while this one waited
        if not (target / MANIFEST).is_file():
            # imported here: a cached start must not pay for reasoner and validator
            from samgraf.build.pipeline import Run, run

            shutil.rmtree(target, ignore_errors=True)  # what a crash left behind
            run(found, Run(progress or Silent(), say=say), out=target)
    return target


def cache_dir(settings: Settings) -> Path:
    """Return the folder for built releases: the setting, else the user's cache folder."""
    if settings.cache_dir != Path():
        return settings.cache_dir
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "samgraf"
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if Path(root).is_absolute() else Path.home() / ".cache") / "samgraf"


def cache_key(content: Content) -> str:
    """Return the hash over the content, the tools' versions and the code that builds."""
    from importlib.metadata import version

    names = ("rdflib", "owlrl", "pyshacl", "pyoxigraph")
    tools = {n: version(n) for n in names} | {"samgraf": samgraf.__version__}
    digest = hashlib.sha256(json.dumps(tools, sort_keys=True).encode())
    digest.update(content.fingerprint().encode())
    for part in _BUILDERS:
        code = [f for p in _CODE for f in (_PACKAGE / part).glob(p)]
        for path in sorted(code):
            digest.update(path.relative_to(_PACKAGE).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Let one process build at a time; the lock falls with its holder."""
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
