"""What lives on in a server whatever is asked of it, and what comes and goes."""

from __future__ import annotations

from pathlib import Path

from hostile.sending import resident
from live import Live
from samgraf.gateway.supervisor import FORK_SERVER as TEMPLATE


def front(live: Live) -> dict[int, int]:
    """Return the memory of each process that must live on: all but the query workers."""
    # one that was ended and not yet reaped has no command any more
    found = {pid: command for pid, command in live.processes().items() if command.strip()}
    templates = {pid for pid, command in found.items() if TEMPLATE in command}
    # workers bear the name of the template, which they are forked from
    lasting = {pid for pid in found if pid not in templates or _parent(pid) not in templates}
    return {pid: resident(pid) for pid in lasting}


def _parent(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return None
    return int(stat.rpartition(")")[2].split()[1])


def workers(live: Live) -> int:
    """Return the number of query workers."""
    found = [command for command in live.processes().values() if TEMPLATE in command]
    return max(0, len(found) - 1)
