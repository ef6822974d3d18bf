"""Sentences made of facts: text with places that are filled from the rows of an answer.

A content writes them in the headers of its queries: a view's lead of a page, the answer to a
question in words. ``{…}`` is a place:

- ``{name}``: what the column holds, several things as the language lists them: by name, numbers
  and days by size;
- ``{name|one bee|# bees}``: the number that the column holds, as "one bee" or "two bees", with a
  capital where the first form has one;
- ``{count}``, ``{count name}``: the number of rows, or of different values; ``{sum name}``: the
  sum of a column of numbers; both may be followed by ``|one bee|# bees``;
- ``{name?}``: nothing; it only asks that the column hold something;
- ``{name: words}``: the words, as a link to what the column holds;
- ``{each name: …}``: the text for the rows of each value, in the order of the answer, as a list;
- ``{least name: …}``, ``{most name: …}``: the text for the rows with the least or greatest number
  or day;
- ``{only name=value: …}``, ``{only name!=value: …}``: the text for the rows that hold the value, a
  thing by its prefixed name or a text as it is; for those that do not;
- ``{several name: …}``: the text where the rows hold more than one value.

A place that has nothing to tell, as where there is nothing to count, is not known. ``[…]`` is left
out where a place in it is not known, and ``[a|b|c]`` is the first of these that is known. Brackets
stand in each other; what one inside lacks does not leave out the outer one. The sentence, and the
text of a place, are such a choice too.

Values are terms as https://www.w3.org/TR/sparql11-results-json/#select-encode-terms writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from samgraf import text

#: A row of an answer: terms by column.
Row = dict[str, dict[str, Any]]

_PIECE = re.compile(r"[^][{}|]+|.", re.DOTALL)
_CLOSING = {"[": "]", "{": "}"}
_NARROWING = re.compile(
    r"(?:(?P<kind>each|least|most|several)\s+(?P<by>\w+)"
    r"|only\s+(?P<only>\w+)(?P<sign>!?=)(?P<value>[^:\s]+(?::[^:\s]+)?)):\s?(?P<then>.*)",
    re.DOTALL,
)
_PLACE = re.compile(
    r"(?P<count>count)(?:\s+(?P<counted>\w+))?|(?P<sum>sum)\s+(?P<summed>\w+)"
    r"|(?P<name>[A-Za-z]\w*)(?:(?P<known>\?)|:\s*(?P<words>.*\S))?\s*",
    re.ASCII | re.DOTALL,
)
_COMPARING = ("=", "!=")
_DEEPEST = 16


class SentencePart(NamedTuple):
    """A part of a sentence; ``href`` is a page here, ``outside`` one elsewhere."""

    text: str
    language: str = ""
    href: str | None = None
    outside: str | None = None


#: Says how the value of a column in a row is told. It may raise ValueError.
Tell = Callable[[Row, str], SentencePart]


class Alternatives(NamedTuple):
    """The first of several sequences whose places are all known, else nothing."""

    options: tuple[tuple[str | Placeholder | Alternatives, ...], ...]


class Placeholder(NamedTuple):
    """A place for something of the column ``name``, which is empty where rows are counted.

    ``words`` are those of a link, or the value to compare with; ``forms`` tell one and many.
    """

    kind: str
    name: str
    words: str = ""
    forms: tuple[str, ...] = ()
    then: Alternatives = Alternatives(())


@dataclass(frozen=True)
class Sentence:
    """A sentence as written, and as read."""

    source: str
    choice: Alternatives

    def misnamed(self, columns: Sequence[str], prefixes: Mapping[str, str]) -> str | None:
        """Return what a place names that is no column and no thing, in whole sentences."""
        for place in _places(self.choice):
            if place.name and place.name not in columns:
                known = ", ".join(f"{{{column}}}" for column in columns)
                return f"{{{place.name}}} is no column. The columns are {known}."
            if place.kind in _COMPARING and ":" in place.words and not _thing(place, prefixes):
                return f"{place.words} is no thing by a declared prefix."
        return None

    def say(
        self,
        rows: Sequence[Row],
        language: str,
        tell: Tell,
        prefixes: Mapping[str, str],
        *,
        capital: bool = True,
    ) -> list[SentencePart]:
        """Return what is said of ``rows``; nothing where too little is known.

        Raise ValueError, with what is wrong in one sentence, where a column holds other than what
        its place can tell.
        """
        parts = _spaced(_Filling(language, tell, prefixes).choice(self.choice, rows) or [])
        if capital and parts:
            first = parts[0].text
            parts[0] = parts[0]._replace(text=first[:1].upper() + first[1:])
        return parts


def parse(source: str) -> Sentence:
    """Return ``source`` as read; raise ValueError with what is wrong in one sentence."""
    return Sentence(source, _choice(_PIECE.findall(source), 0)[0])


def _choice(
    pieces: list[str], at: int, opened: str = "", depth: int = 0
) -> tuple[Alternatives, int]:
    """Return the choice that begins ``at`` a piece, and where what follows it begins."""
    if depth > _DEEPEST:
        raise ValueError(f"Brackets stand more than {_DEEPEST} deep in each other.")
    options: list[tuple[str | Placeholder | Alternatives, ...]] = []
    parts: list[str | Placeholder | Alternatives] = []
    while at < len(pieces):
        piece, at = pieces[at], at + 1
        if piece in _CLOSING:
            inner, at = _choice(pieces, at, piece, depth + 1)
            parts.append(_place(inner) if piece == "{" else inner)
        elif piece in _CLOSING.values():
            if _CLOSING.get(opened) != piece:
                raise ValueError(f"A {piece!r} closes nothing.")
            return Alternatives((*options, tuple(parts))), at
        elif piece == "|":
            options.append(tuple(parts))
            parts = []
        else:
            parts.append(piece)
    if opened:
        raise ValueError(f"A {opened!r} is not closed.")
    return Alternatives((*options, tuple(parts))), at


def _place(inner: Alternatives) -> Placeholder:
    first, *others = inner.options
    head = first[0] if first and isinstance(first[0], str) else ""
    if found := _NARROWING.fullmatch(head):
        then = Alternatives(((found["then"], *first[1:]), *others))
        if found["kind"]:
            return Placeholder(found["kind"], found["by"], then=then)
        return Placeholder(found["sign"], found["only"], words=found["value"], then=then)
    forms = tuple("".join(p for p in option if isinstance(p, str)) for option in others)
    is_plain = all(isinstance(p, str) for option in inner.options for p in option)
    found = _PLACE.fullmatch(head) if is_plain and len(forms) in (0, 2) else None
    if found is None or (forms and (found["known"] or found["words"])):
        raise ValueError(f"'{{{head}…}}' is no place: see how sentences are written.")
    kind = found["count"] or found["sum"] or ("known" if found["known"] else "")
    name = found["counted"] or found["summed"] or found["name"] or ""
    return Placeholder(
        kind or ("link" if found["words"] else "told"), name, found["words"] or "", forms
    )


def _places(choice: Alternatives) -> Iterator[Placeholder]:
    for part in (part for option in choice.options for part in option):
        if isinstance(part, Placeholder):
            yield part
            yield from _places(part.then)
        elif isinstance(part, Alternatives):
            yield from _places(part)


def _thing(place: Placeholder, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI that the value of ``place`` is by one of ``prefixes``."""
    prefix, colon, name = place.words.partition(":")
    return prefixes[prefix] + name if colon and prefix in prefixes else None


