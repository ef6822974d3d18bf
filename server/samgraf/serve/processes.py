"""A child process that is started again whenever it ends, more slowly where it keeps ending."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

#: A child that lived this long ended by accident; one that did not may never come up.
STEADY = 5.0
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
#: The part of the patience with a child that passes before it is reminded.
REMINDER = 0.1


class Kept:
    """Hold one child: the module it runs and its arguments."""

    def __init__(self, module: str, arguments: Sequence[str], environ: Mapping[str, str]):
        self._command = [sys.executable, "-m", "samgraf.serve.child", module, *arguments]
        self._environ = dict(environ)
        self._pause = FIRST_PAUSE
        self._again_at = 0.0
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the child."""
        self.process = subprocess.Popen(
            self._command, env=self._environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self._began = time.monotonic()
        self.starts += 1

    def tend(self) -> float | None:
        """Start the child again where it ended; return the seconds to wait before that is due.

        Return None where the child runs.
        """
        now = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return None
            self.process = None
            steady = now - self._began > STEADY
            self._pause = FIRST_PAUSE if steady else min(2 * self._pause, LONGEST_PAUSE)
            self._again_at = now if steady else now + self._pause
        if now < self._again_at:
            return self._again_at - now
        self.start()
        return None

    def ended(self) -> int | None:
        """Return the exit status of a child that is not running, None for one that is."""
        return None if self.process is None else self.process.poll()

    def stop(self, patience: float, remind: Callable[[], None] = lambda: None) -> None:
        """End the child: ask it, and kill it where it has not ended after ``patience`` seconds.

        ``remind`` is called once in between, for what did not hear the first time.
        """
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        for share in (REMINDER, 1 - REMINDER):
            try:
                self.process.wait(patience * share)
                return
            except subprocess.TimeoutExpired:
                remind()
        self.process.kill()
        self.process.wait()
