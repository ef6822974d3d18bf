"""Give each client its share: seconds of query time, and queries that fail.

Two token buckets per client, as the Wikidata Query Service has them. Their state lies in one
file that the web processes map, in sets of slots found by the client's key; a set is locked while
it is looked at. Told by https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/.
"""

from __future__ import annotations

import fcntl
import math
import mmap
import os
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from samgraf.gateway.rate_limit import Client
from samgraf.settings import Settings

SETS = 2048
WAYS = 8  # clients in a set: one more takes the place of the one not seen for longest
MINUTE = 60.0
_SLOT = struct.Struct("<16sddd")  # key, seconds left, errors left, as of (seconds since 1970)
_SET_BYTES = WAYS * _SLOT.size
_UNUSED = bytes(16)
_NAME = "fair-use"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold whether a client must wait, for how many seconds, and the headers that tell it."""

    refused: bool
    retry_after: float
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Hold a bucket's size and how fast it fills, per second."""

    name: str
    size: float
    rate: float

    def filled(self, level: float, seconds: float) -> float:
        """Return the level ``seconds`` after it was ``level``."""
        return min(self.size, level + max(0.0, seconds) * self.rate)

    def drained(self, level: float, amount: float) -> float:
        """Return the level without ``amount``; a debt is never more than the bucket holds."""
        return max(-self.size, level - amount)

    @property
    def policy(self) -> str:
        """Return the bucket as an item of RateLimit-Policy: its size, and the time to fill it."""
        window = math.ceil(self.size / self.rate)
        return f'"{self.name}";q={math.ceil(self.size)};w={window}'

    def state(self, level: float) -> str:
        """Return ``level`` as an item of RateLimit: what is left, and when it is full again."""
        left = int(max(0.0, level))
        return f'"{self.name}";r={left};t={math.ceil((self.size - level) / self.rate)}'

    def wait(self, level: float) -> float:
        """Return the seconds until a query may be asked, which takes one second or error."""
        return max(0.0, (min(1.0, self.size) - level) / self.rate)


LOCAL = Verdict(False, 0.0, {})


class FairUse:
    """Keep the clients' buckets in ``run_dir``, shared by every process that opens it."""

    def __init__(self, settings: Settings, run_dir: Path, now: Callable[[], float] = time.time):
        self._now = now
        self._seconds = Bucket("seconds", settings.client_burst, settings.client_seconds / MINUTE)
        self._errors = Bucket(
            "errors", settings.client_error_burst, settings.client_errors / MINUTE
        )
        self._policy = f"{self._seconds.policy}, {self._errors.policy}"
        self._file = os.open(run_dir / _NAME, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, SETS * _SET_BYTES)
        self._map = mmap.mmap(self._file, SETS * _SET_BYTES)

    def admit(self, client: Client) -> Verdict:
        """Return whether ``client`` may ask now; this machine always may."""
        if client.local:
            return LOCAL
        seconds, errors = self._change(client, 0.0, 0)
        wait = max(self._seconds.wait(seconds), self._errors.wait(errors))
        headers = {
            "RateLimit-Policy": self._policy,
            "RateLimit": f"{self._seconds.state(seconds)}, {self._errors.state(errors)}",
        }
        return Verdict(wait > 0, wait, headers)

    def charge(self, client: Client, seconds: float, errors: int) -> None:
        """Take ``seconds`` of query time and ``errors`` from what ``client`` has left."""
        if not client.local and (seconds or errors):
            self._change(client, seconds, errors)

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
        os.close(self._file)

    def _change(self, client: Client, seconds: float, errors: int) -> tuple[float, float]:
        """Return what the client has left after the change: seconds and errors."""
        key = client.key.encode("utf-8", "replace")[:16].ljust(16, b"\0")
        # a key is hexadecimal: its digits spread evenly
        start = int(client.key[:6], 16) % SETS * _SET_BYTES
        now = self._now()
        fcntl.lockf(self._file, fcntl.LOCK_EX, _SET_BYTES, start)
        try:
            at, left, allowed = self._find(key, start, now)
            left, allowed = (
                self._seconds.drained(left, seconds),
                self._errors.drained(allowed, errors),
            )
            # a client that never cost anything needs no slot
            if at is not None:
                _SLOT.pack_into(self._map, at, key, left, allowed, now)
            elif seconds or errors:
                at = self._oldest(start)
                _SLOT.pack_into(self._map, at, key, left, allowed, now)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _SET_BYTES, start)
        return left, allowed

    def _find(self, key: bytes, start: int, now: float) -> tuple[int | None, float, float]:
        for at in range(start, start + _SET_BYTES, _SLOT.size):
            if self._map[at : at + 16] == key:
                _, left, allowed, then = _SLOT.unpack_from(self._map, at)
                passed = now - then
                return at, self._seconds.filled(left, passed), self._errors.filled(allowed, passed)
        return None, self._seconds.size, self._errors.size

    def _oldest(self, start: int) -> int:
        places = range(start, start + _SET_BYTES, _SLOT.size)
        return min(places, key=lambda at: _SLOT.unpack_from(self._map, at)[3])