class _Filling(NamedTuple):
    """What fills places: None is what is not known."""

    language: str
    tell: Tell
    prefixes: Mapping[str, str]

    def choice(self, choice: Alternatives, rows: Sequence[Row]) -> list[SentencePart] | None:
        for option in choice.options:
            said: list[SentencePart] = []
            for part in option:
                if isinstance(part, str):
                    said.append(SentencePart(part))
                elif isinstance(part, Alternatives):
                    said += self.choice(part, rows) or []
                elif (found := self._place(part, rows)) is not None:
                    said += found
                else:
                    break
            else:
                return said
        return None

    def _place(self, place: Placeholder, rows: Sequence[Row]) -> list[SentencePart] | None:
        kind, name = place.kind, place.name
        groups = _groups(rows, name)
        if kind == "count":
            return self._number(len(groups) if name else len(rows), place)
        if kind == "sum":
            return self._number(sum(_numbers(rows, name)), place) if rows else None
        if kind in _COMPARING:
            kept = [row for row in rows if self._is(row.get(name), place) is (kind == "=")]
            return self.choice(place.then, kept) if kept else None
        if not groups:
            return None
        if kind == "known":
            return []
        if kind == "link":
            return [self.tell(groups[0][0], name)._replace(text=place.words, language="")]
        if kind == "each":
            found = (self.choice(place.then, group) for group in groups)
            return self._listed(said for said in found if said)
        if kind == "several":
            return self.choice(place.then, rows) if len(groups) > 1 else None
        if kind in ("least", "most"):
            return self.choice(place.then, _at_the_end(groups, name, kind))
        if place.forms:
            (number, *others) = _numbers([group[0] for group in groups], name)
            if others:
                raise ValueError(f"The column {name} holds several numbers.")
            return self._number(number, place)
        told = [(self._order(group[0], name), self.tell(group[0], name)) for group in groups]
        return self._listed([part] for _, part in sorted(told, key=lambda one: one[0]))

    def _number(self, number: Decimal | int, place: Placeholder) -> list[SentencePart] | None:
        if not number:
            return None  # there is nothing to tell
        if place.kind == "sum" and not place.forms:
            return [SentencePart(text.number(number, self.language))]
        word = text.number_word(number, self.language)
        one, many = place.forms or (word, word)
        if one[:1].isupper() and many.startswith("#"):
            word = word[:1].upper() + word[1:]
        return [SentencePart(one if number == 1 else many.replace("#", word))]

    def _listed(self, items: Iterable[list[SentencePart]]) -> list[SentencePart] | None:
        told = list(dict.fromkeys(map(tuple, items)))
        after = text.separators(
            ["".join(part.text for part in item) for item in told], self.language
        )
        return [
            part
            for item, between in zip(told, after, strict=True)
            for part in (*item, SentencePart(between))
        ] or None

    def _order(self, row: Row, name: str) -> tuple:
        measure = _measure(row[name])
        told = text.sort_key(self.tell(row, name).text, self.language)
        return (measure is None, measure or 0, told)

    def _is(self, term: Mapping[str, Any] | None, place: Placeholder) -> bool:
        if term is None or term["type"] != "uri":
            return term is not None and term["value"] == place.words
        if (iri := _thing(place, self.prefixes)) is None:
            raise ValueError(f"{place.words} is no thing by a declared prefix.")
        return term["value"] == iri


