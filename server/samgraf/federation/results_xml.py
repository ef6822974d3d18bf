"""Read XML results: https://www.w3.org/TR/rdf-sparql-XMLres/; see ``results``."""

from __future__ import annotations

from xml.parsers import expat

from samgraf import limits
from samgraf.federation.results import (
    Gone,
    MalformedError,
    PartnerReply,
    RowCollector,
    pieces,
    term,
)

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


def read_xml(body: bytes, most: int, gone: Gone) -> PartnerReply:
    """Return the rows of SELECT results; see ``results`` for what it raises.

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
        for piece in pieces(body, gone):
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
        self._collector: RowCollector | None = None
        self._whole: PartnerReply | None = None
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
            self._collector = RowCollector(self._variables, self._most)
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
            self._row[self._binding] = term(tag, "".join(self._pieces), language, datatype)
        elif tag == "binding":
            if not self._row[self._binding]:
                raise MalformedError("a variable is bound to no term")
        elif tag == "result" and self._collector is not None:
            self._collector.add(self._row)
        elif tag == "results" and self._collector is not None:
            self._whole = self._collector.rows()

    def rows(self) -> PartnerReply:
        if self._whole is None:
            raise MalformedError("it lacks a head or results")
        return self._whole
