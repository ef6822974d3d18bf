"""Limit how much query time, and how many failed queries, one client may use.

A client is an address, an IPv6 one its /64 network. Where the peer is a trusted proxy, the
address is the one that X-Forwarded-For names (the header that
https://www.rfc-editor.org/rfc/rfc7239#section-7.4 maps to Forwarded). No address is kept: what is
kept is a SHA-256 of it with a random salt that changes every day.

Each client has two token buckets, as in the Wikidata Query Service. Their state is told in
headers: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import NamedTuple

from samgraf import limits
from samgraf.errors import UsageError
from samgraf.settings import Settings

KEY_LENGTH = 12  # hexadecimal digits

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Client(NamedTuple):
    """Who sent a request: ``key`` is a salted hash, ``local`` says that it is this machine."""

    key: str
    local: bool


class Refusal(NamedTuple):
    """A client that has used up its share; it may ask again after ``retry_after`` seconds."""

    retry_after: float


class Bucket(NamedTuple):
    """A token bucket: it holds ``size`` tokens and gains ``rate`` tokens per second."""

    name: str
    size: float
    rate: float

    def refill(self, level: float, seconds: float) -> float:
        """Return the level ``seconds`` after it was ``level``."""
        return min(self.size, level + max(0.0, seconds) * self.rate)

    def drain(self, level: float, amount: float) -> float:
        """Return ``level`` less ``amount``; a debt is at most the size of the bucket."""
        return max(-self.size, level - amount)

    def wait(self, level: float) -> float:
        """Return the seconds until there is a whole token, which the next query needs."""
        return max(0.0, (min(1.0, self.size) - level) / self.rate)

    def policy(self) -> str:
        """Return the item of RateLimit-Policy: quota and window in seconds."""
        return f'"{self.name}";q={math.ceil(self.size)};w={math.ceil(self.size / self.rate)}'

    def state(self, level: float) -> str:
        """Return the item of RateLimit: tokens left and seconds until the bucket is full."""
        full = math.ceil((self.size - level) / self.rate)
        return f'"{self.name}";r={int(max(0.0, level))};t={full}'


class RateLimit:
    """The buckets of all clients: a bounded table, from which those unseen for longest go first.

    ``clock`` returns seconds that never go back. Raise UsageError where the setting
    ``trusted_proxies`` names something that is no address and no network.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic):
        self._trusted = networks(settings.trusted_proxies)
        self._clock = clock
        self._seconds = Bucket("seconds", settings.client_burst, settings.client_seconds / 60)
        self._errors = Bucket("errors", settings.client_error_burst, settings.client_errors / 60)
        self._policy = f"{self._seconds.policy()}, {self._errors.policy()}"
        # by key: seconds left, errors left, and when that was
        self._levels: OrderedDict[str, tuple[float, float, float]] = OrderedDict()
        self._change_salt()

    def client_of(self, peer: str, forwarded_for: str | None) -> Client:
        """Return the client of a request from ``peer``, an address with or without a port.

        ``forwarded_for`` is the value of X-Forwarded-For; several are joined by commas.
        """
        if self._clock() >= self._salt_ends:
            self._change_salt()
        address, client = self._peer(peer)
        if forwarded_for is None or address is None or not self._is_trusted(address):
            return client
        return Client(self._key(self._origin(forwarded_for) or address), local=False)

    def check(self, client: Client) -> Refusal | None:
        """Return a refusal if ``client`` must wait before its next query, else None."""
        if client.local:
            return None
        seconds, errors = self._levels_of(client)
        wait = max(self._seconds.wait(seconds), self._errors.wait(errors))
        return Refusal(wait) if wait > 0 else None

    def headers(self, client: Client) -> dict[str, str]:
        """Return the headers that tell ``client`` its quota and what is left of it."""
        if client.local:
            return {}
        seconds, errors = self._levels_of(client)
        return {
            "RateLimit-Policy": self._policy,
            "RateLimit": f"{self._seconds.state(seconds)}, {self._errors.state(errors)}",
        }

    def spend(self, client: Client, seconds: float, failed: bool) -> None:
        """Take ``seconds`` of query time, and one error if the query ``failed``."""
        if client.local or not (seconds or failed):
            return
        left, allowed = self._levels_of(client)
        left, allowed = self._seconds.drain(left, seconds), self._errors.drain(allowed, failed)
        self._levels[client.key] = left, allowed, self._clock()
        self._levels.move_to_end(client.key)
        if len(self._levels) > limits.RATE_LIMITED_CLIENTS:
            self._levels.popitem(last=False)

    def _levels_of(self, client: Client) -> tuple[float, float]:
        entry = self._levels.get(client.key)
        if entry is None:
            return self._seconds.size, self._errors.size
        seconds, errors, then = entry
        passed = self._clock() - then
        return self._seconds.refill(seconds, passed), self._errors.refill(errors, passed)

    def _origin(self, forwarded_for: str) -> Address | None:
        """Return the last address in the list that is no trusted proxy; None if malformed."""
        if len(forwarded_for) > limits.FORWARDED_FOR_LENGTH:
            return None
        address = None
        for element in reversed(forwarded_for.split(",")):
            address = read_address(element.strip())
            if address is None or not self._is_trusted(address):
                return address
        return address

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def _change_salt(self) -> None:
        salt = secrets.token_bytes(16)

        def key_of(name: Address | str) -> str:
            if isinstance(name, IPv6Address):
                name = str(IPv6Network((name, 64), strict=False))
            text = str(name).encode("utf-8", "replace")
            return hashlib.sha256(salt + text).hexdigest()[:KEY_LENGTH]

        def peer_of(peer: str) -> tuple[Address | None, Client]:
            address = read_address(peer)
            if address is None:
                return None, Client(key_of(peer[: limits.ADDRESS_LENGTH]), local=False)
            return address, Client(key_of(address), local=address.is_loopback)

        # most requests come from few clients
        self._key = lru_cache(limits.KNOWN_CLIENTS)(key_of)
        self._peer = lru_cache(limits.KNOWN_CLIENTS)(peer_of)
        self._salt_ends = self._clock() + limits.SALT_SECONDS
        self._levels.clear()


def networks(text: str) -> tuple[Network, ...]:
    """Return the addresses and networks in ``text``; raise UsageError where one is neither."""
    found: list[Network] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        try:
            found.append(ip_network(part, strict=False))
        except ValueError as error:
            raise UsageError(
                f"SAMGRAF_TRUSTED_PROXIES names {part!r}, which is no address and no network. "
                "Give addresses such as 10.0.0.7 or networks such as 10.0.0.0/8, by commas."
            ) from error
    return tuple(found)


def read_address(text: str) -> Address | None:
    """Return the address in ``text`` without port, brackets and zone; None if there is none.

    An IPv4 address mapped into IPv6 is the IPv4 address.
    """
    return _read_address(text) if len(text) <= limits.ADDRESS_LENGTH else None


@lru_cache(limits.KNOWN_CLIENTS)
def _read_address(text: str) -> Address | None:
    if text.startswith("["):
        text, bracket, port = text[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            return None
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
