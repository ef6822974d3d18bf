"""The border between those who ask and the store that answers.

Nothing on the asking side knows whether a query runs in this process, in another or on
another machine. The dataset follows https://www.w3.org/TR/sparql11-protocol/#dataset.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from samgraf.errors import SamgrafError, UsageError


class QueryKind(Enum):
    """What a query answers with."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"


@dataclass(frozen=True, kw_only=True)
class QueryRequest:
    """Hold a query that has passed the guard, and the dataset that it is asked of.

    ``default_graphs`` and ``named_graphs`` are absolute IRIs and replace the query's own dataset
    clause; both ``None`` means the release's dataset, one of them ``None`` means none of that
    kind. Several default graphs are merged as a set of triples. A graph that the release does not
    have is empty; it is never fetched. ``base`` resolves relative IRIs. ``union`` makes the
    release's default graph the union of its named graphs; else it is what the release itself
    holds outside named graphs.
    """

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    union: bool = True


class QueryResult(Protocol):
    """Hold the answer to one query, to be written once."""

    @property
    def kind(self) -> QueryKind:
        """Return what the answer is."""

    def serialize(self, media_type: str) -> bytes:
        """Return the whole answer in a canonical media type of ``samgraf.sparql.formats``.

        Raise UnwritableResultError where the format cannot hold the answer, EngineError where
        the evaluation fails on the way.
        """


class Engine(Protocol):
    """Answer queries over one release. Safe to call from several threads."""

    def query(self, request: QueryRequest) -> QueryResult:
        """Evaluate ``request``.

        Raise QuerySyntaxError where the query is malformed, EngineError where it cannot be
        evaluated.
        """


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


class UnwritableResultError(UsageError):
    """The answer holds something that the format asked for cannot express."""


class EngineError(SamgrafError):
    """The store failed while it evaluated the query."""
