"""Read the address of map tiles, for the host that browsers ask for them."""

from __future__ import annotations

import re

from samgraf.errors import UsageError

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:\{s\}\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)"
    r"(?P<port>:\d{1,5})?/[^\s\"'<>;,]*"
)


def tile_source(address: str) -> str:
    """Return the source that a policy names for the tiles at ``address``.

    https://www.w3.org/TR/CSP3/#grammardef-host-source. Raise UsageError where it is no address.
    """
    found = _ADDRESS.fullmatch(address)
    if not found or not all(part in address for part in ("{z}", "{x}", "{y}")):
        raise UsageError(
            f"SAMGRAF_TILE_URL is {address!r}; give an address such as "
            "https://tiles.example/{z}/{x}/{y}.png."
        )
    host = found["host"].replace("{s}", "*")
    return f"{found['scheme']}://{host}{found['port'] or ''}"
