"""A copy of the site without a server, for tests: made, walked as files, sent by http.server."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from samgraf.progress import Silent
from samgraf.settings import Settings
from samgraf.site.export import Export, export

_TAG = re.compile(r"<[a-z][^<>]*\s(?:href|src|id|action)=[^<>]*>")
_GIVEN = re.compile(r'\s(href|src|id|action)="([^"]*)"')
ROOT = "http://copy.test/any/path/"


def make_copy(release: Path, out: Path, *languages: str, base: str = "", cache: Path) -> Export:
    """Write a copy of the site over ``release`` to ``out``."""
    settings = Settings(base=base, cache_dir=cache)
    return export(out, release, settings, languages, Silent())


def given(page: str) -> Iterator[tuple[str, str]]:
    """Yield the attributes of an HTML page that link, and those that are linked to."""
    for tag in _TAG.finditer(page):
        for name, value in _GIVEN.findall(tag[0]):
            yield name, html.unescape(value)


def dead_links(folder: Path) -> dict[str, str]:
    """Return the links of all pages that lead to no file, or no place in one: and where from."""
    names: dict[Path, set[str]] = {}
    links: dict[tuple[Path, str], str] = {}
    dead: dict[str, str] = {}
    for page in sorted(folder.rglob("*.html")):
        here = ROOT + page.relative_to(folder).as_posix()
        found = list(given(page.read_text("utf-8")))
        names[page] = {value for name, value in found if name == "id"}
        for name, value in found:
            if name == "id":
                continue
            parts = urlsplit(urljoin(here, value))
            address = parts._replace(query="", fragment="").geturl()
            if value.startswith("/") or not address.startswith(ROOT):
                if value.startswith("/") or parts.hostname == "copy.test":
                    dead[value] = here  # out of the copy
                continue
            target = folder / unquote(address.removeprefix(ROOT))
            links.setdefault((target, parts.fragment), here)
    for (target, fragment), here in links.items():
        if not target.is_file():
            dead[str(target)] = here
        elif fragment and target in names and not fragment.startswith(":~:"):
            named = names[target] & {fragment, unquote(fragment)}
            if not named:
                dead[f"{target}#{fragment}"] = here
    return dead


@contextmanager
def sent(folder: Path) -> Iterator[str]:
    """Yield the address at which ``python -m http.server`` sends ``folder``."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            port = re.search(r"port (\d+)", server.stdout.readline())
            assert port
            yield f"http://127.0.0.1:{port[1]}"
        finally:
            server.terminate()
