"""What a request says: the scope of RSGI."""

from __future__ import annotations

from urllib.parse import unquote


class Headers:
    """Hold the headers of a request in order; names are in lower case."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[str, str]]):
        self.pairs = pairs

    def __contains__(self, name: str) -> bool:
        return any(n == name for n, _ in self.pairs)

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of ``name``."""
        for n, value in self.pairs:
            if n == name:
                return value
        return default

    def get_all(self, name: str) -> list[str]:
        """Return all values of ``name``."""
        return [value for n, value in self.pairs if n == name]

    def joined(self, name: str) -> str | None:
        """Return the values of ``name`` as one list, None where there is none.

        https://www.rfc-editor.org/rfc/rfc9110#section-5.3
        """
        found = None
        for n, value in self.pairs:
            if n == name:
                found = value if found is None else f"{found}, {value}"
        return found

    def keys(self) -> list[str]:
        """Return the names, one for each value."""
        return [name for name, _ in self.pairs]


class Scope:
    """Hold one request, but for its body.

    ``path`` has no escapes any more, ``query_string`` has its own. ``client`` and ``server`` are
    addresses with ports. ``authority`` is told by a target that is a whole URL, and by no other.
    """

    __slots__ = (
        "authority",
        "client",
        "headers",
        "http_version",
        "method",
        "path",
        "query_string",
        "server",
    )
    proto = "http"
    rsgi_version = "1.5"
    scheme = "http"

    def __init__(
        self,
        method: str,
        target: bytes,
        http_version: str,
        headers: list[tuple[str, str]],
        client: str,
        server: str,
    ):
        """Read the target; raise ValueError where it is none that an origin server serves."""
        self.method, self.http_version = method, http_version
        self.client, self.server = client, server
        self.path, self.query_string, self.authority = read_target(target)
        if self.authority is not None:
            # https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2: it goes before what Host says
            headers = [("host", self.authority), *(h for h in headers if h[0] != "host")]
        self.headers = Headers(headers)


def read_target(target: bytes) -> tuple[str, str, str | None]:
    """Return path, query and, where it is told, authority of a request's target.

    Raise ValueError where it has none of the forms of
    https://www.rfc-editor.org/rfc/rfc9112#section-3.2 that an origin server is sent.
    """
    text, _, _ = target.decode("ascii").partition("#")
    authority = None
    if not text.startswith("/"):
        if text == "*":
            return text, "", None
        scheme, found, rest = text.partition("://")
        if not found or scheme.lower() not in ("http", "https"):
            raise ValueError("The target is neither a path nor a URL.")
        end = min((i for i in (rest.find("/"), rest.find("?")) if i >= 0), default=len(rest))
        authority, text = rest[:end], rest[end:]
        if not authority or "@" in authority:
            raise ValueError("The target names no host, or a user.")
    path, _, query = text.partition("?")
    return (unquote(path) if "%" in path else path) or "/", query, authority
