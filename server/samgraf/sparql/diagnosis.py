"""Turn a parser's complaint into one that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from samgraf.sparql.evaluation import QuerySyntaxError
from samgraf.sparql.tokens import Kind, Token


def explain(
    error: QuerySyntaxError, tokens: Sequence[Token], prefixes: Mapping[str, str]
) -> QuerySyntaxError:
    """Return ``error`` with the cause in place of the parser's message, where it is plain.

    ``tokens`` are the query's without spaces and comments, ``prefixes`` those that are declared.
    """
    for token in tokens:
        if token.kind is Kind.NAME:
            prefix = token.text.partition(":")[0]
            if prefix not in prefixes:
                message = f"the prefix {prefix}: is not declared"
                return QuerySyntaxError(message, error.line, error.column)
    if not tokens:
        return QuerySyntaxError("it is empty", error.line, error.column)
    return error
