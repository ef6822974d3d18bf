"""What the operating system offers to bound a worker, and to hold its memory in large pages."""

from __future__ import annotations

import os
import resource
import socket
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from samgraf import limits

#: Bytes in a unit of ``ru_maxrss``: getrusage(2) of each system.
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def with_large_pages(environ: Mapping[str, str]) -> dict[str, str]:
    """Return ``environ`` so that memory is held in large pages, unless the administrator tuned it.

    A fork then copies the page table of a large store in 2 ms instead of 35 (manual of glibc,
    Memory Allocation Tunables). Systems without the tunable ignore it.
    """
    return {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", **environ}


def peak_memory() -> int:
    """Return the most bytes of memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def confine(memory: int, used: int) -> None:
    """Bound this process for good: ``memory`` bytes above the ``used`` ones, and no core file.

    It may not open another descriptor, so it can reach neither a file nor the network. What macOS
    lacks of these means is left out.
    """
    with suppress(OSError):
        # when memory runs out, the kernel ends workers first
        Path("/proc/self/oom_score_adj").write_text("900", "ascii")
    if used and sys.platform != "darwin":
        extra = limits.WORKER_STACK + limits.WORKER_ARENA
        _limit(resource.RLIMIT_AS, used + memory + extra)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 0)


def _limit(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(which, (value, value))


def close_descriptors_except(*kept: int) -> None:
    """Close every descriptor above the standard ones but ``kept``."""
    low = 3
    for number in sorted(kept):
        os.closerange(low, number)
        low = number + 1
    os.closerange(low, max(low, os.sysconf("SC_OPEN_MAX")))


def peer_pid(connection: socket.socket) -> int | None:
    """Return the process at the other end of a Unix socket; None where the system does not say."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    size = struct.calcsize("3i")
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    return struct.unpack("3i", credentials)[0]
