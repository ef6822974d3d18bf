"""Connect to a partner's host at addresses that were checked, and at no others.

Each connection makes one look-up: every address that it gives is checked, one that is refused
refuses the host, and the connection goes to an address itself. A name that resolves to something
else the second time (DNS rebinding) therefore leads nowhere. TLS is still proved against the name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import httpcore

from samgraf.federation.addresses import Address, fault_of
from samgraf.http_connections import AnyIOBackend, closed_on_fault
from samgraf.sparql.federated.faults import Fault, PartnerError

Resolve = Callable[..., list[tuple[Any, ...]]]


def hosts_of(setting: str) -> frozenset[str]:
    """Return the hosts that a comma-separated setting names."""
    names = (name.strip().lower().strip("[]") for name in setting.split(","))
    return frozenset(name for name in names if name)


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """A network for httpcore that connects to checked addresses only.

    Hosts in ``allowed`` may have loopback or private addresses. ``resolve`` is called as
    ``socket.getaddrinfo`` is.
    """

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve = socket.getaddrinfo):
        self.allowed = frozenset(allowed)
        self._resolve = resolve
        self._look_ups: dict[tuple[str, int], Future[list[tuple[Any, ...]]]] = {}

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to ``host``.

        Raise PartnerError where one of its addresses is refused, OSError where its name is not
        known, httpcore's errors where none of its addresses answers. ``timeout`` (seconds) is for
        one address.
        """
        infos = await self._look_up(host, port)
        addresses = dict.fromkeys(self._checked(host, info) for info in infos)
        failure: Exception = socket.gaierror("no address")
        for address in addresses:
            try:
                stream = await AnyIOBackend().connect_tcp(str(address), port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            async with closed_on_fault(stream):
                peer = ipaddress.ip_address(stream.get_extra_info("server_addr")[0])
                if peer != address:
                    raise PartnerError(Fault.ADDRESS, f"The connection to {address} led to {peer}.")
                return stream
        raise failure

    async def _look_up(self, host: str, port: int) -> list[tuple[Any, ...]]:
        """Return what the resolver says; all that ask for a host at once wait for one look-up.

        A look-up cannot be ended. It has a thread of its own, so that a name that hangs holds one
        thread, however many ask, and none that the process waits for at its end.
        """
        key = host, port
        look_up = self._look_ups.get(key)
        if look_up is None:
            look_up = self._look_ups[key] = Future()
            look_up.set_running_or_notify_cancel()  # who leaves does not cancel it for the others
            thread = threading.Thread(target=self._resolve_now, args=(key, look_up), daemon=True)
            try:
                thread.start()
            except RuntimeError as error:  # no thread is left: others must not wait for this one
                del self._look_ups[key]
                raise OSError(str(error)) from error
        return await asyncio.wrap_future(look_up)

    def _resolve_now(self, key: tuple[str, int], look_up: Future[list[tuple[Any, ...]]]) -> None:
        try:
            found = self._resolve(*key, type=socket.SOCK_STREAM)
        except Exception as error:
            del self._look_ups[key]
            is_none = isinstance(error, UnicodeError)
            look_up.set_exception(socket.gaierror("not a name") if is_none else error)
        else:
            del self._look_ups[key]
            look_up.set_result(found)

    def _checked(self, host: str, info: tuple[Any, ...]) -> Address:
        """Return the address of one line of a look-up; raise PartnerError where it is refused."""
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
                    return address
        raise PartnerError(
            Fault.ADDRESS, f"The host {host!r} has the address {text}, which is {why}."
        )


def _is_own(family: socket.AddressFamily, place: Any) -> bool:
    """Return whether an address is one of this machine's: no packet is sent."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(place)
            return probe.getsockname()[0] == place[0]
        except OSError:
            return False  # no way there: connecting will tell
