"""The formats of files: which a file is in, and its text read as quads.

Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD, known by the ending of the name; each is
UTF-8, with or without a byte order mark. In: the bytes of a file. Out: quads, or a fault that names
file, line and mend. https://www.w3.org/TR/rdf12-concepts/#section-graph-serialization
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

import pyoxigraph as ox

from samgraf.build.content.lines import LineReader
from samgraf.errors import ContentError
from samgraf.limits import CONTEXT_DEPTH, PARSED_BYTES
from samgraf.vocab import OWL, RDF

#: The format of a file by the ending of its name.
FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.TURTLE,  # of N3, what RDF can say
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
#: The errors of expat for a text that ends within an element, and for one that grows too much
#: (XML_ERROR_NO_ELEMENTS, XML_ERROR_AMPLIFICATION_LIMIT_BREACH).
_CUT_SHORT, _AMPLIFIED = 3, 43
#: Formats in which a statement is known where it stands, not only further below.
IN_LINES = (
    *(ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG),
    *(ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS),
)
_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
UNPACK = "Unpack it with gunzip."
#: What XML alone may be written in: https://www.w3.org/TR/xml/#charencoding.
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(r"""(<\?xml[^>]*?)\s+encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_MENDS = {
    ox.RdfFormat.RDF_XML: "Correct the element, or the one before it.",
    ox.RdfFormat.JSON_LD: "Correct the line, or the one before it.",
}
_MEND = "Correct the line, or the one before it (a missing '.' or ';' is the usual cause)."
_TAG = re.compile(r"""<[^<>!?/"](?:[^<>"]|"[^"]*")*>""")
_NAMESPACE = re.compile(r"""\sxmlns(?::[^\s=]+)?="[^"]*"(?=[\s/>])""")
_BASE = re.compile(r"""(\sxml:base\s*=\s*["'])(?![A-Za-z][A-Za-z0-9+.-]*:|&)([^"']*)""")
_EMPTY = re.compile(r"""(<[^<>\s/]+\s+rdf:)parseType(\s*=\s*["'])Literal(["']\s*(?:/>|></))""")
_OTHER_SYNTAX = (
    "it is in another syntax of OWL",
    "Save the ontology as RDF/XML or Turtle (robot convert does that).",
)
_OWL_SYNTAX = re.compile(r"\s*(?:Prefix\(|Ontology\(|Prefix:|Ontology:)")
_TURTLE = re.compile(r"(?:\s|#[^\n]*\n)*(?:@prefix|@base|PREFIX\s|BASE\s)", re.IGNORECASE)
#: What a file may be instead of what its name says: how it begins, its format, and the mend.
_BEGINNINGS = (
    (
        r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b",
        "an HTML page",
        "Save the file itself, not the page that shows it.",
    ),
    (r"version https://git-lfs", "a pointer of Git LFS", "Run 'git lfs pull'."),
    (r"\s*<(?:\?xml|rdf:RDF)\b", "RDF/XML", "Let its name end in .rdf."),
    (r"\s*(?:\{\s*[\"}]|\[\s*[{\"[])", "JSON-LD", "Let its name end in .jsonld."),
)
#: What is tried where no beginning tells.
_TRIED = (".ttl", ".trig", ".nq")


def decode(data: bytes, name: str) -> str:
    """Return the text of a file of UTF-8 without its byte order mark, or of XML as it declares.

    Raise ContentError, naming the line, where ``data`` is no UTF-8.
    """
    if data.startswith(_GZIP):
        raise ContentError("The file is compressed.", name, None, UNPACK)
    declared = _DECLARED.match(data[:1024].decode("latin-1"))
    encoding = "utf-16" if data.startswith(_UTF_16) else declared[2] if declared else "utf-8"
    if encoding.lower() not in ("utf-8", "utf8"):
        with suppress(UnicodeDecodeError, LookupError):
            text = data.decode(encoding)
            if text.startswith("<?xml"):
                return _DECLARED.sub(r"\1", text, count=1)
    try:
        return data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = data.removeprefix(_BOM).count(b"\n", 0, error.start) + 1
        raise ContentError(
            "The file is not UTF-8.", name, line, "Save it as UTF-8, or correct the character."
        ) from None


def read_text(path: Path, name: str) -> str:
    """Return the text of ``path``, called ``name`` to people; raise ContentError as ``decode``."""
    return decode(path.read_bytes(), name)


def format_of(path: Path, text: str) -> ox.RdfFormat:
    """Return the format of a file; one that ends in .owl may hold Turtle."""
    known = FORMATS[path.suffix.lower()]
    is_turtle = path.suffix.lower() == ".owl" and _TURTLE.match(text)
    return ox.RdfFormat.TURTLE if is_turtle else known