def _groups(rows: Sequence[Row], column: str) -> list[list[Row]]:
    """Return the rows of each value of ``column``, in order; those without one are in none."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if column in row:
            groups.setdefault(repr(row[column]), []).append(row)
    return list(groups.values())


def _at_the_end(groups: list[list[Row]], column: str, end: str) -> list[Row]:
    """Return the rows with the "least" or "most" number, or day, in ``column``."""
    measures = [(_measure(group[0][column]), group) for group in groups]
    known = [measure for measure, _ in measures if measure is not None]
    if len(known) < len(measures):
        raise ValueError(f"The column {column} holds what is neither number nor day.")
    found = (min if end == "least" else max)(known)
    return [row for measure, group in measures if measure == found for row in group]


def _numbers(rows: Sequence[Row], column: str) -> list[Decimal]:
    numbers = [text.number_of(row.get(column)) for row in rows]
    if None in numbers:
        raise ValueError(f"The column {column} holds what is no number.")
    return [number for number in numbers if number is not None]


def _measure(term: Mapping[str, Any]) -> Decimal | int | None:
    """Return a number, or a day as a number, for comparison."""
    day = text.date_of(term)
    return text.number_of(term) if day is None else day.toordinal()


def _spaced(parts: Iterable[SentencePart]) -> list[SentencePart]:
    """Return ``parts`` with single spaces between words, and none at either end."""
    found: list[SentencePart] = []
    is_space = True
    for part in parts:
        written = re.sub(" +", " ", part.text)
        written = written.lstrip(" ") if is_space else written
        if written:
            is_space = written.endswith(" ")
            found.append(part._replace(text=written))
    if found and is_space:
        found[-1] = found[-1]._replace(text=found[-1].text.rstrip(" "))
    return [part for part in found if part.text]
