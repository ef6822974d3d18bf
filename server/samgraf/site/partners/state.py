"""How it stands with the partners just now: whether they are asked, and how it last went."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from samgraf.federation.partner_client import PartnerState
from samgraf.site.context import the_service

CONTACT, AWAY = "contact", "away"


class State(NamedTuple):
    """Hold when a partner was last asked, what came of it, and how many answers are kept.

    ``fault`` is the kind of fault, nothing where it answered; ``paused`` are the seconds for
    which it wants no request. ``refused`` says why it is not asked at all.
    """

    at: datetime | None = None
    fault: str = ""
    reason: str = ""
    rows: int = 0
    seconds: float = 0.0
    kept: int = 0
    paused: float = 0.0
    refused: str = ""

    def document(self) -> dict[str, Any]:
        """Return the same for programs."""
        at = None if self.at is None else self.at.isoformat(timespec="seconds")
        outcome = None if at is None else "failed" if self.fault else "ok"
        return {**self._asdict(), "at": at, "outcome": outcome}


NEVER = State()


def off() -> str:
    """Return why partners are not asked here, nothing where they are.

    ``contact`` where those who run the server name none, ``away`` where the process is missing.
    """
    service = the_service()
    if not service.settings.contact.strip():
        return CONTACT
    return AWAY if service.federation is None else ""


def states() -> dict[str, State] | None:
    """Return the state of each partner by its short name; None where nobody can tell."""
    service = the_service()
    told = service.federation.client.states() if service.federation else []
    return {said.partner: _state(said) for said in told} or None


def _state(said: PartnerState) -> State:
    last = said.last
    return State(
        at=datetime.fromtimestamp(last.at, UTC) if last else None,
        fault=last.fault if last else "",
        reason=last.reason if last else "",
        rows=last.rows if last else 0,
        seconds=round(last.seconds, 3) if last else 0.0,
        kept=said.cached,
        paused=said.paused,
        refused=said.refused,
    )
