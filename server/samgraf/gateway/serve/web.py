"""Run one of the web processes: ``python -m samgraf.gateway.serve.web PLACE DESCRIPTOR…``.

PLACE is the number of this one, from 0; the descriptors are those of listening sockets, which all
share. What is served, they read from the state file in the environment.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import sys
from pathlib import Path

from samgraf.errors import SamgrafError
from samgraf.gateway.app import make_front
from samgraf.gateway.http import Bounds, Server, Shares
from samgraf.sparql.headers import ALWAYS

#: Seconds after which a thread gives way to another.
SWITCH = 0.0005
#: Seconds for requests that are being answered when the process is asked to end.
PATIENCE = 8.0
#: Descriptors that the process would like to have, for connections and workers.
DESCRIPTORS = 16_384


async def serve(place: int, sockets: list[socket.socket], bounds: Bounds) -> None:
    """Answer at ``sockets`` until the process, one of several, is asked to end."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    front = make_front()
    await front.start()
    always = [(name.lower(), value) for name, value in ALWAYS.items()]
    state = front.state
    server = Server(
        front.__rsgi__,
        sockets,
        at_once=front.at_once,
        on_refused=front.refused,
        bounds=bounds,
        always=always,
        shares=Shares(Path(state.run_dir) / "connections", place, state.processes),
    )
    server.start()
    await stopping.wait()
    await server.stop(PATIENCE)
    await front.stop()


def main(place: str, *descriptors: str) -> int:
    """Serve; return the exit status."""
    # a terminal asks all processes at once to end, and the parent asks its children itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # threads read long queries and make pages; the loop, which serves all others, waits less
    sys.setswitchinterval(SWITCH)
    sockets = [socket.socket(fileno=int(descriptor)) for descriptor in descriptors]
    # half of the descriptors are for workers, files and stores
    bounds = Bounds()
    bounds = Bounds(connections=min(bounds.connections, _descriptors() // 2))
    with asyncio.Runner(loop_factory=new_loop) as runner:
        try:
            runner.run(serve(int(place), sockets, bounds))
        except (SamgrafError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def new_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop, the fastest there is on this system."""
    try:
        import uvloop
    except ImportError:  # it is not made for every system
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _descriptors() -> int:
    """Return how many descriptors this process may have, more than at first where it can be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
