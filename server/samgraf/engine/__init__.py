"""Evaluate SPARQL queries: one interface, behind it whichever store holds the release."""

from samgraf.engine.base import (
    Engine,
    EngineError,
    QueryKind,
    QueryRequest,
    QueryResult,
    QuerySyntaxError,
    UnwritableResultError,
)

__all__ = [
    "Engine",
    "EngineError",
    "QueryKind",
    "QueryRequest",
    "QueryResult",
    "QuerySyntaxError",
    "UnwritableResultError",
]
