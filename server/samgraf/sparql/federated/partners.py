"""Find the partner that a SERVICE group names: by its address, its IRI or its short name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from samgraf.release.partner import Partner
from samgraf.sparql.federated.faults import NoPartnerError
from samgraf.sparql.federated.inline import Row
from samgraf.sparql.syntax.nodes import ServicePattern


class PartnerBatch(NamedTuple):
    """What one partner is asked for: its name in the query, and rows of values."""

    term: str
    partner: Partner
    columns: tuple[str, ...]
    rows: list[Row]


class Partners:
    """The partners of a release by all their names."""

    def __init__(self, partners: Mapping[str, Partner]):
        self._names = sorted(partners)
        self._by_iri: dict[str, Partner] = {}
        self._by_short_name = {f"<{name}>": partner for name, partner in partners.items()}
        for partner in partners.values():
            self._by_iri |= {partner.endpoint: partner, partner.iri: partner}

    def named(self, service: ServicePattern) -> Partner:
        """Return the partner that ``service`` names; raise NoPartnerError where it is none."""
        found = self._by_short_name.get(service.name) or self._by_iri.get(service.iri)
        if found is None:
            raise NoPartnerError(f"<{service.iri}> is no partner.", self._names)
        return found

    def unbound(self, service: ServicePattern) -> NoPartnerError:
        """Return the error that tells that the variable of ``service`` has no value."""
        return NoPartnerError(
            f"SERVICE {service.name} needs a value for its variable in every solution of what it "
            "is joined with.",
            self._names,
        )

    def batches(
        self, service: ServicePattern, columns: Sequence[str], rows: Sequence[Row]
    ) -> list[PartnerBatch]:
        """Return ``rows``, one column of which names partners, by partner.

        Raise NoPartnerError where one of the values is none.
        """
        if service.variable not in columns:
            raise self.unbound(service)
        at = columns.index(service.variable)
        rest = tuple(c for c in columns if c != service.variable)
        found: dict[str, dict[Row, None]] = {}
        for row in rows:
            found.setdefault(row[at] or "", {})[row[:at] + row[at + 1 :]] = None
        batches = []
        for term in sorted(found):
            partner = self._by_iri.get(term[1:-1])
            if partner is None:
                raise NoPartnerError(
                    f"SERVICE {service.name} is bound to {term}, which is no partner.", self._names
                )
            batches.append(PartnerBatch(term, partner, rest, list(found[term])))
        return batches
