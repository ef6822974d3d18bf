"""Say what went wrong: https://www.rfc-editor.org/rfc/rfc9457 (Problem Details)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from samgraf.errors import SamgrafError
from samgraf.release.serialise import UnwritableResultError
from samgraf.sparql.errors import (
    EngineBusyError,
    EngineError,
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    RefusedQueryError,
    ResultTooLargeError,
    TooLongQueryError,
)
from samgraf.sparql.federated.faults import FailedPartnerError
from samgraf.sparql.federated.outcome import HEADER, header_of

MEDIA_TYPE = "application/problem+json"


class RequestOutcome(StrEnum):
    """What became of a request, in a word: for problem documents, logs, metrics and rate limit."""

    OK = "ok"
    PARTIAL = "partial"
    REFUSED = "refused"
    SYNTAX = "syntax"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    TOO_LARGE = "too-large"
    BUSY = "busy"
    FAILED = "failed"
    PARTNER = "partner"
    GONE = "gone"
    LIMITED = "limited"
    PAGE = "page"  # whatever is no query


class ProblemError(Exception):
    """An answer that is an error: status, what is wrong, and further members by name.

    The member ``outcome`` says in a word what became of the request. ``unfit`` are the media types
    that cannot say the answer, where the one that was chosen is among them.
    """

    unfit: Sequence[str] = ()

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any
    ):
        super().__init__(detail)
        self.status, self.detail = HTTPStatus(status), detail
        self.members = {"outcome": "failed" if status >= 500 else "refused"} | members
        self.headers = dict(headers or {})

    @property
    def outcome(self) -> RequestOutcome:
        """Return the word that logs and metrics count this under."""
        return RequestOutcome(self.members["outcome"])

    @property
    def title(self) -> str:
        """Return the name of the status."""
        return self.status.phrase

    def to_json(self) -> bytes:
        """Return the problem as a JSON document."""
        document = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status.value,
            "detail": self.detail,
            **self.members,
        }
        return (json.dumps(document, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def problem_of(error: SamgrafError, offered: Sequence[str] = ()) -> ProblemError:
    """Return the problem that tells a client of ``error``.

    ``offered`` are the media types that may hold an answer which the one asked for cannot.
    """
    if isinstance(error, QuerySyntaxError):
        place: dict[str, Any] = {}
        if error.line is not None:
            place = {"line": error.line, "column": error.column}
        if error.excerpt:
            place["excerpt"] = error.excerpt
        return ProblemError(400, str(error), outcome="syntax", **place)
    if isinstance(error, TooLongQueryError):
        return ProblemError(413, str(error))
    if isinstance(error, RefusedQueryError):
        return ProblemError(400, str(error))
    if isinstance(error, UnwritableResultError):
        members: dict[str, Any] = {"offered": list(offered)} if offered else {}
        return ProblemError(406, str(error), **members)
    if isinstance(error, EngineBusyError):
        wait = {"Retry-After": str(math.ceil(error.retry_after))}
        return ProblemError(503, str(error), wait, outcome="busy")
    if isinstance(error, ResultTooLargeError):
        return ProblemError(400, str(error), outcome="too-large", limit=error.limit)
    if isinstance(error, FailedPartnerError):
        return _partner_problem(error)
    if isinstance(error, QueryTimeoutError):
        return ProblemError(503, str(error), outcome="timeout", seconds=error.seconds)
    if isinstance(error, EngineError):
        outcome = "memory" if isinstance(error, QueryMemoryError) else "failed"
        return ProblemError(503, str(error), outcome=outcome)
    return ProblemError(500, "The server failed on this request.")


def _partner_problem(error: FailedPartnerError) -> ProblemError:
    headers = {HEADER: header_of((error.outcome,))}
    status = 502
    if error.retry_after is not None:
        status = 503
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    partners = [error.outcome.as_json()]
    return ProblemError(status, str(error), headers, outcome="partner", partners=partners)
