"""Walk a whole site as a search engine would: every page and what it needs, each once."""

from __future__ import annotations

import html
import http.client
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
CONNECTIONS = 4
# templates escape what would end a tag or a value within it
_TAG = re.compile(r"<[a-z][^<>]*\s(?:href|src|id)=[^<>]*>")
_GIVEN = re.compile(r'\s(href|src|id|rel)="([^"]*)"')


class Links:
    """Hold the addresses that a page leads to or fetches, and the names within it.

    ``leaves`` are those that the page asks not to follow: the same page in another state. Read by
    pattern, since a parser takes longer than the server; that pages nest well is tested elsewhere.
    """

    def __init__(self, text: str):
        self.addresses: list[str] = []
        self.leaves: set[str] = set()
        self.names: set[str] = set()
        for tag in _TAG.finditer(text):
            given = dict(_GIVEN.findall(tag[0]))
            for name in ("href", "src"):
                if value := html.unescape(given.get(name, "")):
                    self.addresses.append(value)
                    if "nofollow" in given.get("rel", ""):
                        self.leaves.add(value)
            if "id" in given:
                self.names.add(html.unescape(given["id"]))


@dataclass
class Crawl:
    """Hold what a walk found: dead links with where they stand, and addresses elsewhere.

    ``alive`` are the addresses that answered; those of them in ``leaves`` are not followed.
    ``names`` are the places within pages, by the pages' addresses. ``passed`` are those of the site
    that were met and not wanted.
    """

    origin: str
    wanted: Callable[[str], bool]
    leaves: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    alive: set[str] = field(default_factory=set)
    dead: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def run(self, *starts: str) -> None:
        """Walk from ``starts`` until nothing new is found."""
        self._fragments: list[tuple[str, str, str]] = []
        self._seen = set(starts)
        self._queue = deque((start, "the start") for start in starts)
        self._working = 0
        self._change = threading.Condition()
        threads = [threading.Thread(target=self._work) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for address, fragment, place in self._fragments:
            if address in self.names and fragment not in self.names[address]:
                self.dead[f"{address}#{fragment}"] = place

    def _next(self) -> tuple[str, str] | None:
        with self._change:
            while not self._queue:
                if not self._working:
                    self._change.notify_all()
                    return None
                self._change.wait()
            self._working += 1
            return self._queue.popleft()

    def _work(self) -> None:
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=60)
        while (job := self._next()) is not None:
            address, place = job
            found = list(self._read(connection, address, place))
            with self._change:
                self._working -= 1
                for link in found:
                    if link not in self._seen:
                        self._seen.add(link)
                        self._queue.append((link, address))
                self._change.notify_all()
        connection.close()

    def _read(
        self, connection: http.client.HTTPConnection, address: str, place: str
    ) -> Iterator[str]:
        connection.request("GET", address, headers={"Accept": HTML})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= 400:
            self.dead[address] = f"{answer.status}, from {place}"
            return
        self.alive.add(address)
        if answer.status in (301, 302, 303, 307, 308):
            yield from self._inside(address, [answer.headers["Location"]])
        elif answer.headers.get_content_type() == "text/html":
            page = Links(body.decode("utf-8"))
            self.names[address] = page.names
            if address not in self.leaves:
                self.leaves |= set(self._inside(address, page.leaves)) - self._seen
                yield from self._inside(address, page.addresses)

    def _inside(self, address: str, links: Iterable[str]) -> Iterator[str]:
        for link in links:
            whole, fragment = urldefrag(urljoin(self.origin + address, link))
            if not whole.startswith(self.origin + "/"):
                self.elsewhere.add(whole)
                continue
            local = whole.removeprefix(self.origin)
            if fragment and not fragment.startswith(":~:"):
                self._fragments.append((local, fragment, f"from {address}"))
            if self.wanted(local):
                yield local
            else:
                self.passed.add(local)
