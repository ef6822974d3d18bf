"""Run the web processes: ``python -m samgraf.serve.web HOST PORT PROCESSES``.

granian keeps them alive; what they serve, they read from the state file in the environment.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from samgraf.serve.child import end_with_parent

if TYPE_CHECKING:
    from samgraf.front.app import Front

#: Connections that the system holds ready for each process.
BACKLOG = 2048
#: Seconds after which a thread gives way to another.
SWITCH = 0.0005


def main(host: str, port: str, processes: str) -> None:
    """Listen at ``host``:``port`` until a signal ends it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "samgraf.serve.web:make_front",
        factory=True,
        address=host,
        port=int(port),
        interface=Interfaces.RSGI,
        workers=int(processes),
        backlog=BACKLOG,
        respawn_failed_workers=True,
        respawn_interval=0,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


def make_front() -> Front:
    """Return the application of one web process, which never outlives granian's main process."""
    # granian ends its processes itself before it goes, so only its sudden death is heard here
    end_with_parent()
    # threads read long queries and make pages; the loop, which serves all others, waits less
    sys.setswitchinterval(SWITCH)
    from samgraf.front.app import make_front

    return make_front()


if __name__ == "__main__":
    main(*sys.argv[1:])
