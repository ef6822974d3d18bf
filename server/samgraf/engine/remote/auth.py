"""Answer a store's demand for a name and a password.

https://www.rfc-editor.org/rfc/rfc7616 (Digest) and https://www.rfc-editor.org/rfc/rfc7617 (Basic).
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Sequence

_CHALLENGE = re.compile(r"(?:^|,)\s*(Basic|Digest)(?:\s+|$)", re.IGNORECASE)
_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
# the store chooses the algorithm; MD5 is what many still know only
_ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256"}


class Credentials:
    """Hold a user's name and password and what a store last demanded; safe to share by threads.

    The password leaves only after the store has asked, by Digest where the store offers it.
    """

    def __init__(self, user: str, password: str):
        self._user, self._password = user, password
        self._scheme: Callable[[str, str], str] | None = None
        self._count = 0
        self._lock = threading.Lock()

    def header(self, method: str, target: str) -> str | None:
        """Return the Authorization of a request, once the store has asked for one."""
        with self._lock:
            return self._scheme(method, target) if self._scheme else None

    def accept(self, challenges: Sequence[str]) -> bool:
        """Learn from the WWW-Authenticate headers; return whether there is something to try."""
        if not self._user:
            return False
        offers = dict(p for header in challenges for p in _split(header))
        digest = offers.get("digest")
        algorithm = _ALGORITHMS.get((digest or {}).get("algorithm", "MD5").upper())
        with self._lock:
            if digest and algorithm and "nonce" in digest:
                self._count = 0
                self._scheme = lambda method, target: self._digest(
                    digest, algorithm, method, target
                )
            elif "basic" in offers:
                pair = f"{self._user}:{self._password}".encode()
                value = f"Basic {base64.b64encode(pair).decode()}"
                self._scheme = lambda method, target: value
            else:
                return False
        return True

    def _digest(self, demand: dict[str, str], algorithm: str, method: str, target: str) -> str:
        def hashed(*parts: str) -> str:
            return hashlib.new(
                algorithm, ":".join(parts).encode(), usedforsecurity=False
            ).hexdigest()

        realm, nonce = demand.get("realm", ""), demand["nonce"]
        secret, asked = hashed(self._user, realm, self._password), hashed(method, target)
        fields = {"username": self._user, "realm": realm, "nonce": nonce, "uri": target}
        plain = {"algorithm": demand["algorithm"]} if "algorithm" in demand else {}
        if "auth" in re.split(r"[\s,]+", demand.get("qop", "")):
            self._count += 1
            count, own = f"{self._count:08x}", secrets.token_hex(8)
            fields["cnonce"] = own
            plain |= {"qop": "auth", "nc": count}
            fields["response"] = hashed(secret, nonce, count, own, "auth", asked)
        else:
            fields["response"] = hashed(secret, nonce, asked)
        if "opaque" in demand:
            fields["opaque"] = demand["opaque"]
        quoted = {name: _quoted(value) for name, value in fields.items()}
        return "Digest " + ", ".join(f"{k}={v}" for k, v in (quoted | plain).items())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _split(header: str) -> list[tuple[str, dict[str, str]]]:
    """Return (scheme, parameters) of each challenge in one header."""
    starts = list(_CHALLENGE.finditer(header))
    ends = [m.start() for m in starts[1:]] + [len(header)]
    return [
        (
            m[1].lower(),
            {k.lower(): q or u for k, q, u in _PARAMETER.findall(header[m.end() : end])},
        )
        for m, end in zip(starts, ends, strict=True)
    ]
