"""The manifest of a release: what it holds and what it was made from, as JSON with its own hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samgraf.errors import ContentError, UsageError

MANIFEST = "manifest.json"
#: The member that holds the SHA-256 of the manifest without it.
_OWN_HASH = "manifest_sha256"


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return the file for ``manifest``, with its own hash."""
    return _text({**manifest, _OWN_HASH: _hash(manifest)}).encode()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the release in ``folder``.

    Raise UsageError where there is none, ContentError where it is not as it was written.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{folder}: this is not a release: {MANIFEST} cannot be read.") from error
    except ValueError as error:
        raise ContentError("The manifest is not valid JSON.", path) from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("release"), str):
        raise ContentError("The manifest does not name a release.", path)
    # one without a hash was not written by samgraf, or by an earlier version
    if manifest.get(_OWN_HASH, _hash(manifest)) != _hash(manifest):
        raise ContentError(
            "The manifest is not as it was written.",
            path,
            None,
            "The release was altered or cut short: build it again.",
        )
    return manifest


def apart(manifest: Mapping[str, Any]) -> list[str]:
    """Return the named graphs that are no part of the default graph."""
    base = manifest.get("base") or "urn:x-no-base:"
    return manifest.get("apart") or [manifest.get("report_graph") or base + "graph/report"]


def _hash(manifest: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in manifest.items() if name != _OWN_HASH}
    return hashlib.sha256(_text(rest).encode()).hexdigest()


def _text(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
