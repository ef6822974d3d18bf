"""Show literals as people write them: numbers and dates of the reader's language, long text folded.

Datatypes: https://www.w3.org/TR/xmlschema11-2/ and
https://docs.ogc.org/is/22-047r1/22-047r1.html#_geometry_serializations for geometry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from samgraf import text
from samgraf.limits import TEXT_SHOWN, TEXT_UNFOLDED
from samgraf.site.cells import literal_text
from samgraf.site.graph import Term
from samgraf.site.language import LANGUAGES, catalogue
from samgraf.vocab import GEO, XSD

_GEOMETRY = frozenset(GEO + name for name in ("wktLiteral", "gmlLiteral", "geoJSONLiteral"))
_CODES = frozenset(XSD + name for name in ("hexBinary", "base64Binary", "anyURI"))


class Literal(NamedTuple):
    """A literal as shown: ``form`` is text, number, date, code, folded or left out."""

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
    if datatype in _GEOMETRY or len(value) > TEXT_SHOWN:
        kind = value.lstrip("<").split("(", 1)[0].split(">")[-1].strip()[:40]
        return Literal(kind, "left-out", tag, datatype, length=len(value))
    if datatype in text.NUMBERS:
        shown = literal_text(term, language)
        return Literal(shown, "number", datatype=datatype, machine=value)
    if (day := text.date_of(term)) is not None:
        shown = literal_text(term, language)
        return Literal(shown, "date", datatype=datatype, machine=day.isoformat())
    if datatype == XSD + "boolean":
        return Literal(literal_text(term, language), "text", datatype=datatype)
    if datatype in _CODES:
        return Literal(value, "code", datatype=datatype)
    if "\n" in value or len(value) > TEXT_UNFOLDED:
        return Literal(value, "folded", tag, datatype, length=len(value))
    return Literal(value, "text", tag, datatype)


def in_one_language(terms: Iterable[Term], language: str) -> list[Term]:
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
