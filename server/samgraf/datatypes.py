"""The datatypes of XSD: which forms a literal may have, and which values.

https://www.w3.org/TR/xmlschema11-2/. rdflib, which reads values by way of Python, is no judge of
forms: it knows no year before 1 or after 9999 and no midnight at 24:00:00, and takes ``1_000`` for
an integer and ``2020-01-01`` for a point in time.
"""

from __future__ import annotations

import calendar
import re
from decimal import Decimal

import pyoxigraph as ox

from samgraf.vocab import XSD

#: The integers: the least and the greatest value, None where there is none.
BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 65535),
    "unsignedByte": (0, 255),
}
_YEAR = "-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = "(?P<month>0[1-9]|1[0-2])"
_DAY = "(?P<day>0[1-9]|[12][0-9]|3[01])"
_DATE = f"(?P<year>{_YEAR})-{_MONTH}-{_DAY}"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_MONTHS = "(?:[0-9]+Y)?(?:[0-9]+M)?"
_HOURS = r"(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"{_NUMBER}(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN"
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_FURTHER = rf"\-.0-9\u00b7\u0300-\u036f\u203f-\u2040{_START}"
_NCNAME = f"[{_START}][{_FURTHER}]*"
_SIXTY_FOUR = "(?:[A-Za-z0-9+/] ?)"
#: The forms of the datatypes; any other takes every text.
FORMS = {
    name: re.compile(form)
    for name, form in {
        **dict.fromkeys(BOUNDS, "[+-]?[0-9]+"),
        "decimal": _NUMBER,
        "double": _FLOAT,
        "float": _FLOAT,
        "boolean": "true|false|1|0",
        "date": f"{_DATE}{_ZONE}?",
        "dateTime": f"{_DATE}T{_TIME}{_ZONE}?",
        "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE}",
        "time": f"{_TIME}{_ZONE}?",
        "gYear": f"{_YEAR}{_ZONE}?",
        "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}?",
        "gMonth": f"--{_MONTH}{_ZONE}?",
        "gDay": f"---{_DAY}{_ZONE}?",
        "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}?",
        "duration": f"-?P(?=.){_MONTHS}(?:[0-9]+D)?{_HOURS}",
        "yearMonthDuration": f"-?P(?=.){_MONTHS}",
        "dayTimeDuration": f"-?P(?=.)(?:[0-9]+D)?{_HOURS}",
        "hexBinary": "(?:[0-9A-Fa-f]{2})*",
        "base64Binary": (
            f"(?:{_SIXTY_FOUR}{{4}})*(?:{_SIXTY_FOUR}{{3}}[A-Za-z0-9+/]"
            f"|{_SIXTY_FOUR}{{2}}[AEIMQUYcgkosw048] ?=|{_SIXTY_FOUR}[AQgw] ?= ?=)?"
        ),
        "normalizedString": r"[^\t\n\r]*",
        "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
        "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
        "Name": f"[:{_START}][:{_FURTHER}]*",
        "NMTOKEN": f"[:{_FURTHER}]+",
        **dict.fromkeys(("NCName", "ID", "IDREF", "ENTITY"), _NCNAME),
    }.items()
}


def is_well_formed(literal: ox.Literal) -> bool:
    """Return whether ``literal`` has a form that its XSD datatype allows; others always have."""
    datatype = literal.datatype.value
    name = datatype.removeprefix(XSD)
    if name == datatype or name not in FORMS:
        return True
    form = FORMS[name].fullmatch(literal.value)
    if form is None:
        return False
    if name in BOUNDS:
        return is_within(literal.value, name)
    parts = form.groupdict()
    if not parts.get("month") or not parts.get("day"):
        return True
    # the Gregorian calendar, which repeats itself; a day without a year may be in any
    year = int(parts.get("year", "2000")[-4:].replace("-", "")) % 400
    if parts.get("year", "").startswith("-"):
        year = -year % 400
    return int(parts["day"]) <= calendar.monthrange(year + 2000, int(parts["month"]))[1]


def is_within(form: str, name: str) -> bool:
    """Return whether the integer written as ``form`` is one of the XSD datatype ``name``."""
    low, high = BOUNDS[name]
    value = Decimal(form)  # of any length, where int() stops at some thousand digits
    return (low is None or value >= low) and (high is None or value <= high)
