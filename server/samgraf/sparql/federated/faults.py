"""What can go wrong with a federated query, and why a partner gave no answer."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from samgraf.errors import SamgrafError
from samgraf.sparql.errors import EngineError, RefusedQueryError
from samgraf.sparql.federated.outcome import Outcome


class Fault(StrEnum):
    """Why a partner gave no answer that can be used."""

    UNREACHABLE = "unreachable"  # no connection: refused, unknown name, broken off, TLS
    ADDRESS = "address"  # its name leads where this server connects to nobody
    TIMEOUT = "timeout"
    BUSY = "busy"  # 429 or 503, or its own bound on parallel requests left no time
    STATUS = "status"  # any other status but 200, redirects among them
    FORMAT = "format"  # not the results that were asked for, whole
    TOO_LARGE = "too-large"


class PartnerError(SamgrafError):
    """A partner did not answer as it should: ``fault`` is the kind, the text says what to know."""

    def __init__(self, fault: Fault, text: str, retry_after: float | None = None):
        super().__init__(text)
        self.fault, self.retry_after = fault, retry_after


class NoPartnerError(RefusedQueryError):
    """SERVICE names who is no partner: ``partners`` are the names of those who are."""

    def __init__(self, what: str, partners: Iterable[str]):
        names = ", ".join(f"<{name}>" for name in partners)
        known = f"Partners here are {names}" if names else "There are none here"
        super().__init__(f"{what} SERVICE asks partners only. {known}; see /partners.")


class TooManyValuesError(RefusedQueryError):
    """A SERVICE group is joined with more values than a partner is asked for."""

    def __init__(self, line: int, limit: int):
        super().__init__(
            f"The SERVICE on line {line} is joined with more than {limit} rows of values, too many "
            "to ask a partner for. Bind fewer before it, by VALUES or narrower patterns."
        )


class FailedPartnerError(EngineError):
    """A partner gave no answer, and the query does not go on without it."""

    def __init__(self, outcome: Outcome, retry_after: float | None = None):
        super().__init__(
            f"The partner {outcome.partner} gave no answer: {outcome.reason} Write SERVICE SILENT, "
            "or ask with partial=allow, for an answer without it."
        )
        self.outcome, self.retry_after = outcome, retry_after
