"""What every child process needs, and a module run as a child: ``samgraf.child PARENT MODULE``.

A child ends when its parent does.

Linux tells a process when its parent dies (prctl(2), PR_SET_PDEATHSIG); elsewhere a parent that is
killed leaves its children behind.
"""

from __future__ import annotations

import ctypes
import os
import resource
import runpy
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


def end_with_parent(parent: int | None = None) -> None:
    """Ask the system to kill this process once its ``parent`` is gone."""
    if not sys.platform.startswith("linux"):
        return
    parent = parent or os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the request was heard
        os.kill(os.getpid(), signal.SIGKILL)


def name_process(name: str) -> None:
    """Have lists of processes show ``name``, of which Linux takes the first 15 bytes."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NAME, name.encode())


def command(module: str, *arguments: object) -> list[str]:
    """Return the command that runs ``module`` in a new interpreter, which ends with this one."""
    told = os.getpid(), module, *arguments
    return [sys.executable, "-m", "samgraf.child", *map(str, told)]


def address_space() -> int:
    """Return the bytes of address space that this process uses; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    del sys.argv[:2]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
