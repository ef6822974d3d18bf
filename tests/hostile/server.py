"""What lives on in a server whatever is asked of it, and what comes and goes."""

from __future__ import annotations

from hostile.sending import resident
from live import Live

TEMPLATE = "samgraf.workers.template"


def front(live: Live) -> dict[int, int]:
    """Return the memory of each process that must live on: all but the query workers."""
    # one that was ended and not yet reaped has no command any more
    found = {pid: command for pid, command in live.processes().items() if command.strip()}
    templates = {pid for pid, command in found.items() if TEMPLATE in command}
    # the template is the oldest that bears its name, its workers are forked from it
    lasting = (set(found) - templates) | ({min(templates)} if templates else set())
    return {pid: resident(pid) for pid in lasting}


def workers(live: Live) -> int:
    """Return the number of query workers."""
    found = [command for command in live.processes().values() if TEMPLATE in command]
    return max(0, len(found) - 1)
