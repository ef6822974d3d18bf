"""Write a compressed file so that the same triples give the same bytes, and tell its hash.

The header of https://www.rfc-editor.org/rfc/rfc1952 holds no time and no name. How tightly it is
packed is up to zlib: another make of it may give another file with the same content.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_LEVEL = 6
_PIECE = 1 << 18


class _Counted(io.RawIOBase):
    """Hand bytes on to a file, counting and hashing them."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self.size, self.digest = 0, hashlib.sha256()

    def writable(self) -> bool:
        """Say that this can be written to."""
        return True

    def write(self, data: bytes) -> int:
        """Take ``data``."""
        self._file.write(data)
        self.size += len(data)
        self.digest.update(data)
        return len(data)


def pour(path: Path, fill: Callable[[BinaryIO], None]) -> tuple[int, str]:
    """Put what ``fill`` writes at ``path``, compressed and in one step; return size and SHA-256.

    Where ``fill`` raises, nothing stands there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as file:
            counted = _Counted(file)
            packed = gzip.GzipFile("", "wb", _LEVEL, counted, mtime=0)
            with packed, io.BufferedWriter(packed, _PIECE) as output:
                fill(output)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return counted.size, counted.digest.hexdigest()
