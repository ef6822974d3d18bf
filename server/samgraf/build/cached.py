"""The release of a content: kept by the hash of all that it is made from, else built."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import samgraf
from samgraf.build.content.layout import Content, find_content, packaged_root
from samgraf.build.source_files import check_source_files
from samgraf.progress import Progress, Silent
from samgraf.release import MANIFEST
from samgraf.release.cache import cache_dir, kept_release
from samgraf.settings import Settings

_PACKAGE = Path(samgraf.__file__).parent
#: What may shape a release: the ground, this package, and all that it may import.
_CODE = ("*.py", "build/**/*", "engine/**/*", "release/**/*", "sparql/**/*")


def cached_release(
    content: Path | None,
    settings: Settings,
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda line: None,
    *,
    base: str | None = None,
    lang: str = "en",
) -> Path:
    """Return the folder of the release of ``content``, building it where it is not yet kept.

    The packaged content has its release beside it. ``say`` gets each warning of a build,
    in the language ``lang``.
    Raise SamgrafError where the content is at fault.
    """
    found = find_content(content, base)
    packaged = found.root / "release"
    if found.root == packaged_root() and base is None and (packaged / MANIFEST).is_file():
        return packaged

    def make(target: Path) -> None:
        # imported here: a cached start must not pay for reasoner and validator
        from samgraf.build.pipeline import Run, run

        how = Run(progress or Silent(), lang, say, settings=settings)
        run(found, how, out=target)

    check_source_files(found)
    return kept_release(cache_dir(settings), cache_key(found), make)


def code_files(package: Path = _PACKAGE) -> list[Path]:
    """Return every file of ``package`` that a build may run or read, in a fixed order."""
    found = (path for pattern in _CODE for path in package.glob(pattern))
    return sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts)


def cache_key(content: Content, package: Path = _PACKAGE) -> str:
    """Return the hash over the content, the tools' versions and the code that builds."""
    digest = hashlib.sha256(json.dumps(tools(), sort_keys=True).encode())
    digest.update(content.fingerprint().encode())
    for path in code_files(package):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def tools() -> dict[str, str]:
    """Return the version of each tool whose behaviour shapes a release."""
    from importlib.metadata import version

    names = ("rdflib", "owlrl", "pyshacl", "pyoxigraph")
    return {"samgraf": samgraf.__version__} | {name: version(name) for name in names}
