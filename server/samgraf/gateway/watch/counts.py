"""Numbers that add up over processes: each adds to its own file, all are summed when asked.

A file is held by a lock while its process lives. The next process takes over a file that is free
and goes on from its numbers, so that they never fall back.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from pathlib import Path

MAX_PROCESSES = 256
_NUMBER = 8  # bytes


class Counts:
    """Hold ``size`` numbers of this process in ``run_dir``; ``values`` may be added to.

    Those from ``first_gauge`` on are states, not sums: they count only while their process lives.
    """

    def __init__(self, run_dir: Path, name: str, size: int, first_gauge: int):
        self._run_dir, self._name = run_dir, name
        self._bytes = size * _NUMBER
        self._first_gauge = first_gauge
        self._file = self._take()
        self._map = mmap.mmap(self._file, self._bytes)
        self.values = memoryview(self._map).cast("d")
        for at in range(first_gauge, size):
            self.values[at] = 0.0

    def sums(self) -> list[float]:
        """Return the numbers summed over all processes."""
        total = [0.0] * len(self.values)
        for path in self._run_dir.glob(f"{self._name}-*"):
            data = path.read_bytes()
            if len(data) != self._bytes:
                continue  # just being made
            numbers = memoryview(data).cast("d")
            alive = path.name == self._own or _is_held(path)
            for at in range(len(numbers) if alive else self._first_gauge):
                total[at] += numbers[at]
        return total

    def is_first(self) -> bool:
        """Return whether no living process has a file before this one's."""
        number = int(self._own.rpartition("-")[2])
        return not any(_is_held(self._run_dir / f"{self._name}-{n}") for n in range(number))

    def close(self) -> None:
        """Let go of the file; its numbers stay."""
        self.values.release()
        self._map.close()
        os.close(self._file)

    def _take(self) -> int:
        for number in range(MAX_PROCESSES):
            self._own = f"{self._name}-{number}"
            file = os.open(self._run_dir / self._own, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                continue
            os.ftruncate(file, self._bytes)
            return file
        raise OSError(f"More than {MAX_PROCESSES} processes count in {self._run_dir}.")


def _is_held(path: Path) -> bool:
    file = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False
