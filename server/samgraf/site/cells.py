"""Terms of SPARQL results as a reader sees them: links, shortened IRIs, numbers, cells of tables.

The terms come as https://www.w3.org/TR/sparql11-results-json/#select-encode-terms writes them;
literals are read by https://www.w3.org/TR/xmlschema11-2/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from samgraf import text
from samgraf.site.language import interface_text
from samgraf.vocab import XSD

_CELL = re.compile(r"<(tr|td|th)\b([^>]*)>\s*+|</td>")
_WEB = re.compile(r"https?://[^\x00-\x20\x7f]+\Z", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\x00-\x20\x7f]+\Z", re.IGNORECASE)
# a path that resolves against the base to what it was cut from
_RELATIVE = re.compile(r"[\w-][\w.~-]*(?:/[\w~-][\w.~-]*)*/?(?:#[\w.~-]*)?\Z")
_LOCAL = re.compile(r"(?!\d*\Z)[\w](?:[\w.-]*[\w-])?\Z|\d+\Z")


class Cell(NamedTuple):
    """One value of a table: the text to show, the address it leads to, and how to read it.

    ``more`` are further values in the same place.
    """

    text: str
    href: str | None = None
    language: str | None = None
    note: str | None = None
    is_number: bool = False
    more: tuple[Cell, ...] = ()


def is_web(iri: str) -> bool:
    """Return whether ``iri`` is the address of a page on the web."""
    return _WEB.match(iri) is not None


def leads_on(iri: str) -> bool:
    """Return whether ``iri`` is an address that a link may lead to, of a page or of mail."""
    return is_web(iri) or _MAIL.match(iri) is not None


def bare(iri: str) -> str:
    """Return ``iri`` without what all addresses have, to be read."""
    return iri.partition("://")[2].removesuffix("/") or iri


def cell(term: Mapping[str, Any] | None, prefixes: Mapping[str, str], base: str = "") -> Cell:
    """Return ``term`` as shown; an unbound variable is empty. Only web and mail IRIs lead on."""
    if term is None:
        return Cell("")
    value = term["value"]
    if term["type"] == "uri":
        return Cell(shorten(value, prefixes, base), value if leads_on(value) else None)
    if term["type"] == "bnode":
        return Cell(f"_:{value}")
    if term["type"] == "triple":
        return Cell(triple_text(term, prefixes, base))
    datatype = term.get("datatype")
    note = None if datatype in (None, XSD + "string") else shorten(datatype, prefixes)
    return Cell(value, None, term.get("xml:lang"), note, datatype in text.NUMBERS)


def triple_text(term: Mapping[str, Any], prefixes: Mapping[str, str], base: str = "") -> str:
    """Return a triple term as Turtle writes it, however deep triples stand in each other in it."""
    parts: list[str] = []
    left: list[Mapping[str, Any] | str] = [term]
    while left:
        item = left.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item["type"] == "triple":
            value = item["value"]
            left += [")>>", value["object"], value["predicate"], value["subject"], "<<("]
        else:
            parts.append(cell(item, prefixes, base).text)
    return " ".join(parts)


def literal_text(term: Mapping[str, str], language: str) -> str:
    """Return a literal as readers of ``language`` write its value, else as it stands."""
    value = term["value"]
    if term.get("datatype") == XSD + "boolean" and value in ("true", "1", "false", "0"):
        return str(interface_text(language, "yes" if value in ("true", "1") else "no"))
    return text.literal(term, language)


def shorten(iri: str, prefixes: Mapping[str, str], base: str = "") -> str:
    """Return ``iri`` with the longest prefix that fits, else relative to ``base``, else whole.

    Each of the three can be pasted into a query.
    """
    fitting = [(len(ns), name) for name, ns in prefixes.items() if ns and iri.startswith(ns)]
    if fitting:
        length, name = max(fitting)
        if _LOCAL.match(iri[length:]):
            return f"{name}:{iri[length:]}"
    if base and iri.startswith(base) and _RELATIVE.match(iri[len(base) :]):
        return f"<{iri[len(base) :]}>"
    return iri


def labelled(rows: str, headings: Iterable[str]) -> Markup:
    """Return the rows of a table with the heading of its column at each cell.

    ``rows`` is mark-up of our own templates, without tables within the table; ``headings`` may be
    mark-up. A narrow window shows each row as a card that names its values by these headings; the
    roles keep it a table for screen readers (https://www.w3.org/TR/wai-aria-1.2/#table).
    """
    names = [escape(escape(heading).striptags()) for heading in headings]
    place = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal place
        element, attributes = found[1], found[2]
        if element is None:
            return "</div></td>"
        if element == "tr":
            place = 0
            return f'<tr role="row"{attributes}>'
        place += 1
        if element == "th":
            return f'<th role="rowheader"{attributes}>'
        label = names[place - 1] if place <= len(names) else ""
        is_empty = rows.startswith("</td>", found.end())
        empty = " data-empty" if is_empty else ""
        return f'<td role="cell" data-label="{label}"{empty}{attributes}><div>'

    return Markup(_CELL.sub(mark, rows))  # noqa: S704 - mark-up in, mark-up out
