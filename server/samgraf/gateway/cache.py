"""Keep whole answers for the next client that asks the same, within a bound on bytes.

https://www.rfc-editor.org/rfc/rfc9111 leaves this to the origin. An answer is found by the key of
its query, or at once by the very request that led to it before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

OVERHEAD = 1024  # bytes that an answer, or one way to it, takes in memory beside its text
LARGEST = 8  # an answer may take one part in so many of the cache
MAX_ALIASES = 32  # requests that one answer is known by
#: Headers that a 304 has no need of: https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding", "last-modified"})


@dataclass(slots=True, eq=False)
class Sent:
    """Hold an answer as it goes out: headers and body of one representation.

    ``query``, ``form`` and ``format`` are for the record.
    """

    headers: list[tuple[str, str]]
    body: bytes
    tag: str
    query: str | None
    form: str
    format: str
    entry: Entry
    _unmodified: list[tuple[str, str]] | None = None

    def unmodified(self) -> list[tuple[str, str]]:
        """Return the headers of a 304, which few answers ever need."""
        if self._unmodified is None:
            self._unmodified = [header for header in self.headers if header[0] not in OF_THE_BODY]
        return self._unmodified


@dataclass(slots=True, eq=False)
class Entry:
    """Hold one whole answer, plain and in each coding that was asked for."""

    key: str
    body: bytes
    seconds: float
    coded: dict[str, bytes] = field(default_factory=dict)
    aliases: dict[Hashable, int] = field(default_factory=dict)
    size: int = 0


class AnswerCache:
    """Hold answers up to ``limit`` bytes, the least recently used dropped first."""

    def __init__(self, limit: int):
        self.limit, self.bytes = limit, 0
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._aliases: dict[Hashable, Sent] = {}

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self._entries)

    @property
    def largest(self) -> int:
        """Return how many bytes an answer may have to be kept."""
        return self.limit // LARGEST

    def get(self, key: str) -> Entry | None:
        """Return the answer with ``key``."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def recall(self, alias: Hashable) -> Sent | None:
        """Return what was sent to the same request before, if its answer is still held."""
        sent = self._aliases.get(alias)
        if sent is not None:
            self._entries.move_to_end(sent.entry.key)
        return sent

    def put(self, entry: Entry) -> None:
        """Keep ``entry`` unless it is too large."""
        if len(entry.body) > self.largest or entry.key in self._entries:
            return
        self._entries[entry.key] = entry
        self._grow(entry, len(entry.body) + OVERHEAD)

    def code(self, entry: Entry, coding: str, body: bytes) -> None:
        """Keep the answer in a coding too."""
        if coding not in entry.coded:
            entry.coded[coding] = body
            if self._entries.get(entry.key) is entry:
                self._grow(entry, len(body))

    def remember(self, alias: Hashable, length: int, sent: Sent) -> None:
        """Find ``sent`` by ``alias``, which holds ``length`` bytes, from now on."""
        entry = sent.entry
        if self._entries.get(entry.key) is not entry or alias in self._aliases:
            return
        if len(entry.aliases) >= MAX_ALIASES:
            oldest = next(iter(entry.aliases))
            del self._aliases[oldest]
            self._grow(entry, -entry.aliases.pop(oldest))
        self._aliases[alias] = sent
        entry.aliases[alias] = length + OVERHEAD
        self._grow(entry, length + OVERHEAD)

    def _grow(self, entry: Entry, size: int) -> None:
        entry.size += size
        self.bytes += size
        while self.bytes > self.limit and self._entries:
            _, dropped = self._entries.popitem(last=False)
            self.bytes -= dropped.size
            for alias in dropped.aliases:
                del self._aliases[alias]
