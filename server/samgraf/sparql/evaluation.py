"""The border between those who ask and the store that answers.

Nothing on the asking side knows whether a query runs in this process, in another or on
another machine. The dataset follows https://www.w3.org/TR/sparql11-protocol/#dataset.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple, Protocol

from samgraf.errors import SamgrafError, UsageError


class QueryKind(Enum):
    """What a query answers with."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"


class QueryRequest(NamedTuple):
    """Hold a query that has passed the guard, and the dataset that it is asked of.

    ``default_graphs`` and ``named_graphs`` are absolute IRIs and replace the query's own dataset
    clause; both ``None`` means the release's dataset, one of them ``None`` means none of that
    kind. Several default graphs are merged as a set of triples. A graph that the release does not
    have is empty; it is never fetched. ``base`` resolves relative IRIs. ``union`` makes the
    release's default graph the union of its named graphs; else it is what the release itself
    holds outside named graphs.

    ``timeout`` (seconds) and ``max_bytes`` bound this query below the engine's own bounds, never
    above. ``partial`` asks for the first rows or triples, told as truncated, where the whole
    answer is above the bound on bytes. ``client`` tells apart who asks, for fair shares; it is no
    personal data and may be empty.
    """

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    union: bool = True
    timeout: float | None = None
    max_bytes: int | None = None
    partial: bool = False
    client: str = ""


class Answer(Protocol):
    """Hold one whole answer, in memory or in a spool; closed once it is sent."""

    length: int
    truncated: bool
    seconds: float

    def chunks(self) -> Iterator[bytes]:
        """Yield the answer in pieces; they add up to ``length`` bytes."""

    def read(self) -> bytes:
        """Return the answer in one piece."""

    def close(self) -> None:
        """Let go of what holds the answer; more than once does no harm."""


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
        """End what the engine started, once its answers are given."""


class QuerySyntaxError(UsageError):
    """The query is not SPARQL: ``message`` is the parser's, line and column count from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None):
        super().__init__(message)
        self.message, self.line, self.column = message, line, column

    def __str__(self) -> str:
        """Return one line: place, message."""
        if self.line is None:
            return f"The query cannot be read: {self.message}"
        return f"The query cannot be read at line {self.line}, column {self.column}: {self.message}"


class EngineError(SamgrafError):
    """The store failed while it evaluated the query."""


class QueryTimeoutError(EngineError):
    """The query was ended at its deadline, ``seconds`` after it came."""

    def __init__(self, seconds: float):
        super().__init__(
            f"The query was stopped after {seconds:g} seconds. Ask for less at a time: bind more "
            "terms, drop patterns that share no variable, or add a LIMIT without ORDER BY."
        )
        self.seconds = seconds


class QueryMemoryError(EngineError):
    """The query was ended because it needed more memory than one query may use."""

    def __init__(self) -> None:
        super().__init__(
            "The query needed more memory than one query may use. Ask for less at a time: bind "
            "more terms, or avoid sorting and grouping large results."
        )


class ResultTooLargeError(EngineError):
    """The answer has more bytes than one answer may have."""

    def __init__(self, limit: int):
        super().__init__(
            f"The answer is larger than {limit} bytes. Add a LIMIT, ask for fewer columns, or "
            "take its beginning with partial=allow; the whole data can be had as a dump."
        )
        self.limit = limit


class EngineBusyError(EngineError):
    """No place was free for the query; ask again in ``retry_after`` seconds."""

    def __init__(self, retry_after: float = 1.0):
        super().__init__("Too many queries are being answered at the moment. Ask again shortly.")
        self.retry_after = retry_after
