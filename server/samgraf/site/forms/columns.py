"""Columns side by side: ``?column ?item``, perhaps with a ``?text`` and in ``?group``s."""

from __future__ import annotations

from typing import Any

from samgraf.site.forms.result import Result

_MOST = 6  # columns that have room beside one another


def shape(result: Result) -> dict[str, Any] | None:
    """Return the columns in order, each with its items; None without both or with too many."""
    if not {"column", "item"} <= set(result.variables):
        return None
    columns = []
    for _, rows in result.grouped("column"):
        part = Result(result.variables, rows, result.language)
        part.labels = result.labels
        items = [_item(result, own) for _, own in part.grouped("item")]
        columns.append(
            {
                "head": result.named(rows[0], "column"),
                "tone": result.tone(rows[0], "columnTone"),
                "items": items,
            }
        )
    return {"columns": columns} if 0 < len(columns) <= _MOST else None


def _item(result: Result, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": result.named(rows[0], "item"),
        "text": result.text(rows, "text"),
        "groups": result.all_named(rows, "group"),
    }
