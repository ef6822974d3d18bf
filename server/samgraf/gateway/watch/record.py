"""What is kept of one request: who asked, by a salted hash, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

#: What became of a request; ``page`` is all that is no query.
OUTCOMES = (
    "ok",
    "partial",
    "refused",
    "syntax",
    "timeout",
    "memory",
    "too-large",
    "busy",
    "failed",
    "partner",
    "gone",
    "limited",
    "page",
)
#: Outcomes that are the query's own fault, which fair use counts.
ERRORS = frozenset(("refused", "syntax", "timeout", "memory", "too-large", "failed"))


@dataclass(frozen=True, slots=True)
class Client:
    """Hold who asks: ``key`` is a salted hash that changes daily, ``local`` is this machine."""

    key: str
    local: bool


class Record(NamedTuple):
    """Hold one answered request.

    ``seconds`` is from its coming to the end of its answer, ``query_seconds`` what the engine
    took, ``bytes`` the length of the body. ``outcome`` is one of OUTCOMES, ``cache`` is ``hit``,
    ``miss`` or ``none``, ``form`` the query's form and ``format`` the short name of its answer's
    format, each empty where there is none.
    """

    client: Client
    method: str
    path: str
    status: int
    seconds: float
    query_seconds: float
    bytes: int
    cache: str
    outcome: str
    query: str | None
    form: str
    format: str
    release: str
