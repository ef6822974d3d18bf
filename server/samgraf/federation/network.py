"""Connect to a partner's host at addresses that were checked, and at no others.

Each connection has one look-up: every address that it gives is checked, one that is refused
refuses the host, and the connection goes to an address itself, so that a name that changes
its mind leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from samgraf.engine.remote.http import CONNECT_TIMEOUT, Exchange
from samgraf.federation.addresses import Address, fault_of
from samgraf.sparql.federated.partner_error import Fault, PartnerError

Resolve = Callable[..., list[tuple[Any, ...]]]
_LONGEST = 120.0  # seconds that anything here may wait, where nobody says how long


def hosts_of(setting: str) -> frozenset[str]:
    """Return the hosts that a comma-separated setting names."""
    names = (name.strip().lower().strip("[]") for name in setting.split(","))
    return frozenset(name for name in names if name)


class Network:
    """Dial hosts; those in ``allowed`` may stand at loopback or private addresses."""

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve = socket.getaddrinfo):
        self.allowed = frozenset(allowed)
        self._resolve = resolve
        self._lock = threading.Lock()
        self._looking: dict[tuple[str, int], Future[list[tuple[Any, ...]]]] = {}

    def dial(self, host: str, port: int, exchange: Exchange) -> socket.socket:
        """Return a connection to ``host``.

        Raise PartnerError where one of its addresses is refused, OSError where none answers.
        """
        infos = self._look_up(host, port, exchange)
        targets = [self._checked(host, info) for info in infos]
        if not targets:
            raise socket.gaierror("no address")
        failure: OSError | None = None
        for family, address, place in targets:
            try:
                return _connect(family, address, place, exchange)
            except OSError as error:
                failure = error
                if exchange.aborted:
                    break
        raise failure

    def _look_up(self, host: str, port: int, exchange: Exchange) -> list[tuple[Any, ...]]:
        """Return what the resolver says; all that ask for a host at once wait for one look-up.

        A look-up cannot be ended, so a name that hangs holds one thread, however many ask.
        """
        key = host, port
        with self._lock:
            future = self._looking.get(key)
            if future is None:
                future = self._looking[key] = Future()
                threading.Thread(target=self._find, args=(key, future), daemon=True).start()
        return future.result(_remaining(exchange))

    def _find(self, key: tuple[str, int], future: Future[list[tuple[Any, ...]]]) -> None:
        found: list[tuple[Any, ...]] = []
        failure: Exception | None = None
        try:
            found = self._resolve(*key, type=socket.SOCK_STREAM)
        except UnicodeError:
            failure = socket.gaierror("not a name")
        except Exception as error:
            failure = error
        with self._lock:
            del self._looking[key]
        if failure is not None:
            future.set_exception(failure)
        else:
            future.set_result(found)

    def _checked(
        self, host: str, info: tuple[Any, ...]
    ) -> tuple[socket.AddressFamily, Address, Any]:
        family, _, _, _, place = info
        text, allowed = str(place[0]), host in self.allowed
        why: str | None = "not an address of the internet"
        if family in (socket.AF_INET, socket.AF_INET6) and "%" not in text:
            with suppress(ValueError):
                address = ipaddress.ip_address(text)
                why = fault_of(address, allowed)
                if why is None and not allowed and _is_own(family, place):
                    why = "this machine's own"
                if why is None:
                    return family, address, place
        raise PartnerError(
            Fault.ADDRESS, f"The host {host!r} has the address {text}, which is {why}."
        )


def _connect(
    family: socket.AddressFamily, address: Address, place: Any, exchange: Exchange
) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        exchange.hold(sock)
        sock.settimeout(min(CONNECT_TIMEOUT, _remaining(exchange)))
        sock.connect(place)
        exchange.hold(sock)
        peer = ipaddress.ip_address(sock.getpeername()[0])
        if peer != address:
            raise PartnerError(Fault.ADDRESS, f"The connection to {address} led to {peer}.")
    except BaseException:
        sock.close()
        raise
    return sock


def _is_own(family: socket.AddressFamily, place: Any) -> bool:
    """Return whether an address is one of this machine's: no packet is sent."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(place)
            return probe.getsockname()[0] == place[0]
        except OSError:
            return False  # no way there: connecting will tell


def _remaining(exchange: Exchange) -> float:
    return min(_LONGEST, max(0.001, exchange.until - time.monotonic()))
