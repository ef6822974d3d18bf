"""Terms of a query as RDF terms, by the tokens of the one reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

import pyoxigraph as ox

from samgraf.sparql.syntax.nodes import Query
from samgraf.sparql.tokens import Kind, Token, unquoted
from samgraf.vocab import XSD

#: A term that stands in a query or may stand there; text of a query is a string.
Written = ox.NamedNode | ox.Literal | ox.Variable | str
#: The datatypes whose values are compared as numbers.
NUMBERS = frozenset(
    XSD + name
    for name in (
        *("integer", "decimal", "double", "float", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
_FORMS = {
    XSD + "gYear": r"-?\d{4,}",
    XSD + "gYearMonth": r"-?\d{4,}-\d\d",
    XSD + "date": r"-?\d{4,}-\d\d-\d\d",
    XSD + "dateTime": r"-?\d{4,}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?",
    XSD + "boolean": "true|false|1|0",
    XSD + "decimal": r"[+-]?\d+(?:\.\d+)?",
    XSD + "double": r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?",
    XSD + "float": r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?",
} | {number: r"[+-]?\d+" for number in NUMBERS if "nteger" in number}


class QueryTerms:
    """Reads the terms of one query."""

    def __init__(self, query: Query):
        self._query = query
        self._at = {token.start: number for number, token in enumerate(query.tokens)}

    def tokens(self, start: int, end: int) -> Sequence[Token]:
        """Return the tokens between two places, the first of which is that of a token."""
        first = last = self._at.get(start, len(self._query.tokens))
        while last < len(self._query.tokens) and self._query.tokens[last].end <= end:
            last += 1
        return self._query.tokens[first:last]

    def read(self, start: int, end: int) -> Written | None:
        """Return the term that stands there; None for paths, blank nodes and all that is nested."""
        tokens = self.tokens(start, end)
        if len(tokens) == 1 and tokens[0].kind is Kind.VARIABLE:
            return ox.Variable(tokens[0].text[1:])
        found = self.constants(tokens)
        return found[0][0] if len(found) == 1 and found[0][1] == (start, end) else None

    def constants(self, tokens: Sequence[Token]) -> list[tuple[Written, tuple[int, int]]]:
        """Return the IRIs and literals among ``tokens``, each with its place.

        UNDEF stands for its column as text.
        """
        found: list[tuple[Written, tuple[int, int]]] = []
        at = 0
        while at < len(tokens):
            token, width = tokens[at], 1
            value: Written | None = None
            if token.kind in (Kind.IRI, Kind.NAME) or token.text == "a":
                with suppress(KeyError, ValueError):
                    value = ox.NamedNode(self._query.prologue.iri(token))
            elif token.kind is Kind.STRING:
                value, width = self._string(tokens, at)
            elif token.kind is Kind.NUMBER:
                value = ox.Literal(token.text, datatype=ox.NamedNode(_type_of(token.text)))
            elif token.text.lower() in ("true", "false"):
                value = ox.Literal(token.text.lower() == "true")
            elif token.text.upper() == "UNDEF":
                value = token.text
            if value is not None:
                found.append((value, (token.start, tokens[at + width - 1].end)))
            at += width
        return found

    def _string(self, tokens: Sequence[Token], at: int) -> tuple[Written | None, int]:
        text = unquoted(tokens[at].text)
        behind = tokens[at + 1 : at + 3]
        with suppress(KeyError, ValueError):
            if behind and behind[0].kind is Kind.LANGUAGE:
                return ox.Literal(text, language=behind[0].text[1:].partition("--")[0]), 2
            if len(behind) > 1 and behind[0].text == "^^":
                datatype = ox.NamedNode(self._query.prologue.iri(behind[1]))
                return ox.Literal(text, datatype=datatype), 3
        return ox.Literal(text), 1


def _type_of(number: str) -> str:
    kind = "double" if "e" in number.lower() else "decimal" if "." in number else "integer"
    return XSD + kind


def kind_of_term(literal: ox.Literal) -> str:
    """Return the kind of a literal: ``@`` and its language, or its datatype."""
    return "@" + literal.language.lower() if literal.language else literal.datatype.value


def retyped(text: str, kind: str) -> ox.Literal:
    """Return the literal with this text that is of ``kind``."""
    if kind.startswith("@"):
        return ox.Literal(text, language=kind[1:])
    return ox.Literal(text, datatype=ox.NamedNode(kind))


def fits(text: str, kind: str) -> bool:
    """Return whether ``text`` may be a literal of ``kind``."""
    form = _FORMS.get(kind)
    return form is None or re.fullmatch(form, text) is not None
