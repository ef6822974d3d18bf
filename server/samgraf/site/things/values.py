"""Show literals as people write them: numbers and dates of the reader's language, long text folded.

Datatypes: https://www.w3.org/TR/xmlschema11-2/ and
https://docs.ogc.org/is/22-047r1/22-047r1.html#_geometry_serializations for geometry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from samgraf.site.language import LANGUAGES, catalogue

XSD = "http://www.w3.org/2001/XMLSchema#"
_GEO = "http://www.opengis.net/ont/geosparql#"
_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
_GEOMETRY = frozenset(_GEO + name for name in ("wktLiteral", "gmlLiteral", "geoJSONLiteral"))
_CODES = frozenset(XSD + name for name in ("hexBinary", "base64Binary", "anyURI"))
_DATE = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)")
_PLAIN_NUMBER = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?\Z")
LONG = 600  # characters of a text that stand on the page unfolded
LONGEST = 20_000  # characters that stand on the page at all
_SPACE = "\u00a0"


class Literal(NamedTuple):
    """Hold a literal as shown: ``form`` is text, number, date, code, folded or left out."""

    text: str
    form: str
    language: str = ""
    datatype: str = ""
    machine: str = ""
    length: int = 0


def literal(term: Mapping[str, str], language: str) -> Literal:
    """Return the literal ``term`` as a reader of ``language`` sees it."""
    value, datatype = term["value"], term.get("datatype", "")
    tag = term.get("xml:lang", "")
    if datatype in _GEOMETRY or len(value) > LONGEST:
        kind = value.lstrip("<").split("(", 1)[0].split(">")[-1].strip()[:40]
        return Literal(kind, "left-out", tag, datatype, length=len(value))
    if datatype in _NUMBERS:
        return Literal(number(value, language), "number", datatype=datatype, machine=value)
    if datatype == XSD + "boolean":
        said = "yes" if value in ("true", "1") else "no"
        return Literal(catalogue()[language][said], "text", datatype=datatype)
    if datatype in (XSD + "date", XSD + "dateTime") and (found := _DATE.match(value)):
        return Literal(date(found, language), "date", datatype=datatype, machine=found[0])
    if datatype in _CODES:
        return Literal(value, "code", datatype=datatype)
    if "\n" in value or len(value) > LONG:
        return Literal(value, "folded", tag, datatype, length=len(value))
    return Literal(value, "text", tag, datatype)


def number(value: str, language: str) -> str:
    """Return ``value`` with the separators of ``language``; what is no plain number as it is."""
    found = _PLAIN_NUMBER.match(value)
    if not found:
        return value
    strings = catalogue()[language]
    whole = found[2]
    if len(whole) > 4:
        groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)]
        whole = strings["things_thousands"].replace("_", _SPACE).join(reversed(groups))
    fraction = strings["things_decimal"] + found[3] if found[3] else ""
    sign = "\u2212" if found[1] == "-" else ""
    return sign + whole + fraction


def date(found: re.Match[str], language: str) -> str:
    """Return the date in ``found`` (year, month, day) in words."""
    months = catalogue()[language]["things_months"].split()
    year, month, day = found[1], int(found[2]), int(found[3])
    if not 1 <= month <= len(months):
        return found[0]
    return catalogue()[language]["things_date"].format(day=day, month=months[month - 1], year=year)


def in_one_language(terms: Iterable[Mapping[str, str]], language: str) -> list[Mapping[str, str]]:
    """Return ``terms`` without texts that say the same in another language of the site.

    Which they are is told by the tags alone; other tags, as of names, are always kept.
    """
    terms = list(terms)
    tags = {t.get("xml:lang", "") for t in terms}
    chosen = next((tag for tag in (language, *LANGUAGES) if tag in tags), None)
    return [t for t in terms if t.get("xml:lang", "") not in LANGUAGES or t["xml:lang"] == chosen]


def language_name(tag: str, language: str) -> str:
    """Return what ``tag`` is called in ``language``, else the tag; "" where that says no more."""
    if tag == "no" and language in ("nb", "nn"):
        return ""
    return catalogue()[language].get(f"things_tongue_{tag.lower()}", tag)
