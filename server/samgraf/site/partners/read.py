"""The partners: what the graph says of them, what they are called, how it stands with each now."""

from __future__ import annotations

from typing import NamedTuple

from samgraf.federation.partner_channel import PartnerState
from samgraf.release.partner import Partner, partners_of
from samgraf.site.context import the_service
from samgraf.site.graph import Term, ask, by_thing
from samgraf.site.language import Phrase, in_order, phrase_of, pick
from samgraf.site.layout import link
from samgraf.vocab import DCAT, DCT, FEDERATION, FOAF, RDFS, SKOS


class Join(NamedTuple):
    """What the graph and a partner have in common: a property, or IRIs of a pattern."""

    iri: str
    labels: list[Phrase]
    property: str
    pattern: str


class DescribedPartner(NamedTuple):
    """A partner: how the server asks it, and what the graph says of it in all languages."""

    record: Partner
    titles: list[Phrase]
    descriptions: list[Phrase]
    notes: list[Phrase]
    homepages: list[str]
    licence: str
    joins: list[Join]


def read_partners(language: str) -> list[DescribedPartner]:
    """Return the partners of the release, by their titles in ``language``."""
    said, names = by_thing(ask(__package__, "partners.rq")), names_of(language)

    def terms(iri: str, *properties: str) -> list[Term]:
        return [term for name in properties for term in said.get(iri, {}).get(name, ())]

    def phrases(iri: str, name: str) -> list[Phrase]:
        return [phrase_of(term) for term in terms(iri, name)]

    def value(iri: str, name: str) -> str:
        return next((term["value"] for term in terms(iri, name)), "")

    def join(iri: str) -> Join:
        by = [value(iri, FEDERATION + name) for name in ("byProperty", "byPattern")]
        return Join(iri, phrases(iri, RDFS + "label"), *by)

    def described(partner: Partner) -> DescribedPartner:
        pages = terms(partner.iri, FOAF + "homepage", FOAF + "page", DCAT + "landingPage")
        return DescribedPartner(
            record=partner,
            titles=phrases(partner.iri, DCT + "title"),
            descriptions=phrases(partner.iri, DCT + "description"),
            notes=phrases(partner.iri, SKOS + "note"),
            homepages=sorted(term["value"] for term in pages),
            licence=value(partner.iri, FEDERATION + "dataLicence"),
            joins=[join(term["value"]) for term in terms(partner.iri, FEDERATION + "joinsOn")],
        )

    records = partners_of(the_service().manifest).values()
    ordered = sorted(records, key=lambda p: (in_order(names[p.iri].title.text), p.iri))
    return [described(partner) for partner in ordered]


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


def unknown_name(name: str) -> PartnerName:
    """Return a partner that the release does not know by what it was called."""
    return PartnerName(name, Phrase(name, ""), None)


CONTACT, AWAY = "contact", "away"


def why_off() -> str:
    """Return why partners are not asked here, nothing where they are.

    ``contact`` where those who run the server name none, ``away`` where the process is missing.
    """
    service = the_service()
    if not service.settings.contact.strip():
        return CONTACT
    return AWAY if service.federation is None else ""


def partner_states() -> dict[str, PartnerState] | None:
    """Return the state of each partner by its short name; None where nobody can tell."""
    service = the_service()
    known = service.federation.client.states() if service.federation else []
    return {state.partner: state for state in known} or None
