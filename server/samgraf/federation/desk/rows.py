"""Gather the rows of an answer, checked and packed as they come, within bounds.

Terms are written as https://www.w3.org/TR/n-triples/ has them.
"""

from __future__ import annotations

import hashlib
import marshal
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from samgraf.sparql.federated.partner_error import Fault, PartnerError

#: The most variables of an answer, and the most cells in one.
MOST_VARIABLES = 256
MOST_CELLS = 4_000_000
BATCH = 500  # rows packed together
_NAME = re.compile(r"[^\W\d][\w\u00b7\u203f\u2040]*|[0-9][\w\u00b7\u203f\u2040]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


class MalformedError(ValueError):
    """An answer is not results of a SELECT query."""


class GivenUpError(PartnerError):
    """Nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__(Fault.TIMEOUT, "The request was given up.")


class Rows(NamedTuple):
    """Hold a whole answer: its variables and its rows, packed by the batch."""

    variables: tuple[str, ...]
    batches: list[bytes]
    count: int

    @property
    def bytes(self) -> int:
        """Return the bytes that the rows take."""
        return sum(map(len, self.batches))


class Gatherer:
    """Take rows of ``variables``, at most ``most`` of them."""

    def __init__(self, variables: Sequence[str], most: int):
        if len(variables) > MOST_VARIABLES:
            raise MalformedError(f"it has more than {MOST_VARIABLES} variables")
        if len(set(variables)) < len(variables):
            raise MalformedError("it names a variable twice")
        if not all(_NAME.fullmatch(name) for name in variables):
            raise MalformedError("it has a variable that is no name")
        self._places = {name: at for at, name in enumerate(variables)}
        self._most = most
        self._batch: list[tuple[str | None, ...]] = []
        self._batches: list[bytes] = []
        self._count = 0
        self._empty = [None] * len(variables)

    def add(self, terms: Mapping[str, str]) -> None:
        """Take a row: terms by variable."""
        self._count += 1
        if self._count > self._most:
            raise PartnerError(Fault.TOO_LARGE, f"The answer has more than {self._most} rows.")
        if self._count * len(self._empty) > MOST_CELLS:
            raise PartnerError(Fault.TOO_LARGE, f"The answer has more than {MOST_CELLS} cells.")
        row: list[str | None] = list(self._empty)
        for name, term in terms.items():
            place = self._places.get(name)
            if place is None:
                raise MalformedError("a row binds a variable that its head does not name")
            row[place] = term
        self._batch.append(tuple(row))
        if len(self._batch) == BATCH:
            self._pack()

    def end(self) -> Rows:
        """Return all rows."""
        self._pack()
        return Rows(tuple(self._places), self._batches, self._count)

    def _pack(self) -> None:
        if self._batch:
            self._batches.append(marshal.dumps(self._batch))
            self._batch = []


def term(kind: str, value: str, language: str | None, datatype: str | None) -> str:
    """Return a term as N-Triples; raise ValueError where it is none of RDF 1.1."""
    if not value.isascii() and _SURROGATE.search(value):
        raise MalformedError("a text holds half of a character")
    if kind == "uri":
        return str(ox.NamedNode(value))
    if kind == "bnode":
        try:
            return str(ox.BlankNode(value))
        except ValueError:
            # some stores write labels that are none in any other format
            return f"_:b{hashlib.sha256(value.encode()).hexdigest()[:24]}"
    if kind not in ("literal", "typed-literal"):
        raise MalformedError("a term is neither IRI, literal nor blank node")
    if language is not None:
        return str(ox.Literal(value, language=language))
    if datatype is not None:
        return str(ox.Literal(value, datatype=ox.NamedNode(datatype)))
    return str(ox.Literal(value))
