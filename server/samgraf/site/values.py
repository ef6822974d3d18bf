"""Write numbers, dates and truth values of the graph as the reader's language writes them.

https://www.w3.org/TR/xmlschema11-2/ says how the graph writes them.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from samgraf.site.cells import XSD
from samgraf.site.language import interface_text

_INTEGERS = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
NUMBERS = frozenset(XSD + n for n in (*_INTEGERS, "decimal", "double", "float"))
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?(?:Z|[+-]\d\d:\d\d)?\Z")
_GROUPED = 5  # a number of four digits may be a year: no space in it
NARROW_SPACE = "\u202f"
MINUS = "\u2212"


def number_of(term: dict[str, str] | None) -> Decimal | None:
    """Return the number that ``term`` is, None where it is none or not finite."""
    if term is None or term.get("datatype") not in NUMBERS:
        return None
    try:
        value = Decimal(term["value"])
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def written(term: dict[str, str], language: str) -> str:
    """Return the literal ``term`` as readers of ``language`` write it, else as it stands."""
    datatype, value = term.get("datatype", ""), term["value"]
    number = number_of(term)
    if number is not None:
        return written_number(number, language)
    if datatype == XSD + "boolean" and value in ("true", "1", "false", "0"):
        return str(interface_text(language, "yes" if value in ("true", "1") else "no"))
    if datatype in (XSD + "date", XSD + "dateTime") and (date := _DATE.match(value)):
        month = int(date[2])
        if 1 <= month <= 12:
            name = interface_text(language, f"forms_month_{month}")
            values = {"day": int(date[3]), "month": name, "year": date[1]}
            return str(interface_text(language, "forms_date", **values))
    return value


def written_number(number: Decimal, language: str) -> str:
    """Return ``number`` with the language's decimal mark, long ones in groups of three."""
    exponent = number.adjusted()
    if not -7 < exponent < 21:
        return str(number)
    whole, _, part = f"{abs(number):f}".partition(".")
    if len(whole) >= _GROUPED:
        mark = "," if language == "en" else NARROW_SPACE
        head = len(whole) % 3 or 3
        whole = mark.join((whole[:head], *re.findall("...", whole[head:])))
    sign = MINUS if number < 0 else ""
    return sign + whole + (("." if language == "en" else ",") + part if part else "")
