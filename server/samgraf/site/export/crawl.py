"""Ask the application for all there is: each address once in each language, what pages link next.

Several processes ask at once, each a fork of this one with the store in its memory. What comes back
is written as it is; ``rewrite`` changes its links once all files have their names.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException

from samgraf.errors import SamgrafError
from samgraf.limits import EXPORT_ADDRESSES, EXPORT_TOLD
from samgraf.progress import Progress
from samgraf.release import QUADS
from samgraf.release.file_formats import WHOLE_FORMATS
from samgraf.site.export.addresses import HTML, SHARED, Address, read_address
from samgraf.site.export.copy import BY_SCRIPT, MARK, NOT_OF_LISTS, NOT_OF_THINGS, is_left_out
from samgraf.site.export.links import ORIGIN, links_of_json, links_of_page, path_of_link
from samgraf.site.export.processes import in_processes

#: What of a page is changed besides HTML, since pages and scripts follow addresses in it.
LINKED_DATA = frozenset(("application/json", "application/geo+json"))
#: What sends files as they are.
FILES = ("downloads.", "releases.")
#: What has a page for each thing there is, for each term, class or graph, and which ends of
#: addresses have no file there.
_THINGS = ("things.", "ontology.term", "vocabularies.scheme", "datasets.dataset", "datasets.graph")
_LEFT_OUT = (
    (_THINGS, frozenset(f.extension for f in NOT_OF_THINGS)),
    ("lists.", frozenset(f.extension for f in NOT_OF_LISTS)),
)
#: What is written of one thing holds one graph: that is there in the formats for graphs.
_OF_GRAPHS = frozenset(f.extension for f in WHOLE_FORMATS)
_ACCEPT = "text/html, */*;q=0.5"
_GONE = 410  # a page that says so is a page


class FoundPage(NamedTuple):
    """What an address answers: a file of some media type, or another address to go to.

    ``file`` is its name below the root. ``links`` are the addresses that are to have files too,
    with their languages.
    """

    address: Address
    media_type: str = ""
    file: str = ""
    is_shared: bool = False
    leads_to: Address | None = None
    links: tuple[tuple[Address, str], ...] = ()


class WantedPage(NamedTuple):
    """An address that is to be asked for, and in which languages."""

    address: Address
    languages: tuple[str, ...]


@dataclass
class Copied:
    """All that was found: by language and address; what has one file for all languages is shared.

    ``dead`` are the addresses that answer with an error.
    """

    shared: dict[Address, FoundPage] = field(default_factory=dict)
    pages: dict[tuple[str, Address], FoundPage] = field(default_factory=dict)
    dead: set[Address] = field(default_factory=set)

    def found(self, language: str, address: Address) -> FoundPage | None:
        """Return what ``address`` answers in ``language``; redirections are followed."""
        for _ in range(5):
            found = self.shared.get(address) or self.pages.get((language, address))
            if found is None or found.leads_to is None:
                return found
            address = found.leads_to
        return None

    def page_counts(self, languages: Iterable[str]) -> dict[str, int]:
        """Return how many pages there are in each of ``languages``."""
        found = Counter(tongue for (tongue, _), f in self.pages.items() if f.media_type == HTML)
        return {language: found[language] for language in languages}

    def clashes(self) -> list[tuple[str, str]]:
        """Return the files whose names differ in the case of letters alone, in pairs."""
        files = sorted({f.file for f in (*self.shared.values(), *self.pages.values()) if f.file})
        first: dict[str, str] = {}
        same = [(first.setdefault(file.lower(), file), file) for file in files]
        return [(one, other) for one, other in same if one != other]

    def file(self, language: str, address: Address) -> str | None:
        """Return the file that ``address`` becomes, below the root; None where it has none."""
        found = self.found(language, address)
        return found.file if found else None


class Router:
    """Which addresses are asked for, and which are left to scripts, or out."""

    def __init__(self, app: Flask):
        self._map = app.url_map.bind("export.invalid", url_scheme="https")
        # pages link the same again and again
        self._endpoint = lru_cache(EXPORT_ADDRESSES)(self._match)
        self._release = f"/release/{app.extensions['samgraf'].release}"
        #: The release itself: a copy has it packed, as the engine in the browser reads it.
        self.quads = f"{self._release}/{QUADS}"

    def endpoint(self, address: Address) -> str:
        """Return the endpoint that answers ``address``, empty for none."""
        return self._endpoint(address.path)

    def _match(self, path: str) -> str:
        found = ""
        for method in ("POST", "GET"):
            try:
                found = self._map.match(path, method=method)[0]
            except HTTPException:
                continue
            if is_left_out(found):
                break
        return found

    def asked(self, address: Address) -> Address | None:
        """Return the address whose file stands for ``address``, None where it is left out."""
        endpoint = self.endpoint(address)
        if address.path.startswith("/release/") and not address.path.startswith(self._release):
            return None  # another release has a site of its own
        if (
            not endpoint
            or is_left_out(endpoint)
            or endpoint == "static"
            or address.path in (f"/{MARK}", self.quads)
        ):
            return None
        if not endpoint.startswith(FILES) and address.format in _OF_GRAPHS:
            return None
        left_out = next((ends for start, ends in _LEFT_OUT if endpoint.startswith(start)), ())
        if address.format in left_out:
            return None
        if endpoint in BY_SCRIPT and "format" not in dict(address.query):
            return Address(address.path)
        return address


def crawl(
    app: Flask,
    folder: Path,
    languages: Sequence[str],
    starts: Iterable[Address],
    progress: Progress,
) -> Copied:
    """Write what ``app`` answers to ``starts``, and to all that leads on to, into ``folder``."""
    copied = Copied()
    queue = [WantedPage(address, tuple(languages)) for address in starts]
    seen = {address: set(languages) for address, _ in queue}
    with in_processes(_Asker(app, folder).ask) as ask:
        depth = 0
        while queue:
            depth += 1
            missing: dict[Address, list[str]] = defaultdict(list)
            for start in range(0, len(queue), EXPORT_TOLD):
                part = queue[start : start + EXPORT_TOLD]
                stage = f"addresses up to {start + len(part)} of {len(queue)}, {depth} clicks deep"
                progress.begin(stage)
                for language, found in (one for answered in ask(part) for one in answered):
                    _keep(copied, language, found)
                    for address, other in found.links:
                        known = seen.setdefault(address, set())
                        if other in languages and other not in known:
                            known.add(other)
                            missing[address].append(other)
                counts = copied.page_counts(languages)
                progress.end(
                    stage, ", ".join(f"{n} pages in {tongue}" for tongue, n in counts.items())
                )
            queue = [WantedPage(address, tuple(tongues)) for address, tongues in missing.items()]
    return copied


def write(place: Path, body: bytes) -> None:
    """Write a file, and the folders that it stands in."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(body)


