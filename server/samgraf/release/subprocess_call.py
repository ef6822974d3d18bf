"""Call a function in a process of its own, bounded in time and memory."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from samgraf import limits
from samgraf.child import address_space, end_with_parent
from samgraf.errors import SamgrafError

#: Where a call sends what it is at; None outside a call.
_caller: Connection | None = None


class CallBoundError(SamgrafError):
    """A step of the build took more time or memory than it may."""


class CallFailedError(RuntimeError):
    """A call ended by an exception that is no SamgrafError, or without an answer."""


class SubprocessCall:
    """A call under way in a fork of this process.

    ``memory`` bounds the bytes that the call may use beyond what this process has, where the system
    can do that. What the function returns must be picklable.
    """

    def __init__(
        self, function: Callable[..., Any], *arguments: Any, memory: int | None = None
    ) -> None:
        name = getattr(function, "__qualname__", repr(function))
        self._name, self._memory = f"{function.__module__}.{name}", memory
        self._at = ""
        context = multiprocessing.get_context("fork")
        self._answer, answer = context.Pipe(duplex=False)
        work = (answer, memory, os.getpid(), function, arguments)
        self._process = context.Process(target=_run, args=work, daemon=True)
        with warnings.catch_warnings():
            # Python 3.12 warns where there are threads: this one draws the progress, or is a test's
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        answer.close()

    def result(self, seconds: float = limits.BUILD_STEP) -> Any:
        """Return what the function returned, or raise the SamgrafError that it raised.

        Raise CallBoundError where it took more than ``seconds`` from now or its bound of memory,
        CallFailedError where it failed otherwise.
        """
        value, failure = None, "It ended without an answer."
        deadline = time.monotonic() + seconds
        try:
            while self._answer.poll(max(0.0, deadline - time.monotonic())):
                kind, value, failure = self._answer.recv()
                if kind == "answer":
                    break
                self._at = value
            else:
                self.kill()
                raise CallBoundError(f"{self._name} took more than {seconds:g} s{self._place()}.")
        except EOFError:
            value, failure = None, "It ended without an answer."
            self._process.join()
            if self._memory and self._process.exitcode == -signal.SIGABRT:
                failure = MemoryError.__name__
        self.kill()
        if failure == MemoryError.__name__ and self._memory:
            text = f"{self._name} needed more than {self._memory >> 20} MiB of memory"
            raise CallBoundError(f"{text}{self._place()}.")
        if failure is not None:
            raise CallFailedError(f"{self._name} failed in its own process:\n{failure}")
        if isinstance(value, SamgrafError):
            raise value
        return value

    def kill(self) -> None:
        """End the process, whatever it does; idempotent."""
        self._process.kill()
        self._process.join()
        self._answer.close()

    def _place(self) -> str:
        return f" (at {self._at})" if self._at else ""


def now_at(what: str) -> None:
    """Say what the call is at, for the message should it exceed its bounds."""
    if _caller is not None:
        _caller.send(("at", what, None))


def _run(
    answer: Connection,
    memory: int | None,
    parent: int,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    """Send the value of the call, or the SamgrafError, with the text of any other failure."""
    global _caller
    end_with_parent()
    if os.getppid() != parent:
        return  # it died before this process could ask to end with it
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # what a library prints is not for the terminal
    null = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(null, standard)
    sys.stdout = sys.stderr = os.fdopen(null, "w")
    faulthandler.disable()
    gc.freeze()  # what the parent has is not looked through, and so not copied
    if memory is not None and sys.platform != "darwin":
        with suppress(OSError, ValueError):
            bound = address_space() + memory
            resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _caller = answer
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
    answer.send(("answer", value, failure))
    # nothing of what the parent would do at its end is to be done here
    os._exit(0)
