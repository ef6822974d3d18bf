"""What partners are called, and where they stand on the page about them."""

from __future__ import annotations

from typing import NamedTuple

from samgraf.release.partner import partners_of
from samgraf.site.context import the_service
from samgraf.site.language import Phrase, pick
from samgraf.site.layout import link


class PartnerName(NamedTuple):
    """Hold a partner's short name, its title in the reader's language, and its place."""

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
