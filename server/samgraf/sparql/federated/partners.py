"""Find the partner that a SERVICE group names: by its address, its IRI or its short name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from samgraf.release.partner import Partner
from samgraf.sparql.federated.faults import NoPartnerError
from samgraf.sparql.federated.inline import Row
from samgraf.sparql.syntax.nodes import ServicePattern


class Values(NamedTuple):
    """Rows of values of some columns, which a partner is asked for."""

    columns: tuple[str, ...]
    rows: list[Row]


class PartnerBatch(NamedTuple):
    """What one partner is asked for; ``term`` is the value that names it, where a variable does."""

    partner: Partner
    values: Values | None
    term: str | None = None


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

    def batches(self, service: ServicePattern, values: Values | None) -> list[PartnerBatch]:
        """Return what each partner is asked for, where one column may name partners.

        Raise NoPartnerError where it has a value that is none.
        """
        if service.variable is None:
            return [PartnerBatch(self.named(service), values)]
        if values is None or service.variable not in values.columns:
            raise self.unbound(service)
        at = values.columns.index(service.variable)
        rest = tuple(c for c in values.columns if c != service.variable)
        found: dict[str, dict[Row, None]] = {}
        for row in values.rows:
            found.setdefault(row[at] or "", {})[row[:at] + row[at + 1 :]] = None
        batches = []
        for term in sorted(found):
            partner = self._by_iri.get(term[1:-1])
            if partner is None:
                raise NoPartnerError(
                    f"SERVICE {service.name} is bound to {term}, which is no partner.", self._names
                )
            batches.append(PartnerBatch(partner, Values(rest, list(found[term])), term))
        return batches
