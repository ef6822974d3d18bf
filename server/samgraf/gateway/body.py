"""Take in the body of a request, as far as its bound."""

from __future__ import annotations

import asyncio
from typing import Any

from samgraf.sparql.problems import ProblemError

PATIENCE = 30.0  # seconds for a body to come


async def read_body(scope: Any, proto: Any, limit: int) -> bytes:
    """Return the whole body.

    Raise ProblemError 413 above ``limit`` bytes, 408 where it does not come, 400 where its
    length is no number.
    """
    declared = scope.headers.get("content-length")
    if declared is None and "transfer-encoding" not in scope.headers and scope.http_version < "2":
        return b""
    if declared is not None:
        if not (declared.isascii() and declared.isdigit()):
            raise ProblemError(400, "Content-Length is no number.")
        if len(declared) > 18 or int(declared) > limit:
            raise _too_long(limit)
    try:
        async with asyncio.timeout(PATIENCE):
            if declared is not None:
                return await proto()
            pieces, length = [], 0
            async for piece in proto:
                length += len(piece)
                if length > limit:
                    raise _too_long(limit)
                pieces.append(piece)
            return b"".join(pieces)
    except TimeoutError:
        raise ProblemError(
            408, f"The body of the request did not come within {PATIENCE:g} seconds."
        ) from None


def _too_long(limit: int) -> ProblemError:
    return ProblemError(413, f"The body of the request is longer than {limit} bytes.", limit=limit)
