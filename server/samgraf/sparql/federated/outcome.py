"""Tell how it went with each partner: in a header, in the JSON, and to pages.

https://www.rfc-editor.org/rfc/rfc9651#name-lists (the header is a structured list)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from samgraf.sparql.evaluation import Answer

HEADER = "Samgraf-Partners"
OK, CACHE, MIRROR, FAILED = "ok", "cache", "mirror", "failed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of one SERVICE group.

    ``state`` is one of OK, CACHE (from an answer kept since ``at``), MIRROR (from the extract of
    the day ``at``) and FAILED. ``reason`` says why the partner itself gave no answer. ``rows`` came
    in ``requests`` and ``size`` bytes over the network, for ``bindings`` rows of values (``None``:
    asked without values); ``renamed`` blank nodes got IRIs.
    """

    partner: str
    state: str
    at: datetime | None = None
    reason: str = ""
    fault: str = ""
    rows: int = 0
    requests: int = 0
    size: int = 0
    bindings: int | None = None
    renamed: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the outcome for JSON documents."""
        members: dict[str, Any] = {"partner": self.partner, "outcome": self.state}
        if self.at is not None and self.state == MIRROR:
            members["date"] = self.at.date().isoformat()
        elif self.at is not None:
            members["at"] = _zulu(self.at)
        if self.reason:
            members |= {"fault": self.fault, "reason": self.reason}
        members |= {"rows": self.rows, "requests": self.requests, "bytes": self.size}
        if self.bindings is not None:
            members["bindings"] = self.bindings
        if self.renamed:
            members["skolemised"] = self.renamed
        return members | {"seconds": round(self.seconds, 3)}

    def as_item(self) -> str:
        """Return the outcome as an item of the header."""
        said = self.as_json()
        parts = [self.partner, f"outcome={self.state}"]
        parts += [f'{key}="{said[key]}"' for key in ("date", "at") if key in said]
        counted = ("fault", "rows", "requests", "skolemised")
        parts += [f"{key}={said[key]}" for key in counted if key in said]
        return ";".join(parts)


def header_of(outcomes: Sequence[Outcome]) -> str:
    """Return the value of the header for ``outcomes``."""
    return ", ".join(outcome.as_item() for outcome in outcomes)


def outcomes_of(answer: object) -> tuple[Outcome, ...]:
    """Return what ``answer`` tells of partners: nothing where none was needed."""
    return getattr(answer, "outcomes", ())


class FederatedAnswer:
    """An answer that partners had a part in; JSON results say so themselves.

    https://www.w3.org/TR/sparql11-results-json/ allows further members at the top.
    """

    def __init__(
        self, answer: Answer, outcomes: Sequence[Outcome], seconds: float, *, in_json: bool
    ):
        self.outcomes, self.seconds = tuple(outcomes), seconds
        self.truncated = answer.truncated
        self._answer = answer
        partners = json.dumps([o.as_json() for o in outcomes], ensure_ascii=False)
        self._member = f'"partners":{partners},'.encode() if in_json else b""
        self.length = answer.length + len(self._member)

    def chunks(self) -> Iterator[bytes]:
        """Yield the answer in pieces."""
        pieces = self._answer.chunks()
        first = next(pieces, b"")
        yield first[:1] + self._member + first[1:]
        yield from pieces

    def read(self) -> bytes:
        """Return the answer in one piece."""
        return b"".join(self.chunks())

    def close(self) -> None:
        """Close the answer; idempotent."""
        self._answer.close()


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
