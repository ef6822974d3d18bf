"""Call a function in a process of its own, bounded in time and memory."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from samgraf import limits
from samgraf.child import end_with_parent
from samgraf.errors import SamgrafError


class CallBoundError(SamgrafError):
    """A step of the build took more time or memory than it may."""


class SubprocessCall:
    """A call under way in another process; function and arguments must be picklable.

    ``memory`` bounds the bytes that the call may use, where the system can do that.
    """

    def __init__(
        self, function: Callable[..., Any], *arguments: Any, memory: int | None = None
    ) -> None:
        name = getattr(function, "__qualname__", repr(function))
        self._name, self._memory = f"{function.__module__}.{name}", memory
        context = multiprocessing.get_context("spawn")
        self._answer, answer = context.Pipe(duplex=False)
        work = (answer, memory, function, arguments)
        self._process = context.Process(target=_run, args=work, daemon=True)
        self._process.start()
        answer.close()

    def result(self, seconds: float = limits.BUILD_STEP) -> Any:
        """Return what the function returned, or raise the SamgrafError that it raised.

        Raise CallBoundError where it took more than ``seconds`` or its bound of memory,
        RuntimeError where it failed otherwise.
        """
        if not self._answer.poll(seconds):
            self.kill()
            raise CallBoundError(f"{self._name} took more than {seconds:g} s.")
        try:
            value, failure = self._answer.recv()
        except EOFError:
            value, failure = None, "It ended without an answer."
            self._process.join()
            if self._memory and self._process.exitcode == -signal.SIGABRT:
                failure = MemoryError.__name__
        self.kill()
        if failure == MemoryError.__name__ and self._memory:
            text = f"{self._name} needed more than {self._memory >> 20} MiB of memory."
            raise CallBoundError(text)
        if failure is not None:
            raise RuntimeError(f"{self._name} failed in its own process:\n{failure}")
        if isinstance(value, SamgrafError):
            raise value
        return value

    def kill(self) -> None:
        """End the process, whatever it does; idempotent."""
        self._process.kill()
        self._process.join()
        self._answer.close()


class DirectCall:
    """The same interface for a call too small to be worth a process; nothing bounds it."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._call = (function, arguments)

    def result(self) -> Any:
        """Call the function now and return what it returns."""
        function, arguments = self._call
        return function(*arguments)

    def kill(self) -> None:
        """Do nothing: there is no process."""


def _run(
    answer: Connection, memory: int | None, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    """Send the value of the call, or the SamgrafError, with the text of any other failure."""
    end_with_parent()
    parent = multiprocessing.parent_process()
    if parent is not None and os.getppid() != parent.pid:
        return  # it died before this process could ask to end with it
    # what a library prints is not for the terminal
    null = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(null, standard)
    if memory is not None and sys.platform != "darwin":
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    value: Any = None
    failure: str | None = None
    try:
        value = function(*arguments)
    except SamgrafError as error:
        value = error
    except MemoryError:
        failure = MemoryError.__name__
    except Exception:
        failure = traceback.format_exc()
    answer.send((value, failure))
