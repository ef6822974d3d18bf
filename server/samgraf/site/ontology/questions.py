"""Which questions use a term: told by the tokens of their queries, not by the text."""

from __future__ import annotations

from samgraf.site.context import the_service
from samgraf.sparql.outline import outline
from samgraf.sparql.tokens import Kind, tokenize


def uses_term(query: str, iri: str) -> bool:
    """Return whether ``query`` names ``iri``, whole or with a prefix, as a token of its own."""
    tokens = [t for t in tokenize(query) if t.kind not in (Kind.SPACE, Kind.COMMENT)]
    prefixes = outline(tokens, the_service().prefixes, the_service().base).prefixes
    for token in tokens:
        if token.kind is Kind.IRI and token.text[1:-1] == iri:
            return True
        if token.kind is Kind.NAME:
            prefix, _, name = token.text.partition(":")
            if prefixes.get(prefix, "") + name == iri:
                return True
    return False
