"""Lead to the browser files of other makers, which stand in folders named by their version.

``server/vendor/vendor.mjs`` puts them there and writes the manifest.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from flask import url_for


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
