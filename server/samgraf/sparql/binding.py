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

    Several terms belong between the braces of a ``VALUES`` or the parentheses of an ``IN``; a
    number may stand after ``LIMIT`` or ``OFFSET``. Raise KeyError where ``query`` wants a value
    that is not given.
    """
    written, before = [], ""
    for token in tokenize(query):
        text = token.text
        if token.kind is Kind.VARIABLE and text[0] == "$":
            # a list of expressions has commas, data have none
            text = _written(values[text[1:]], ", " if before in ("(", ",") else " ")
        written.append(text)
        if token.kind not in (Kind.SPACE, Kind.COMMENT):
            before = token.text
    return "".join(written)


def _written(value: Term | int | Iterable[Term], between: str) -> str:
    if isinstance(value, int | ox.NamedNode | ox.Literal):
        return str(value)
    return between.join(str(term) for term in value)
