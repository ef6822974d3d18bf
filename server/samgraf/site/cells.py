"""Turn terms of SPARQL results into what a reader sees.

The terms come as https://www.w3.org/TR/sparql11-results-json/#select-encode-terms writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
_LINKED = re.compile(r"(?:https?://|mailto:)[^\x00-\x20\x7f]+\Z", re.IGNORECASE)
# a path that resolves against the base to what it was cut from
_RELATIVE = re.compile(r"[\w-][\w.~-]*(?:/[\w~-][\w.~-]*)*/?(?:#[\w.~-]*)?\Z")
_LOCAL = re.compile(r"(?!\d*\Z)[\w](?:[\w.-]*[\w-])?\Z|\d+\Z")


class Cell(NamedTuple):
    """Hold one value of a table: what to show, where it leads, and how to read it."""

    text: str
    href: str | None = None
    language: str | None = None
    note: str | None = None
    is_number: bool = False


def cell(term: Mapping[str, Any] | None, prefixes: Mapping[str, str], base: str = "") -> Cell:
    """Return ``term`` as shown; an unbound variable is empty. Only web and mail IRIs lead on."""
    if term is None:
        return Cell("")
    value = term["value"]
    if term["type"] == "uri":
        return Cell(shorten(value, prefixes, base), value if _LINKED.match(value) else None)
    if term["type"] == "bnode":
        return Cell(f"_:{value}")
    if term["type"] == "triple":
        parts = (cell(value[p], prefixes, base).text for p in ("subject", "predicate", "object"))
        return Cell(f"<<( {' '.join(parts)} )>>")
    datatype = term.get("datatype")
    note = None if datatype in (None, XSD + "string") else shorten(datatype, prefixes)
    return Cell(value, None, term.get("xml:lang"), note, datatype in _NUMBERS)


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
