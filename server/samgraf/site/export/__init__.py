"""Write the whole site as files that any server of files can send: no program runs there.

Its pages are what the application answers, found as a robot finds them; their links lead to files
(``addresses``). Queries and searches are answered in the reader's browser (``static/export``).
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from flask import Flask, render_template

from samgraf import limits
from samgraf.engine.in_process_service import in_process_service
from samgraf.errors import UsageError
from samgraf.progress import Progress
from samgraf.release import QUADS
from samgraf.release.dumps import make as make_dumps
from samgraf.release.write import fill_folder, require_replaceable
from samgraf.settings import Settings
from samgraf.site.downloads import the_dumps
from samgraf.site.export.addresses import HTML, Address, forward_file, read_address, relative
from samgraf.site.export.copy import MARK, copied
from samgraf.site.export.crawl import Copied, Router, crawl, write
from samgraf.site.export.engine import engine_settings
from samgraf.site.export.links import ORIGIN, path_of_link
from samgraf.site.export.rewrite import Rewriter
from samgraf.site.export.service import RememberingService
from samgraf.site.language import catalogue
from samgraf.site.search.results import KEEPER
from samgraf.site.static_files import version
from samgraf.site.well_known import MOST, sitemap_of
from samgraf.sparql.service import Service

_LOCATION = re.compile(r"<loc>([^<]*)</loc>")


class Export(NamedTuple):
    """What was written: files and bytes in all, pages by language, addresses that are dead.

    ``clashes`` are pairs of files whose names differ in the case of letters alone.
    """

    files: int
    bytes: int
    pages: dict[str, int]
    dead: list[str]
    clashes: list[tuple[str, str]]


def check_target(out: Path) -> None:
    """Raise UsageError where ``out`` holds anything that is not a copy, or cannot be replaced."""
    require_replaceable(out, "export", lambda folder: (folder / MARK).is_file())


def export(
    out: Path, release: Path, settings: Settings, languages: Sequence[str], progress: Progress
) -> Export:
    """Write the site over the release in the folder ``release`` to ``out``, in one step.

    The setting ``base`` is the address at which the copy will be reached. Raise UsageError where
    ``out`` holds something else or cannot be written to.
    """
    check_target(out)
    public = settings.base.rstrip("/")
    inside = replace(settings, base=ORIGIN)
    service = in_process_service(release, inside, RememberingService)
    app = copied(service)
    made: list[Export] = []

    def fill(folder: Path) -> None:
        made.append(_Copy(app, service, folder, languages, public, progress).make())

    fill_folder(out, fill)
    return made[0]


class _Copy:
    """One copy in the making."""

    def __init__(
        self,
        app: Flask,
        service: Service,
        folder: Path,
        languages: Sequence[str],
        public: str,
        progress: Progress,
    ):
        self._app, self._service, self._folder, self._progress = app, service, folder, progress
        self._languages, self._public = languages, public
        self._static = f"static/v-{version(Path(app.static_folder or ''))}"
        self._data = f"release/{service.release}/{QUADS}.gz"

    def make(self) -> Export:
        """Write everything."""
        self._progress.begin("index and files to download")
        with self._app.app_context():
            self._app.extensions[KEEPER].index(limits.EXPORT_READY)
            if (dumps := the_dumps()) is not None and dumps.by_name:
                make_dumps(dumps.release, dumps.folder)
                # where another process makes them
                dumps.wait_for(list(dumps.by_name.values())[-1], limits.EXPORT_READY)
        self._progress.end("index and files to download")
        paths = list(dict.fromkeys(self._sitemap()))
        starts = [Address("/"), *(read_address(path, "")[0] for path in paths)]
        found = crawl(self._app, self._folder, self._languages, starts, self._progress)
        if (clashes := found.clashes()) and not _tells_cases_apart(self._folder):
            raise UsageError(
                f"Where the copy is written, {clashes[0][0]} and {clashes[0][1]} are one file. "
                "Name a folder on a file system that tells capitals from small letters."
            )
        router = Router(self._app)
        self._progress.begin("links")
        Rewriter(
            self._folder,
            found,
            router,
            self._languages,
            self._public,
            self._service.base,
            self._static,
        ).all()
        self._progress.end("links")
        self._progress.begin("forwards and data")
        self._forward(found, paths)
        self._copy_static()
        self._write_data()
        self._tell_robots(found)
        self._progress.end("forwards and data")
        every = [path for path in self._folder.rglob("*") if path.is_file()]
        pages = found.page_counts(self._languages)
        dead = sorted(address.text() for address in found.dead)
        size = sum(path.stat().st_size for path in every)
        return Export(len(every), size, pages, dead, clashes)

    def _sitemap(self) -> Iterable[str]:
        """Yield the paths of the pages of the site and of all things that the release describes."""
        client = self._app.test_client()

        def locations(path: str) -> list[str]:
            text = client.get(path, base_url=ORIGIN).get_data(as_text=True)
            found = (path_of_link(where.replace("&amp;", "&")) for where in _LOCATION.findall(text))
            return [path for path in found if path is not None]

        for part in locations("/sitemap.xml"):
            yield from locations(part)

    def _forward(self, found: Copied, paths: Sequence[str]) -> None:
        """Write a page that leads on to the reader's language at each path and each IRI."""
        wanted = {"/": "index.html"}
        for path in paths:
            iri = f"/id/{path.removeprefix('/doc/')}" if path.startswith("/doc/") else path
            if "?" not in path and path != "/" and not path.startswith("/.well-known/"):
                wanted[path] = forward_file(iri)
        names = catalogue()
        with self._app.test_request_context(f"/?lang={self._languages[0]}", base_url=ORIGIN):
            for path, file in wanted.items():
                ways = [
                    (language, names[language]["language"], relative(target, file))
                    for language in self._languages
                    if (target := found.file(language, Address(path))) is not None
                ]
                place = self._folder / file
                # a file that has the name of this folder goes before
                if ways and not any(parent.is_file() for parent in place.parents):
                    shown = render_template(
                        "export/forward.html",
                        ways=ways,
                        script=relative(f"{self._static}/export/forward.js", file),
                        style=relative(f"{self._static}/samgraf.css", file),
                    )
                    write(place, shown.encode())

    def _copy_static(self) -> None:
        source = Path(str(files("samgraf.site"))) / "static"
        shutil.copytree(source, self._folder / self._static)

    def _write_data(self) -> None:
        """Write what the engine in the browser reads, and the mark of a copy."""
        service = self._service
        if service.folder is not None:
            quads = (service.folder / QUADS).read_bytes()
            write(self._folder / self._data, gzip.compress(quads, limits.DUMP_COMPRESSION, mtime=0))
        told = {"languages": list(self._languages), **engine_settings(service, self._data)}
        write(self._folder / MARK, json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
        write(self._folder / ".nojekyll", b"")  # some hosts leave out names with a dot or a stroke

    def _tell_robots(self, found: Copied) -> None:
        client = self._app.test_client()
        void = client.get("/.well-known/void", base_url=ORIGIN, follow_redirects=True,
                          headers={"Accept": "text/turtle"})  # fmt: skip
        if void.status_code == 200:
            write(self._folder / ".well-known" / "void", void.get_data())
        rules = "User-agent: *\nAllow: /\n"
        if self._public:
            pages = sorted(entry.file for entry in found.pages.values() if entry.media_type == HTML)
            parts = [pages[at : at + MOST] for at in range(0, len(pages), MOST)]
            names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
            for name, part in zip(names, parts, strict=True):
                self._map_site(name, "urlset", "url", part)
            self._map_site("sitemap.xml", "sitemapindex", "sitemap", names)
            rules += f"\nSitemap: {self._public}/sitemap.xml\n"
        write(self._folder / "robots.txt", rules.encode())

    def _map_site(self, name: str, root: str, element: str, files: Iterable[str]) -> None:
        places = (f"{self._public}/{file}" for file in files)
        write(self._folder / name, sitemap_of(root, element, places).encode())


def _tells_cases_apart(folder: Path) -> bool:
    """Return whether two files in ``folder`` may have names that differ in case alone."""
    probe = folder / "case"
    probe.touch()
    try:
        return not (folder / "CASE").exists()
    finally:
        probe.unlink()
