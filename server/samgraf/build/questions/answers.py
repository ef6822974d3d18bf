"""Ask the questions and compare each answer with the expected one.

Answers are multisets of rows over the expected columns: the order of rows is free, numbers
compare by value, all else by its SPARQL CSV form.
https://www.w3.org/TR/sparql11-results-csv-tsv/#csv
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import NamedTuple

import pyoxigraph as ox

from samgraf.build.content.layout import DESCRIBED
from samgraf.build.content.load import Loaded
from samgraf.build.offline import require_local
from samgraf.build.questions.questions import Question
from samgraf.build.rdf import table_of, value_of
from samgraf.errors import ContentError
from samgraf.release.canonical import canonical_boolean, canonical_graph, canonical_solutions

# codes such as 0301 begin with a zero and are no numbers
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SHOWN = 10

Row = tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """How one question came out: rows that are missing and rows that were not expected.

    ``sha256`` is that of the answer in its one form (``samgraf.release.canonical``).
    """

    question: Question
    rows: int
    missing: tuple[Row, ...] = ()
    surplus: tuple[Row, ...] = ()
    fault: str = ""
    sha256: str = ""

    @property
    def passed(self) -> bool:
        """Say whether the answer is the expected one."""
        return not (self.missing or self.surplus or self.fault)

    def tell(self, loaded: Loaded | None = None) -> ContentError:
        """Return the failure as a message that shows the rows that differ.

        With ``loaded`` it also says where in the content what they show stands.
        """
        q = self.question
        if self.fault:
            return ContentError(f"Question {q.slug} fails: {self.fault}", q.file)
        parts = []
        for word, rows in (("missing", self.missing), ("surplus", self.surplus)):
            if rows:
                shown = "; ".join(" | ".join(r) for r in rows[:_SHOWN])
                more = f"; and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
                parts.append(f"{len(rows)} {word}: {shown}{more}")
        return ContentError(
            f"Question {q.slug} is not answered as {q.answer} expects "
            f"({', '.join(q.columns)}): {'. '.join([*parts, *self._places(loaded)])}.",
            q.file,
            None,
            f"Where a rightful new fact changes the answer, work it out by hand and change "
            f"{q.answer}; otherwise correct the data or the query.",
        )

    def _places(self, loaded: Loaded | None) -> Iterator[str]:
        """Yield where the cells stand that differ from the nearest row on the other side."""
        if loaded is None:
            return
        described = {value_of(t.subject) for f in loaded.files for t in f.triples}
        places: dict[str, None] = {}
        for row in self.surplus[:_SHOWN] or self.missing[:_SHOWN]:
            near = max(self.missing if self.surplus else (), key=partial(_alike, row), default=())
            odd = set(row) - set(near)
            for place in (
                *_stated(row, odd, loaded),
                *map(loaded.place, filter(described.__contains__, row)),
            ):
                if place and place[1]:
                    places[f"{place[0]}:{place[1]}"] = None
                    break
        if places:
            yield f"See {', '.join(places)}"


def _alike(row: Row, other: Row) -> int:
    return sum(a == b for a, b in zip(row, other, strict=True))


def _stated(row: Row, cells: set[str], loaded: Loaded) -> Iterator[tuple[str, int | None]]:
    """Yield the places of statements about a thing in ``row`` that give one of ``cells``."""
    for file in loaded.files:
        for t in file.triples if file.file.kind in DESCRIBED else ():
            if value_of(t.subject) in row and _value(_plain(t.object)) in cells:
                yield file.file.name, file.line_of_triple(t)


class Asked(NamedTuple):
    """An answer: its columns, its rows in SPARQL CSV form, and the SHA-256 of its one form."""

    columns: Row
    rows: list[Row]
    sha256: str


def ask(store: ox.Store, question: Question, prefixes: Mapping[str, str] | None = None) -> Asked:
    """Return the answer to ``question``.

    Raise ContentError for a query that asks another endpoint.
    """
    require_local(question.query, question.file)
    result = store.query(question.query, prefixes=dict(prefixes or {}))
    columns, rows = table_of(result)
    if isinstance(result, ox.QueryBoolean):
        one_form = canonical_boolean(bool(result))
    elif isinstance(result, ox.QueryTriples):
        one_form = canonical_graph(ox.Triple(*row) for row in rows)
    else:
        one_form = canonical_solutions(columns, rows)
    return Asked(columns, [tuple(map(_plain, row)) for row in rows], one_form.sha256)


def judge(
    store: ox.Store, question: Question, prefixes: Mapping[str, str] | None = None
) -> Verdict:
    """Ask ``question`` of ``store`` and compare the answer with the expected one."""
    try:
        columns, rows, sha256 = ask(store, question, prefixes)
    except ContentError as error:
        return Verdict(question, 0, fault=" ".join(filter(None, (error.message, error.mend))))
    unknown = [c for c in question.columns if c not in columns]
    if unknown:
        fault = f"the query has no column {unknown[0]!r}, which {question.answer} names."
        return Verdict(question, len(rows), fault=fault)
    order = [columns.index(c) for c in question.columns]
    actual = Counter(_values(tuple(r[i] for i in order)) for r in rows)
    expected = Counter(_values(r) for r in question.rows)
    return Verdict(
        question,
        len(rows),
        missing=tuple(sorted((expected - actual).elements())),
        surplus=tuple(sorted((actual - expected).elements())),
        sha256=sha256,
    )


def _values(row: Row) -> Row:
    return tuple(_value(cell) for cell in row)


def _value(cell: str) -> str:
    """Return one form for all ways of writing a number, anything else as it is."""
    if not _NUMBER.fullmatch(cell):
        return cell
    number = Decimal(cell).normalize()
    return "0" if number == 0 else f"{number:f}"


def _plain(term: object) -> str:
    if term is None:
        return ""
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else str(value_of(term))
