"""Which literals of XML Schema are well formed, and what they are worth as a condition.

https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes, for numbers and truth values.
"""

from __future__ import annotations

import re

import pyoxigraph as ox

from samgraf.vocab import XSD

#: The least and the greatest number of each type of whole numbers, where it has one.
INTEGER_BOUNDS: dict[str, tuple[int | None, int | None]] = {
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
_INTEGER = re.compile(r"[+-]?([0-9]+)")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(rf"{_DECIMAL.pattern}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
#: What the store takes for a number, and XML Schema only where it is written in this way.
_NO_NUMBERS = frozenset(("inf", "infinity", "nan"))
_NUMBERS = frozenset(("INF", "+INF", "-INF", "NaN"))
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$")
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def truth(term: object) -> bool | None:
    """Return the truth value that ``term`` is; None where it is none, or ill-formed."""
    is_truth = isinstance(term, ox.Literal) and term.datatype.value == XSD + "boolean"
    return _TRUTHS.get(term.value) if is_truth else None


def is_misread(text: str, datatype: str) -> bool:
    """Return whether ``text`` is ill-formed by its ``datatype``, but a value of it to the store.

    The store keeps no type that is derived from another, and so not its range.
    """
    if not datatype.startswith(XSD):
        return False
    name = datatype.removeprefix(XSD)
    if name in INTEGER_BOUNDS:
        return _is_outside(text, *INTEGER_BOUNDS[name])
    if name in ("double", "float"):
        return text not in _NUMBERS and text.lstrip("+-").lower() in _NO_NUMBERS
    if name == "dateTimeStamp":
        return _ZONE.search(text) is None
    return name == "duration" and text.endswith("T")


def _is_outside(text: str, least: int | None, greatest: int | None) -> bool:
    match = _INTEGER.fullmatch(text)
    if match is None:
        return False
    if len(match[1].lstrip("0")) > 20:  # no bound has more digits
        return (least if text[0] == "-" else greatest) is not None
    value = int(text)
    return (least is not None and value < least) or (greatest is not None and value > greatest)


def condition(term: object) -> bool | None:
    """Return the effective boolean value of ``term``; None where it has none.

    https://www.w3.org/TR/sparql11-query/#ebv: what is ill-formed is false; a text is true unless it
    is empty, with a language (a plain literal, as RDF 1.0 has it) or without.
    """
    if not isinstance(term, ox.Literal):
        return None
    text, kind = term.value, term.datatype.value
    if term.language is not None or kind == XSD + "string":
        return text != ""
    name = kind.removeprefix(XSD) if kind.startswith(XSD) else ""
    if name == "boolean":
        return truth(term) is True
    if name in INTEGER_BOUNDS:
        is_number = _INTEGER.fullmatch(text) is not None and not is_misread(text, kind)
        return is_number and text.strip("+-0") != ""
    if name == "decimal":
        return _DECIMAL.fullmatch(text) is not None and text.strip("+-0.") != ""
    if name in ("double", "float"):
        return _DOUBLE.fullmatch(text) is not None and text != "NaN" and float(text) != 0
    return None
