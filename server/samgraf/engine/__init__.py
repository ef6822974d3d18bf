"""Evaluate SPARQL queries: one interface, behind it whichever store holds the release."""

from samgraf.sparql.evaluation import (
    Answer,
    Engine,
    EngineBusyError,
    EngineError,
    QueryKind,
    QueryMemoryError,
    QueryRequest,
    QuerySyntaxError,
    QueryTimeoutError,
    ResultTooLargeError,
    UnwritableResultError,
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
    "UnwritableResultError",
]
