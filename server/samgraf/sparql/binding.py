"""Put terms into a query of our own, where it says ``$name``: by token, never by joining text.

As https://www.w3.org/TR/shacl/#pre-binding-of-variables does it: a variable written with ``$`` is
given from outside. One written with ``?`` is the query's own.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from samgraf.sparql.tokens import Kind, tokenize

Term = ox.NamedNode | ox.Literal


def bind(query: str, **values: Term | int | Iterable[Term]) -> str:
    """Return ``query`` with each ``$name`` replaced by its value, several terms by all of them.

    Several terms belong between the braces of a ``VALUES``; a number may stand after ``LIMIT`` or
    ``OFFSET``. Raise KeyError where ``query`` wants a value that is not given.
    """
    return "".join(
        _written(values[token.text[1:]])
        if token.kind is Kind.VARIABLE and token.text[0] == "$"
        else token.text
        for token in tokenize(query)
    )


def _written(value: Term | int | Iterable[Term]) -> str:
    if isinstance(value, int | ox.NamedNode | ox.Literal):
        return str(value)
    return " ".join(str(term) for term in value)
