"""A client of one partner, a resolver that says what it is told, and a clock that stands."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

from samgraf.federation.network import PinnedBackend
from samgraf.federation.partner_client import PartnerClient
from samgraf.federation.results import PartnerReply
from samgraf.release.partner import Partner
from samgraf.settings import Settings

CONTACT = "mailto:test@example.org"
QUERY = "SELECT * { ?s ?p ?o }"


class Clock:
    """Seconds since 1970 that pass where a test says so."""

    def __init__(self) -> None:
        self.seconds = time.time()

    def __call__(self) -> float:
        return self.seconds


class Asked:
    """A client and the one partner that it is told of."""

    def __init__(self, client: PartnerClient, partner: Partner):
        self.client, self.partner = client, partner
        client.use([partner])

    @property
    def state(self):
        """Return what is known of the partner."""
        return self.client.states()[0]


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that keeps each socket that connects, so that none is closed unseen."""

    def __init__(self) -> None:
        super().__init__()
        self.connected: list[tuple[socket.socket, Any]] = []

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """Connect ``sock`` to ``address``."""
        self.connected.append((sock, address))
        await super().sock_connect(sock, address)

    def left_open(self) -> list[Any]:
        """Return the addresses that sockets are connected to which nobody has closed."""
        return [address for sock, address in self.connected if sock.fileno() != -1]


class _Rig:
    """The event loop of one test, and the clients that belong to it."""

    runner: asyncio.Runner | None = None
    opened: list[PartnerClient]


def partner_at(url: str, **told: Any) -> Partner:
    """Return the record of a partner at ``url``."""
    return Partner(**{"name": "it", "iri": "https://e.org/it", "endpoint": url, **told})


def client_of(
    url: str,
    allowed: tuple[str, ...] = ("127.0.0.1",),
    resolve: Any = None,
    cache_bytes: int = 1_000_000,
    now: Callable[[], float] = time.time,
    **told: Any,
) -> Asked:
    """Return a client whose one partner, ``it``, stands at ``url``."""
    backend = PinnedBackend(allowed, resolve or socket.getaddrinfo)
    settings = Settings(contact=CONTACT, partner_cache_bytes=cache_bytes)
    client = PartnerClient(settings, backend=backend, now=now)
    _Rig.opened.append(client)
    return Asked(client, partner_at(url, **told))


async def ask(
    asked: Asked,
    query: str = QUERY,
    seconds: float = 30.0,
    most: int = 1000,
    last_good: bool = False,
) -> PartnerReply:
    """Ask the partner."""
    return await asked.client.ask(asked.partner, query, seconds, most, last_good=last_good)


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    """Return what ``work()`` comes to."""

    async def main() -> Any:
        return await work()

    if _Rig.runner is None:
        _Rig.runner = asyncio.Runner(loop_factory=_Loop)
    return _Rig.runner.run(main())


def begin() -> None:
    """Begin a test."""
    _Rig.runner, _Rig.opened = None, []


def end() -> None:
    """Close the clients of a test; fail where a connection stays open all the same."""

    async def close() -> list[Any]:
        for client in _Rig.opened:
            await client.aclose()
        return await open_connections()

    left = run(close)
    assert _Rig.runner is not None
    _Rig.runner.close()
    assert not left, f"Connections are left open to {left}."


async def open_connections(seconds: float = 30.0) -> list[Any]:
    """Return the addresses of the connections that are open still after ``seconds``.

    A transport closes its socket in a later turn of the loop than it is told to.
    """
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _Loop)
    until = time.monotonic() + seconds
    while loop.left_open() and time.monotonic() < until:
        await asyncio.sleep(0.001)
    return loop.left_open()


class Resolver:
    """Give for each look-up the next of ``answers``, the last one again and again."""

    def __init__(self, *answers: list[str]):
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (a, port, 0, 0))
            if ":" in a
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port))
            for a in found
        ]