def read_quads(
    text: str, format: ox.RdfFormat, base: str, name: str, contexts: Mapping[str, str]
) -> tuple[list[tuple[ox.Quad, int]], dict[str, str]]:
    """Return the quads of ``text``, each with the line that was read last, and its prefixes.

    The line is 0 where the format tells none. Relative IRIs are resolved against ``base``.
    ``contexts`` are the texts of JSON-LD contexts by ``context_file``: nothing is fetched. Raise
    ContentError where the text is not of the format.
    """
    given, not_xml = text, None
    if format == ox.RdfFormat.RDF_XML:
        not_xml = _not_xml(text, name)
        # which the parser wants absolute: https://www.w3.org/TR/xmlbase/#resolution
        given = _BASE.sub(lambda m: m[1] + urljoin(base, m[2]), text)
        # and XML content not empty, which is the empty literal
        given = _EMPTY.sub(rf"\1datatype\2{RDF}XMLLiteral\3", given)
    if format == ox.RdfFormat.JSON_LD:
        given = _with_contexts(text, name, contexts)
    data = given.encode("utf-8", "surrogatepass")
    reader = None if format == ox.RdfFormat.JSON_LD else LineReader(data)
    parser = ox.parse(
        input=reader or data,
        format=format,
        base_iri=None if format in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS) else base,
    )
    try:
        told = reader if format in IN_LINES else None
        quads = [(quad, told.line if told else 0) for quad in parser]
    except (SyntaxError, ValueError) as error:
        message = getattr(error, "msg", None) or str(error)
        line = getattr(error, "lineno", None)
        if format == ox.RdfFormat.RDF_XML and reader:
            line = _line_of(message, text, reader.line)
        raise _fault(message, line, text, format, name) from None
    except MemoryError as error:
        # the parser's own bound; where memory is out there is no message
        if not error.args:
            raise
        raise _too_long(name) from None
    if not_xml is not None:
        raise not_xml
    if len(text) > PARSED_BYTES // 8 and any(_is_too_long(quad.object) for quad, _ in quads):
        raise _too_long(name)
    if format == ox.RdfFormat.RDF_XML and "parseType" in text:
        quads = [(_declared_once(quad), line) for quad, line in quads]
    return quads, dict(parser.prefixes)


def _declared_once(quad: ox.Quad) -> ox.Quad:
    """Return ``quad`` with XML content that declares a namespace once in an element.

    The parser writes one that an element declares itself again with those that hold around it.
    """
    literal = quad.object
    if not isinstance(literal, ox.Literal) or literal.datatype.value != RDF + "XMLLiteral":
        return quad

    def once(tag: re.Match[str]) -> str:
        found = _NAMESPACE.findall(tag[0])
        declared = dict.fromkeys(found)
        if len(declared) == len(found):
            return tag[0]
        first, *others = _NAMESPACE.split(tag[0])
        return first + "".join(declared) + "".join(others)

    text = _TAG.sub(once, literal.value)
    if text == literal.value:
        return quad
    mended = ox.Literal(text, datatype=literal.datatype)
    return ox.Quad(quad.subject, quad.predicate, mended, quad.graph_name)


def _is_too_long(term: object) -> bool:
    """Return whether the release, which is N-Quads, could not be read with this term in it."""
    if not isinstance(term, ox.Literal) or len(term.value) < PARSED_BYTES // 8:
        return False
    return len(str(term).encode("utf-8", "surrogatepass")) > PARSED_BYTES - 1024


def _too_long(name: str) -> ContentError:
    size = PARSED_BYTES // 2**20
    return ContentError(
        f"A literal, or something else without a break, is longer than {size} MiB.",
        name,
        None,
        "Shorten it, or split it up.",
    )


def _other(text: str, format: ox.RdfFormat, name: str) -> ContentError | None:
    """Return the fault of a text that is in another format than its name says; None for no such.

    Its beginning tells, or a parser that takes all of it.
    """
    found = next(
        ((what, mend) for begins, what, mend in _BEGINNINGS if re.match(begins, text, re.I | re.S)),
        None,
    )
    for ending in () if found else _TRIED:
        other, base = FORMATS[ending], None if ending == ".nq" else "https://example.org/"
        data = text.encode("utf-8", "surrogatepass")
        with suppress(SyntaxError, ValueError, MemoryError):
            if other != format and sum(1 for _ in ox.parse(data, other, base_iri=base)):
                found = other.name, f"Let its name end in {ending}."
                break
    if found is None or found[0] == format.name:
        return None
    what, mend = found
    return ContentError(f"This is not {format.name}: it seems to be {what}.", name, 1, mend)


def _fault(
    message: str, line: int | None, text: str, format: ox.RdfFormat, name: str
) -> ContentError:
    reason = message.split(": ", 1)[-1] if format in IN_LINES else message
    reason = " ".join(reason.rstrip(".").split())
    return _other(text, format, name) or ContentError(
        f"This is not valid {format.name}: {reason}.", name, line, _MENDS.get(format, _MEND)
    )