def _keep(copied: Copied, language: str, found: FoundPage) -> None:
    if not found.media_type and found.leads_to is None:
        copied.dead.add(found.address)
    elif found.is_shared:
        copied.shared[found.address] = found
    else:
        copied.pages[language, found.address] = found


class _Asker:
    """What asks the application, in a process of its own."""

    def __init__(self, app: Flask, folder: Path):
        self._app, self._folder, self._router = app, folder, Router(app)

    def ask(self, batch: Sequence[WantedPage]) -> list[tuple[str, FoundPage]]:
        """Return what each address answers, by language; what all share is asked for once."""
        client, answered = self._app.test_client(), []
        for address, languages in batch:
            for language in languages:
                found = self._one(client, address, language)
                answered.append((language, found))
                if found.is_shared:
                    break
        return answered

    def _one(self, client, address: Address, language: str) -> FoundPage:
        response = client.get(address.text(language), base_url=ORIGIN, headers={"Accept": _ACCEPT})
        try:
            return self._found(response, address, language)
        finally:
            response.close()

    def _found(self, response, address: Address, language: str) -> FoundPage:
        if response.status_code in (301, 302, 303, 307, 308):
            path = path_of_link(response.headers["Location"])
            if path is None:
                return FoundPage(address)
            target, _, _ = read_address(path, language)
            return FoundPage(address, leads_to=target, links=((target, language),))
        if response.status_code >= 500:
            raise SamgrafError(
                f"{address.text(language)}: the page cannot be made: "
                f"{response.get_data(as_text=True)[:300]}"
            )
        if response.status_code != 200 and response.status_code != _GONE:
            return FoundPage(address)
        body, media_type = response.get_data(), response.mimetype
        is_file = self._router.endpoint(address).startswith(FILES)
        is_shared = media_type in SHARED or (is_file and media_type != HTML)
        file = address.file(media_type)
        if not is_shared:
            file = f"{language}/{file}"
        write(self._folder / file, body)
        links = () if is_shared else tuple(self._links(body, media_type, address, language))
        return FoundPage(address, media_type, file, is_shared, None, links)

    def _links(
        self, body: bytes, media_type: str, address: Address, language: str
    ) -> Iterator[tuple[Address, str]]:
        if media_type == HTML:
            texts = links_of_page(body.decode("utf-8"))
        elif media_type in LINKED_DATA:
            texts = links_of_json(json.loads(body))
        else:
            return
        for text in dict.fromkeys(texts):
            link, other, _ = read_address(text, language)
            asked = self._router.asked(link)
            if asked is not None and _goes_on(address, asked):
                yield asked, other


def _goes_on(source: Address, target: Address) -> bool:
    """Return whether ``target`` is asked for where ``source`` links it.

    A page that is asked something and links itself asked something else would lead to all that can
    be put together: of those only what differs in one number, such as the next page, is followed.
    """
    if source.path != target.path or not source.query or not target.query:
        return True
    if "format" in dict(target.query):
        return True
    before, after = dict(source.query), dict(target.query)
    differing = [
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    ]
    return all(after.get(name, "0").isdecimal() for name in differing) and len(differing) < 2
