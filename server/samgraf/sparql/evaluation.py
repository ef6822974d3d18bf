"""The interface between those who ask and the store that answers.

Nothing on the asking side knows whether a query runs in this process, in another or on
another machine. The dataset follows https://www.w3.org/TR/sparql11-protocol/#dataset.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple, Protocol

from samgraf.sparql.errors import (
    EngineBusyError,
    EngineError,
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    ResultTooLargeError,
)

__all__ = [
    "Answer",
    "Engine",
    "EngineBusyError",
    "EngineError",
    "QueryKind",
    "QueryMemoryError",
    "QueryRequest",
    "QuerySyntaxError",
    "QueryTimeoutError",
    "ResultTooLargeError",
]


class QueryKind(Enum):
    """What a query answers with."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"


#: Who asks for a page: such queries wait for no others. Nor is there a bound for the clients on
#: this machine, which have no name.
PAGES = "pages"
UNBOUNDED = frozenset((PAGES, ""))


class QueryRequest(NamedTuple):
    """A query that the parser has taken, and the dataset that it is asked of.

    ``default_graphs`` and ``named_graphs`` are absolute IRIs and replace the query's own dataset
    clause; both ``None`` means the release's dataset, one of them ``None`` means none of that
    kind. Several default graphs are merged as a set of triples. A graph that the release does not
    have is empty; it is never fetched. ``base`` resolves relative IRIs. ``union`` makes the
    release's default graph the union of its named graphs; else it is what the release itself
    holds outside named graphs.

    ``timeout`` (seconds) and ``max_bytes`` bound this query below the engine's own bounds, never
    above. ``partial`` asks for the first rows or triples, told as truncated, where the whole
    answer is above the bound on bytes. The store is known to read the query as the standard does,
    if the values of no property in ``plain_unless_mixed`` are of several kinds; None where it is
    not known, so that the query has to be read once more for ``sparql.corrections``.
    ``client`` tells apart who asks, for fair shares; it is no personal data and may be empty.
    """

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    union: bool = True
    timeout: float | None = None
    max_bytes: int | None = None
    partial: bool = False
    plain_unless_mixed: tuple[str, ...] | None = None
    client: str = ""


class QuerySummary(NamedTuple):
    """What has to be known of a query to choose a format, a cached answer and an engine for it.

    It stands for a ``syntax.nodes.Query`` where another process has read the query, or another
    query that differs in its terms alone. ``source`` is the text as it was sent, ``text`` the text
    that is evaluated; the rest is as there. ``services`` only says whether there are any;
    ``plain_unless_mixed`` is as in ``QueryRequest``.
    """

    source: str
    text: str
    form: str
    kind: QueryKind
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    volatile: bool
    services: bool
    plain_unless_mixed: tuple[str, ...] | None = None

    def normal(self) -> str:
        """Return a text that no other query has; no normal form of a query begins like that."""
        return "\0" + self.source


class Answer(Protocol):
    """One whole answer, in memory or in a file; closed once it is sent."""

    length: int
    truncated: bool
    seconds: float

    def chunks(self) -> Iterator[bytes]:
        """Yield the answer in pieces; they add up to ``length`` bytes."""

    def read(self) -> bytes:
        """Return the answer in one piece."""

    def close(self) -> None:
        """Release the memory or the file; idempotent."""


class Engine(Protocol):
    """Answer queries over one release, on the event loop that it was made for."""

    async def answer(self, request: QueryRequest, media_type: str) -> Answer:
        """Evaluate ``request`` and write its answer in a canonical type of ``sparql.formats``.

        Raise QuerySyntaxError where the query is malformed, UnwritableResultError where the
        format cannot hold the answer, QueryTimeoutError, QueryMemoryError and ResultTooLargeError
        where it passes a bound, EngineBusyError where it could not be taken in, EngineError where
        it fails otherwise. Cancelling ends the evaluation.
        """

    async def close(self) -> None:
        """Stop what the engine started, once its answers are given."""
