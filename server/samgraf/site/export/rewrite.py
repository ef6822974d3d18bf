"""Make the links of what was copied lead to files, from wherever the copy stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

from samgraf.site.export.addresses import HTML, Address, read_address, relative
from samgraf.site.export.copy import ABOUT, BY_SCRIPT, MARK
from samgraf.site.export.crawl import Copied, FoundPage, Router
from samgraf.site.export.links import ORIGIN, change_links
from samgraf.site.export.processes import in_processes

_WHOLE = re.compile(re.escape(ORIGIN) + r"(/[^\s\"'<>\\{}]*)?")
_STATIC = re.compile(r"/static/(?:v-[0-9a-f]+/)?(.+)")


@dataclass(frozen=True)
class Rewriter:
    """Changes the files of a copy, which lies in ``folder``.

    ``public`` is the address at which it will be reached, ``base`` that of the graph's things where
    nobody knows it; ``static`` is the folder of the files that pages load.
    """

    folder: Path
    copied: Copied
    router: Router
    languages: Sequence[str]
    public: str
    base: str
    static: str

    def all(self) -> None:
        """Change every file that holds addresses."""
        found = [(language, page) for (language, _), page in self.copied.pages.items() if page.file]
        with in_processes(self._change) as change:
            for _ in change(found):
                pass

    def _change(self, one: tuple[str, FoundPage]) -> None:
        language, found = one
        place = self.folder / found.file
        old = place.read_bytes()
        body = change_links(old, found.media_type, partial(self._link, language, found.file))
        if ORIGIN.encode() in body or found.media_type == HTML:
            body = self._public(body.decode("utf-8"), language).encode()
        if body != old:
            place.write_bytes(body)

    def target(self, text: str, language: str) -> tuple[str | None, str]:
        """Return the file that the address ``text`` leads to, if any, and what stands behind it."""
        address, language, fragment = read_address(text, language)
        behind = f"#{fragment}" if fragment else ""
        if static := _STATIC.match(address.path):
            return f"{self.static}/{static[1]}", behind
        if address.path == f"/{MARK}":
            return MARK, ""
        if address.path == self.router.quads:
            return f"{address.path[1:]}.gz", ""
        if language not in self.languages:
            return None, ""
        asked = self.router.asked(address)
        if asked is None:
            return None, ""
        if asked != address:
            behind = f"?{urlencode(address.query)}{behind}"
        file = self.copied.file(language, asked)
        # of what could be asked there, it has the page as it is unasked
        return file or self.copied.file(language, Address(asked.path)), behind

    def _link(self, language: str, source: str, text: str, tag: str, name: str) -> str | None:
        if tag == "form" and self.router.endpoint(text.partition("?")[0]) not in BY_SCRIPT:
            return None
        file, behind = self.target(text, language)
        if file is None:
            if tag != "a" or read_address(text, language)[1] not in self.languages:
                return None
            file, behind = self.copied.file(language, Address(ABOUT)), "#left-out"
            if file is None:
                return None
        if name == "content":
            return self._absolute(text, file, behind)
        return relative(file, source) + behind

    def _public(self, text: str, language: str) -> str:
        """Return ``text`` with the addresses that the site made as they are known outside."""

        def outside(match: re.Match[str]) -> str:
            path = match[1] or "/"
            file, behind = self.target(path.replace("&amp;", "&"), language)
            return self._absolute(path, file, behind)

        text = _WHOLE.sub(outside, text)
        return text.replace(quote(ORIGIN, safe=""), quote(self.public or self.base, safe=""))

    def _absolute(self, path: str, file: str | None, behind: str) -> str:
        if self.public and file:
            return f"{self.public}/{quote(file)}{behind}"
        address, _, _ = read_address(path, "")
        return (self.public or self.base).rstrip("/") + address.text()
