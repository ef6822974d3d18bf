"""Answers in words: a sentence with places that are filled from the rows of an answer.

A question's file has one for each language, ``# answer-en: …``. Nothing in it is typed that the
answer itself knows; a place that the answer does not fill is a fault, unless it stands in square
brackets, which are then left out as a whole. The places:

- ``{name}``: what the column holds, the same in all rows;
- ``{count}``, ``{count name}``: the number of rows, or of different values, in words up to twelve;
  ``{count name|one bee|# bees}`` is "one bee" or "two bees";
- ``{sum name}``: the sum of a column of numbers;
- ``{list name}``: the different values, by alphabet;
- ``{each name: …}``: the text after the colon for the rows of each value, in the order of the
  answer; values for which it cannot be filled are passed over;
- ``{least name: …}``, ``{most name: …}``: the text for the rows with the least or greatest value;
- ``{only name=value: …}``, ``{only name!=value: …}``: the text for the rows that hold the value, a
  thing by its prefixed name or a text as it is; nothing where there are none;
- ``{several name: …}``: the text where the rows hold more than one value, else nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from samgraf import text
from samgraf.vocab import XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Mapping[str, Term]
#: What a thing is called in a language, None where it has no name.
Names = Callable[[str, str], str | None]
_PLACE = re.compile(
    r"(?P<count>count)(?:\s+(?P<counted>\w+))?(?:\|(?P<one>[^|{}]*)\|(?P<many>[^|{}]*))?"
    r"|(?P<inline>list|sum)\s+(?P<column>\w+)"
    r"|(?P<narrow>each|least|most|several)\s+(?P<by>\w+):\s?(?P<text>.*)"
    r"|only\s+(?P<only>\w+)(?P<sign>!?=)(?P<value>[^:\s]+(?::[^:\s]+)?):\s?(?P<then>.*)"
    r"|(?P<name>\w+)",
    re.DOTALL,
)
_MANY = ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "short")
_NUMBERS = {XSD + name for name in _MANY}


class SentenceError(Exception):
    """What is amiss with a sentence, or with a place that the answer does not fill."""


@dataclass(frozen=True)
class Sentence:
    """A sentence in ``language`` about an answer with ``columns``."""

    source: str
    language: str
    columns: Sequence[str]
    names: Names
    prefixes: Mapping[str, str]

    def fill(self, rows: Sequence[Row]) -> str:
        """Return the sentence for ``rows``, beginning with a capital.

        Raise SentenceError where it is malformed or says nothing.
        """
        said = self._fill(self.source, rows)
        if said is None or not said.strip():
            raise SentenceError("the answer fills none of it")
        said = " ".join(said.split())
        return said[:1].upper() + said[1:]

    def _fill(self, source: str, rows: Sequence[Row]) -> str | None:
        """Return ``source`` with its places filled, None where one of them has nothing."""
        found: list[str | None] = []
        for kind, inner in _parts(source):
            if kind == "{":
                found.append(self._place(inner, rows))
            elif kind == "[":
                found.append(self._fill(inner, rows) or "")
            else:
                found.append(inner)
        return None if None in found else "".join(filter(None, found))

    def _place(self, source: str, rows: Sequence[Row]) -> str | None:
        place = _PLACE.fullmatch(source)
        if place is None:
            raise SentenceError(f"{{{source}}} is no place that can be filled")
        named = (place[group] for group in ("counted", "column", "by", "only", "name"))
        if unknown := next((n for n in named if n and n not in self.columns), None):
            raise SentenceError(f"the answer has no column {unknown}")
        if place["count"]:
            number = len(_values(rows, place["counted"])) if place["counted"] else len(rows)
            return self._counted(number, place["one"], place["many"])
        if place["inline"]:
            return self._inline(place["inline"], place["column"], rows)
        if place["narrow"] == "each":
            found = (self._fill(place["text"], group) for group in _groups(rows, place["by"]))
            return self._joined(list(dict.fromkeys(filter(None, found))))
        if place["narrow"] == "several":
            many = len(_values(rows, place["by"])) > 1
            return self._fill(place["text"], rows) if many else None
        if place["narrow"]:
            kept = _at_the_end(rows, place["by"], place["narrow"])
            return self._fill(place["text"], kept) if kept else None
        if place["only"]:
            wanted = place["sign"] == "="
            kept = [r for r in rows if self._is(r.get(place["only"]), place["value"]) is wanted]
            return self._fill(place["then"], kept) if kept else None
        values = _values(rows, place["name"])
        told = list(dict.fromkeys(self._told(value) for value in values))
        if len(told) > 1:
            raise SentenceError(f"{{{place['name']}}} has several values: {', '.join(told[:3])}, …")
        return told[0] if told else None

    def _counted(self, number: int, one: str | None, many: str | None) -> str | None:
        if not number:
            return None
        word = text.number_word(number, self.language)
        if one is None or many is None:
            return word
        return one if number == 1 else many.replace("#", word)

    def _inline(self, kind: str, column: str, rows: Sequence[Row]) -> str | None:
        if kind == "sum":
            numbers = [_number(row.get(column)) for row in rows]
            if None in numbers:
                raise SentenceError(f"the column {column} holds what is no number")
            return text.number(sum(filter(None, numbers), Decimal(0)), self.language)
        values = sorted(_values(rows, column), key=self._order)
        return self._joined(list(dict.fromkeys(map(self._told, values))))

    def _joined(self, parts: list[str]) -> str | None:
        return text.listed(parts, self.language) if parts else None

    def _is(self, term: Term | None, value: str) -> bool:
        if isinstance(term, ox.NamedNode):
            prefix, _, name = value.partition(":")
            if prefix not in self.prefixes:
                raise SentenceError(f"{value} is no thing by a declared prefix")
            return term.value == self.prefixes[prefix] + name
        return isinstance(term, ox.Literal) and term.value == value

    def _order(self, term: Term) -> tuple[Decimal, tuple]:
        return (_measure(term) or Decimal(0), text.sort_key(self._told(term), self.language))

    def _told(self, term: Term) -> str:
        if isinstance(term, ox.NamedNode):
            if name := self.names(term.value, self.language):
                return name
            raise SentenceError(f"<{term.value}> has no name")
        if not isinstance(term, ox.Literal):
            raise SentenceError("a place can be filled by things with names, and by values")
        kind = term.datatype.value
        if kind == XSD + "date":
            return text.day(_day(term), self.language)
        number = _number(term)
        return term.value if number is None else text.number(number, self.language)


def _parts(source: str) -> Iterable[tuple[str, str]]:
    """Yield the parts of ``source``: ("{", place), ("[", text that may be left out), ("", text)."""
    depth, start, plain = 0, 0, 0
    for at, char in enumerate(source):
        if char in "{[":
            if not depth:
                yield "", source[plain:at]
                start = at
            depth += 1
        elif char in "}]":
            depth -= 1
            if depth < 0 or (not depth and source[start] + char not in ("{}", "[]")):
                raise SentenceError(f"{char!r} closes nothing")
            if not depth:
                yield source[start], source[start + 1 : at]
                plain = at + 1
    if depth:
        raise SentenceError(f"{source[start]!r} is not closed")
    yield "", source[plain:]


def _values(rows: Sequence[Row], column: str) -> list[Term]:
    return list(dict.fromkeys(row[column] for row in rows if column in row))


def _groups(rows: Sequence[Row], column: str) -> Iterable[list[Row]]:
    groups: dict[Term, list[Row]] = {}
    for row in rows:
        if column in row:
            groups.setdefault(row[column], []).append(row)
    return groups.values()


def _at_the_end(rows: Sequence[Row], column: str, end: str) -> list[Row]:
    """Return the rows with the "least" or "most" number, or day, in ``column``."""
    measures = [(_measure(row[column]), row) for row in rows if column in row]
    known = [measure for measure, _ in measures if measure is not None]
    if len(known) < len(measures):
        raise SentenceError(f"the column {column} holds what is neither number nor day")
    found = (min if end == "least" else max)(known, default=None)
    return [row for measure, row in measures if measure == found]


def _measure(term: Term | None) -> Decimal | None:
    """Return a number, or a day as a number, for comparison."""
    if isinstance(term, ox.Literal) and term.datatype.value == XSD + "date":
        return Decimal(_day(term).toordinal())
    return _number(term)


def _day(term: ox.Literal) -> date:
    try:
        return date.fromisoformat(term.value[:10])
    except ValueError:
        raise SentenceError(f"{term.value} is no day") from None


def _number(term: Term | None) -> Decimal | None:
    if not isinstance(term, ox.Literal) or term.datatype.value not in _NUMBERS:
        return None
    try:
        return Decimal(term.value)
    except InvalidOperation:
        return None
