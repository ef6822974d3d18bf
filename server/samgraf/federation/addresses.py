"""The rules on which addresses a partner may have: public ones only, in one spelling each.

``check_endpoint`` judges an address as it is written, before anything is connected to. Only one
spelling of each host passes: names of letters, digits and hyphens
(https://www.rfc-editor.org/rfc/rfc1123#section-2.1), plain dotted IPv4, IPv6 in brackets.
``fault_of`` judges what a name resolves to. The registries of special addresses are
https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from samgraf.sparql.federated.faults import Fault, PartnerError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# what an operator may let a host by name stand at
_PRIVATE = {
    "127.0.0.0/8": "loopback",
    "10.0.0.0/8": "private",
    "172.16.0.0/12": "private",
    "192.168.0.0/16": "private",
    "100.64.0.0/10": "shared by carriers",
    "::1/128": "loopback",
    "fc00::/7": "private",
}
_NEVER = {
    "0.0.0.0/8": "no address of a host",
    "169.254.0.0/16": "link-local",
    "168.63.129.16/32": "a cloud's own",
    "192.0.0.0/24": "reserved",
    "192.0.2.0/24": "for documentation",
    "192.88.99.0/24": "a relay of 6to4",
    "198.18.0.0/15": "for benchmarks",
    "198.51.100.0/24": "for documentation",
    "203.0.113.0/24": "for documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
    "2001::/23": "reserved",  # Teredo, ORCHID, benchmarks
    "2001:db8::/32": "for documentation",
    "2002::/16": "6to4",
    "3fff::/20": "for documentation",
    "5f00::/16": "reserved",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local",
    "ff00::/8": "multicast",
}
_PRIVATE_NETWORKS = {ipaddress.ip_network(n): why for n, why in _PRIVATE.items()}
_NEVER_NETWORKS = {ipaddress.ip_network(n): why for n, why in _NEVER.items()}
_GLOBAL = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


def fault_of(address: Address, allowed: bool = False) -> str | None:
    """Return why ``address`` is refused, nothing where it may be connected to.

    ``allowed`` says that the operator lets the host stand at loopback or at a private address.
    """
    for network, why in _NEVER_NETWORKS.items():
        if address in network:
            return why
    for network, why in _PRIVATE_NETWORKS.items():
        if address in network:
            return None if allowed else why
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        # what a network without IPv4 makes of a public IPv4 address
        return fault_of(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _GLOBAL:
        # mapped, compatible and translated IPv4 among them
        return "not a public address"
    if int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        return fault_of(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return None


_URL = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>/[!-\"$->@-~]*)?(?P<query>\?[!-\"$-~]*)?"
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS = {"https": 443, "http": 80}
_FIRST_FREE = 1024  # below stand the services of the system


class Endpoint(NamedTuple):
    """The parts of a partner's address; ``target`` is path and query."""

    scheme: str
    host: str
    port: int
    target: str


def check_endpoint(url: str, allowed: frozenset[str] = frozenset()) -> Endpoint:
    """Return the parts of ``url``; raise PartnerError where it cannot be a partner's address.

    ``allowed`` are the hosts that may stand at loopback or private addresses.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise _refusal(url, "it is not written as http(s)://host[:port]/path")
    host = (found["six"] or found["name"]).lower()
    if found["six"] or not _is_name(host):
        try:
            address = (ipaddress.IPv6Address if found["six"] else ipaddress.IPv4Address)(host)
        except ValueError:
            raise _refusal(url, "its host is neither a name nor a plain IP address") from None
        if (why := fault_of(address, host in allowed)) is not None:
            raise _refusal(url, f"{address} is {why}")
    default = _PORTS[found["scheme"]]
    port = default if found["port"] is None else int(found["port"])
    usual = port in _PORTS.values() or _FIRST_FREE <= port < 65_536
    if not usual:
        raise _refusal(url, f"port {port} is not one of the web's")
    return Endpoint(found["scheme"], host, port, (found["path"] or "/") + (found["query"] or ""))


def _is_name(host: str) -> bool:
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return False
    # resolvers read what ends in a number as an IPv4 address, in many spellings
    return not _NUMBER.fullmatch(labels[-1])


def _refusal(url: str, why: str) -> PartnerError:
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in url)[:200]
    return PartnerError(Fault.ADDRESS, f"{shown!r} is no address of a partner: {why}.")
