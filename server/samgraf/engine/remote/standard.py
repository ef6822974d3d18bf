"""Keep from a store what is not SPARQL, though the store may take it.

The parser refuses what is not in the grammar, pragmas before the query among it. What is left are
functions that call into the store or its host, and what only the program's own engine knows.
"""

from __future__ import annotations

from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.guard import require_one_reading
from samgraf.sparql.syntax.nodes import Query
from samgraf.sparql.tokens import Kind

# Virtuoso's SQL functions and procedures, Jena's Java classes and JavaScript
_SCHEMES = ("bif:", "sql:", "java:", "js:")
_FUNCTIONS = ("http://jena.apache.org/ARQ/js#", "http://www.openlinksw.com/schemas/bif#")
_OWN = ("LATERAL", "ADJUST")  # Oxigraph's additions


def require_standard(query: Query) -> None:
    """Raise RefusedQueryError where ``query`` is more than SPARQL, or can be read in two ways."""
    require_one_reading(query.text)
    for token in query.tokens:
        if token.kind is Kind.WORD and token.text.upper() in _OWN:
            raise RefusedQueryError(f"{token.text.upper()} is no SPARQL, so it is not passed on.")
    for _, iri in query.names():
        if iri.lower().startswith(_SCHEMES) or iri.startswith(_FUNCTIONS):
            raise RefusedQueryError(
                f"<{iri}> may call into the store behind this service, so it is not passed on."
            )
