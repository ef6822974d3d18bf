"""Resolve the IRIs of a query: https://www.w3.org/TR/sparql11-query/#QSynIRI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin

from samgraf.limits import QUERY_IRIS
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.tokens import Kind, Token
from samgraf.vocab import RDF

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ESCAPED = re.compile(r"\\(.)")


def resolve(base: str, reference: str) -> str:
    """Return ``reference`` made absolute by ``base``, an empty fragment kept.

    An absolute one is returned as it is written. Raise ValueError where it is no IRI.
    """
    if _SCHEME.match(reference):
        return reference
    path, mark, fragment = reference.partition("#")
    target = urljoin(base, path) if path else base.partition("#")[0]
    return target + mark + fragment


class Prologue:
    """The prefixes and the base that the IRIs of a query are resolved by.

    ``prefixes`` are those that need no declaration and those of the query.
    """

    def __init__(self, prefixes: Mapping[str, str], base: str):
        self.prefixes, self.base = dict(prefixes), base
        self._written = 0  # characters of all that was resolved

    def resolve(self, reference: str) -> str:
        """Return ``reference`` resolved by the base."""
        iri = resolve(self.base, reference)
        self._count(len(iri) + (len(self.base) if iri != reference else 0))
        return iri

    def iri(self, token: Token) -> str:
        """Return the IRI that ``token`` names: an IRI, a prefixed name, or the word ``a``.

        Raise KeyError where its prefix is not declared, ValueError where it is no IRI.
        """
        kind, text, _ = token
        if kind is Kind.IRI:
            return self.resolve(text[1:-1])
        if kind is Kind.WORD:
            return RDF + "type"
        prefix, _, local = text.partition(":")
        iri = self.prefixes[prefix] + (_ESCAPED.sub(r"\1", local) if "\\" in local else local)
        self._count(len(iri))
        return iri

    def _count(self, characters: int) -> None:
        self._written += characters
        if self._written > QUERY_IRIS:
            raise RefusedQueryError(
                f"The IRIs of the query, each written in full, have more than {QUERY_IRIS} "
                "characters. Use shorter ones, or ask in several parts."
            )
