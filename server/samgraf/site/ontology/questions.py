"""Which questions use a term: told by the tokens of their queries, not by the text."""

from __future__ import annotations

from samgraf.site.context import the_service
from samgraf.sparql.syntax import names_in


def uses_term(query: str, iri: str) -> bool:
    """Return whether ``query`` names ``iri``, whole or with a prefix, as a token of its own."""
    service = the_service()
    return any(named == iri for _, named in names_in(query, service.prefixes, service.base))
