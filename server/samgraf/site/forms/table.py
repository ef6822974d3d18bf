"""The table: every column, each thing by its label, numbers to the right."""

from __future__ import annotations

from typing import Any

from samgraf.site.cells import Cell, cell, literal_text
from samgraf.site.context import the_service
from samgraf.site.forms.result import Result
from samgraf.site.graph import address, path_of


def shape(result: Result) -> dict[str, Any]:
    """Return the headings of the columns and the rows of cells."""
    rows = [[_cell(result, row, v) for v in result.columns] for row in result.rows]
    figures = [
        bool(rows) and all(r[i].is_number or not r[i].text for r in rows)
        for i in range(len(result.columns))
    ]
    return {
        "columns": [result.heading(v) for v in result.columns],
        "figures": figures,
        "rows": rows,
    }


def _cell(result: Result, row: dict[str, Any], variable: str) -> Cell:
    term = row.get(variable)
    if term is None or term["type"] not in ("uri", "literal"):
        return cell(term, the_service().prefixes)
    said = result.phrase(row, variable)
    plain = cell(term, the_service().prefixes)
    if term["type"] == "uri":
        # what is named elsewhere and has no name here has no page here either
        here = term["value"] in result.labels or path_of(term["value"]) is not None
        return Cell(said.text, address(term["value"]) if here else plain.href, said.language)
    return plain._replace(text=literal_text(term, result.language))
