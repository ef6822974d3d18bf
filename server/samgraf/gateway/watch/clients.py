"""Tell clients apart without keeping who they are.

A client is its address, an IPv6 one its /64, as X-Forwarded-For
(https://www.rfc-editor.org/rfc/rfc7239#section-7.4 maps it to Forwarded) names it where a trusted
proxy passes it on. What is kept is SHA-256 of a random salt of the day and that address.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from pathlib import Path

from samgraf.errors import UsageError
from samgraf.gateway.rate_limit import Client

KEY_LENGTH = 12  # hexadecimal digits
DAY = 86_400
_MAX_HEADER = 4096
_REMEMBERED = 4096
_SALT = "salt-"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Clients:
    """Name the client of a request; ``trusted`` are the proxies believed, by comma."""

    def __init__(self, trusted: str, run_dir: Path, now: Callable[[], float] = time.time):
        self._trusted = networks(trusted)
        self._run_dir, self._now = run_dir, now
        self._ends = 0.0  # of the day whose salt is in use
        self._salt = b""
        self._known: dict[tuple[str, str | None], Client] = {}

    def client(self, remote: str, forwarded_for: str | None) -> Client:
        """Return who asks: ``remote`` is the peer's address, with or without a port.

        ``forwarded_for`` is the value of X-Forwarded-For, several joined by commas.
        """
        if self._now() >= self._ends:
            self._turn_day()
        known = self._known.get((remote, forwarded_for))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[remote, forwarded_for] = self._find(remote, forwarded_for)
        return known

    def _find(self, remote: str, forwarded_for: str | None) -> Client:
        peer = read_address(remote)
        if peer is None:
            return Client(self._hash(remote), local=False)
        if forwarded_for is None or not self._is_trusted(peer):
            return Client(self._hash(_group(peer)), local=peer.is_loopback)
        origin = self._origin(forwarded_for)
        return Client(self._hash(_group(origin or peer)), local=False)

    def _origin(self, forwarded_for: str) -> Address | None:
        """Return the address nearest to us that is no trusted proxy; None if it is malformed."""
        if len(forwarded_for) > _MAX_HEADER:
            return None
        address = None
        for element in reversed(forwarded_for.split(",")):
            address = read_address(element.strip())
            if address is None or not self._is_trusted(address):
                return address
        return address

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def _hash(self, name: str) -> str:
        return hashlib.sha256(self._salt + name.encode("utf-8", "replace")).hexdigest()[:KEY_LENGTH]

    def _turn_day(self) -> None:
        day = int(self._now() // DAY)
        self._ends = (day + 1) * DAY
        self._salt = _salt_of(self._run_dir, day)
        self._known.clear()


def networks(text: str) -> tuple[Network, ...]:
    """Return the addresses and networks in ``text``; raise UsageError where one is neither."""
    found = []
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
    """Return the address in ``text``, a port, brackets and a zone left out; None without one.

    An IPv4 address mapped into IPv6 is the IPv4 address.
    """
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


def _group(address: Address) -> str:
    if address.version == 4 or address.is_loopback:
        return str(address)
    return str(IPv6Network((int(address) >> 64 << 64, 64)))


def _salt_of(run_dir: Path, day: int) -> bytes:
    """Return the salt of ``day``, the same in each process; those of other days are forgotten."""
    path = run_dir / f"{_SALT}{day}"
    made = run_dir / f".{_SALT}{secrets.token_hex(8)}"
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(32))
    finally:
        os.close(descriptor)
    try:
        os.link(made, path)  # the first process to come decides
    except FileExistsError:
        pass
    finally:
        made.unlink()
    salt = path.read_bytes()
    for old in run_dir.glob(f"{_SALT}*"):
        if old.name != path.name:
            old.unlink(missing_ok=True)
    return salt
