"""The release of ``small_release`` with a namespace of its own, so that its things are no terms."""

import json
from pathlib import Path

from samgraf.release.manifest import manifest_bytes
from small_release import BASE, LINES, write_release


def write_things(folder: Path, lines=LINES) -> Path:
    """Write the release into ``folder``."""
    write_release(folder, lines)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_bytes(manifest_bytes(manifest | {"namespace": BASE + "ontology#"}))
    return folder
