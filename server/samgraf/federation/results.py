"""Read a partner's answer to a SELECT query: JSON or XML results, whole and strictly, or an error.

The text comes from outside and may be hostile. It is read in pieces, so that the event loop is not
kept from the interpreter for longer than some milliseconds, and ends early where nobody waits any
more. The standard library's parsers read what is inside: of JSON one row at a time, of XML one
piece. (``json.loads`` on a whole answer of 32 MiB holds the interpreter for up to a second, and
makes 900 MB of 11 million empty lists. The engine's own parser of results overflows its stack on
deeply nested triple terms, and refuses members after the results, which some stores send.)

https://www.w3.org/TR/sparql11-results-json/, https://www.w3.org/TR/rdf-sparql-XMLres/
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from xml.parsers import expat

import pyoxigraph as ox

from samgraf import limits
from samgraf.release.partner import JSON, XML
from samgraf.sparql.federated.partner_error import Fault, PartnerError
from samgraf.vocab import RDF

#: What to ask for, by the format of a partner's record; the other is taken too.
ACCEPT = {JSON: f"{JSON}, {XML};q=0.5", XML: f"{XML}, {JSON};q=0.5"}
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


class Rows(NamedTuple):
    """A whole answer: terms in the order of ``variables``, each as N-Triples has it, or None.

    ``bytes`` is about what the rows take in memory.
    """

    variables: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    bytes: int


def reader_of(media_type: str) -> Callable[[bytes, int, Gone], Rows] | None:
    """Return what reads bodies of ``media_type``, None where nothing does.

    It is called with the body, the most rows, and a function that tells whether nobody waits any
    more. It raises PartnerError where there are more rows, ValueError where the
    body is no whole results; ``fault_told`` puts these into words.
    """
    return {
        JSON: read_json,
        "application/json": read_json,
        XML: read_xml,
        "application/xml": read_xml,
        "text/xml": read_xml,
    }.get(media_type)


def fault_told(error: Exception) -> str:
    """Return what is wrong with results, as a clause."""
    if isinstance(error, MalformedError):
        return str(error)
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return f"a term of it is not well formed ({str(error)[:120]})"


class _Collector:
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

    def rows(self) -> Rows:
        """Return all rows."""
        return Rows(tuple(self._places), self._rows, self._bytes)


def _term(kind: str, value: str, language: str | None, datatype: str | None) -> str:
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


def _pieces(body: bytes, gone: Gone) -> Iterator[bytes]:
    """Yield ``body`` in pieces; raise GivenUpError once nobody waits any more."""
    for at in range(0, len(body), limits.PARTNER_PIECE_BYTES):
        if at:
            # without the pause, the interpreter would come back here before the loop wakes up
            time.sleep(limits.PARTNER_PAUSE_SECONDS)
        if gone():
            raise GivenUpError
        yield body[at : at + limits.PARTNER_PIECE_BYTES]


# --- JSON ---------------------------------------------------------------------------------------

_SPACE = re.compile(r"[ \t\r\n]+")


def read_json(body: bytes, most: int, gone: Gone) -> Rows:
    """Return the rows of SELECT results; see ``reader_of`` for what it raises."""
    try:
        rows, head = _Document(body, gone).read(most, None)
        if rows is None:
            # the head came after the results
            rows, _ = _Document(body, gone).read(most, head)
    except RecursionError:
        raise MalformedError("it is nested too deeply") from None
    return rows or Rows((), [], 0)


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
        self._source = _pieces(body.removeprefix(codecs.BOM_UTF8), gone)
        # the window, and what was in a larger one and is behind it now
        self._text, self._at, self._ahead = "", 0, ""

    def read(self, most: int, head: Any) -> tuple[Rows | None, Any]:
        """Return the rows, None where the head comes after them and is not given, and the head."""
        rows: Rows | None = None
        seen: set[str] = set()
        for key in self._members():
            if key in ("head", "results"):
                if key in seen:
                    raise MalformedError(f"it has two members {key!r}")
                seen.add(key)
            if key == "head":
                head = self._value(limits.PARTNER_MEMBER_CHARACTERS)
            elif key == "results":
                collector = None if head is None else _Collector(_variables(head), most)
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

    def _results(self, collector: _Collector | None) -> None:
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
        for _ in range(2):
            if self._at_end():
                break
            try:
                row, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                end = len(self._text)
            if end < len(self._text):
                self._at = end
                return row
            if len(self._text) - self._at > limits.PARTNER_PIECE_BYTES or not self._more():
                break
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
        value = self._value(limits.PARTNER_TEXT_CHARACTERS)
        # what follows goes through a window of usual size again
        end = self._at + limits.PARTNER_PIECE_BYTES
        self._ahead = self._text[end:] + self._ahead
        self._text, self._at = self._text[self._at : end], 0
        return value

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
        """Return the next value; raise MalformedError where it has over ``longest`` characters."""
        while True:
            if self._at_end():
                raise MalformedError("it is broken, or not whole")
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                end = len(self._text)
            if end - self._at > longest:
                raise MalformedError("it is broken, or a part of it is too long")
            # what reaches the end of the window may go on behind it
            if end < len(self._text):
                self._at = end
                return value
            if not self._more():
                raise MalformedError("it is broken, or not whole")

    def _more(self) -> bool:
        """Put more of the document into the window, twice as much as there is; say if any came."""
        window = [self._text[self._at :]]
        wanted = len(window[0])
        came = bool(self._ahead)
        if came:
            size = max(wanted, limits.PARTNER_PIECE_BYTES)
            window.append(self._ahead[:size])
            self._ahead = self._ahead[size:]
        else:
            for piece in self._source:
                came = True
                window.append(self._decode(piece))
                wanted -= len(piece)
                if wanted < 0:
                    break
        if not came:
            self._decode(b"", True)
        self._text, self._at = "".join(window), 0
        return came


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
        return _term(found["type"], found["value"], found.get("xml:lang"), found.get("datatype"))
    except KeyError:
        raise MalformedError("a term lacks type or value") from None


# --- XML ----------------------------------------------------------------------------------------

_NS = "http://www.w3.org/2005/sparql-results# "
_XML = "http://www.w3.org/XML/1998/namespace "
_TERMS = frozenset(("uri", "bnode", "literal"))
_INSIDE = {
    "": {"sparql"},
    "sparql": {"head", "results"},
    "head": {"variable", "link"},
    "results": {"result"},
    "result": {"binding"},
    "binding": _TERMS,
}


def read_xml(body: bytes, most: int, gone: Gone) -> Rows:
    """Return the rows of SELECT results; see ``reader_of`` for what it raises.

    No document type, hence no entity, is let through; expat keeps no tree, and a tag that does
    not end is given up.
    """
    if b"\0" in body:
        raise MalformedError("it is not UTF-8")  # expat would notice UTF-16, and read it
    reader = _XmlEvents(most)
    # whatever the document says of its coding, it is read as UTF-8
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = limits.PARTNER_PIECE_BYTES
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    if hasattr(parser, "SetReparseDeferralEnabled"):
        parser.SetReparseDeferralEnabled(False)
    fed = 0
    try:
        for piece in _pieces(body, gone):
            parser.Parse(piece, False)
            if fed - parser.CurrentByteIndex > limits.PARTNER_TAG_BYTES:
                raise MalformedError("a tag of it does not end")
            fed += len(piece)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise MalformedError("it is broken, or not whole") from None
    return reader.rows()


def _refuse(*_: object) -> None:
    raise MalformedError("it declares a document type or entities")


class _XmlEvents:
    """The events of one document."""

    def __init__(self, most: int):
        self._most = most
        self._path = [""]
        self._variables: list[str] = []
        self._collector: _Collector | None = None
        self._whole: Rows | None = None
        self._heads = 0
        self._row: dict[str, str] = {}
        self._binding = ""
        self._attributes: dict[str, str] = {}
        self._pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.removeprefix(_NS)
        if tag == name or tag not in _INSIDE.get(self._path[-1], ()):
            kind = "a yes or no" if tag == "boolean" else "no results of rows"
            raise MalformedError(f"it is {kind}")
        self._path.append(tag)
        if tag == "head":
            self._heads += 1
        elif tag == "variable":
            self._variables.append(attributes.get("name", ""))
        elif tag == "results":
            if self._heads != 1 or self._collector is not None:
                raise MalformedError("it has not one head and then one list of rows")
            self._collector = _Collector(self._variables, self._most)
        elif tag == "result":
            self._row = {}
        elif tag == "binding":
            self._binding = attributes.get("name", "")
            if self._binding in self._row:
                raise MalformedError("a row binds a variable twice")
            self._row[self._binding] = ""
        elif tag in _TERMS:
            if self._row[self._binding]:
                raise MalformedError("a variable is bound to two terms")
            self._attributes, self._pieces = attributes, []

    def text(self, text: str) -> None:
        if self._path[-1] in _TERMS:
            self._pieces.append(text)
        elif not text.isspace():
            raise MalformedError("it has text between its elements")

    def end(self, name: str) -> None:
        tag = self._path.pop()
        if tag in _TERMS:
            given = self._attributes
            language, datatype = given.get(_XML + "lang"), given.get("datatype")
            self._row[self._binding] = _term(tag, "".join(self._pieces), language, datatype)
        elif tag == "binding":
            if not self._row[self._binding]:
                raise MalformedError("a variable is bound to no term")
        elif tag == "result" and self._collector is not None:
            self._collector.add(self._row)
        elif tag == "results" and self._collector is not None:
            self._whole = self._collector.rows()

    def rows(self) -> Rows:
        if self._whole is None:
            raise MalformedError("it lacks a head or results")
        return self._whole
