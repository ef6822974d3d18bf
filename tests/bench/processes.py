"""Watch what a server and its children take: memory and processor time (Linux only)."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
SETTLE, GLANCE = 30.0, 0.08
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """Hold the sums over a tree of processes: bytes and seconds.

    ``rss`` counts a page once for each process that shares it, ``pss`` once in all.
    """

    rss: int
    pss: int
    seconds: float


def tree(pid: int) -> set[int]:
    """Return ``pid`` and every process below it."""
    parents = {}
    for entry in PROC.glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        parents[int(entry.name)] = int(stat.rsplit(")", 1)[1].split()[1])
    below = {pid}
    while more := {p for p, parent in parents.items() if parent in below} - below:
        below |= more
    return below


def usage(pid: int) -> Usage:
    """Return what the tree of ``pid`` takes now; a process that ended meanwhile counts nothing."""
    rss, pss, seconds = 0, 0, 0.0
    for member in tree(pid):
        try:
            rollup = dict(
                line.split(":")
                for line in (PROC / str(member) / "smaps_rollup").read_text().splitlines()[1:]
            )
            seconds += _seconds(member)
        except OSError:
            continue
        rss += int(rollup["Rss"].split()[0]) * 1024
        pss += int(rollup["Pss"].split()[0]) * 1024
    return Usage(rss, pss, seconds)


def seconds(pid: int) -> float:
    """Return the processor time of the tree of ``pid`` and of its children that ended."""
    total = 0.0
    for member in tree(pid):
        try:
            total += _seconds(member)
        except OSError:
            continue
    return total


def settle(pid: int) -> bool:
    """Wait until the tree of ``pid`` is at rest, so that it takes no time from the next server.

    Return whether it came to rest within ``SETTLE`` seconds.
    """
    until = time.monotonic() + SETTLE
    while time.monotonic() < until:
        before = seconds(pid)
        time.sleep(GLANCE)
        if seconds(pid) - before <= GLANCE / 4:
            return True
    return False


def _seconds(pid: int) -> float:
    # own time in user and system mode, then that of children waited for
    fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICKS
