"""A sentence made of facts, on a page: its things lead to their pages, its numbers have units."""

from __future__ import annotations

from contextlib import suppress

from samgraf import text
from samgraf.sentences import Row, Sentence, SentencePart
from samgraf.site.cells import is_web
from samgraf.site.context import subject, the_service
from samgraf.site.graph import address, is_foreign
from samgraf.site.result_views.result import ResultTable


def said(sentence: Sentence, result: ResultTable) -> list[SentencePart]:
    """Return what ``sentence`` says of ``result``; nothing where it cannot be told."""

    def tell(row: Row, name: str) -> SentencePart:
        return _part(row, name, result)

    prefixes = the_service().manifest.get("prefixes", {})
    with suppress(ValueError):
        return sentence.say(result.rows, result.language, tell, prefixes)
    return []


def _part(row: Row, name: str, result: ResultTable) -> SentencePart:
    term = row[name]
    phrase = result.phrase(row, name)
    if phrase is None:
        raise ValueError(f"The column {name} holds nothing.")
    part = SentencePart(phrase.text, phrase.language)
    if term["type"] == "literal" and text.number_of(term) is not None:
        unit = result.unit(name, row)
        return SentencePart(text.quantity(phrase.text, unit, result.language)) if unit else part
    # a page need not lead to itself
    if term["type"] != "uri" or (iri := term["value"]) == subject():
        return part
    if iri in result.labels or not is_foreign(iri):
        return part._replace(href=address(iri))
    return part._replace(outside=iri if is_web(iri) else None)
