"""A child process that is started again whenever it ends, more slowly if it keeps ending."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from samgraf import limits
from samgraf.child import command, end_with_parent, name_process
from samgraf.engine.workers.limits import close_descriptors_except

#: What a process reacts to by handlers of its own, which its children must not inherit.
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


class Process(Protocol):
    """A running child, as ``subprocess.Popen`` has it."""

    pid: int

    def poll(self) -> int | None:
        """Return the exit status, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status; raise TimeoutExpired where it still runs after ``timeout``."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""


def run_module(module: str, arguments: Sequence[str], environ: Mapping[str, str]) -> Process:
    """Start a new interpreter that runs ``module`` and ends when this process does."""
    return subprocess.Popen(
        command(module, *arguments),
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


class Fork:
    """A copy of this process that calls ``run``, exits with what it returns, and ends with us.

    It has all that is imported already, and no descriptors but ``kept`` and standard error. This
    process must have no other thread, which might hold a lock that nobody in the copy gives back.
    """

    def __init__(self, name: str, run: Callable[[], int], kept: Sequence[int] = ()):
        parent = os.getpid()
        # between the fork and the reset of its handlers, the copy must not take a signal for ours
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _become_child(parent, name, run, kept)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._status: int | None = None

    def poll(self) -> int | None:
        """Return the exit status, None while it runs."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status; raise TimeoutExpired where it still runs after ``timeout``."""
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(limits.ENDING_GLANCE)
        return status

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _become_child(parent: int, name: str, run: Callable[[], int], kept: Sequence[int]) -> None:
    """Run in the copy that was just forked; never return."""
    status = 1
    try:
        end_with_parent(parent)
        name_process(name)
        gc.freeze()  # what the parent left behind is not ours to close
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1):
            os.dup2(null, standard)
        close_descriptors_except(*kept)
        status = run()
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


class ChildProcess:
    """A child that ``begin`` starts, once and whenever it has ended."""

    def __init__(self, begin: Callable[[], Process]):
        self._begin = begin
        self._pause = limits.RESTART_PAUSE
        self._due: float | None = None
        self.starts = 0
        self.process: Process | None = None

    def start(self) -> None:
        """Start the child."""
        self.process = self._begin()
        self._began, self._due = time.monotonic(), None
        self.starts += 1

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
