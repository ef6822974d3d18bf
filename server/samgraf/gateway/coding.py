"""Compress answers: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 (Accept-Encoding).

Zstandard is offered where Python has it: from 3.14 on, or by the package ``backports.zstd``.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

try:
    from compression import zstd  # type: ignore[import-not-found]
except ImportError:
    try:
        from backports import zstd  # type: ignore[import-not-found]
    except ImportError:
        zstd = None

WORTH = 1024  # bytes below which compression saves nothing
GZIP_LEVEL = 5
ZSTD_LEVEL = 3
_QUALITY = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")


def _gzip() -> Any:
    # 31: the window of 32 kB, framed as gzip, without a date
    return zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)


def _zstd() -> Any:
    return zstd.ZstdCompressor(level=ZSTD_LEVEL)


# the server's favourite first; each makes an object with ``compress`` and ``flush``
CODINGS: dict[str, Callable[[], Any]] = ({"zstd": _zstd} if zstd else {}) | {"gzip": _gzip}


class Wish(NamedTuple):
    """Hold what a client accepts: the coding it likes best of ours, and whether none is fine."""

    coding: str
    plain: bool = True

    def for_length(self, length: int) -> str:
        """Return the coding for an answer of ``length`` bytes; nothing where it goes as it is."""
        return self.coding if length > WORTH or not self.plain else ""


@lru_cache(256)
def wish_of(header: str) -> Wish:
    """Return what an Accept-Encoding header asks for; what is malformed is left out."""
    qualities: dict[str, float] = {}
    for element in header.lower().split(","):
        name, _, parameter = (part.strip() for part in element.partition(";"))
        match = _QUALITY.match(parameter) if parameter else None
        if name and (match or not parameter):
            qualities[name.removeprefix("x-")] = float(match[1]) if match else 1.0
    rest = qualities.get("*", 0.0)
    liked = {name: qualities.get(name, rest) for name in CODINGS}
    best = max(liked, key=lambda name: liked[name])
    forbidden = qualities.get("identity", 0.0 if rest == 0.0 and "*" in qualities else 1.0) == 0.0
    # unless the client says what it thinks of the plain form, any coding of its is better
    if liked[best] <= 0.0 or liked[best] < qualities.get("identity", 0.0):
        return Wish("")
    return Wish(best, not forbidden)


def compress(body: bytes, coding: str) -> bytes:
    """Return ``body`` in ``coding``."""
    machine = CODINGS[coding]()
    return machine.compress(body) + machine.flush()
