"""Send the answers of queries: kept ones in one piece, large ones as they are read.

Each content coding is a representation with a tag of its own:
https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3.
"""

from __future__ import annotations

import asyncio
from typing import Any

from samgraf.gateway.cache import Entry, Sent
from samgraf.gateway.coding import CODINGS, Wish, compress
from samgraf.gateway.exchange import Exchange, Headers, client_of
from samgraf.gateway.http import Packed, ProtocolClosedError
from samgraf.gateway.serving import Serving
from samgraf.gateway.watch import Record, Watch
from samgraf.sparql.evaluation import Answer
from samgraf.sparql.formats import content_type
from samgraf.sparql.headers import REVALIDATE, answer_headers, knows, tag
from samgraf.sparql.service import Prepared

VARY = ("vary", "Accept, Accept-Encoding")
KEPT = ("cache-control", REVALIDATE)
AT_ONCE = 131_072  # bytes that are compressed on the event loop; more in a thread


def replay(
    scope: Any, proto: Any, sent: Sent, serving: Serving, watch: Watch, seconds: float
) -> None:
    """Send again to a GET or HEAD what was sent to the same request before."""
    method, status, length = scope.method, 200, 0
    if knows(scope.headers.get("if-none-match"), sent.tag):
        status = 304
        proto.response_empty(304, sent.unmodified())
    elif method == "HEAD":
        proto.response_empty(200, sent.headers)
    else:
        length = len(sent.body)
        proto.response_bytes(200, sent.headers, sent.body)
    watch.done(
        Record(
            client_of(scope, watch),
            method,
            scope.path,
            status,
            seconds,
            0.0,
            length,
            "hit",
            "ok",
            sent.query,
            sent.form,
            sent.format,
            serving.service.release,
        )
    )


def unmodified(exchange: Exchange, prepared: Prepared, wish: Wish, asked: str | None) -> bool:
    """Answer 304 where the client, by the tags ``asked``, has what would be sent; say so.

    The query need not be evaluated for that: a release never changes.
    """
    if asked is None or prepared.etag is None:
        return False
    for coding in dict.fromkeys((wish.coding, "")):
        if knows(asked, tag(prepared.etag, coding)):
            exchange.cache = "hit"
            exchange.send(304, [KEPT, ("etag", tag(prepared.etag, coding)), VARY])
            return True
    return False


def send_kept(exchange: Exchange, sent: Sent, asked: str | None) -> None:
    """Send a whole answer, or 304 where the client, by the tags ``asked``, has it."""
    exchange.query, exchange.form, exchange.format = sent.query, sent.form, sent.format
    if asked and (asked.strip() == "*" or knows(asked, sent.tag)):
        exchange.send_whole(304, sent.unmodified())
    else:
        exchange.send_whole(200, sent.headers, sent.body)


async def represent(exchange: Exchange, prepared: Prepared, entry: Entry, wish: Wish) -> Sent:
    """Return the answer in the coding that the client likes best."""
    coding = wish.for_length(len(entry.body))
    body = entry.coded.get(coding) if coding else entry.body
    if body is None:
        if len(entry.body) <= AT_ONCE:
            body = compress(entry.body, coding)
        else:
            body = await asyncio.to_thread(compress, entry.body, coding)
        exchange.serving.service.cache.code(entry, coding, body)
    etag = tag(prepared.etag, coding)
    headers = Packed(
        [
            *exchange.serving.headers,
            *_described(prepared, coding),
            ("content-length", str(len(body))),
            KEPT,
            ("etag", etag),
            VARY,
        ]
    )
    return Sent(headers, body, etag, exchange.query, exchange.form, exchange.format, entry)


async def stream(exchange: Exchange, prepared: Prepared, answer: Answer, wish: Wish) -> None:
    """Send an answer that is not kept, piece by piece where it is large, and let go of it."""
    coding = wish.for_length(answer.length)
    exchange.outcome = "partial" if answer.truncated else "ok"
    told = answer_headers(prepared, answer, coding)
    headers = [*_described(prepared, coding), *((n.lower(), v) for n, v in told.items()), VARY]
    try:
        if answer.length <= AT_ONCE:
            body = answer.read()
            exchange.send(200, headers, compress(body, coding) if coding else body)
            return
        if not coding:
            headers.append(("content-length", str(answer.length)))
        headers = [*exchange.serving.headers, *headers, *exchange.more]
        exchange.answered = True
        length = 0
        if exchange.method == "HEAD":
            exchange.proto.response_empty(200, headers)
        else:
            length = await _send_pieces(exchange, answer, coding, headers)
        exchange.done(200, length)
    finally:
        answer.close()


async def _send_pieces(exchange: Exchange, answer: Answer, coding: str, headers: Headers) -> int:
    transport = exchange.proto.response_stream(200, headers)
    machine = CODINGS[coding]() if coding else None
    length = 0
    try:
        for piece in answer.chunks():
            if machine is not None:
                piece = await asyncio.to_thread(machine.compress, piece)
            if piece:
                length += len(piece)
                await transport.send_bytes(piece)
        if machine is not None:
            rest = machine.flush()
            length += len(rest)
            await transport.send_bytes(rest)
    except ProtocolClosedError:
        exchange.outcome = "gone"
    return length


def _described(prepared: Prepared, coding: str) -> Headers:
    described = [("content-type", content_type(prepared.choice.sent))]
    return [*described, ("content-encoding", coding)] if coding else described
