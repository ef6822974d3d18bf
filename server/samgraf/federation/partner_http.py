"""Put one query to a partner: https://www.w3.org/TR/sparql11-protocol/#query-operation.

Calls block and run in a thread; the exchange ends them.
"""

from __future__ import annotations

import re
import time
from urllib.parse import quote, urlencode

from samgraf import __version__
from samgraf.engine.remote.http import Exchange, Link, Reply, StoreError
from samgraf.federation.desk.endpoint import check_endpoint
from samgraf.federation.network import Network
from samgraf.release.partner import Partner
from samgraf.sparql.evaluation import ResultTooLargeError
from samgraf.sparql.federated.partner_error import Fault, PartnerError

#: The most bytes of one answer.
MOST_BYTES = 32 * 1024 * 1024
FORM = "application/x-www-form-urlencoded"
_WORDS = 120  # characters of a partner's own words that are passed on
_MARKUP = re.compile(rb"<[^<>]*>|[\x00-\x20]+")


def user_agent(contact: str) -> str:
    """Return what this server calls itself: partners want to know whom to write to."""
    return f"samgraf/{__version__} (+{quote(contact, safe='-._~:/?#@!$&*+,;=%')})"


class Requests:
    """Send queries to one partner."""

    def __init__(self, partner: Partner, contact: str, network: Network):
        endpoint = check_endpoint(partner.endpoint, network.allowed)
        self._partner, self._target = partner, endpoint.target
        self._agent = user_agent(contact)
        self._name = f"The partner {partner.name}"
        self._link = Link(partner.endpoint, name=self._name, dial=network.dial)

    def send(self, query: str, accept: str, exchange: Exchange) -> Reply:
        """Return a whole answer of status 200; raise PartnerError for any other."""
        try:
            fields = urlencode({"query": query})
        except UnicodeEncodeError:
            raise PartnerError(Fault.FORMAT, "The query holds half of a character.") from None
        headers = {
            "Accept": accept,
            "Accept-Encoding": "identity",
            "User-Agent": self._agent,
        }
        target, body = self._target, None
        if self._partner.method == "GET":
            target += ("&" if "?" in target else "?") + fields
        else:
            headers["Content-Type"] = FORM
            body = fields.encode()
        timeout = max(0.001, min(self._partner.deadline, exchange.until - time.monotonic()))
        try:
            reply = self._link.request(
                self._partner.method,
                target,
                headers,
                body,
                timeout=timeout,
                max_bytes=MOST_BYTES,
                exchange=exchange,
            )
        except ResultTooLargeError as error:
            raise PartnerError(
                Fault.TOO_LARGE, f"{self._name} sent more than {MOST_BYTES} bytes."
            ) from error
        except StoreError as error:
            late = isinstance(error.__cause__, TimeoutError)
            raise PartnerError(Fault.TIMEOUT if late else Fault.UNREACHABLE, str(error)) from error
        return self._checked(reply)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._link.close()

    def _checked(self, reply: Reply) -> Reply:
        status = reply.status
        if status in (429, 503):
            raise PartnerError(
                Fault.BUSY, f"{self._name} asks to come back later ({status}).", reply.retry_after
            )
        if 300 <= status < 400:
            place = _shown((reply.headers.get("Location") or "elsewhere").encode("latin-1"))
            raise PartnerError(
                Fault.STATUS,
                f"{self._name} redirects ({status}) to {place!r}. Redirects are not followed.",
            )
        if status != 200:
            said = first_words(reply.body)
            raise PartnerError(
                Fault.STATUS, f"{self._name} answered with status {status}{quoted(said)}."
            )
        coding = (reply.headers.get("Content-Encoding") or "").strip().lower()
        if coding not in ("", "identity"):
            raise self.misshapen(f"in a coding that was not asked for ({_shown(coding.encode())})")
        if not reply.framed:
            raise self.misshapen("without telling where the answer ends")
        return reply

    def misshapen(self, how: str) -> PartnerError:
        """Return the error that an answer is not what was asked for."""
        return PartnerError(Fault.FORMAT, f"{self._name} answered {how}.")

    def unexpected(self, reply: Reply) -> PartnerError:
        """Return the error that an answer has another media type than was asked for."""
        kind = _shown(reply.media_type.encode("latin-1")) or "no media type"
        return self.misshapen(f"with {kind}{quoted(first_words(reply.body))}")


def first_words(body: bytes) -> str:
    """Return the first printable words of what a partner sent, without mark-up."""
    return _shown(_MARKUP.sub(b" ", body[: 8 * _WORDS]))


def quoted(words: str) -> str:
    """Return ``words`` as they are told after a colon, if there are any."""
    return f": {words!r}" if words else ""


def _shown(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _WORDS else text[:_WORDS] + "…"
