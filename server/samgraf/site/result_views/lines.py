"""A chart of lines: how numbers of things went over the years, from nought upwards.

``?series`` are the things, ``?year`` the years and one further column the numbers. ``?successor``
names what came after a thing: where its line ends, a mark says so, as where a line begins that
others ended in. The thing that the page is about is drawn in the accent. Places are in per cent, so
that the chart is as wide as the screen while letters keep their size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from samgraf import text
from samgraf.site.context import subject
from samgraf.site.graph import NamedTerm
from samgraf.site.language import interface_text
from samgraf.site.result_views.result import ResultTable

SERIES, YEAR, SUCCESSOR = "series", "year", "successor"
_MOST_SERIES = 12
_MOST_POINTS = 2_000
_STEPS = (1, 2, 5, 10)
_MOST_TICKS = 6  # lines across
_MOST_YEARS = 7  # years that are written
LEFT, ACROSS = 11.0, 87.0  # per cent of the width: before the lines, and of the lines
TOP, HIGH, BELOW = 26.0, 200.0, 28.0  # heights in pixels: above the lines, of them, years
_ROOMY = 0.4  # share of the width that two numbers need beside each other on a narrow screen
_ABOVE, _LINE = 9.0, 16.0  # pixels between a point and its text, and between two texts


@dataclass
class Line:
    """The numbers of one thing by year, and what came after it."""

    name: NamedTerm
    points: dict[int, Decimal] = field(default_factory=dict)
    successors: dict[str, NamedTerm] = field(default_factory=dict)


def line(result: ResultTable) -> dict[str, Any] | None:
    """Return the lines, the marks and the scales; None where no thing has two years."""
    numeric = [v for v in result.columns if result.is_numeric(v) and v != YEAR]
    if not numeric or not {SERIES, YEAR} <= set(result.variables):
        return None
    value = numeric[-1]
    lines = _lines(result, value)
    if lines is None or not any(len(one.points) > 1 for one in lines.values()):
        return None
    years = sorted({year for one in lines.values() for year in one.points})
    top, ticks = _scale(max(n for one in lines.values() for n in one.points.values()))
    here = subject()
    own = here if here in lines else next(iter(lines))
    drawn = [
        _drawn(one, years, top, own=iri == own, language=result.language)
        for iri, one in sorted(lines.items(), key=lambda item: item[0] == own)
    ]
    _named_apart(drawn)
    return {
        "value": result.measured(value),
        "left": LEFT,
        "across": ACROSS,
        "top": TOP,
        "high": HIGH,
        "height": TOP + HIGH + BELOW,
        "lines": drawn,
        "marks": _marks(lines, own, years, result.language),
        "ticks": [(text.number(t, result.language), _height(t, top)) for t in ticks],
        "years": [(year, _along(year, years)) for year in _written(years)],
    }


def _lines(result: ResultTable, value: str) -> dict[str, Line] | None:
    """Return the lines by thing; None where there are too many, or numbers below nought."""
    lines: dict[str, Line] = {}
    for row in result.rows:
        year, number = row.get(YEAR, {}).get("value", "")[:4], text.number_of(row.get(value))
        name = result.named(row, SERIES)
        if number is None or name is None or not (year.isascii() and year.isdigit()):
            continue
        if number < 0:
            return None
        one = lines.setdefault(row[SERIES]["value"], Line(name))
        one.points[int(year)] = number
        if (after := result.named(row, SUCCESSOR)) is not None:
            one.successors[row[SUCCESSOR]["value"]] = after
    points = sum(len(one.points) for one in lines.values())
    return lines if len(lines) <= _MOST_SERIES and points <= _MOST_POINTS else None


def _scale(highest: Decimal) -> tuple[Decimal, list[Decimal]]:
    """Return where the scale ends, and the numbers at which lines run across."""
    highest = max(highest, Decimal(1))
    unit = Decimal(10) ** (highest.adjusted() - 1)
    step = next(s * unit for s in (*_STEPS, 20, 50) if s * unit * _MOST_TICKS >= highest)
    count = math.ceil(highest / step)
    return step * count, [step * n for n in range(count + 1)]


def _share(year: float, years: list[int]) -> float:
    return (year - years[0]) / ((years[-1] - years[0]) or 1)


def _along(year: float, years: list[int]) -> str:
    return f"{LEFT + _share(year, years) * ACROSS:.2f}%"


def _height(number: Decimal, top: Decimal) -> float:
    return round(TOP + HIGH * float(1 - number / top), 1)


def _written(years: list[int]) -> list[int]:
    """Return the first and the last year, and some between them at equal steps."""
    span = years[-1] - years[0]
    step = next(s for s in (*_STEPS, *range(20, span + 21, 10)) if s * _MOST_YEARS >= span)
    inner = [y for y in range(years[0], years[-1]) if y % step == 0]
    kept = [y for y in inner if min(y - years[0], years[-1] - y) >= step]
    return [years[0], *kept, *years[-1:]] if span else years


def _drawn(one: Line, years: list[int], top: Decimal, *, own: bool, language: str) -> Any:
    points = sorted(one.points.items())
    (first, start), (last, end) = points[0], points[-1]
    path, before = "", None
    for year, number in points:
        # a line has a break where years are missing
        path += "L" if before is not None and year - before == 1 else "M"
        path += f"{_share(year, years) * 100:.2f} {100 - 100 * number / top:.2f}"
        before = year
    ends = [(last, end, "end")] if own else []
    if own and _share(last, years) - _share(first, years) > _ROOMY:
        ends.insert(0, (first, start, "start"))
    return {
        "name": one.name,
        "own": own,
        "path": path,
        "dot": {"x": _along(last, years), "y": _height(end, top)},
        "ends": [
            {
                "x": _along(year, years),
                "y": _height(number, top) - _ABOVE,
                "value": text.number(number, language),
                "anchor": anchor,
            }
            for year, number, anchor in ends
        ],
        "told": interface_text(
            language,
            "view_line_told",
            name=one.name.text,
            first=first,
            start=text.number(start, language),
            last=last,
            end=text.number(end, language),
        ),
    }


def _named_apart(lines: list[Any]) -> None:
    """Place the names of the other lines above their ends, and one above the other."""
    taken = float("inf")
    for drawn in sorted((d for d in lines if not d["own"]), key=lambda d: -d["dot"]["y"]):
        taken = min(drawn["dot"]["y"] - _ABOVE, taken - _LINE)
        drawn["name_y"] = round(taken, 1)


def _marks(lines: dict[str, Line], own: str, years: list[int], language: str) -> list[Any]:
    """Return where the own line ends in others, and where others ended in it."""
    found = []
    mine = lines[own]
    after = [name for iri, name in mine.successors.items() if iri != own]
    if after:
        found.append(_mark(max(mine.points), 0.5, "view_line_into", after, years, language))
    before = [one for one in lines.values() if own in one.successors]
    if before:
        names = [one.name for one in before]
        found.append(_mark(min(mine.points), -0.5, "view_line_from", names, years, language))
    return found


def _mark(
    year: int,
    aside: float,
    key: str,
    names: Sequence[NamedTerm],
    years: list[int],
    language: str,
) -> Any:
    at = min(max(year + aside, years[0]), years[-1])
    told = [name.phrase.text for name in names]
    between = text.separators(told, language)
    return {
        "x": _along(at, years),
        "told": interface_text(
            language, key, names="".join(n + s for n, s in zip(told, between, strict=True))
        ),
    }
