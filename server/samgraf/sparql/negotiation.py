"""Choose a format by what the client accepts.

https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 (Accept) and section 12.4.2 (quality
values), read by werkzeug.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from samgraf.limits import ACCEPT_HEADER
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import HTML, formats_for


class Choice(NamedTuple):
    """A chosen format: ``written`` is the canonical media type, ``sent`` the one asked for.

    ``evaluated`` is the one that the engine writes: a page is made of JSON or Turtle.
    """

    written: str
    sent: str
    evaluated: str


def best_match(header: str | None, offers: Sequence[str]) -> str | None:
    """Return the offered media type that the client likes best, the first among equals.

    Without a usable header the first offer, so also where it is longer than ACCEPT_HEADER; None
    where every offer is excluded.
    """
    if not header or len(header) > ACCEPT_HEADER:
        return offers[0]
    # parameters other than q are not told apart
    found = [(name.partition(";")[0].strip(), q) for name, q in parse_accept_header(header)]
    accept = MIMEAccept([(name, q) for name, q in found if _is_range(name)])
    if not accept:
        return offers[0]
    qualities = [accept.quality(offer) for offer in offers]
    best = max(qualities)
    return offers[qualities.index(best)] if best > 0 else None


def next_accept(accept: str | None, unfit: Sequence[str]) -> str | None:
    """Return ``accept`` for the next best, where the media types ``unfit`` cannot say the answer.

    None where they were not chosen by it, so that there is nothing else to try.
    """
    if not accept or not unfit or best_match(accept, unfit) is None:
        return None
    ranges = (r for r in accept.split(",") if r.partition(";")[0].strip().lower() not in unfit)
    return ",".join((*ranges, *(f"{media_type};q=0" for media_type in unfit)))


def _is_range(name: str) -> bool:
    type_, _, subtype = name.partition("/")
    return bool(subtype) and (type_ != "*" or subtype == "*")


def choose(kind: QueryKind, accept: str | None, name: str | None, html: bool) -> Choice | None:
    """Return the format for an answer of ``kind``, or None where none fits.

    ``name`` is the value of the ``format`` parameter (short names or media types, separated by
    commas) and goes before ``accept``, unless it names nothing for such answers: clients send one
    value with queries of every kind. ``html`` offers a page beside the formats for programs.
    """
    if accept is not None and len(accept) > ACCEPT_HEADER:
        accept = None  # nothing long is remembered
    found = None if name is None else named(kind, name, html)
    return found or _accepted(kind, accept, html)


@lru_cache(256)
def _accepted(kind: QueryKind, accept: str | None, html: bool) -> Choice | None:
    offers = _offers(kind, html)
    sent = best_match(accept, list(offers))
    return None if sent is None else _choice(kind, offers[sent], sent)


def named(kind: QueryKind, name: str, html: bool) -> Choice | None:
    """Return the first format for an answer of ``kind`` among those that ``name`` lists."""
    offers, available = _offers(kind, html), formats_for(kind)
    short = {n: f.media_type for f in available for n in (*f.short, f.name)} | {"html": HTML}
    # clients send several names for one format: the first that fits decides
    for asked in (part.strip().lower() for part in name.split(",")):
        media_type = short.get(asked, asked)
        if media_type in offers:
            return _choice(kind, offers[media_type], offers[media_type])
    return None


def _offers(kind: QueryKind, html: bool) -> dict[str, str]:
    """Return the canonical media type of each that may be asked for, the one liked best first."""
    available = formats_for(kind)
    offers = {f.media_type: f.media_type for f in available}
    if html:
        offers[HTML] = HTML
    for format in available:
        offers |= dict.fromkeys(format.aliases, format.media_type)
    return offers


def _choice(kind: QueryKind, written: str, sent: str) -> Choice:
    return Choice(written, sent, formats_for(kind)[0].media_type if written == HTML else written)


def offered(kind: QueryKind) -> list[str]:
    """Return the media types that an answer of ``kind`` can be had in."""
    return [f.media_type for f in formats_for(kind)]
