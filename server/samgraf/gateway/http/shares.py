"""Let processes that listen at the same sockets share the connections evenly.

The system gives a connection to whichever process takes it first: of several that come at once,
one that is awake would take all.
"""

from __future__ import annotations

import mmap
from pathlib import Path

_WORD = 4


class Shares:
    """Hold how many connections each of ``processes`` has; this one has the ``place`` among them.

    ``path`` is a file that they share. What a process that is gone told stands until another has
    its place.
    """

    def __init__(self, path: Path, place: int, processes: int):
        with path.open("a+b") as file:
            file.truncate(_WORD * processes)
            self._counts = memoryview(mmap.mmap(file.fileno(), _WORD * processes)).cast("I")
        self._place = place
        self._others = [n for n in range(processes) if n != place]
        self.tell(0)

    def tell(self, count: int) -> None:
        """Tell the others how many this process has."""
        self._counts[self._place] = count

    def is_another_freer(self) -> bool:
        """Return whether another process has fewer."""
        mine = self._counts[self._place]
        return any(self._counts[n] < mine for n in self._others)
