"""Tell which addresses no connection goes to: those that are not public.

The registries are https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry.
"""

from __future__ import annotations

import ipaddress

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
