"""Remember how the content's own federated queries came out when they were last asked here.

The web processes of one server tell each other by small files in the folder of the run, so that
the page of a query tells the same whichever of them makes it. Other people's queries are not
remembered.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Awaitable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
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
    """The last run of each query whose key is among ``keys``.

    In ``folder`` where one is given, else in memory.
    """

    def __init__(self, keys: Collection[str] = (), folder: Path | None = None):
        self._keys, self._folder = frozenset(keys), folder
        self._here: dict[str, str] = {}

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
        if key not in self._keys:
            return
        at = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"at": at, "outcomes": [o.as_json() for o in outcomes]})
        if self._folder is None:
            self._here[key] = text
            return
        path = self._path(key)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(text, "utf-8")
        beside.replace(path)

    def of(self, query: str) -> LastRun | None:
        """Return how ``query`` came out when it was last asked, if it was."""
        key = key_of(query)
        try:
            text = self._here[key] if self._folder is None else self._path(key).read_text("utf-8")
        except (KeyError, FileNotFoundError):
            return None
        told = json.loads(text)
        return LastRun(datetime.fromisoformat(told["at"]), told["outcomes"])

    def _path(self, key: str) -> Path:
        return (self._folder or Path()) / f"run-{key}.json"
