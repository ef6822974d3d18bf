"""Say in words how it went with each partner that an answer rests on.

An outcome comes as the member ``partners`` of an answer's JSON tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from samgraf import text
from samgraf.site.language import catalogue, interface_text, reader_language
from samgraf.site.partners.read import PartnerName, names_of, unknown_name
from samgraf.sparql.federated.faults import Fault
from samgraf.sparql.federated.outcome import CACHE, FAILED, MIRROR, OK

#: What a reader should not overlook stands out.
COLOURS = {OK: "info", CACHE: "info", MIRROR: "warning", FAILED: "warning"}
FAULTS = frozenset(Fault)
_WORDS = ("partners_outcome_", "partners_fault_", "partners_figure_")


class Told(NamedTuple):
    """One notice: whom it is about, what became of it, the figures, and the reason.

    ``reason`` is the program's own, in English.
    """

    partner: PartnerName
    outcome: str
    colour: str
    text: str
    figures: str
    reason: str


def told_of(outcomes: Iterable[Mapping[str, Any]]) -> list[Told]:
    """Return a notice for each of ``outcomes``, in the reader's language."""
    language = reader_language()
    known = {partner.name: partner for partner in names_of(language).values()}
    return [_told(outcome, known, language) for outcome in outcomes]


def words_for_scripts(language: str) -> dict[str, str]:
    """Return the words with which the editor's scripts say the same."""
    return {k: v for k, v in catalogue()[language].items() if k.startswith(_WORDS)}


def figures(outcome: Mapping[str, Any], language: str) -> str:
    """Return how much came, in how many requests, and how quickly, as far as it is told."""
    found = []
    for key in ("rows", "requests"):
        if count := outcome.get(key):
            told = text.number(count, language)
            found.append(str(interface_text(language, f"partners_figure_{key}", count=told)))
    if size := outcome.get("bytes"):
        found.append(text.size(size, language))
    if (seconds := outcome.get("seconds") or 0) >= 1:
        found.append(f"{text.rounded(seconds, language)}\N{NO-BREAK SPACE}s")
    elif seconds >= 0.001:
        found.append(f"{seconds * 1000:.0f}\N{NO-BREAK SPACE}ms")
    return " · ".join(found)


def _told(outcome: Mapping[str, Any], known: Mapping[str, PartnerName], language: str) -> Told:
    name, what = str(outcome.get("partner", "")), str(outcome.get("outcome", ""))
    said = str(interface_text(language, _key(outcome, what), at=_at(outcome, language)))
    if (fault := outcome.get("fault")) in FAULTS:
        why = interface_text(language, f"partners_fault_{fault}")
        said += f" {interface_text(language, 'partners_outcome_why', fault=why)}"
    return Told(
        partner=known.get(name) or unknown_name(name),
        outcome=what,
        colour=COLOURS.get(what, "warning"),
        text=said,
        figures=figures(outcome, language),
        reason=str(outcome.get("reason") or ""),
    )


def _key(outcome: Mapping[str, Any], what: str) -> str:
    if what == OK and not outcome.get("requests"):
        return "partners_outcome_idle"
    return f"partners_outcome_{what if what in COLOURS else 'unknown'}"


def _at(outcome: Mapping[str, Any], language: str) -> str:
    """Return when the answer was given: a mirror is of a day, all else of a moment."""
    try:
        if said := outcome.get("date"):
            return text.day(date.fromisoformat(str(said)[:10]), language)
        if said := outcome.get("at"):
            return text.moment(datetime.fromisoformat(str(said)), language)
    except ValueError:
        return str(said)
    return "?"
