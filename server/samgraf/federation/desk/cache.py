"""Keep partners' answers within a bound on bytes: fresh for a while, then as last good ones."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from samgraf.federation.desk.rows import Rows

KEPT_SECONDS = 86_400.0  # how long an answer may stand in for a partner that gives none
LARGEST = 4  # an answer may take one part in so many of the cache
_OVERHEAD = 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold a whole answer: its rows, when it was given, the bytes that came over the network."""

    rows: Rows
    at: float
    size: int


class Answers:
    """Hold answers by partner and query up to ``limit`` bytes, the least recently used dropped."""

    def __init__(self, limit: int):
        self._limit, self.bytes = limit, 0
        self._entries: OrderedDict[tuple[str, Hashable], tuple[Answer, int]] = OrderedDict()
        self.held: Counter[str] = Counter()

    def get(self, partner: str, query: str, seconds: float = KEPT_SECONDS) -> Answer | None:
        """Return the answer to ``query``, if it is not older than ``seconds``."""
        key = partner, query
        entry = self._entries.get(key)
        if entry is None:
            return None
        age = time.time() - entry[0].at
        if age > KEPT_SECONDS:
            self._drop(key)
        if not 0 <= age < seconds:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, partner: str, query: str, answer: Answer) -> None:
        """Keep ``answer`` in place of an earlier one, unless it is too large."""
        key = partner, query
        size = answer.rows.bytes + len(query) + _OVERHEAD
        if key in self._entries:
            self._drop(key)
        if size > self._limit // LARGEST:
            return
        self._entries[key] = answer, size
        self.bytes += size
        self.held[partner] += 1
        while self.bytes > self._limit:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: tuple[str, Hashable]) -> None:
        _, size = self._entries.pop(key)
        self.bytes -= size
        self.held[key[0]] -= 1
