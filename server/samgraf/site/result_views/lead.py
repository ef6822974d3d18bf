"""A sentence made of facts: a template of the content, filled in with the rows of an answer.

What a place is given is what its column holds in any row, each thing once, in the order of the
rows; ``samgraf.sentences`` has the rules of templates.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import request

from samgraf import text
from samgraf.sentences import Alternatives, Slot
from samgraf.site.cells import number_of
from samgraf.site.graph import Row, address, iri_of, is_foreign
from samgraf.site.language import Phrase
from samgraf.site.result_views.result import ResultTable


class SentencePart(NamedTuple):
    """A part of a sentence; ``href`` is a page here, ``outside`` one elsewhere."""

    text: str
    language: str = ""
    href: str | None = None
    outside: str | None = None


def sentence(template: Alternatives, result: ResultTable) -> list[SentencePart]:
    """Return the sentence with a capital; empty where it has nothing to say."""
    values = {v: _values(result, v) for v in result.variables}
    pieces: list[SentencePart] = []
    for part in template.filled(lambda name: bool(values.get(name))):
        pieces += (
            [SentencePart(part)] if isinstance(part, str) else _place(part, values, result.language)
        )
    pieces = _spaced(pieces)
    if not pieces:
        return []
    first = pieces[0]
    return [first._replace(text=first.text[:1].upper() + first.text[1:]), *pieces[1:]]


def _spaced(pieces: list[SentencePart]) -> list[SentencePart]:
    """Return ``pieces`` with single spaces between words, and none at either end."""
    found: list[SentencePart] = []
    space = True
    for piece in pieces:
        written = re.sub(" +", " ", piece.text)
        written = written.lstrip(" ") if space else written
        if written:
            space = written.endswith(" ")
            found.append(piece._replace(text=written))
    if found and space:
        found[-1] = found[-1]._replace(text=found[-1].text.rstrip(" "))
    return [piece for piece in found if piece.text]


def _place(place: Slot, values: dict[str, list[SentencePart]], language: str) -> list[SentencePart]:
    found = values[place.name]
    if place.words is not None:
        return [found[0]._replace(text=place.words, language="")]
    listed: list[SentencePart] = []
    for piece, between in zip(found, text.separators(len(found), language), strict=True):
        listed += [piece, SentencePart(between)] if between else [piece]
    return listed


def _values(result: ResultTable, variable: str) -> list[SentencePart]:
    found: dict[str, SentencePart] = {}
    for row in result.rows:
        term, phrase = row.get(variable), result.phrase(row, variable)
        if term is None or phrase is None or term["value"] in found:
            continue
        found[term["value"]] = _piece(row, phrase, result, variable)
    return list(found.values())


def _piece(row: Row, phrase: Phrase, result: ResultTable, variable: str) -> SentencePart:
    term = row[variable]
    iri = term["value"]
    if term["type"] == "literal":
        unit = result.unit(variable, row) if number_of(term) is not None else None
        written = text.quantity(phrase.text, unit, result.language) if unit else phrase.text
        return SentencePart(written, phrase.language)
    if term["type"] != "uri":
        return SentencePart(phrase.text, phrase.language)
    if iri == iri_of(request.path):  # a page need not lead to itself
        return SentencePart(phrase.text, phrase.language)
    if iri in result.labels or not is_foreign(iri):
        return SentencePart(phrase.text, phrase.language, href=address(iri))
    outside = iri if iri.lower().startswith(("https://", "http://")) else None
    return SentencePart(phrase.text, phrase.language, outside=outside)
