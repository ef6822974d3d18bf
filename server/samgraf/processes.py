"""A child process that is started again whenever it ends, more slowly where it keeps ending."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

#: A child that lived this long ended by accident; one that did not may never come up.
STEADY = 5.0
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0


class Kept:
    """Hold one child: the module it runs and its arguments."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        descriptors: Sequence[int] = (),
    ):
        """Take what is to run, and the ``descriptors`` that the child shares."""
        self._command = [sys.executable, "-m", "samgraf.child", module, *arguments]
        self._environ, self._descriptors = dict(environ), tuple(descriptors)
        self._pause = FIRST_PAUSE
        self._again_at = 0.0
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the child."""
        self.process = subprocess.Popen(
            self._command,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=self._descriptors,
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

    def ask_to_end(self) -> None:
        """Ask the child to end, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, patience: float) -> None:
        """End the child: ask it, and kill it where it has not ended after ``patience`` seconds."""
        self.ask_to_end()
        if self.process is None:
            return
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
