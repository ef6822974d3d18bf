"""A child process that is started again whenever it ends, more slowly if it keeps ending."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from samgraf import limits


class ChildProcess:
    """A child that runs ``module`` with ``arguments``, and shares the open ``descriptors``."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        descriptors: Sequence[int] = (),
    ):
        self._module, self._arguments = module, list(arguments)
        self._environ, self._descriptors = dict(environ), tuple(descriptors)
        self._pause = limits.RESTART_PAUSE
        self._due: float | None = None
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the child."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "samgraf.child", self._module, *self._arguments],
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=self._descriptors,
        )
        self._began, self._due = time.monotonic(), None
        self.starts += 1

    def restart(self, arguments: Sequence[str], descriptors: Sequence[int]) -> None:
        """Start the child again, with other arguments and descriptors."""
        self._arguments, self._descriptors = list(arguments), tuple(descriptors)
        self.start()

    def is_due(self) -> bool:
        """Return whether a child that has ended is to be started again now."""
        now = time.monotonic()
        if self._due is None:
            steady = now - self._began > limits.STEADY_SECONDS
            doubled = min(2 * self._pause, limits.LONGEST_RESTART_PAUSE)
            self._pause = limits.RESTART_PAUSE if steady else doubled
            self._due = now if steady else now + self._pause
        return now >= self._due

    def tend(self) -> float | None:
        """Start the child again if it has ended and that is due.

        Return the seconds until it is, None if the child runs.
        """
        if self.exit_status() is None and self.process is not None:
            return None
        if not self.is_due():
            return max(0.0, (self._due or 0.0) - time.monotonic())
        self.start()
        return None

    def exit_status(self) -> int | None:
        """Return the exit status of a child that has ended, None for one that runs."""
        return None if self.process is None else self.process.poll()

    def ask_to_end(self) -> None:
        """Ask the child to end, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, patience: float) -> None:
        """End the child: ask it, and kill it if it has not ended after ``patience`` seconds."""
        self.ask_to_end()
        if self.process is None:
            return
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
