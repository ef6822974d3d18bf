"""What the operating system offers to bound, hold back and end a process.

Where a system lacks one of these means (macOS: pidfd, /proc, a working RLIMIT_AS), the rest
stands without it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

#: Stack of the thread that evaluates: deep queries that pass the guard do not end it.
STACK = 256 * 1024 * 1024
#: Room for the arenas of the allocator that a second thread reserves, never fills.
_ARENAS = 160 * 1024 * 1024
#: Freed memory that a worker keeps for its next query; the most that glibc takes.
_KEPT = 32 * 1024 * 1024
#: Ask for large pages (madvise) wherever memory grows: manual of glibc, Memory Allocation Tunables.
_TUNABLES, _LARGE_PAGES = "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"
_NICEST = 19
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def pidfd(pid: int) -> int | None:
    """Return a descriptor for the process ``pid``, which is a child; None without such a means."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def send_signal(pid: int, descriptor: int | None, number: int) -> bool:
    """Send the signal ``number``; return whether the process was still there to get it."""
    try:
        if descriptor is not None and hasattr(signal, "pidfd_send_signal"):
            signal.pidfd_send_signal(descriptor, number)
        else:
            os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def hold_back(pid: int) -> None:
    """Let every thread of ``pid``, which leads a group of its own, yield to all others."""
    # by its group: Linux would take a process id for its first thread alone
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, pid, _NICEST)


def let_on(pid: int) -> bool:
    """Take back what ``hold_back`` did; return False where the system does not let us.

    Linux does for root, and where RLIMIT_NICE is 20 or more.
    """
    try:
        os.setpriority(os.PRIO_PGRP, pid, os.getpriority(os.PRIO_PROCESS, 0))
    except OSError:
        return False
    return True


def processor_time(pid: int) -> float | None:
    """Return the seconds that ``pid`` has computed so far; None where it cannot be told."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        # the clock of a process: clock_getcpuclockid(3)
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return None


def address_space() -> int:
    """Return the bytes of address space in use by this process; 0 where it cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()


class Footprint:
    """The memory that this process has asked for, readable when nothing can be opened any more.

    What is only copied of the template's memory, when it is written to, does not count: that is
    bounded by the release, and pays off with the next query.
    """

    def __init__(self) -> None:
        try:
            self._file: int | None = os.open("/proc/self/statm", os.O_RDONLY)
        except OSError:
            self._file = None

    def bytes(self) -> int:
        """Return the bytes of data; where that is not told, the most that was ever held."""
        if self._file is None:
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT
        return int(os.pread(self._file, 256, 0).split()[5]) * resource.getpagesize()


def lone_allocator() -> None:
    """Keep all threads' memory in one heap, so that what one frees serves the next.

    What a query frees is not given back to the system, up to a bound: the next query would have
    to fetch it again, page by page.
    """
    m_trim_threshold, m_mmap_threshold, m_arena_max = -1, -3, -8
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(m_arena_max, 1)
        libc.mallopt(m_trim_threshold, _KEPT)
        libc.mallopt(m_mmap_threshold, _KEPT)


def with_large_pages(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process whose memory the system is to hold in large pages.

    What forks from it then copies the table of a large store's pages in a millisecond or two, where
    small ones take some 35 ms for a million triples, and finds its way through it faster. Needs
    Linux and glibc 2.35; it changes nothing elsewhere, nor where the administrator forbids it
    (transparent_hugepage: never).
    """
    tunables = environ.get(_TUNABLES, "")
    if _LARGE_PAGES.partition("=")[0] in tunables:
        return dict(environ)
    return {**environ, _TUNABLES: f"{tunables}:{_LARGE_PAGES}" if tunables else _LARGE_PAGES}


def confine(memory: int, used: int) -> None:
    """Bound this process: ``memory`` bytes above ``used``, no core file, no further descriptor.

    Without descriptors it cannot open a file or a connection any more.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900", "ascii")
    if used and sys.platform != "darwin":
        _limit(resource.RLIMIT_AS, used + memory + STACK + _ARENAS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 0)


def _limit(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(which, (value, value))


def peer(connection: socket.socket) -> int | None:
    """Return the process at the other end of a Unix socket, None where that is not told."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", told)[0]
