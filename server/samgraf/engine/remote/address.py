"""Check the address of a store: https://www.rfc-editor.org/rfc/rfc9110#section-4.2."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from samgraf.errors import UsageError


def check_url(url: str) -> SplitResult:
    """Return the parts of ``url``; raise UsageError unless it is a plain http(s) address."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise UsageError(f"{url!r} is no address of a store.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_fits:
        raise UsageError(f"{url!r} is no address of a store. Give one with http:// or https://.")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError(f"{url!r} is no address: percent-encode what is not ASCII.")
    if parts.username or parts.password:
        raise UsageError(
            "Keep name and password out of the address: set SAMGRAF_STORE_USER and "
            "SAMGRAF_STORE_PASSWORD."
        )
    if parts.fragment:
        raise UsageError(f"{url!r} has a fragment, which no store is ever sent. Leave it out.")
    return parts
