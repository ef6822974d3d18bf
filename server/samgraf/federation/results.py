"""A partner's answer to a SELECT query, read whole and strictly from JSON or XML, or an error.

The text comes from outside and may be hostile. ``results_json`` and ``results_xml`` read it in
pieces, so that the event loop is not kept from the interpreter for longer than some milliseconds,
and end early where nobody waits any more. The standard library's parsers read what is inside: of
JSON one row at a time, of XML one piece. (``json.loads`` on a whole answer of 32 MiB holds the
interpreter for up to a second, and makes 900 MB of 11 million empty lists. The engine's own parser
of results overflows its stack on deeply nested triple terms, and refuses members after the
results, which some stores send.)

A reader is called with the body, the most rows, and a function that tells whether nobody waits any
more. It raises PartnerError where there are more rows, ValueError where the body is no whole
results; ``fault_in`` puts these into words.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import pyoxigraph as ox

from samgraf import limits
from samgraf.sparql.federated.faults import Fault, PartnerError
from samgraf.vocab import RDF

_NAME = re.compile(r"[^\W\d][\w\u00b7\u203f\u2040]*|[0-9][\w\u00b7\u203f\u2040]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
# what Python takes for a string, and for a cell of a tuple, beside the characters
_CELL_BYTES = 64

Gone = Callable[[], bool]


class MalformedError(ValueError):
    """An answer is not results of a SELECT query."""


class GivenUpError(PartnerError):
    """Nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__(Fault.TIMEOUT, "The request was given up.")


class PartnerReply(NamedTuple):
    """A partner's whole answer to a SELECT query.

    Each term of ``rows`` is written as in N-Triples (``<iri>``, ``"text"@en``, ``_:b0``), or is
    ``None`` where unbound; they stand in the order of ``variables``. ``memory`` is about what the
    rows take in bytes. ``at`` is when the partner gave it (seconds since 1970), ``cached`` whether
    that was for an earlier query, ``size`` the bytes that were received for this one.
    """

    variables: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    memory: int = 0
    at: float = 0.0
    cached: bool = False
    size: int = 0


Reader = Callable[[bytes, int, Gone], PartnerReply]


def fault_in(error: Exception) -> str:
    """Return what is wrong with results, as a clause."""
    if isinstance(error, MalformedError):
        return str(error)
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return f"a term of it is not well formed ({str(error)[:120]})"


class RowCollector:
    """Rows of ``variables`` as they come, at most ``most`` of them."""

    def __init__(self, variables: Sequence[str], most: int):
        if len(variables) > limits.PARTNER_VARIABLES:
            raise MalformedError(f"it has more than {limits.PARTNER_VARIABLES} variables")
        if len(set(variables)) < len(variables):
            raise MalformedError("it names a variable twice")
        if not all(_NAME.fullmatch(name) for name in variables):
            raise MalformedError("it has a variable that is no name")
        self._places = {name: at for at, name in enumerate(variables)}
        self._most = most
        self._rows: list[tuple[str | None, ...]] = []
        self._bytes = 0

    def add(self, terms: Mapping[str, str]) -> None:
        """Add a row: terms by variable."""
        width = len(self._places)
        if len(self._rows) == self._most:
            raise PartnerError(Fault.TOO_LARGE, f"The answer has more than {self._most} rows.")
        if (len(self._rows) + 1) * width > limits.PARTNER_CELLS:
            raise PartnerError(
                Fault.TOO_LARGE, f"The answer has more than {limits.PARTNER_CELLS} cells."
            )
        row: list[str | None] = [None] * width
        for name, term in terms.items():
            place = self._places.get(name)
            if place is None:
                raise MalformedError("a row binds a variable that its head does not name")
            row[place] = term
            self._bytes += len(term) + _CELL_BYTES
        self._rows.append(tuple(row))
        self._bytes += _CELL_BYTES + 8 * width

    def rows(self) -> PartnerReply:
        """Return all rows."""
        return PartnerReply(tuple(self._places), self._rows, self._bytes)


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
    if datatype == RDF + "langString":
        raise MalformedError("a text with a language lacks it")
    if datatype is not None:
        return str(ox.Literal(value, datatype=ox.NamedNode(datatype)))
    return str(ox.Literal(value))


async def read_by(
    reader: Reader, body: bytes, most: int, readers: Executor | None = None
) -> PartnerReply:
    """Return what ``reader`` makes of ``body``; a long one it reads in a thread of ``readers``."""
    gone = False
    try:
        if len(body) <= limits.PARTNER_INLINE_BYTES:
            return reader(body, most, lambda: False)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(readers, reader, body, most, lambda: gone)
    finally:
        gone = True


def pieces(body: bytes, gone: Gone) -> Iterator[bytes]:
    """Yield ``body`` in pieces; raise GivenUpError once nobody waits any more."""
    for at in range(0, len(body), limits.PARTNER_PIECE_BYTES):
        if at:
            # without the pause, the interpreter would come back here before the loop wakes up
            time.sleep(limits.PARTNER_PAUSE_SECONDS)
        if gone():
            raise GivenUpError
        yield body[at : at + limits.PARTNER_PIECE_BYTES]
