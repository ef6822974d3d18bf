"""Answer in this very process: for the command line, where the user may take the time needed."""

from __future__ import annotations

import time
from collections.abc import Iterator

from samgraf.engine.local import LocalEngine
from samgraf.sparql.evaluation import QueryRequest


class BytesAnswer:
    """An answer in memory."""

    def __init__(self, body: bytes, seconds: float = 0.0, *, truncated: bool = False):
        self._body, self.seconds, self.truncated = body, seconds, truncated
        self.length = len(body)

    def chunks(self) -> Iterator[bytes]:
        """Yield the answer."""
        yield self._body

    def read(self) -> bytes:
        """Return the answer."""
        return self._body

    def close(self) -> None:
        """Do nothing: memory needs no closing."""


class InProcessEngine:
    """Answer by a local engine without bounds; a web server never uses it for outside queries."""

    def __init__(self, local: LocalEngine):
        self._local = local

    async def answer(self, request: QueryRequest, media_type: str) -> BytesAnswer:
        """Return the whole answer."""
        began = time.perf_counter()
        body = self._local.query(request).serialize(media_type)
        return BytesAnswer(body, time.perf_counter() - began)

    async def close(self) -> None:
        """Do nothing: nothing was started."""
