"""Why a partner gave no answer."""

from __future__ import annotations

from enum import StrEnum

from samgraf.errors import SamgrafError


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
