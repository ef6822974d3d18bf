"""Read https://www.w3.org/TR/sparql11-results-json/ a row at a time, strictly.

The text is from outside: it is walked by patterns whose depth and repetitions are bounded, and
only pieces that fit one are ever decoded. (The engine's own parser of results overflows its stack
on deeply nested triple terms, and refuses members after the results, which some stores send.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from samgraf.federation.desk.rows import (
    MOST_VARIABLES,
    Gatherer,
    GivenUpError,
    MalformedError,
    Rows,
    term,
)

_SMALL = 65_536  # bytes of a member that is not the rows
_DEPTH = 8  # of such a member
_MEMBERS = 8  # of a term
_MOST_MEMBERS = 64  # of an object that is not a row
_LOOK = 256  # rows between looks whether anybody still waits

_STRING = rb'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"'
_SPACE = rb"[ \t\r\n]*+"


def _value(depth: int) -> bytes:
    plain = _STRING + rb"|[-+.0-9A-Za-z]++"
    if not depth:
        return rb"(?>" + plain + rb")"
    inner = _value(depth - 1)
    return (
        rb"(?>" + plain + rb"|[\[{]" + _SPACE + rb"(?:" + inner + _SPACE + rb"[,:]?+" + _SPACE
        + rb")*+[\]}])"
    )  # fmt: skip


def _object(member: bytes, most: int) -> bytes:
    rest = rb"(?:," + _SPACE + member + _SPACE + rb"){0,%d}+" % (most - 1)
    return (
        rb"\{" + _SPACE + rb"(?:" + member + _SPACE + rest + rb")?+\}"
    )  # fmt: skip


_COLON = _SPACE + rb":" + _SPACE
_TERM = _object(_STRING + _COLON + _STRING, _MEMBERS)
_PATTERNS = {
    "space": re.compile(_SPACE),
    "key": re.compile(rb"(" + _STRING + rb")" + _COLON),
    "row": re.compile(_object(_STRING + _COLON + _TERM, MOST_VARIABLES)),
    "other": re.compile(_value(_DEPTH)),
}


def read_json(body: bytes, most: int, gone: Callable[[], bool]) -> Rows:
    """Return the rows of SELECT results; raise MalformedError or PartnerError for anything else."""
    walk = _Walk(body, gone)
    head: dict | None = None
    rows: Rows | None = None
    waiting: int | None = None
    walk.skip("\ufeff".encode())
    for key in walk.members():
        if key == "head":
            if head is not None:
                raise MalformedError("it has two heads")
            head = walk.small()
        elif key == "results":
            if rows is not None or waiting is not None:
                raise MalformedError("it has two results")
            if head is None:
                # the rows are read once the variables are known
                waiting = walk.at
                _results(walk, None)
            else:
                rows = _results(walk, Gatherer(_variables(head), most))
        elif key == "boolean":
            raise MalformedError("it is a yes or no, where rows were asked for")
        else:
            walk.small()
    walk.end()
    if head is None or (rows is None and waiting is None):
        raise MalformedError("it lacks a head or results")
    if waiting is not None:
        walk.at = waiting
        rows = _results(walk, Gatherer(_variables(head), most))
    return rows


def _variables(head: object) -> list[str]:
    names = head.get("vars") if isinstance(head, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise MalformedError("its head has no list of variables")
    return names


def _results(walk: _Walk, gatherer: Gatherer | None) -> Rows | None:
    seen = False
    for key in walk.members():
        if key != "bindings":
            walk.small()
            continue
        if seen:
            raise MalformedError("it has two lists of rows")
        seen = True
        for row in walk.rows():
            if gatherer is not None:
                gatherer.add(_row(row))
    if not seen:
        raise MalformedError("it has no list of rows")
    return gatherer and gatherer.end()


def _row(text: bytes) -> dict[str, str]:
    return {name: _term(found) for name, found in json.loads(text.decode()).items()}


def _term(found: dict[str, str]) -> str:
    if "its:dir" in found:
        raise MalformedError("a text has a direction, which RDF 1.1 does not know")
    try:
        return term(found["type"], found["value"], found.get("xml:lang"), found.get("datatype"))
    except KeyError:
        raise MalformedError("a term lacks type or value") from None


class _Walk:
    """Go through a document; ``at`` is the next byte."""

    def __init__(self, body: bytes, gone: Callable[[], bool]):
        self._body, self.at, self._gone = body, 0, gone

    def members(self):
        """Give the key of each member; the caller goes past its value."""
        for number, key in enumerate(self._items(b"{", b"}", self._key)):
            if number == _MOST_MEMBERS:
                raise MalformedError("it has too many members")
            yield key

    def rows(self):
        """Give each row of a list as text."""
        for number, row in enumerate(self._items(b"[", b"]", lambda: self._match("row"))):
            if not number % _LOOK and self._gone():
                raise GivenUpError
            yield row

    def small(self) -> object:
        """Return a value of bounded length and depth."""
        return json.loads(self._match("other", self.at + _SMALL).decode())

    def skip(self, text: bytes) -> bool:
        """Go past ``text`` if it comes next, and past white space; return whether it came."""
        came = self._body.startswith(text, self.at)
        if came:
            self.at += len(text)
        self.at = _PATTERNS["space"].match(self._body, self.at).end()
        return came

    def end(self) -> None:
        """Raise MalformedError unless the document ends here."""
        self.skip(b"")
        if self.at != len(self._body):
            raise MalformedError("something follows its end")

    def _items(self, begin: bytes, end: bytes, item: Callable):
        self._need(begin)
        if self.skip(end):
            return
        while True:
            yield item()
            self.skip(b"")
            if not self.skip(b","):
                break
        self._need(end)

    def _need(self, text: bytes) -> None:
        if not self.skip(text):
            raise MalformedError("it is broken, or not whole")

    def _key(self) -> str:
        return json.loads(self._match("key").rstrip(b" \t\r\n:").decode())

    def _match(self, name: str, end: int | None = None) -> bytes:
        found = _PATTERNS[name].match(self._body, self.at, end or len(self._body))
        if found is None:
            raise MalformedError("it is broken, or not whole")
        self.at = found.end()
        return found[0]
