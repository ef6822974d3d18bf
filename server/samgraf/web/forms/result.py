"""An answer to be shown: its columns, its rows, and the labels of all that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from samgraf.web.graph import Labels
from samgraf.web.graph.ask import Row
from samgraf.web.language import Phrase

_NAMES = ("Name", "Label")
_DRAWING = ("wkt",)  # columns that only say how to draw


@dataclass
class Result:
    """Hold an answer of solutions for a reader of ``language``.

    ``variables`` are the columns in order; ``rows`` map them to terms of the JSON results format.
    """

    variables: Sequence[str]
    rows: Sequence[Row]
    language: str

    @cached_property
    def labels(self) -> Labels:
        """Return the labels of every IRI in the answer."""
        terms = (term for row in self.rows for term in row.values())
        return Labels((t["value"] for t in terms if t["type"] == "uri"), self.language)

    @cached_property
    def columns(self) -> list[str]:
        """Return the columns to show: without those that only name or draw what others hold."""
        left_out = {v + suffix for v in self.variables for suffix in _NAMES} | {*_DRAWING}
        return [v for v in self.variables if v not in left_out]

    def phrase(self, row: Row, variable: str) -> Phrase | None:
        """Return what ``variable`` is called in ``row``: a label, the name beside it, the text."""
        term = row.get(variable)
        if term is None:
            return None
        if term["type"] == "uri" and term["value"] in self.labels:
            return self.labels[term["value"]]
        for suffix in _NAMES:
            if (name := row.get(variable + suffix)) is not None:
                return Phrase(name["value"], name.get("xml:lang", ""))
        if term["type"] == "uri":
            return self.labels[term["value"]]
        return Phrase(term["value"], term.get("xml:lang", ""))
