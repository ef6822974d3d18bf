"""Wait for several things at once, and for no longer than there is time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from samgraf.sparql.evaluation import QueryTimeoutError


class Deadline:
    """Count down ``seconds`` from now."""

    def __init__(self, seconds: float):
        self._loop = asyncio.get_running_loop()
        self._seconds, self._began = seconds, self._loop.time()

    @property
    def spent(self) -> float:
        """Return the seconds that have passed."""
        return self._loop.time() - self._began

    @property
    def left(self) -> float:
        """Return the seconds that are left; raise QueryTimeoutError where there are none."""
        left = self._seconds - self.spent
        if left <= 0:
            raise QueryTimeoutError(self._seconds)
        return left


async def together(work: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Return the results of ``work``, done at once; where a part fails, the rest is given up."""
    tasks = [asyncio.ensure_future(part) for part in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
