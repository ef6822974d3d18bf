"""What goes over the socket between a web process and the desk: values by length.

Both ends are this very program; what partners sent is inside as texts alone.
"""

from __future__ import annotations

import asyncio
import marshal
import struct
from typing import Any

_LENGTH = struct.Struct("!I")
_loads = marshal.loads  # of frames that this very program made


def pack(value: Any) -> bytes:
    """Return ``value`` as a frame."""
    return framed(marshal.dumps(value))


def framed(body: bytes) -> bytes:
    """Return a value that is packed already as a frame."""
    return _LENGTH.pack(len(body)) + body


async def read_frame(reader: asyncio.StreamReader) -> Any:
    """Return the next value; raise IncompleteReadError where the other end is gone."""
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return _loads(await reader.readexactly(length))
