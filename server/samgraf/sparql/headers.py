"""The headers that answers of the endpoint carry, whichever lane they take.

https://fetch.spec.whatwg.org/#http-cors-protocol, https://www.w3.org/TR/CSP3/ and
https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 (ETag).
"""

from __future__ import annotations

from samgraf.sparql.evaluation import Answer
from samgraf.sparql.federated.outcome import HEADER, header_of, outcomes_of
from samgraf.sparql.protocol import FORM, METHODS, QUERY
from samgraf.sparql.service import Prepared


def policy(pictures: str = "") -> str:
    """Return what a page may load: from here alone, and pictures from the source ``pictures``."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src 'self' data:{' ' + pictures if pictures else ''}; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


EXPOSED = (
    "ETag",
    "Link",
    "Memento-Datetime",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Samgraf-Hints",
    "Samgraf-Partners",
    "Samgraf-Release",
    "Samgraf-Truncated",
    "Samgraf-Truncated-Reason",
)
ALWAYS = {
    # anyone may read, nobody is known: no credentials
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ", ".join(EXPOSED),
    "Content-Security-Policy": policy(),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
OPTIONS = {
    "Allow": ", ".join(METHODS),
    "Accept-Post": f"{QUERY}, {FORM}",
    "Accept-Query": f"{QUERY}, {FORM}",
}
REVALIDATE = "public, no-cache"  # may be kept by anyone, is asked for again with the tag
TOO_LARGE = "the answer is larger than one answer may be"


def answer_headers(prepared: Prepared, answer: Answer | None, coding: str = "") -> dict[str, str]:
    """Return what tells whether ``answer`` may be kept, whether it is cut, and who had a part.

    Without an answer the headers are those of its 304; ``coding`` is the content coding.
    """
    headers = {}
    if outcomes := outcomes_of(answer):
        headers[HEADER] = header_of(outcomes)
    if answer is not None and answer.truncated:
        headers |= {"Samgraf-Truncated": "true", "Samgraf-Truncated-Reason": TOO_LARGE}
    if headers or prepared.etag is None:
        return {"Cache-Control": "no-store", **headers}
    return {"Cache-Control": REVALIDATE, "ETag": tag(prepared.etag, coding)}


def tag(etag: str, coding: str = "") -> str:
    """Return the entity tag of the representation in a content coding, quoted."""
    return f'"{etag}-{coding}"' if coding else f'"{etag}"'


def knows(if_none_match: str | None, quoted: str) -> bool:
    """Return whether the client has the representation with this tag already.

    Ours hold no comma, so that the list need not be read with care; ``*`` is no tag.
    """
    if not if_none_match:
        return False
    tags = (part.strip().removeprefix("W/") for part in if_none_match.split(","))
    return quoted in tags
