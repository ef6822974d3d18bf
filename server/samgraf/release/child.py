"""Run one function in a process of its own, so that two cores work and a deadline can be kept.

Not by ``multiprocessing``: it would run the caller's main module again.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from samgraf.errors import SamgrafError

#: Seconds after which a child is taken to be stuck.
PATIENCE = 900.0


class TookTooLong(SamgrafError):
    """A step of the build did not end in time."""


class Child:
    """A call under way in another process; the function must be importable by name."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        """Start ``function(*args)``."""
        self._name = f"{function.__module__}.{function.__qualname__}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "samgraf.release.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        job = pickle.dumps((function.__module__, function.__qualname__, args))
        try:
            self._process.stdin.write(job)
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it died at its start: result() tells why
        self._process.stdin = None

    def result(self, deadline: float = PATIENCE) -> Any:
        """Return what the function returned, or raise the SamgrafError that it raised.

        Raise TookTooLong where it took more than ``deadline`` seconds, RuntimeError where it died.
        """
        try:
            out, err = self._process.communicate(timeout=deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise TookTooLong(f"{self._name} took more than {deadline:g} s.") from None
        if self._process.returncode != 0:
            text = err.decode(errors="replace").strip() or f"status {self._process.returncode}"
            raise RuntimeError(f"{self._name} failed in its own process:\n{text}")
        value = pickle.loads(out)  # noqa: S301 - written by our own child, through our own pipe
        if isinstance(value, SamgrafError):
            raise value
        return value

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.communicate()


class Here:
    """The same interface for work too small to be worth a process."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        """Keep the call for later."""
        self._call = (function, args)

    def result(self, deadline: float = PATIENCE) -> Any:
        """Run the function now and return what it returns; it cannot be cut short."""
        function, args = self._call
        return function(*args)

    def kill(self) -> None:
        """Do nothing: nothing runs."""


def _main() -> None:
    # what a library prints must not get into the answer
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    module, name, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    value: Any
    try:
        value = getattr(importlib.import_module(module), name)(*args)
    except SamgrafError as error:
        value = error
    with answer:
        pickle.dump(value, answer)


if __name__ == "__main__":
    _main()
