"""The table: every column, each thing by its label, numbers to the right."""

from __future__ import annotations

from typing import Any

from samgraf.web.cells import Cell, cell
from samgraf.web.context import the_service
from samgraf.web.forms.result import Result
from samgraf.web.graph import address


def shape(result: Result) -> dict[str, Any]:
    """Return the column names and the rows of cells."""
    rows = [[_cell(result, row, v) for v in result.columns] for row in result.rows]
    return {"columns": result.columns, "rows": rows}


def _cell(result: Result, row: dict[str, Any], variable: str) -> Cell:
    term = row.get(variable)
    if term is None or term["type"] != "uri":
        return cell(term, the_service().prefixes)
    said = result.phrase(row, variable)
    return Cell(said.text, address(term["value"]), said.language)
