"""Let browsers keep our files for good: the address of each names the version of them all.

``/static/v-HASH/NAME`` is ``/static/NAME``; what files say of one another, relative to themselves,
leads to the same version. The files of other makers stand in folders named by their version;
``server/vendor/vendor.mjs`` puts them there and writes the manifest. See
https://www.rfc-editor.org/rfc/rfc8246 (immutable).
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for

from samgraf.site.downloads import FOREVER
from samgraf.sparql.headers import REVALIDATE

_VERSIONED = re.compile(r"v-([0-9a-f]{12})/")
_VENDORED = re.compile(r"vendor/[^/]+-\d[^/]*/.")


def init_app(app: Flask) -> None:
    """Name the version in the addresses of static files, and understand it there."""
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def name_version(endpoint: str, values: dict[str, Any]) -> None:
        filename = values.get("filename", "")
        if endpoint == "static" and not filename.startswith(("vendor/", "v-")):
            values["filename"] = f"v-{version(folder)}/{filename}"

    @app.url_value_preprocessor
    def take_version_off(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if endpoint == "static" and values:
            values["filename"] = _VERSIONED.sub("", values["filename"], count=1)

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 206, 304):
            asked = request.path.removeprefix(f"{app.static_url_path}/")
            named = _VERSIONED.match(asked)
            for_good = named[1] == version(folder) if named else _VENDORED.match(asked)
            response.headers["Cache-Control"] = FOREVER if for_good else REVALIDATE
        return response


@cache
def version(folder: Path) -> str:
    """Return a hash over the names and bytes of our own files in ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and (not name.startswith("vendor/") or name == "vendor/manifest.json"):
            data = path.read_bytes()
            digest.update(b"%s %d " % (name.encode(), len(data)))
            digest.update(data)
    return digest.hexdigest()[:12]


@cache
def manifest() -> list[dict]:
    """Return what is there: package, version, licence, folder, SHA-256 of each file."""
    path = files("samgraf.site") / "static" / "vendor" / "manifest.json"
    return json.loads(path.read_text("utf-8"))


def vendored(name: str, file: str) -> str:
    """Return the address of ``file`` of the package in the folder ``name-VERSION``.

    Raise KeyError where the manifest does not have it.
    """
    for package in manifest():
        if package["folder"].rpartition("-")[0] == name and file in package["files"]:
            return url_for("static", filename=f"vendor/{package['folder']}/{file}")
    raise KeyError(f"{name}/{file}")
