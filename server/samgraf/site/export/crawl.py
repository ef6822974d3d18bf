"""Ask the application for all there is: each address once in each language, what pages link next.

Several processes ask at once, each a fork of this one with the store in its memory. What comes back
is written as it is; ``rewrite`` changes its links once all files have their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
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
from samgraf.site.export.links import ORIGIN, change_links, path_of_link
from samgraf.site.export.processes import in_processes

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


@dataclass
class Copied:
    """All that was found: by language and address; what has one file for all languages is shared.

    ``dead`` are the addresses that answer with an error.
    """

    shared: dict[Address, FoundPage] = field(default_factory=dict)
    pages: dict[tuple[str, Address], FoundPage] = field(default_factory=dict)
    dead: set[Address] = field(default_factory=set)

    def keep(self, language: str, found: FoundPage) -> None:
        """Take in what an address answers in ``language``."""
        if not found.media_type and found.leads_to is None:
            self.dead.add(found.address)
        elif found.is_shared:
            self.shared[found.address] = found
        else:
            self.pages[language, found.address] = found

    def file(self, language: str, address: Address) -> str | None:
        """Return the file that ``address`` becomes, below the root; None where it has none.

        Redirections are followed.
        """
        for _ in range(5):
            found = self.shared.get(address) or self.pages.get((language, address))
            if found is None or found.leads_to is None:
                return found and found.file
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


class Router:
    """Which addresses are asked for, and which are left to scripts, or out."""

    def __init__(self, app: Flask):
        self._map = app.url_map.bind("export.invalid", url_scheme="https")
        #: The endpoint that answers a path, empty for none; pages link the same again and again.
        self.endpoint = lru_cache(EXPORT_ADDRESSES)(self._endpoint)
        self._release = f"/release/{app.extensions['samgraf'].release}"
        #: The release itself: a copy has it packed, as the engine in the browser reads it.
        self.quads = f"{self._release}/{QUADS}"

    def _endpoint(self, path: str) -> str:
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
        endpoint = self.endpoint(address.path)
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
    wanted = {address: list(languages) for address in starts}
    seen = {(address, language) for address in wanted for language in languages}
    with in_processes(_Asker(app, folder).ask) as ask:
        depth = 0
        while wanted:
            depth += 1
            queue, wanted = list(wanted.items()), {}
            for start in range(0, len(queue), EXPORT_TOLD):
                part = queue[start : start + EXPORT_TOLD]
                stage = f"addresses up to {start + len(part)} of {len(queue)}, {depth} clicks deep"
                progress.begin(stage)
                for language, found in chain.from_iterable(ask(part)):
                    copied.keep(language, found)
                    for address, other in found.links:
                        if other in languages and (address, other) not in seen:
                            seen.add((address, other))
                            wanted.setdefault(address, []).append(other)
                counts = copied.page_counts(languages)
                progress.end(
                    stage, ", ".join(f"{n} pages in {tongue}" for tongue, n in counts.items())
                )
    return copied


def write(place: Path, body: bytes) -> None:
    """Write a file, and the folders that it stands in."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(body)


class _Asker:
    """What asks the application, in a process of its own."""

    def __init__(self, app: Flask, folder: Path):
        self._client, self._folder, self._router = app.test_client(), folder, Router(app)

    def ask(self, wanted: tuple[Address, Sequence[str]]) -> list[tuple[str, FoundPage]]:
        """Return what an address answers, by language; what all share is asked for once."""
        address, languages = wanted
        answered = []
        for language in languages:
            target = address.text(language)
            with self._client.get(target, base_url=ORIGIN, headers={"Accept": _ACCEPT}) as response:
                found = self._found(response, address, language)
            answered.append((language, found))
            if found.is_shared:
                break
        return answered

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
        is_file = self._router.endpoint(address.path).startswith(FILES)
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
        texts: dict[str, None] = {}

        def see(text: str, *_: str) -> str:
            texts[text] = None
            return text

        change_links(body, media_type, see)
        for text in texts:
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
