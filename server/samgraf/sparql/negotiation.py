"""Choose a format by what the client accepts.

https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 (Accept) and section 12.4.2 (quality
values). Parameters of media ranges other than ``q`` are not told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import HTML, formats_for

_RANGE = re.compile(r"([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\Z", re.ASCII)
_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z", re.ASCII)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


class MediaRange(NamedTuple):
    """Hold one range of an Accept header; either part may be ``*``."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Return how closely the range names ``media_type``: 3 exactly, 0 not at all."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 3
        if self.subtype != "*":
            return 0
        return 2 if self.type == type_ else 1 if self.type == "*" else 0


class Choice(NamedTuple):
    """A chosen format: ``written`` is the canonical media type, ``sent`` the one asked for.

    ``evaluated`` is the one that the engine writes: a page is made of JSON or Turtle.
    """

    written: str
    sent: str
    evaluated: str


def parse_accept(header: str | None) -> list[MediaRange]:
    """Return the ranges of an Accept header; what is malformed is left out."""
    ranges = []
    for element in _QUOTED.sub('""', header or "").split(","):
        name, *parameters = (part.strip() for part in element.lower().split(";"))
        match = _RANGE.match(name)
        if not match or (match[1] == "*" and match[2] != "*"):
            continue
        qualities = [p[2:].strip() for p in parameters if p.startswith("q=")]
        if all(_QUALITY.match(q) for q in qualities):
            ranges.append(MediaRange(match[1], match[2], float((qualities or ["1"])[0])))
    return ranges


def best_match(header: str | None, offers: Sequence[str]) -> str | None:
    """Return the offered media type that the client likes best, the first among equals.

    Without a usable header the first offer; ``None`` where every offer is excluded.
    """
    ranges = parse_accept(header)
    if not ranges:
        return offers[0]
    qualities = [_quality(offer, ranges) for offer in offers]
    best = max(qualities)
    return offers[qualities.index(best)] if best > 0 else None


def _quality(offer: str, ranges: Iterable[MediaRange]) -> float:
    """Return the quality that the most specific range gives ``offer``."""
    matches = [(r.specificity(offer), r.quality) for r in ranges]
    closest = max((m for m in matches if m[0]), default=(0, 0.0))
    return closest[1]


@lru_cache(256)
def choose(kind: QueryKind, accept: str | None, name: str | None, html: bool) -> Choice | None:
    """Return the format for an answer of ``kind``, or ``None`` where none fits.

    ``name`` is the value of the ``format`` parameter (short names or media types, separated by
    commas) and goes before ``accept``; ``html`` offers a page beside the formats for programs.
    """
    available = formats_for(kind)
    offers = {f.media_type: f.media_type for f in available}
    if html:
        offers[HTML] = HTML
    for format in available:
        offers |= dict.fromkeys(format.aliases, format.media_type)
    if name is not None:
        named = {n: f.media_type for f in available for n in (*f.short, f.name)} | {"html": HTML}
        # clients send several names for one format: the first that fits decides
        for asked in (part.strip().lower() for part in name.split(",")):
            asked = named.get(asked, asked)
            if asked in offers:
                return _choice(kind, offers[asked], offers[asked])
        return None
    sent = best_match(accept, list(offers))
    return None if sent is None else _choice(kind, offers[sent], sent)


def _choice(kind: QueryKind, written: str, sent: str) -> Choice:
    return Choice(written, sent, formats_for(kind)[0].media_type if written == HTML else written)


def offered(kind: QueryKind) -> list[str]:
    """Return the media types that an answer of ``kind`` can be had in."""
    return [f.media_type for f in formats_for(kind)]
