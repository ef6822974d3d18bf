"""Check how a partner's address is written, before anything is connected to.

Only one spelling of each host passes: names of letters, digits and hyphens
(https://www.rfc-editor.org/rfc/rfc1123#section-2.1), plain dotted IPv4, IPv6 in brackets.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from samgraf.federation.addresses import fault_of
from samgraf.sparql.federated.partner_error import Fault, PartnerError

_URL = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>/[!-\"$->@-~]*)?(?P<query>\?[!-\"$-~]*)?"
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS = {"https": 443, "http": 80}
_FIRST_FREE = 1024  # below stand the services of the system


class Endpoint(NamedTuple):
    """Hold the parts of a partner's address."""

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
