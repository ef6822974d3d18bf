"""The partners: what the graph says of them, what they are called, how it stands with each now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from samgraf.federation.partner_client import PartnerState
from samgraf.release.partner import Partner, partners_of
from samgraf.site.context import the_service
from samgraf.site.graph import ask
from samgraf.site.language import Phrase, in_order, phrase_of, pick
from samgraf.site.layout import link

_NAMELESS = Phrase("", "")


@dataclass
class Join:
    """What the graph and a partner have in common: a property, or IRIs of a pattern."""

    labels: list[Phrase] = field(default_factory=list)
    property: str = ""
    pattern: str = ""
    label: Phrase | None = None


@dataclass
class Described:
    """A partner as the graph describes it, in the reader's language.

    ``record`` is how the server asks it; nothing where the release was made without.
    """

    iri: str
    name: str = ""
    endpoint: str = ""
    homepages: list[str] = field(default_factory=list)
    licence: str = ""
    titles: list[Phrase] = field(default_factory=list)
    descriptions: list[Phrase] = field(default_factory=list)
    notes: list[Phrase] = field(default_factory=list)
    joins: dict[str, Join] = field(default_factory=dict)
    title: Phrase = _NAMELESS
    description: Phrase | None = None
    note: Phrase | None = None
    record: Partner | None = None


def read_partners(language: str) -> list[Described]:
    """Return the partners that the content names, by their titles."""
    found: dict[str, Described] = {}
    for row in ask(__package__, "partners.rq"):
        iri = row["partner"]["value"]
        partner = found.setdefault(iri, Described(iri))
        value = row["value"]["value"]
        phrase = phrase_of(row["value"])
        if "join" in row:
            _join(partner.joins.setdefault(row["join"]["value"], Join()), row, phrase)
            continue
        match row["what"]["value"]:
            case "title":
                partner.titles.append(phrase)
            case "description":
                partner.descriptions.append(phrase)
            case "note":
                partner.notes.append(phrase)
            case "homepage":
                partner.homepages.append(value)
            case what:
                setattr(partner, what, value)
    records = {partner.iri: partner for partner in partners_of(the_service().manifest).values()}
    for partner in found.values():
        partner.record = records.get(partner.iri)
        partner.title = pick(partner.titles, language) or Phrase(partner.name or partner.iri, "")
        partner.description = pick(partner.descriptions, language)
        partner.note = pick(partner.notes, language)
        for join in partner.joins.values():
            join.label = pick(join.labels, language)
    return sorted(found.values(), key=lambda p: (in_order(p.title.text), p.iri))


def _join(join: Join, row: dict[str, dict[str, str]], phrase: Phrase) -> None:
    match row["what"]["value"]:
        case "label":
            join.labels.append(phrase)
        case what:
            setattr(join, what, phrase.text)


class PartnerName(NamedTuple):
    """A partner's short name, its title in the reader's language, and its place."""

    name: str
    title: Phrase
    href: str | None


def names_of(language: str) -> dict[str, PartnerName]:
    """Return the partners of the release by their IRIs, in order of their short names."""
    found = {}
    for name, partner in sorted(partners_of(the_service().manifest).items()):
        titles = (Phrase(text, tag) for tag, text in partner.titles.items())
        title = pick(titles, language) or Phrase(name, "")
        found[partner.iri] = PartnerName(name, title, f"{link('partners.partners')}#{name}")
    return found


def by_short_name(language: str) -> dict[str, PartnerName]:
    """Return the same by short names."""
    return {partner.name: partner for partner in names_of(language).values()}


def unknown_name(name: str) -> PartnerName:
    """Return a partner that the release does not know by what it was called."""
    return PartnerName(name, Phrase(name, ""), None)


CONTACT, AWAY = "contact", "away"


class PartnerStatus(NamedTuple):
    """When a partner was last asked, what came of it, and how many answers are kept.

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


NEVER = PartnerStatus()


def why_off() -> str:
    """Return why partners are not asked here, nothing where they are.

    ``contact`` where those who run the server name none, ``away`` where the process is missing.
    """
    service = the_service()
    if not service.settings.contact.strip():
        return CONTACT
    return AWAY if service.federation is None else ""


def partner_states() -> dict[str, PartnerStatus] | None:
    """Return the state of each partner by its short name; None where nobody can tell."""
    service = the_service()
    known = service.federation.client.states() if service.federation else []
    return {said.partner: _status(said) for said in known} or None


def _status(said: PartnerState) -> PartnerStatus:
    last = said.last
    return PartnerStatus(
        at=datetime.fromtimestamp(last.at, UTC) if last else None,
        fault=last.fault if last else "",
        reason=last.reason if last else "",
        rows=last.rows if last else 0,
        seconds=round(last.seconds, 3) if last else 0.0,
        kept=said.cached,
        paused=said.paused,
        refused=said.refused,
    )
