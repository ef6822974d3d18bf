"""Remember how the content's own federated queries came out when they were last asked here.

Other people's queries are not remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from samgraf.sparql.evaluation import Answer
from samgraf.sparql.federated.faults import FailedPartnerError
from samgraf.sparql.federated.outcome import Outcome, outcomes_of
from samgraf.sparql.tokens import significant


class LastRun(NamedTuple):
    """When a query was asked, and what became of each partner.

    The outcomes are as the member ``partners`` of an answer's JSON has them.
    """

    at: datetime
    outcomes: list[dict[str, Any]]


def key_of(query: str) -> str:
    """Return what a query is remembered by: the same for all spacing and comments."""
    words = " ".join(token.text for token in significant(query))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class LastRuns:
    """The last run of each query whose key (see ``key_of``) is among ``keys``."""

    def __init__(self, keys: Collection[str] = ()):
        self._keys = frozenset(keys)
        self._runs: dict[str, LastRun] = {}

    async def noting(self, query: str, answering: Awaitable[Answer]) -> Answer:
        """Return what ``answering`` gives, and remember how it went with each partner."""
        try:
            answer = await answering
        except FailedPartnerError as error:
            self.note(query, [error.outcome])
            raise
        self.note(query, outcomes_of(answer))
        return answer

    def note(self, query: str, outcomes: Sequence[Outcome]) -> None:
        """Remember that ``query`` was asked just now."""
        key = key_of(query)
        if key in self._keys:
            at = datetime.now(UTC).replace(microsecond=0)
            self._runs[key] = LastRun(at, [o.as_json() for o in outcomes])

    def of(self, query: str) -> LastRun | None:
        """Return how ``query`` came out when it was last asked, if it was."""
        return self._runs.get(key_of(query))
