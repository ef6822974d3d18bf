"""An answer to be shown: its columns, its rows, and the labels of all that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from samgraf.columns import NAMING, column_terms, columns_shown
from samgraf.site.cells import literal_text
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, NamedTerm, Row, address
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.site.units import unit_of
from samgraf.sparql.tokens import Kind, significant
from samgraf.text import number_of, sort_key
from samgraf.vocab import XSD

_STRING = XSD + "string"
TONES = ("good", "bad")
_ORDER_BY = re.compile(r"\bORDER BY ", re.IGNORECASE)
#: A variable alone, or in brackets: https://www.w3.org/TR/sparql11-query/#rOrderCondition.
_SORT_KEY = re.compile(
    r"[?$](?P<bare>\S+) |(?P<way>ASC |DESC )?\( [?$](?P<name>\S+) \) ", re.IGNORECASE
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")


@dataclass
class ResultTable:
    """An answer of solutions for a reader of ``language``.

    ``variables`` are the columns in order; ``rows`` map them to terms of the JSON results format.
    ``order`` are the variables that the query sorts them by, see ``ordered_by``.
    """

    variables: Sequence[str]
    rows: Sequence[Row]
    language: str
    order: Sequence[tuple[str, bool]] = ()

    @property
    def iris(self) -> list[str]:
        """Return every IRI in the answer, and those that may name its columns."""
        terms = (term for row in self.rows for term in row.values())
        iris = dict.fromkeys(t["value"] for t in terms if t["type"] == "uri")
        return [*iris, *(iri for v in self.variables for iri in _terms_for(v))]

    @cached_property
    def labels(self) -> LabelLookup:
        """Return the labels of ``iris``, looked up at once unless given beforehand."""
        return LabelLookup(self.iris, self.language)

    def by_name(self) -> ResultTable:
        """Return the same rows, in the order of the names where the query sorts things by IRI.

        Texts, too, are sorted as the reader's language sorts them. Numbers, dates and whatever
        descends stay as they are.
        """
        sorted_by_name = replace(self, rows=self._arranged(self.rows, self.order), order=())
        sorted_by_name.labels = self.labels
        return sorted_by_name

    def _arranged(self, rows: Sequence[Row], order: Sequence[tuple[str, bool]]) -> Sequence[Row]:
        if not order or len(rows) < 2:
            return rows
        (variable, is_descending), *rest = order
        if variable not in self.variables:
            return rows  # what decides is not told, and what comes after it decides nothing
        groups: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            groups.setdefault(tuple(row.get(variable, {}).values()), []).append(row)
        parts = list(groups.values())
        if not is_descending and all(_is_named(part[0].get(variable)) for part in parts):
            parts.sort(key=lambda part: self._place(part[0], variable))
        return [row for part in parts for row in self._arranged(part, rest)]

    def _place(self, row: Row, variable: str) -> tuple:
        phrase = self.phrase(row, variable)
        return sort_key(phrase.text if phrase else "", self.language)

    @cached_property
    def columns(self) -> list[str]:
        """Return the columns to show: without those that only name what another one holds."""
        return columns_shown(self.variables)

    def heading(self, variable: str) -> NamedTerm:
        """Return what the column ``variable`` is called: by the graph, else by its own words."""
        for iri in _terms_for(variable):
            if iri in self.labels:
                return NamedTerm(self.labels[iri])
        return NamedTerm(Phrase(_WORDS.sub(" ", variable).lower(), ""))

    def measured(self, variable: str) -> NamedTerm:
        """Return what the column ``variable`` of numbers is called, with its unit."""
        name, unit = self.heading(variable), self.unit(variable)
        if unit is None:
            return name
        return NamedTerm(Phrase(f"{name.phrase.text} ({unit})", name.phrase.language))

    def unit(self, variable: str, row: Row | None = None) -> str | None:
        """Return the unit of the column ``variable``: that of the property of its name.

        That of ``value`` in a ``row`` is the unit of the ``measure`` beside it.
        """
        terms = _terms_for(variable)
        if row is not None and variable == "value" and "measure" in row:
            terms = (row["measure"]["value"],)
        found = (unit_of(iri, self.language) for iri in terms)
        return next((unit for unit in found if unit), None)

    def phrase(self, row: Row, variable: str) -> Phrase | None:
        """Return what ``variable`` is called in ``row``: a label, the name beside it, the text."""
        term = row.get(variable)
        if term is None:
            return None
        if term["type"] == "uri" and term["value"] in self.labels:
            return self.labels[term["value"]]
        for suffix in NAMING:
            if (name := row.get(variable + suffix)) is not None:
                return phrase_of(name)
        if term["type"] == "uri":
            return self.labels[term["value"]]
        return Phrase(literal_text(term, self.language), term.get("xml:lang", ""))

    def named(self, row: Row, variable: str) -> NamedTerm | None:
        """Return what ``variable`` is called in ``row`` with the page about it."""
        phrase = self.phrase(row, variable)
        if phrase is None:
            return None
        term = row[variable]
        return NamedTerm(phrase, address(term["value"]) if term["type"] == "uri" else None)

    def all_named(self, rows: Iterable[Row], variable: str) -> list[NamedTerm]:
        """Return what ``variable`` holds in ``rows``, each once, in order."""
        found = (self.named(row, variable) for row in rows)
        return list(dict.fromkeys(n for n in found if n is not None))

    def text(self, rows: Iterable[Row], variable: str) -> Phrase | None:
        """Return the text that ``variable`` has in ``rows``, in the reader's language."""
        return pick((p for row in rows if (p := self.phrase(row, variable))), self.language)

    def tone(self, row: Row, variable: str) -> str:
        """Return whether ``variable`` is drawn as something "good" or "bad"; else "plain"."""
        said = row.get(variable, {}).get("value")
        return said if said in TONES else "plain"

    def is_numeric(self, variable: str) -> bool:
        """Return whether every row, of which there is one at least, has a number there."""
        return bool(self.rows) and all(
            number_of(row.get(variable)) is not None for row in self.rows
        )

    def values(self, variable: str) -> set[str]:
        """Return the different values of ``variable``."""
        return {row[variable]["value"] for row in self.rows if variable in row}

    def grouped(self, variable: str) -> Iterator[tuple[str, list[Row]]]:
        """Yield the rows by what ``variable`` holds, in order; rows without it are left out."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            if variable in row:
                groups.setdefault(row[variable]["value"], []).append(row)
        yield from groups.items()


def _is_named(term: Mapping[str, str] | None) -> bool:
    """Return whether ``term`` is shown by a name: a thing, a text, or nothing."""
    return term is None or term["type"] == "uri" or term.get("datatype", _STRING) == _STRING


def ordered_by(query: str) -> list[tuple[str, bool]]:
    """Return the variables that ``query`` sorts its rows by, each with whether it descends.

    An expression ends them: what it makes of a row is not known here. ``query`` is one that has
    been answered.
    """
    depth, outside = 0, ""  # what stands in no braces, a space behind each token
    for token in significant(query):
        if token.kind is Kind.MARK:
            depth += token.text.count("{") - token.text.count("}")
        if not depth and token.kind is not Kind.STRING:
            outside += f"{token.text} "
    _, *sorting = _ORDER_BY.split(outside)
    found: list[tuple[str, bool]] = []
    place = 0
    while sorting and (key := _SORT_KEY.match(sorting[0], place)):
        found.append((key["bare"] or key["name"], (key["way"] or "").upper() == "DESC "))
        place = key.end()
    return found


def _terms_for(variable: str) -> tuple[str, ...]:
    manifest = the_service().manifest
    return column_terms(variable, manifest.get("base") or "", manifest.get("namespace") or "")
