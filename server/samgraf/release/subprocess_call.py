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

from samgraf.child import address_space, end_with_parent
from samgraf.errors import ContentError, SamgrafError

#: Where a call sends what it is at; None outside a call.
_caller: Connection | None = None


class SubprocessCall:
    """A call under way in a fork of this process; ``what`` is what people know it by.

    It may take ``seconds`` from when it is waited for, and, where the system can bound that,
    ``memory`` bytes beyond what this process has; ``mend`` says what to do where it takes more.
    What the function returns must be picklable.
    """

    def __init__(
        self,
        what: str,
        function: Callable[..., Any],
        *arguments: Any,
        seconds: float,
        memory: int,
        mend: str = "",
    ) -> None:
        self._what, self._seconds, self._memory, self._mend = what, seconds, memory, mend
        context = multiprocessing.get_context("fork")
        self._told, tell = context.Pipe(duplex=False)
        work = (tell, memory, os.getpid(), function, arguments)
        self._process = context.Process(target=_run, args=work, daemon=True)
        with warnings.catch_warnings():
            # Python 3.12 warns where there are threads: this one draws the progress, or is a test's
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        tell.close()

    def result(self) -> Any:
        """Return what the function returned, or raise the SamgrafError that it raised.

        Raise ContentError where it went beyond its bounds, or failed otherwise.
        """
        deadline = time.monotonic() + self._seconds
        place, kind = "", "late"
        told: Any = None
        try:
            while self._told.poll(max(0.0, deadline - time.monotonic())):
                kind, told = self._told.recv()
                if kind != "at":
                    break
                place, kind = f" (at {told})", "late"
        except EOFError:
            self._process.join()
            is_out_of_memory = self._process.exitcode == -signal.SIGABRT
            kind, told = "large" if is_out_of_memory else "failed", "It ended without an answer."
        self.kill()
        if isinstance(told, SamgrafError):
            raise told
        if kind == "answer":
            return told
        if kind == "failed":
            mend = "What the content says is beyond what a library can take; simplify it."
            raise ContentError(f"{self._what} failed{place}: {told}", None, None, mend)
        bound = f"took more than {self._seconds:g} s"
        if kind == "large":
            bound = f"needed more than {self._memory >> 20} MiB of memory"
        raise ContentError(f"{self._what} {bound}{place}.", None, None, self._mend)

    def kill(self) -> None:
        """End the process, whatever it does; idempotent."""
        self._process.kill()
        self._process.join()
        self._told.close()


def now_at(what: str) -> None:
    """Say what the call is at, for the message should it exceed its bounds or fail."""
    if _caller is not None:
        _caller.send(("at", what))


def _run(
    caller: Connection,
    memory: int,
    parent: int,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    """Send what became of the call, in a word, with its value, its error, or the failure."""
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
    if sys.platform != "darwin":
        with suppress(OSError, ValueError):
            bound = address_space() + memory
            resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _caller = caller
    try:
        told = "answer", function(*arguments)
    except SamgrafError as error:
        told = "answer", error
    except MemoryError:
        told = "large", None
    except Exception as error:
        told = "failed", " ".join(traceback.format_exception_only(error)[-1].split())
    caller.send(told)
    # nothing of what the parent would do at its end is to be done here
    os._exit(0)
