"""Speak HTTP to a store: no proxy, no redirect, every wait and every answer bounded.

Names and passwords follow https://www.rfc-editor.org/rfc/rfc7616 (Digest) and
https://www.rfc-editor.org/rfc/rfc7617 (Basic).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from urllib.parse import SplitResult, urlencode, urlsplit
from urllib.request import parse_http_list

from samgraf import limits
from samgraf.errors import UsageError
from samgraf.http_connections import HTTP_ERRORS, HttpConnections, HttpReply, reason_of
from samgraf.sparql.evaluation import EngineError, ResultTooLargeError

JSON = "application/sparql-results+json"
JSON_TYPES = frozenset((JSON, "application/json"))
FORM = "application/x-www-form-urlencoded; charset=utf-8"
# the store chooses the algorithm; MD5 is the only one that many know
_ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256"}


class StoreError(EngineError):
    """The store is out of reach, or answers in a way that its protocol does not know."""


def words_of(reply: HttpReply) -> str:
    """Return the first line of the body if it is plain text: what the store says is wrong."""
    text = reply.body[: limits.STORE_ERROR_BYTES].decode("utf-8", "replace")
    if "html" in reply.media_type or text.lstrip().startswith("<"):
        return ""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = "".join(c if c.isprintable() else " " for c in line)
    most = limits.STORE_ERROR_CHARACTERS
    return line if len(line) <= most else line[:most] + "…"


class StoreClient:
    """Connections to the server of one URL, used on one event loop.

    ``name`` stands for the store in errors that outsiders read; else they name its address.
    Raise UsageError where ``url`` is no plain http(s) address.
    """

    def __init__(self, url: str, user: str = "", password: str = "", name: str = ""):
        self.parts = check_url(url)
        self.address = f"{self.parts.scheme}://{self.parts.netloc}"
        self.name = name or f"The store at {self.address}"
        self._credentials = Credentials(user, password)
        self._connections = HttpConnections(
            self.parts.scheme,
            self.parts.hostname or "",
            self.parts.port or {"http": 80, "https": 443}[self.parts.scheme],
            connect_seconds=limits.STORE_CONNECT_SECONDS,
            most_idle=limits.STORE_IDLE_CONNECTIONS,
            idle_seconds=limits.STORE_IDLE_SECONDS,
        )

    async def send(
        self,
        method: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        parameters: str = "",
        timeout: float,
        max_bytes: int,
        take: Callable[[int], None] = lambda _: None,
    ) -> HttpReply:
        """Return the answer to one request; ``parameters`` go to the query of its URL.

        ``timeout`` bounds each single wait, in seconds; ``take`` is told the length of each piece
        that is received, and may raise. Raise StoreError where the store is out
        of reach, redirects, breaks off or refuses the password, ResultTooLargeError where a good
        answer is above ``max_bytes``.
        """
        query = "&".join(filter(None, (self.parts.query, parameters)))
        target = (self.parts.path or "/") + (f"?{query}" if query else "")
        for _ in range(2):
            sent = dict(headers)
            if authorization := self._credentials.header(method, target):
                sent["Authorization"] = authorization
            reply = await self._request(method, target, sent, body, timeout, max_bytes, take)
            challenges = (v for name, v in reply.headers if name == "www-authenticate")
            if reply.status != 401 or not self._credentials.accept(challenges):
                break
        if reply.status == 401:
            raise StoreError(
                f"{self.name} wants a name and a password, or refuses those given. "
                "Set SAMGRAF_STORE_USER and SAMGRAF_STORE_PASSWORD."
            )
        if 300 <= reply.status < 400:
            place = (reply.header("location") or "elsewhere")[: limits.STORE_ERROR_CHARACTERS]
            raise StoreError(
                f"{self.name} redirects to {place!r}. Redirects are not followed: "
                "name the address that answers itself."
            )
        return reply

    async def rows(self, name: str, dataset: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
        """Return the solutions of the query of our own that the file ``name`` here holds.

        ``dataset`` are fields of the protocol. Raise StoreError where the store does not answer.
        """
        query = (files("samgraf.engine.remote") / name).read_text("utf-8")
        reply = await self.send(
            "POST",
            {"Accept": JSON, "Content-Type": FORM},
            urlencode([("query", query), *dataset]).encode(),
            timeout=limits.STORE_WRITE_SECONDS,
            max_bytes=limits.STORE_ROWS_BYTES,
        )
        if reply.status != 200 or reply.media_type not in JSON_TYPES:
            words = f": {said}" if (said := words_of(reply)) else ""
            raise StoreError(
                f"{self.name} does not answer queries ({reply.status}){words}. Name its SPARQL "
                "endpoint (--engine of serve, --query of publish)."
            )
        try:
            bindings = json.loads(reply.body)["results"]["bindings"]
            return [{k: v["value"] for k, v in row.items()} for row in bindings]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError("The store's answer is broken.") from error

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._connections.aclose()

    async def _request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: float,
        max_bytes: int,
        take: Callable[[int], None],
    ) -> HttpReply:
        def bound(head: HttpReply) -> int:
            return max_bytes if head.status < 300 else limits.STORE_ERROR_BYTES

        try:
            reply = await self._connections.send(
                method,
                target,
                list(headers.items()),
                body,
                bound,
                take=take,
                wait_seconds=timeout,
            )
        except HTTP_ERRORS as error:
            raise StoreError(f"{self.name} {reason_of(error)}.") from error
        if reply.status < 300 and len(reply.body) > max_bytes:
            raise ResultTooLargeError(max_bytes)
        return reply


class Credentials:
    """A user's name and password, and what the store last demanded.

    The password leaves only after the store has asked, by Digest where the store offers it.
    """

    def __init__(self, user: str, password: str):
        self._user, self._password = user, password
        self._scheme: Callable[[str, str], str] | None = None
        self._count = 0

    def header(self, method: str, target: str) -> str:
        """Return the Authorization of a request; empty until the store has asked for one."""
        return self._scheme(method, target) if self._scheme else ""

    def accept(self, challenges: Iterable[str]) -> bool:
        """Learn from the WWW-Authenticate headers; return whether there is something to try."""
        offers = _offers(challenges)
        digest = offers.get("digest", {})
        algorithm = _ALGORITHMS.get(digest.get("algorithm", "MD5").upper())
        if not self._user:
            return False
        if "nonce" in digest and algorithm:
            self._count = 0
            self._scheme = lambda method, target: self._digest(digest, algorithm, method, target)
        elif "basic" in offers:
            pair = f"{self._user}:{self._password}".encode()
            value = f"Basic {base64.b64encode(pair).decode()}"
            self._scheme = lambda method, target: value
        else:
            return False
        return True

    def _digest(self, demand: dict[str, str], algorithm: str, method: str, target: str) -> str:
        def hashed(*parts: str) -> str:
            text = ":".join(parts).encode()
            return hashlib.new(algorithm, text, usedforsecurity=False).hexdigest()

        realm, nonce = demand.get("realm", ""), demand["nonce"]
        secret, asked = hashed(self._user, realm, self._password), hashed(method, target)
        quoted = {"username": self._user, "realm": realm, "nonce": nonce, "uri": target}
        plain = {"algorithm": demand["algorithm"]} if "algorithm" in demand else {}
        if "auth" in demand.get("qop", "").replace(",", " ").split():
            self._count += 1
            count, own = f"{self._count:08x}", secrets.token_hex(8)
            plain |= {"qop": "auth", "nc": count}
            quoted["cnonce"] = own
            quoted["response"] = hashed(secret, nonce, count, own, "auth", asked)
        else:
            quoted["response"] = hashed(secret, nonce, asked)
        if "opaque" in demand:
            quoted["opaque"] = demand["opaque"]
        fields = [f"{name}={_quoted(value)}" for name, value in quoted.items()]
        return "Digest " + ", ".join(fields + [f"{name}={value}" for name, value in plain.items()])


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


def _offers(challenges: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the parameters of each challenge by its scheme: rfc9110#section-11.6.1."""
    offers: dict[str, dict[str, str]] = {}
    parameters: dict[str, str] = {}
    for item in (item for header in challenges for item in parse_http_list(header)):
        scheme, _, rest = item.partition(" ")
        if "=" not in scheme:
            parameters = offers.setdefault(scheme.lower(), {})
            item = rest
        name, _, value = item.partition("=")
        parameters[name.strip().lower()] = value.strip().strip('"')
    return offers


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
