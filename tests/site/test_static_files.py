import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from samgraf.site.static_files import manifest, vendored

STATIC = Path(str(files("samgraf.site"))) / "static"
OWN = [
    path
    for path in (*STATIC.rglob("*"), *(STATIC.parent / "templates").rglob("*"))
    if path.is_file() and "vendor" not in path.parts
]
#: Licences under which a file may be passed on beside code under Apache-2.0.
LICENCES = {"MIT", "BSD-2-Clause", "OFL-1.1", "MIT OR Apache-2.0"}
_FETCHED = re.compile(
    r"""(?:src=|href=|url\(|@import|import\s.*from|fetch\()\s*["']?(?:https?:)?//"""
)


@pytest.mark.parametrize("package", manifest(), ids=lambda p: p["folder"])
def test_vendored_files_are_those_that_the_manifest_names(package):
    folder = STATIC / "vendor" / package["folder"]
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}
    assert found == package["files"]
    assert package["license"] in LICENCES


def test_nothing_else_is_vendored(root):
    folders = {p.name for p in (STATIC / "vendor").iterdir() if p.is_dir()}
    assert folders == {p["folder"] for p in manifest()}
    lock = json.loads((root / "server/vendor/package-lock.json").read_text())
    pinned = {
        name.removeprefix("node_modules/"): package["version"]
        for name, package in lock["packages"].items()
    }
    assert {p["package"]: p["version"] for p in manifest()}.items() <= pinned.items()


def test_a_file_that_is_not_there_has_no_address(app):
    with app.test_request_context(), pytest.raises(KeyError):
        vendored("leaflet", "nothing.js")


@pytest.mark.parametrize("path", OWN, ids=lambda p: p.name)
def test_no_own_file_fetches_from_elsewhere(path):
    if path.suffix in (".html", ".css", ".js", ".mjs"):
        assert not _FETCHED.search(path.read_text("utf-8"))


def test_a_file_leaves_it_to_what_sends_it_to_say_when(study):
    path = re.search(r'href="(/static/[^"]*samgraf\.css)"', study.get("/sources").text)[1]
    first = study.get(path, buffered=True)
    known = {"If-None-Match": first.headers["ETag"]}
    again = study.get(path, headers=known, buffered=True)
    assert [(r.status_code, "Date" in r.headers) for r in (first, again)] == [
        (200, False),
        (304, False),
    ]


def test_fonts_named_in_the_sheet_are_there_and_fetched_beside_it(study):
    sheet = (STATIC / "samgraf.css").read_text("utf-8")
    named = re.findall(r'url\("([^"]+)"\)', sheet)
    assert named
    assert all((STATIC / name).is_file() for name in named)
    page = study.get("/", headers={"Accept": "text/html"}).text
    folder = re.search(r'href="(/[^"]*/)samgraf\.css"', page)[1]
    fetched = re.findall(r'<link rel="preload"[^>]* href="([^"]+)"', page)
    assert fetched
    assert {name.removeprefix(folder) for name in fetched} <= set(named)
