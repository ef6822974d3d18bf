"""Bars: how large a number is for each thing, perhaps in series such as years.

Each bar stands beside its value, so that there is no axis to read off; all begin at nought.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from samgraf import text
from samgraf.site.cells import number_of
from samgraf.site.forms.result import Named, Result

_MOST_ROWS = 120
_MOST_SERIES = 8


def shape(result: Result) -> dict[str, Any] | None:
    """Return the groups of bars; None where not just one column can be drawn."""
    columns = _columns(result)
    if columns is None:
        return None
    label, series, value = columns
    numbers = [number_of(row[value]) for row in result.rows]
    low, high = min(0, *numbers), max(0, *numbers)
    span = (high - low) or Decimal(1)
    groups: dict[Named, list[dict[str, Any]]] = {}
    for row, number in zip(result.rows, numbers, strict=True):
        groups.setdefault(result.named(row, label), []).append(
            {
                "series": result.named(row, series) if series else None,
                "value": text.number(number, result.language),
                "x": _percent((min(number, 0) - low) / span),
                "width": _percent(abs(number) / span),
                "negative": number < 0,
            }
        )
    return {
        "label": result.heading(label),
        "series": result.heading(series) if series else None,
        "value": result.heading(value),
        "zero": _percent(-low / span),
        "has_negative": low < 0,
        "groups": list(groups.items()),
    }


def _columns(result: Result) -> tuple[str, str | None, str] | None:
    """Return the columns of labels, of series (or None) and of numbers."""
    if not 0 < len(result.rows) <= _MOST_ROWS:
        return None
    numeric = [v for v in result.columns if _all_numbers(result, v)]
    if not numeric:
        return None
    value = numeric[-1]
    others = [v for v in result.columns if v != value]
    if any(v not in row for v in others for row in result.rows):
        return None
    if len(others) == 1:
        return others[0], None, value
    if len(others) != 2:
        return None
    series = min(reversed(others), key=lambda v: len(_values(result, v)))
    label = next(v for v in others if v != series)
    pairs = {(row[label]["value"], row[series]["value"]) for row in result.rows}
    if len(_values(result, series)) > _MOST_SERIES or len(pairs) < len(result.rows):
        return None
    return label, series, value


def _all_numbers(result: Result, variable: str) -> bool:
    return all(number_of(row.get(variable)) is not None for row in result.rows)


def _values(result: Result, variable: str) -> Sequence[str]:
    return list({row[variable]["value"] for row in result.rows})


def _percent(share: Decimal) -> str:
    return f"{float(share) * 100:.2f}%"
