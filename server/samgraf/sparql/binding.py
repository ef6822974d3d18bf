"""Put terms into a query of our own, where it says ``$name``: by token, never by joining text.

As https://www.w3.org/TR/shacl/#pre-binding-of-variables does it: a variable written with ``$`` is
given from outside. One written with ``?`` is the query's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph as ox

from samgraf.limits import QUERIES_READ
from samgraf.sparql.tokens import Kind, tokenize

Term = ox.NamedNode | ox.Literal


class BoundQuery(str):
    """A query of our own with its terms in place; ``template`` is what they were put into.

    All that are made of one template are read alike but for these terms, which are constants.
    """

    __slots__ = ("template",)
    template: str


def bind(query: str, **values: Term | int | Iterable[Term]) -> BoundQuery:
    """Return ``query`` with each ``$name`` replaced by its value, several terms by all of them.

    Several terms belong between the braces of a ``VALUES`` or the parentheses of an ``IN``; a
    number may stand after ``LIMIT`` or ``OFFSET``. Raise KeyError where ``query`` wants a value
    that is not given.
    """
    bound = BoundQuery(
        "".join(
            text if name is None else _written(values[name], text) for text, name in _pieces(query)
        )
    )
    bound.template = query
    return bound


@lru_cache(QUERIES_READ)
def _pieces(query: str) -> tuple[tuple[str, str | None], ...]:
    """Return ``query`` as pieces of text, and between them names with what parts their terms."""
    pieces: list[tuple[str, str | None]] = []
    written, before = [], ""
    for token in tokenize(query):
        if token.kind is Kind.VARIABLE and token.text[0] == "$":
            # a list of expressions has commas, data have none
            between = ", " if before in ("(", ",") else " "
            pieces += [("".join(written), None), (between, token.text[1:])]
            written = []
        else:
            written.append(token.text)
        if token.kind not in (Kind.SPACE, Kind.COMMENT):
            before = token.text
    return (*pieces, ("".join(written), None))


def _written(value: Term | int | Iterable[Term], between: str) -> str:
    if isinstance(value, int | ox.NamedNode | ox.Literal):
        return str(value)
    return between.join(str(term) for term in value)
