"""A service whose queries run in this very process: for the command line and for tests."""

from __future__ import annotations

from pathlib import Path

from samgraf.engine.in_process import InProcessEngine
from samgraf.engine.local import LocalEngine
from samgraf.release import open_release, read_manifest
from samgraf.settings import Settings
from samgraf.sparql.service import Service


def in_process_service(release: Path, settings: Settings, kind: type[Service] = Service) -> Service:
    """Return a service over the release in the folder ``release``, by default a plain one.

    Raise SamgrafError where there is no whole release.
    """
    manifest = read_manifest(release)
    local = LocalEngine(open_release(release), manifest.get("prefixes", {}))
    service = kind(InProcessEngine(local), manifest, settings)
    service.folder = release
    return service
