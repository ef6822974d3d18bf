"""Read from the graph who the partners are, as any client could."""

from __future__ import annotations

from dataclasses import dataclass, field

from samgraf.release.partner import Partner, partners_of
from samgraf.site.context import the_service
from samgraf.site.graph import ask
from samgraf.site.language import Phrase, pick


@dataclass
class Join:
    """Hold what the graph and a partner have in common: a property, or IRIs of a pattern."""

    labels: list[Phrase] = field(default_factory=list)
    property: str = ""
    pattern: str = ""
    label: Phrase | None = None


@dataclass
class Described:
    """Hold a partner as the graph describes it, in the reader's language.

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
    title: Phrase | None = None
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
        phrase = Phrase(value, row["value"].get("xml:lang", ""))
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
    return sorted(found.values(), key=lambda p: (p.title.text.casefold(), p.iri))


def _join(join: Join, row: dict[str, dict[str, str]], phrase: Phrase) -> None:
    match row["what"]["value"]:
        case "label":
            join.labels.append(phrase)
        case what:
            setattr(join, what, phrase.text)
