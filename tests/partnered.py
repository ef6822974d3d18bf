"""Releases with partners, for tests that start a server of their own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from samgraf.release.manifest import manifest_bytes


def with_partners(release: Path, folder: Path, **endpoints: str | dict) -> Path:
    """Return a copy of ``release`` in ``folder`` whose partners have these endpoints.

    Each is an address, or what else the record of the partner says of it.
    """
    shutil.copytree(release, folder)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["partners"] = [
        {
            "name": name,
            "iri": f"https://example.org/id/partner/{name}",
            **({"endpoint": told} if isinstance(told, str) else told),
        }
        for name, told in endpoints.items()
    ]
    path.write_bytes(manifest_bytes(manifest))
    return folder
