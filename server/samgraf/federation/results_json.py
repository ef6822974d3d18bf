"""Read JSON results: https://www.w3.org/TR/sparql11-results-json/; see ``results``."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from samgraf import limits
from samgraf.federation.results import (
    Gone,
    MalformedError,
    PartnerReply,
    RowCollector,
    pieces,
    term,
)

_SPACE = re.compile(r"[ \t\r\n]+")
_SHORT = 4096  # characters that the parser is given of a value at first


def read_json(body: bytes, most: int, gone: Gone) -> PartnerReply:
    """Return the rows of SELECT results; see ``results`` for what it raises."""
    try:
        rows, head = _Document(body, gone).read(most, None)
        if rows is None:
            # the head came after the results
            rows, _ = _Document(body, gone).read(most, head)
    except RecursionError:
        raise MalformedError("it is nested too deeply") from None
    return rows or PartnerReply((), [])


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON. As it is Python's, it lets other threads run now and then."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MalformedError("a member of it comes twice")
    return found


def _no_number(digits: str) -> None:
    """Return nothing for a number: results have none that counts, and it may have many digits."""


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members_once,
    parse_int=_no_number,
    parse_float=_no_number,
    parse_constant=_no_number,
)


class _Document:
    """A document of which a window is decoded; ``_at`` is where reading goes on in it."""

    def __init__(self, body: bytes, gone: Gone):
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._source = pieces(body.removeprefix(codecs.BOM_UTF8), gone)
        self._text, self._at = "", 0

    def read(self, most: int, head: Any) -> tuple[PartnerReply | None, Any]:
        """Return the rows, None where the head comes after them and is not given, and the head."""
        rows: PartnerReply | None = None
        seen: set[str] = set()
        for key in self._members():
            if key in ("head", "results"):
                if key in seen:
                    raise MalformedError(f"it has two members {key!r}")
                seen.add(key)
            if key == "head":
                head = self._value(limits.PARTNER_MEMBER_CHARACTERS)
            elif key == "results":
                collector = None if head is None else RowCollector(_variables(head), most)
                self._results(collector)
                rows = None if collector is None else collector.rows()
            elif key == "boolean":
                raise MalformedError("it is a yes or no, where rows were asked for")
            else:
                self._value(limits.PARTNER_MEMBER_CHARACTERS)
        if not self._at_end():
            raise MalformedError("something follows its end")
        if seen != {"head", "results"}:
            raise MalformedError("it lacks a head or results")
        return rows, head

    def _results(self, collector: RowCollector | None) -> None:
        seen = False
        for key in self._members():
            if key != "bindings":
                self._value(limits.PARTNER_MEMBER_CHARACTERS)
                continue
            if seen:
                raise MalformedError("it has two lists of rows")
            seen = True
            for _ in self._items("[", "]"):
                row = self._row()
                if not isinstance(row, dict):
                    raise MalformedError("a row of it is no object")
                if collector is not None:
                    collector.add({name: _json_term(term) for name, term in row.items()})
        if not seen:
            raise MalformedError("it has no list of rows")

    def _row(self) -> Any:
        """Return the next row.

        The parser holds the interpreter while it reads, and it takes long over many small lists.
        So it gets a whole row only where that is short; of a long one, it gets the strings.
        """
        try:
            return self._value(limits.PARTNER_PIECE_BYTES)
        except MalformedError:
            pass  # long, or no value at all
        return _members_once(
            [
                (name, _members_once([(key, self._string()) for key in self._members()]))
                for name in self._members(limits.PARTNER_VARIABLES)
            ]
        )

    def _string(self) -> str:
        """Return the next value, a string that may be long."""
        if self._at_end() or self._text[self._at] != '"':
            raise MalformedError("it is broken, or a term of it is none")
        return self._value(limits.PARTNER_TEXT_CHARACTERS)

    def _members(self, most: int = limits.PARTNER_MEMBERS) -> Iterator[str]:
        """Yield the key of each of at most ``most`` members; the caller reads its value."""
        for number, _ in enumerate(self._items("{", "}")):
            if number == most:
                raise MalformedError("it has too many members")
            key = self._value(limits.PARTNER_MEMBER_CHARACTERS)
            if not isinstance(key, str):
                raise MalformedError("it is no JSON")
            self._need(":")
            yield key

    def _items(self, begin: str, end: str) -> Iterator[None]:
        """Yield before each item between ``begin`` and ``end``; the caller reads it."""
        self._need(begin)
        if self._comes(end):
            return
        while True:
            yield
            if not self._comes(","):
                break
        self._need(end)

    def _need(self, mark: str) -> None:
        if not self._comes(mark):
            raise MalformedError("it is broken, or not whole")

    def _comes(self, mark: str) -> bool:
        """Return whether ``mark`` comes next, and go past it if so."""
        if self._at_end() or self._text[self._at] != mark:
            return False
        self._at += 1
        return True

    def _at_end(self) -> bool:
        """Go past white space; return whether the document ends there."""
        while True:
            if (space := _SPACE.match(self._text, self._at)) is not None:
                self._at = space.end()
            if self._at < len(self._text):
                return False
            if not self._more():
                return True

    def _value(self, longest: int) -> Any:
        """Return the next value, of less than ``longest`` characters; raise MalformedError else."""
        reach = _SHORT
        while not self._at_end():
            while len(self._text) - self._at < reach and self._more():
                pass
            ahead = self._text[self._at : self._at + reach]
            try:
                value, end = _DECODER.raw_decode(ahead)
            except json.JSONDecodeError:
                end = len(ahead)
            # what reaches the end may go on behind it
            if end < len(ahead):
                self._at += end
                return value
            if len(ahead) < reach or reach >= longest:
                break
            reach *= 2
        raise MalformedError("it is broken, not whole, or a part of it is too long")

    def _more(self) -> bool:
        """Put one more piece of the document into the window; return whether there was one."""
        piece = next(self._source, None)
        more = self._decode(piece or b"", piece is None)
        self._text, self._at = self._text[self._at :] + more, 0
        return piece is not None


def _variables(head: Any) -> list[str]:
    names = head.get("vars") if isinstance(head, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise MalformedError("its head has no list of variables")
    return names


def _json_term(found: Any) -> str:
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise MalformedError("a term is neither IRI, literal nor blank node")
    if "its:dir" in found:
        raise MalformedError("a text has a direction, which RDF 1.1 does not know")
    try:
        return term(found["type"], found["value"], found.get("xml:lang"), found.get("datatype"))
    except KeyError:
        raise MalformedError("a term lacks type or value") from None
