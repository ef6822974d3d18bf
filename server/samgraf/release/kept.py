"""The releases that were served: the last ones are kept, each as it was, with the time it came.

They stand below the folder of the setting ``releases_dir``, those of one base together, each in a
folder by its hash: the two files of a release, and ``kept.json``. Several servers may share it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from samgraf.errors import SamgrafError, UsageError
from samgraf.release.cache import cache_dir, locked
from samgraf.release.manifest import MANIFEST, read_manifest
from samgraf.release.store import QUADS, is_intact
from samgraf.release.write import fill_folder, put_file, write_synced
from samgraf.settings import NO_FOLDER, Settings

NOTE = "kept.json"
_LOCK = "lock"
#: Letters of a hash that tell it from others.
_SHORTEST = 7


class KeptRelease(NamedTuple):
    """A release that is kept: when it was first served, and when it last began to be (UTC)."""

    folder: Path
    manifest: Mapping[str, Any]
    since: datetime
    last: datetime

    @property
    def release(self) -> str:
        """Return the hash that names it."""
        return self.manifest["release"]

    @property
    def version(self) -> str:
        """Return the version that it states, empty for none."""
        return self.manifest.get("version") or ""


def releases_dir(settings: Settings, manifest: Mapping[str, Any]) -> Path:
    """Return the folder with the releases that have the base of ``manifest``."""
    base = manifest.get("base") or ""
    return _root(settings) / hashlib.sha256(base.encode()).hexdigest()[:16]


def _root(settings: Settings) -> Path:
    folder = settings.releases_dir
    return cache_dir(settings) / "releases" if folder == NO_FOLDER else folder


def keep_release(folder: Path, settings: Settings, now: datetime | None = None) -> Path:
    """Keep a copy of the release in ``folder``, as served from ``now`` on; return where it is.

    Of its base, only as many stay as the setting ``kept_releases`` says, those served last. Raise
    SamgrafError where it cannot be kept.
    """
    now = (now or datetime.now(UTC)).replace(microsecond=0)
    manifest = read_manifest(folder)
    home = releases_dir(settings, manifest)
    target = home / manifest["release"]
    with locked(home / _LOCK):
        try:
            if not is_intact(target):
                fill_folder(target, partial(_copy, folder))
            since = _noted(target).get("since", now.isoformat())
            note = {"since": since, "last": now.isoformat()}
            put_file(target / NOTE, json.dumps(note).encode() + b"\n")
            # whatever the clock says, this is the last one served
            others = [k for k in kept_releases(settings, manifest) if k.folder != target]
            for old in others[settings.kept_releases - 1 :]:
                shutil.rmtree(old.folder, ignore_errors=True)
        except OSError as error:
            raise UsageError(f"{home}: cannot be written: {error.strerror}.") from error
    return target


def kept_releases(settings: Settings, manifest: Mapping[str, Any]) -> list[KeptRelease]:
    """Return the releases that are kept of the base of ``manifest``, the last served first."""
    found = []
    for note in releases_dir(settings, manifest).glob(f"*/{NOTE}"):
        told = _noted(note.parent)
        try:
            times = (datetime.fromisoformat(told[name]) for name in ("since", "last"))
            kept = KeptRelease(note.parent, read_manifest(note.parent), *times)
        except (SamgrafError, KeyError, TypeError, ValueError):
            continue  # broken from outside: as good as gone
        if kept.release == note.parent.name:
            found.append(kept)
    return sorted(found, key=lambda kept: (kept.last, kept.since, kept.release), reverse=True)


def _copy(folder: Path, target: Path) -> None:
    for name in (QUADS, MANIFEST):
        write_synced(target / name, (folder / name).read_bytes())


def _noted(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / NOTE).read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def find_kept(settings: Settings, name: str) -> Path | None:
    """Return where the release is kept that ``name`` is the version of, or begins the hash of.

    None where there is none; raise UsageError where there are several.
    """
    found = {}
    for note in sorted(_root(settings).glob(f"*/*/{NOTE}")):
        folder = note.parent
        if len(name) >= _SHORTEST and folder.name.startswith(name):
            found[folder.name] = folder
        else:
            try:
                manifest = read_manifest(folder)
            except SamgrafError:
                continue
            if manifest.get("version") == name:
                found[folder.name] = folder
    if len(found) > 1:
        told = ", ".join(hash[:12] for hash in found)
        raise UsageError(f"{name}: more than one release is kept that this may be: {told}.")
    return next(iter(found.values()), None)
