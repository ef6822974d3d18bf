"""Send pages: compressed, with a strong tag, and kept for the next who asks the same.

A page is a function of the release and of what the request says, so that one that was made may be
sent again. Its tag is the hash of its bytes (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3);
answers to queries have tags of their own already. What may not be kept (``no-store``) is not.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Hashable
from pathlib import Path
from typing import Any

from samgraf.gateway.cache import Entry, Sent
from samgraf.gateway.coding import compress, wish_of
from samgraf.gateway.exchange import Exchange, Headers
from samgraf.gateway.flask_bridge import Page
from samgraf.gateway.http import Packed
from samgraf.gateway.replies import AT_ONCE
from samgraf.sparql.headers import REVALIDATE, knows, tag

STATIC = "/static/"
VARY = ("accept", "accept-language", "accept-encoding")
# what compression makes smaller; pictures and fonts have been compressed already
TEXTS = ("text/", "application/json", "application/xml", "application/javascript")
ENDINGS = ("+json", "+xml", "/n-triples", "/n-quads", "/trig")
LARGEST_FILE = 2_097_152  # bytes of a file that is read into memory to be compressed


def alias_of(scope: Any) -> tuple[Hashable, ...]:
    """Return all that a page depends on in the request."""
    headers = scope.headers
    return (
        "page",
        scope.scheme,
        headers.get("host") or getattr(scope, "authority", None),
        scope.path,
        scope.query_string,
        *(headers.joined(name) for name in VARY),
    )


def recall(exchange: Exchange) -> Sent | None:
    """Return the page as it was sent to the same request before."""
    if exchange.scope.headers.get("range") is not None:
        return None
    return exchange.serving.service.cache.recall(alias_of(exchange.scope))


def send_again(exchange: Exchange, sent: Sent) -> None:
    """Send a page, or 304 where the client has it."""
    if knows(exchange.header("if-none-match"), sent.tag):
        exchange.send_whole(304, sent.unmodified())
    else:
        exchange.send_whole(200, sent.headers, sent.body)


async def send(exchange: Exchange, page: Page, keep: bool) -> None:
    """Send the page that the application made, and keep it where it and ``keep`` allow that."""
    page = await _read_file(page)
    if page.file is not None:
        exchange.send_file(page.status, page.headers, page.file)
        return
    headers = dict(page.headers)
    reads = exchange.method in ("GET", "HEAD")
    stored = reads and page.status == 200 and page.body and _may_store(headers)
    text = _is_text(headers.get("content-type", "")) and "content-encoding" not in headers
    wish = wish_of(exchange.header("accept-encoding") or "")
    coding = wish.for_length(len(page.body)) if text and page.status not in (204, 206, 304) else ""
    if not stored:
        body = await _coded(page.body, coding) if coding else page.body
        exchange.send_whole(page.status, _described(page.headers, body, coding, text), body)
        return
    cache = exchange.serving.service.cache
    digest = hashlib.sha256(page.body).hexdigest()
    etag = _etag(exchange.scope.path, headers) or digest[:32]
    key = f"page {digest}"
    entry = cache.get(key) or Entry(key, page.body, page.query_seconds)
    if keep:
        cache.put(entry)
    body = entry.coded.get(coding, b"") if coding else entry.body
    if coding and not body:
        body = await _coded(entry.body, coding)
        cache.code(entry, coding, body)
    told = _described(page.headers, body, coding, text)
    told = [(n, v) for n, v in told if n != "etag"] + [("etag", tag(etag, coding))]
    if "cache-control" not in headers:
        told.append(("cache-control", REVALIDATE))
    sent = Sent(Packed(told), body, tag(etag, coding), None, "", "", entry)
    if keep:
        alias = alias_of(exchange.scope)
        cache.remember(alias, sum(len(str(part)) for part in alias), sent)
        exchange.cache = "miss"
    send_again(exchange, sent)


async def _read_file(page: Page) -> Page:
    """Return a page that is a small text file with its content."""
    headers = dict(page.headers)
    length = headers.get("content-length", "")
    small = length.isdigit() and int(length) <= LARGEST_FILE
    if page.file is not None and page.status == 200 and small and "content-encoding" not in headers:
        page.body, page.file = await asyncio.to_thread(Path(page.file).read_bytes), None
    return page


def _may_store(headers: dict[str, str]) -> bool:
    return "no-store" not in headers.get("cache-control", "") and "set-cookie" not in headers


def _is_text(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.startswith(TEXTS) or media_type.endswith(ENDINGS)


def _etag(path: str, headers: dict[str, str]) -> str:
    """Return the strong tag that the application gave.

    That of a static file is made of its age, which is another one on each machine.
    """
    given = headers.get("etag", "")
    return given.strip('"') if given.startswith('"') and not path.startswith(STATIC) else ""


def _described(headers: Headers, body: bytes, coding: str, text: bool) -> Headers:
    """Return ``headers`` for the body in this coding."""
    told = [(n, v) for n, v in headers if n not in ("content-length", "vary", "accept-ranges")]
    told.append(("content-length", str(len(body))))
    vary = {v.strip() for n, vs in headers if n == "vary" for v in vs.split(",")}
    if text:
        vary.add("Accept-Encoding")
    if vary:
        told.append(("vary", ", ".join(sorted(vary))))
    return [*told, ("content-encoding", coding)] if coding else told


async def _coded(body: bytes, coding: str) -> bytes:
    if len(body) <= AT_ONCE:
        return compress(body, coding)
    return await asyncio.to_thread(compress, body, coding)