def _line_of(message: str, text: str, last: int) -> int:
    """Return the line of what ``message`` quotes of a tag, or a text, that ends on ``last``."""
    read = "\n".join(text.split("\n")[:last])
    quoted = re.search(r"'\s*([^']{2,}?)\s*'", message)
    at = read.rfind(quoted[1]) if quoted else -1
    return read.count("\n", 0, at) + 1 if at >= 0 else last


def _not_xml(text: str, name: str) -> ContentError | None:
    """Return why ``text`` is no XML, None where it is: the parser takes one that is cut short.

    Raise ContentError where it is OWL/XML (https://www.w3.org/TR/owl2-xml-serialization/) or the
    like, has entities that the parser would write out without end, or holds what RDF/XML has no
    place for: a second node in a property, or parseType beside a datatype or resource.
    https://www.w3.org/TR/rdf-syntax-grammar/#resourcePropertyElt and #parseTypeLiteralPropertyElt
    """
    parser = expat.ParserCreate(namespace_separator="")
    inside = ["nodes"]  # what each open element may hold

    def fault(reason: str, mend: str = _MENDS[ox.RdfFormat.RDF_XML]) -> ContentError:
        told = f"This is not valid RDF/XML: {reason}."
        return ContentError(told, name, parser.CurrentLineNumber, mend)

    def start(element: str, attributes: dict[str, str]) -> None:
        held = inside[-1]
        if element == OWL + "Ontology" and "ontologyIRI" in attributes:
            raise fault(*_OTHER_SYNTAX)
        if held == "anything":
            inside.append(held)
        elif held == "properties":
            kind = attributes.get(RDF + "parseType")
            if kind and attributes.keys() & {RDF + "datatype", RDF + "resource"}:
                raise fault("rdf:parseType excludes rdf:datatype and rdf:resource")
            holds = {None: "one node", "Resource": "properties", "Collection": "nodes"}
            inside.append(holds.get(kind, "anything"))
        elif held == "no more nodes":
            raise fault("a property holds one node")
        else:
            if held == "one node":
                inside[-1] = "no more nodes"
            inside.append("nodes" if element == RDF + "RDF" else "properties")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        if _OWL_SYNTAX.match(text):
            raise fault(*_OTHER_SYNTAX) from None
        if error.code == _AMPLIFIED:
            reason = "its entities stand for far more text than the file has"
            raise fault(reason, "Write the text itself.") from None
        is_cut = error.code == _CUT_SHORT
        return fault("it ends within an element" if is_cut else expat.ErrorString(error.code))
    return None


def _with_contexts(text: str, name: str, contexts: Mapping[str, str]) -> str:
    """Return a JSON-LD text in which copies stand for the contexts that it names by address."""
    document = _json(text, name)
    try:
        filled = _filled(document, text, name, contexts, 0)
    except RecursionError:
        raise ContentError("The JSON is nested too deeply.", name, None, "Flatten it.") from None
    return text if filled == document else json.dumps(filled, ensure_ascii=False)


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        mend = _MENDS[ox.RdfFormat.JSON_LD]
        fault = ContentError(f"This is not valid JSON: {error.msg}.", name, error.lineno, mend)
        raise _other(text, ox.RdfFormat.JSON_LD, name) or fault from None
    except RecursionError:
        raise ContentError("The JSON is nested too deeply.", name, None, "Flatten it.") from None


def _filled(node: Any, text: str, name: str, contexts: Mapping[str, str], depth: int) -> Any:
    if isinstance(node, list):
        return [_filled(part, text, name, contexts, depth) for part in node]
    if not isinstance(node, dict):
        return node
    filled = {}
    for key, value in node.items():
        if key == "@import" and isinstance(value, str):
            raise _remote(value, text, name)
        fill = _context if key == "@context" else _filled
        filled[key] = fill(value, text, name, contexts, depth)
    return filled


def _context(value: Any, text: str, name: str, contexts: Mapping[str, str], depth: int) -> Any:
    if isinstance(value, str):
        copy = contexts.get(context_file(value))
        if copy is None or depth >= CONTEXT_DEPTH:
            raise _remote(value, text, name)
        held = _json(copy, value)
        held = held.get("@context", {}) if isinstance(held, dict) else held
        return _context(held, copy, value, contexts, depth + 1)
    if isinstance(value, list):
        parts = [_context(part, text, name, contexts, depth) for part in value]
        return [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return _filled(value, text, name, contexts, depth)


def _remote(address: str, text: str, name: str) -> ContentError:
    at = text.find(json.dumps(address, ensure_ascii=False))
    line = text.count("\n", 0, at) + 1 if at >= 0 else None
    copy = f"ontology/contexts/{context_file(address)}"
    return ContentError(
        f"The @context {address} is not fetched.", name, line, f"Save a copy as {copy}."
    )


def context_file(address: str) -> str:
    """Return the name, below ``ontology/contexts``, of the copy of the context at ``address``."""
    path = re.sub(r"^[a-z]+://|[?#].*$", "", address).strip("/")
    return path if path.endswith((".json", ".jsonld")) else path + ".jsonld"
