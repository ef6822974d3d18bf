"""What a release says of a partner: where it answers, and how it wants to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """Where a dated extract of a partner's data is in the release.

    ``date`` is an ISO 8601 date, ``graph`` the IRI of the named graph that holds the extract.
    """

    graph: str
    date: str


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A partner's record, as the manifest of a release has it.

    ``name`` is the short name, ``iri`` names the partner in the graph, ``endpoint`` is its SPARQL
    address. ``parallel`` requests at most are under way at once; ``deadline`` (seconds) bounds one
    request; ``block`` is the most rows of VALUES in one; ``cache_seconds`` is how long an answer
    is fresh. ``method`` is GET or POST, ``format`` the media type to ask for.
    """

    name: str
    iri: str
    endpoint: str
    titles: Mapping[str, str] = field(default_factory=dict)
    parallel: int = 2
    deadline: float = 15.0
    block: int = 200
    cache_seconds: float = 300.0
    method: str = "POST"
    format: str = JSON
    mirror: Mirror | None = None
    mirror_query: str = ""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Partner:
        """Return the partner that a record of the manifest tells of."""
        members: dict[str, Any] = dict(record)
        if members.get("mirror"):
            members["mirror"] = Mirror(**members["mirror"])
        return cls(**members)


def partners_of(manifest: Mapping[str, Any]) -> dict[str, Partner]:
    """Return the partners of a release by their short names."""
    found = (Partner.of(record) for record in manifest.get("partners", ()))
    return {partner.name: partner for partner in found}
