"""Compress answers: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 (Accept-Encoding).

Zstandard is offered where Python has it: from 3.14 on, or by the package ``backports.zstd``.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from samgraf import limits


def _zstd_module() -> Any:
    """Return the module that compresses with Zstandard, None without one."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name)
        except ImportError:
            continue
    return None


zstd = _zstd_module()
GZIP_LEVEL = 5
ZSTD_LEVEL = 3
HEADER_LENGTH = 512  # characters of Accept-Encoding that are read; longer ones ask for nothing


def _gzip() -> Any:
    # 31: the window of 32 kB, framed as gzip, without a date
    return zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)


def _zstd() -> Any:
    return zstd.ZstdCompressor(level=ZSTD_LEVEL)


#: Compressors by content coding, the server's favourite first; each has ``compress``, ``flush``.
CODINGS: dict[str, Callable[[], Any]] = ({"zstd": _zstd} if zstd else {}) | {"gzip": _gzip}


class AcceptedEncoding(NamedTuple):
    """The content coding that a client prefers of ours, and whether it accepts none as well."""

    coding: str
    identity: bool = True

    def for_length(self, length: int) -> str:
        """Return the coding for an answer of ``length`` bytes; empty if it is sent as it is."""
        return self.coding if length > limits.COMPRESS_FROM or not self.identity else ""


@lru_cache(256)
def accepted_encoding(header: str) -> AcceptedEncoding:
    """Return what an Accept-Encoding header asks for; what is malformed is left out."""
    accept = parse_accept_header(header[:HEADER_LENGTH].lower(), Accept)
    names = {name.removeprefix("x-"): quality for name, quality in accept}
    rest = names.get("*", 0.0)
    quality = {coding: names.get(coding, rest) for coding in CODINGS}
    best = max(quality, key=lambda coding: quality[coding])
    identity = names.get("identity", 0.0 if names.get("*") == 0.0 else 1.0)
    # unless the client says what it thinks of the plain form, any coding of its is better
    if quality[best] <= 0.0 or quality[best] < names.get("identity", 0.0):
        return AcceptedEncoding("")
    return AcceptedEncoding(best, identity > 0.0)


def compress(body: bytes, coding: str) -> bytes:
    """Return ``body`` in ``coding``."""
    compressor = CODINGS[coding]()
    return compressor.compress(body) + compressor.flush()


async def compressed(body: bytes, coding: str) -> bytes:
    """Return ``body`` in ``coding``, a large one made in a thread."""
    if not coding:
        return body
    if len(body) <= limits.COMPRESS_AT_ONCE:
        return compress(body, coding)
    return await asyncio.to_thread(compress, body, coding)
