"""Which literals of XML Schema are well formed, what they are worth as a condition, and as numbers.

https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes, for numbers and truth values.
"""

from __future__ import annotations

import operator
import re
import struct
from collections.abc import Callable, Iterable
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_DOWN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
)
from math import copysign, inf, isfinite, isnan, nan
from typing import Any, NamedTuple, TypeGuard

import pyoxigraph as ox

from samgraf.datatypes import BOUNDS, FORMS, is_within
from samgraf.vocab import XSD

_INTEGER, _DECIMAL, _DOUBLE = FORMS["integer"], FORMS["decimal"], FORMS["double"]
#: What the store takes for a number, and XML Schema only where it is written in this way.
_NO_NUMBERS = frozenset(("inf", "infinity", "nan"))
#: The last decimal that the store keeps, and enough digits for what becomes of any two numbers.
_LAST = Decimal("1e-18")
_CONTEXT = Context(prec=800)
_DECIMAL_RANK, _FLOAT = 1, 2
_LONG = (-(2**63), 2**63 - 1)
_INTEGERS = ox.NamedNode(XSD + "integer")
_DIGITS = 18  # no number of more is sure to be of 64 bits
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$")
#: The parts of a duration, and how many seconds each unit has before T and behind it.
_PERIOD = re.compile("([0-9.]+)([YMDHS])")
_DAYS = {"Y": 31_556_952, "M": 2_629_746, "D": 86_400}
_HOURS = {"H": 3_600, "M": 60, "S": 1}
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def is_text(term: object) -> TypeGuard[ox.Literal]:
    """Return whether ``term`` is a text without a language."""
    return (
        isinstance(term, ox.Literal)
        and term.language is None
        and term.datatype.value == XSD + "string"
    )


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
    if name in BOUNDS:
        return _INTEGER.fullmatch(text) is not None and not is_within(text, name)
    if name in ("double", "float"):
        return text.lstrip("+-").lower() in _NO_NUMBERS and _DOUBLE.fullmatch(text) is None
    if name == "dateTimeStamp":
        return _ZONE.search(text) is None
    return name == "duration" and text.endswith("T")


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
    if name in BOUNDS:
        is_number = _INTEGER.fullmatch(text) is not None and not is_misread(text, kind)
        return is_number and text.strip("+-0") != ""
    if name == "decimal":
        return _DECIMAL.fullmatch(text) is not None and text.strip("+-0.") != ""
    if name in ("double", "float"):
        return _DOUBLE.fullmatch(text) is not None and text != "NaN" and float(text) != 0
    return None


def as_decimal(literal: ox.Literal) -> ox.Literal:
    """Return the decimal number nearest to ``literal``, a double or float; another as it is.

    https://www.w3.org/TR/xpath-functions/#casting-to-decimal
    """
    number = _number(literal)
    if number is None or number.rank < _FLOAT or not isfinite(number.value):
        return literal
    return _decimal(Decimal(number.value).quantize(_LAST, ROUND_HALF_DOWN, _CONTEXT))


def product(left: object, right: object) -> ox.Literal | None:
    """Return the product of two numbers, a decimal one cut to the decimals that the store keeps.

    None where one is none, or a whole product is too large.
    """
    return _combined(left, right, _CONTEXT.multiply, operator.mul)


def quotient(left: object, right: object) -> ox.Literal | None:
    """Return the quotient of two numbers, a decimal one cut to the decimals that the store keeps.

    None where one is none, or a decimal one is divided by zero.
    """
    try:
        return _combined(left, right, _CONTEXT.divide, _divided, is_whole=False)
    except (DivisionByZero, InvalidOperation):
        return None


def _divided(dividend: float, divisor: float) -> float:
    if divisor:
        return dividend / divisor
    is_number = dividend != 0 and not isnan(dividend)
    return copysign(1, divisor) * copysign(inf, dividend) if is_number else nan


def _combined(
    left: object,
    right: object,
    exact: Callable[[Decimal, Decimal], Decimal],
    binary: Callable[[float, float], float],
    *,
    is_whole: bool = True,
) -> ox.Literal | None:
    """Return what two numbers make together; a whole number of two, if that ``is_whole``."""
    first, second = _number(left), _number(right)
    if first is None or second is None:
        return None
    rank = max(first.rank, second.rank)
    if rank >= _FLOAT:
        value = binary(float(first.value), float(second.value))
        text = "NaN" if isnan(value) else repr(value).replace("inf", "INF")
        return ox.Literal(text, datatype=ox.NamedNode(XSD + ("float", "double")[rank - _FLOAT]))
    value = exact(Decimal(first.value), Decimal(second.value))
    if rank == _DECIMAL_RANK or not is_whole:
        return _decimal(value.quantize(_LAST, ROUND_DOWN, _CONTEXT))
    least, greatest = _LONG
    return ox.Literal(int(value)) if least <= value <= greatest else None


def integers(terms: Iterable[Any]) -> dict[int, ox.Literal] | None:
    """Return each of ``terms`` by its value; None where one is no integer of 64 bits."""
    found = {}
    for term in terms:
        if not isinstance(term, ox.Literal) or term.datatype != _INTEGERS:
            return None
        if len(term.value) > _DIGITS or not _INTEGER.fullmatch(term.value):
            return None
        found[int(term.value)] = term
    return found


def length(term: object) -> ox.Literal | None:
    """Return how many seconds a duration takes, its months being 30.436875 days, as on average.

    None where it is ill-formed. Of two, the longer by
    https://www.w3.org/TR/xmlschema11-2/#dt-order-duration is the longer here.
    """
    if not isinstance(term, ox.Literal) or not FORMS["duration"].fullmatch(term.value):
        return None
    date, _, time = term.value.partition("T")
    seconds = sum(
        Decimal(count) * unit[sign]
        for part, unit in ((date, _DAYS), (time, _HOURS))
        for count, sign in _PERIOD.findall(part)
    )
    return ox.Literal(float(-seconds if date.startswith("-") else seconds))


class _Number(NamedTuple):
    """A number; of two, that of the higher rank is the type of what they make together."""

    rank: int
    value: Decimal | float


def _number(term: object) -> _Number | None:
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(XSD):
        return None
    text, name = term.value, term.datatype.value.removeprefix(XSD)
    if name in BOUNDS and _INTEGER.fullmatch(text):
        return _Number(0, Decimal(text))
    if name == "decimal" and _DECIMAL.fullmatch(text):
        return _Number(_DECIMAL_RANK, Decimal(text))
    if name == "double" and _DOUBLE.fullmatch(text):
        return _Number(_FLOAT + 1, float(text))
    if name == "float" and _DOUBLE.fullmatch(text):
        try:
            return _Number(_FLOAT, struct.unpack("f", struct.pack("f", float(text)))[0])
        except OverflowError:
            return _Number(_FLOAT, copysign(inf, float(text)))
    return None


def _decimal(value: Decimal) -> ox.Literal:
    text = f"{value:f}".rstrip("0").removesuffix(".")
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "decimal"))
