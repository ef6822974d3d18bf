"""Walk a whole site as a search engine would: every page and what it needs, each once."""

from __future__ import annotations

import html
import http.client
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
CONNECTIONS = 4
PATIENCE = 120.0
# templates escape what would end a tag or a value within it
_TAG = re.compile(r"<[a-z][^<>]*\s(?:href|src|id)=[^<>]*>")
_GIVEN = re.compile(r'\s(href|src|id)="([^"]*)"')
_CLASS = re.compile(r'<([a-z]\w*)\s[^<>]*?\bclass="([^"]*)"')


class Links:
    """Hold the addresses that a page leads to or fetches, each once, and the names within it.

    Read by pattern, since a parser takes longer than the server; that pages nest well is tested
    elsewhere.
    """

    def __init__(self, text: str):
        self.addresses: dict[str, None] = {}
        self.names: set[str] = set()
        for tag in _TAG.finditer(text):
            for name, value in _GIVEN.findall(tag[0]):
                if name == "id":
                    self.names.add(html.unescape(value))
                elif value:
                    self.addresses[html.unescape(value)] = None
        #: Tags with their classes, each pair once: what templates and their parts leave on a page.
        self.parts = set(_CLASS.findall(text))


@dataclass
class Crawl:
    """Hold what a walk found: dead links with where they stand, and addresses elsewhere.

    ``asked`` gives the address to ask for where one of the site is met, or None to pass it by.
    ``names`` are the places within pages, and ``parts`` what these are made of, by the addresses
    asked for; ``alive`` are those that answered; ``passed`` are the addresses passed by.
    """

    origin: str
    asked: Callable[[str], str | None]
    names: dict[str, set[str]] = field(default_factory=dict)
    parts: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    alive: set[str] = field(default_factory=set)
    dead: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def run(self, *starts: str) -> None:
        """Walk from ``starts`` until nothing new is found."""
        self._fragments: dict[tuple[str, str], str] = {}
        self._seen = set(starts)
        self._queue = deque((start, "the start") for start in starts)
        self._working = 0
        self._change = threading.Condition()
        threads = [threading.Thread(target=self._work) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for (address, fragment), place in self._fragments.items():
            names = self.names.get(address) or self.names.get(self.asked(address) or "")
            if names is not None and fragment not in names:
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
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=PATIENCE)
        while (job := self._next()) is not None:
            address, place = job
            try:
                found = list(self._read(connection, address, place))
            except (OSError, http.client.HTTPException) as error:
                # the others would wait for ever for what this one finds
                self.dead[address] = f"{error!r}, from {place}"
                found = []
                connection.close()
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
        until = time.monotonic() + PATIENCE
        while True:
            connection.request("GET", address, headers={"Accept": HTML})
            answer = connection.getresponse()
            body = answer.read()
            # what is only now made is there later
            if answer.status != 503 or time.monotonic() > until:
                break
            time.sleep(0.5)
        if answer.status >= 400:
            self.dead[address] = f"{answer.status}, from {place}"
            return
        self.alive.add(address)
        if answer.status in (301, 302, 303, 307, 308):
            yield from self._inside(address, [answer.headers["Location"]])
        elif answer.headers.get_content_type() == "text/html":
            page = Links(body.decode("utf-8"))
            self.names[address], self.parts[address] = page.names, page.parts
            yield from self._inside(address, page.addresses)

    def _inside(self, address: str, links: Iterable[str]) -> Iterator[str]:
        for link in links:
            whole, fragment = urldefrag(urljoin(self.origin + address, link))
            if not whole.startswith(self.origin + "/"):
                self.elsewhere.add(whole)
                continue
            local = whole.removeprefix(self.origin)
            if fragment and not fragment.startswith(":~:"):
                self._fragments.setdefault((local, fragment), f"from {address}")
            if (asked := self.asked(local)) is None:
                self.passed.add(local)
            else:
                yield asked
