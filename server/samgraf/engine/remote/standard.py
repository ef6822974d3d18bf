"""Keep from a store what is not SPARQL, though the store may take it.

Stores extend the language: pragmas before the query that fetch from the network or change the
dataset, and functions that call into the store or its host. None of it is answered by the
program's own engine, so none of it is sent. https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

from collections.abc import Sequence

from samgraf.sparql.evaluation import QuerySyntaxError
from samgraf.sparql.guard import RefusedQueryError
from samgraf.sparql.outline import FORMS, Outline, iri_of
from samgraf.sparql.tokens import Kind, Token

# Virtuoso's SQL functions and procedures, Jena's Java classes and JavaScript
_SCHEMES = ("bif:", "sql:", "java:", "js:")
_FUNCTIONS = ("http://jena.apache.org/ARQ/js#", "http://www.openlinksw.com/schemas/bif#")


def require_standard(tokens: Sequence[Token], sketch: Outline) -> None:
    """Raise QuerySyntaxError or RefusedQueryError where a query is more than SPARQL.

    ``tokens`` are those of the query without spaces and comments, ``sketch`` is its outline.
    """
    if sketch.form not in FORMS:
        raise QuerySyntaxError("it begins with none of SELECT, ASK, CONSTRUCT and DESCRIBE")
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
        if token.kind is Kind.ERROR:
            raise QuerySyntaxError(f"{token.text!r} has no meaning in SPARQL")
        if token.word == "FROM" and depth:
            raise QuerySyntaxError("FROM stands inside brackets")
        declares = at and tokens[at - 1].word == "PREFIX"
        if token.kind is Kind.NAME and not declares:
            prefix, _, local = token.text.partition(":")
            if prefix not in sketch.prefixes:
                raise QuerySyntaxError(f"the prefix {prefix}: is not declared")
            _refuse_vendor(sketch.prefixes[prefix] + local.replace("\\", ""))
        elif token.kind is Kind.IRI:
            _refuse_vendor(iri_of(token))


def _refuse_vendor(iri: str) -> None:
    if iri.lower().startswith(_SCHEMES) or iri.startswith(_FUNCTIONS):
        raise RefusedQueryError(
            f"<{iri}> may call into the store behind this service, so it is not passed on."
        )
