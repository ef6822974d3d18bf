"""Charts: bars for numbers, and a line of time for how long things lasted and what came after.

Each bar stands beside its value, so that there is no axis to read off; all begin at nought.

The line of time needs a column of things and ``?from`` or ``?to``, days or years that are part of
the time; ``?successor`` is another of the things, and ``?group`` divides them. A beginning that is
not stated is not known, an end that is not stated has not come. Places along the line are in per
cent, so that the picture is as wide as its reader's screen while its letters keep their size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from samgraf import text
from samgraf.site.context import subject
from samgraf.site.graph import NamedTerm, Row, address
from samgraf.site.language import Phrase, day_in, in_order, interface_text, period
from samgraf.site.result_views.result import ResultTable

_MOST_ROWS = 120
_MOST_SERIES = 8
FROM, TO, SUCCESSOR, GROUP = "from", "to", "successor", "group"
_AROUND = 0.35  # of the time told, shown before and after it
_LEAST_AROUND = 2.0  # years
_OPEN = 7.0  # per cent at an end that is not told
_APART = 9.0  # per cent between two years that are written
ROW, HEAD, TOP = 50, 34, 30  # heights in pixels: of a bar with its name, a heading, the years
_MOST_SPANS = 200


def bar(result: ResultTable) -> dict[str, Any] | None:
    """Return the groups of bars; None where not just one column can be drawn."""
    columns = _bar_columns(result)
    if columns is None:
        return None
    label, series, value = columns
    numbers = [text.number_of(row[value]) or Decimal(0) for row in result.rows]
    low, high = min(0, *numbers), max(0, *numbers)
    span = (high - low) or Decimal(1)
    groups: dict[NamedTerm | None, list[dict[str, Any]]] = {}
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


def _bar_columns(result: ResultTable) -> tuple[str, str | None, str] | None:
    """Return the columns of labels, of series (or None) and of numbers."""
    if not 0 < len(result.rows) <= _MOST_ROWS:
        return None
    numeric = [v for v in result.columns if result.is_numeric(v)]
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
    series = min(reversed(others), key=lambda v: len(result.values(v)))
    label = next(v for v in others if v != series)
    pairs = {(row[label]["value"], row[series]["value"]) for row in result.rows}
    if len(result.values(series)) > _MOST_SERIES or len(pairs) < len(result.rows):
        return None
    return label, series, value


def _percent(share: Decimal | float) -> str:
    return f"{float(share) * 100:.2f}%"


@dataclass
class Span:
    """One thing and its time; ``start`` and ``end`` are years with fractions, or unknown."""

    thing: str
    name: Phrase
    href: str | None
    start: float | None
    end: float | None
    told: str
    successors: dict[str, None] = field(default_factory=dict)


def timeline(result: ResultTable) -> dict[str, Any] | None:
    """Return the bars and links, None where no time is told."""
    variable = next((v for v in result.columns if v not in (FROM, TO, SUCCESSOR, GROUP)), None)
    if variable is None or not 0 < len(result.rows) <= _MOST_SPANS:
        return None
    groups: dict[Phrase | None, dict[tuple, Span]] = {}
    for row in result.rows:
        if variable in row:
            spans = groups.setdefault(result.phrase(row, GROUP), {})
            key = tuple(row.get(v, {}).get("value") for v in (variable, FROM, TO))
            span = spans.setdefault(key, _span(result, row, variable))
            if SUCCESSOR in row:
                span.successors[row[SUCCESSOR]["value"]] = None
    every = [span for spans in groups.values() for span in spans.values()]
    moments = sorted({m for s in every for m in (s.start, s.end) if m is not None})
    return _picture(groups, moments, result.language) if moments else None


def _span(result: ResultTable, row: Row, variable: str) -> Span:
    term = row[variable]
    begin, end = (
        day_in(row.get(edge, {}).get("value", ""), first=edge == FROM) for edge in (FROM, TO)
    )
    return Span(
        thing=term["value"],
        name=result.phrase(row, variable) or Phrase("", ""),
        href=address(term["value"]) if term["type"] == "uri" else None,
        start=_fraction(begin) if begin else None,
        # the last day is part of the time
        end=_fraction(end + timedelta(days=1)) if end and end < date.max else None,
        told=period(begin, end, result.language),
    )


def _fraction(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def _picture(
    groups: dict[Phrase | None, dict[tuple, Span]], moments: list[float], language: str
) -> dict[str, Any]:
    around = max((moments[-1] - moments[0]) * _AROUND, _LEAST_AROUND)
    first, last = moments[0] - around, moments[-1] + around

    def along(moment: float) -> float:
        return round(100 * (moment - first) / (last - first), 2)

    here = subject()
    y, heads, bars = TOP, [], []
    for name, spans in groups.items():
        if name is not None:
            heads.append({"name": name, "y": y})
            y += HEAD
        ordered = sorted(
            spans.values(), key=lambda s: (s.start or 0, s.end or 9999, in_order(s.name.text))
        )
        for span in ordered:
            bars.append(_bar(span, along, y, here=here))
            y += ROW
    links = _links(bars)
    for bar in bars:
        onward = [b["span"].name.text for b in bars if b["span"].thing in bar["span"].successors]
        said = ", ".join(dict.fromkeys(onward))
        bar["aria"] = f"{bar['span'].name.text}, {bar['span'].told}" + (
            f", {interface_text(language, 'timeline_onward')} {said}" if said else ""
        )
    return {
        "height": y + 6,
        "heads": heads,
        "bars": bars,
        "links": links,
        "years": _years(moments, along),
        "unknown": any(b["open_start"] for b in bars),
        "lasting": any(b["open_end"] for b in bars),
    }


def _bar(span: Span, along: Any, y: int, *, here: str | None) -> dict[str, Any]:
    start = _OPEN if span.start is None else along(span.start)
    end = 100 - _OPEN if span.end is None else along(span.end)
    late = start > 50
    return {
        "span": span,
        "y": y,
        "x": start,
        "end": end,
        "width": round(max(end - start, 0.8), 2),
        "open_start": span.start is None,
        "open_end": span.end is None,
        "current": span.thing == here,
        "text_x": 100 if late else 0 if span.start is None else start,
        "anchor": "end" if late else "start",
    }


def _links(bars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a line from the end of each bar to the beginning of each that it went over into."""
    found = []
    for bar in bars:
        for other in bars:
            if other["span"].thing in bar["span"].successors and other is not bar:
                found.append(
                    {
                        "x1": bar["end"],
                        "x2": other["x"],
                        "y1": bar["y"] + 30,
                        "y2": other["y"] + (24 if other["y"] > bar["y"] else 36),
                        "up": other["y"] < bar["y"],
                    }
                )
    return found


def _years(moments: list[float], along: Any) -> list[dict[str, Any]]:
    """Return the moments at which something changes; those too close to another have no year."""
    found, before = [], -100.0
    for moment in moments:
        x = along(moment)
        written = x - before >= _APART
        found.append({"x": x, "year": int(moment + 1e-6) if written else None})
        before = x if written else before
    return found
