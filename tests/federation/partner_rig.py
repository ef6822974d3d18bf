"""A desk of one partner, and a resolver that says what it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from samgraf.federation.partner_client import Desk, Given
from samgraf.federation.network import Network
from samgraf.release.partner import Partner

CONTACT = "mailto:test@example.org"
QUERY = "SELECT * { ?s ?p ?o }"
#: Desks to be closed after a test.
OPENED: list[Desk] = []


def partner_at(url: str, **told: Any) -> Partner:
    """Return the record of a partner at ``url``."""
    return Partner(**{"name": "it", "iri": "https://e.org/it", "endpoint": url, **told})


def desk_of(
    url: str,
    allowed: tuple[str, ...] = ("127.0.0.1",),
    resolve: Any = None,
    cache_bytes: int = 1_000_000,
    **told: Any,
) -> Desk:
    """Return a desk whose one partner, ``it``, stands at ``url``."""
    network = Network(allowed, resolve or socket.getaddrinfo)
    desk = Desk([partner_at(url, **told)], CONTACT, network, cache_bytes)
    OPENED.append(desk)
    return desk


async def ask(
    desk: Desk,
    query: str = QUERY,
    seconds: float = 30.0,
    most: int = 1000,
    last_good: bool = False,
) -> Given:
    """Ask the partner of ``desk``."""
    return await desk.ask("it", query, seconds, most, last_good)


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    """Return what ``work()`` comes to."""
    return asyncio.run(work())


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
