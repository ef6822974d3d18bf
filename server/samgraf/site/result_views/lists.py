"""Views that are read as they are: tables, figures, columns, notices, an opening, places in texts.

Each takes a result and returns what its template ``result_views/NAME.html`` is given, or None where
the answer does not have what the view needs.
"""

from __future__ import annotations

from typing import Any

from samgraf import text
from samgraf.columns import OPENING
from samgraf.site.cells import Cell, cell, is_web, literal_text
from samgraf.site.context import the_service
from samgraf.site.graph import Row, address, is_foreign
from samgraf.site.result_views.result import ResultTable
from samgraf.site.units import unit_of, with_unit

_MOST_FIGURES = 4  # key figures that one takes in at a glance
_MOST_COLUMNS = 6  # columns that have room beside one another


def table(result: ResultTable) -> dict[str, Any]:
    """Return the headings of the columns and the rows of cells."""
    rows = [[_cell(result, row, v) for v in result.columns] for row in result.rows]
    figures = [
        bool(rows) and all(r[i].is_number or not r[i].text for r in rows)
        for i in range(len(result.columns))
    ]
    return {
        "columns": [
            result.measured(v) if is_figure else result.heading(v)
            for v, is_figure in zip(result.columns, figures, strict=True)
        ],
        "figures": figures,
        "rows": rows,
    }


def grouped(result: ResultTable) -> dict[str, Any] | None:
    """Return the table with one row for each value of the first column.

    What the other columns have beside it is joined, each value once.
    """
    if not result.columns:
        return None
    rows: dict[str, list[dict[Cell, None]]] = {}
    for given in result.rows:
        key = given.get(result.columns[0], {}).get("value", "")
        row = rows.setdefault(key, [{} for _ in result.columns])
        for cells, variable in zip(row, result.columns, strict=True):
            if (found := _cell(result, given, variable)).text:
                cells[found] = None
    joined = [[_joined(list(cells)) for cells in row] for row in rows.values()]
    return table(result) | {"rows": joined}


def _joined(cells: list[Cell]) -> Cell:
    return cells[0]._replace(more=tuple(cells[1:])) if cells else Cell("")


def figures(result: ResultTable) -> dict[str, Any] | None:
    """Return the figures, each with its unit; None without them or where one is no number."""
    if not {"measure", "value"} <= set(result.variables):
        return None
    found = []
    for row in result.rows[:_MOST_FIGURES]:
        name, amount = result.named(row, "measure"), text.number_of(row.get("value"))
        if name is None or amount is None:
            return None
        found.append(
            {
                "name": name,
                "value": text.number(amount, result.language),
                "unit": unit_of(row["measure"]["value"], result.language),
                "when": result.phrase(row, "when"),
                "note": result.phrase(row, "note"),
                "source": result.named(row, "source"),
            }
        )
    return {"figures": found} if found else None


def _cell(result: ResultTable, row: dict[str, Any], variable: str) -> Cell:
    term = row.get(variable)
    if term is None or term["type"] not in ("uri", "literal"):
        return cell(term, the_service().prefixes)
    plain = cell(term, the_service().prefixes)
    if term["type"] == "uri" and (said := result.phrase(row, variable)):
        # what is named elsewhere and has no name here has no page here either
        here = term["value"] in result.labels or not is_foreign(term["value"])
        return Cell(said.text, address(term["value"]) if here else plain.href, said.language)
    written = literal_text(term, result.language)
    if plain.is_number and variable == "value" and "measure" in row:
        # the unit of a whole column stands in its heading
        written = with_unit(written, row["measure"]["value"], result.language)
    return plain._replace(text=written)


def columns(result: ResultTable) -> dict[str, Any] | None:
    """Return the columns in order, each with its items; None without both or with too many."""
    if not {"column", "item"} <= set(result.variables):
        return None
    found = []
    for _, rows in result.grouped("column"):
        part = ResultTable(result.variables, rows, result.language)
        part.labels = result.labels
        items = [_item(result, own, "item") for _, own in part.grouped("item")]
        found.append(
            {
                "head": result.named(rows[0], "column"),
                "tone": result.tone(rows[0], "columnTone"),
                "items": items,
            }
        )
    return {"columns": found} if 0 < len(found) <= _MOST_COLUMNS else None


def _item(result: ResultTable, rows: list[Row], variable: str) -> dict[str, Any]:
    return {
        "name": result.named(rows[0], variable),
        "text": result.text(rows, "text"),
        "groups": result.all_named(rows, "group"),
    }


def notice(result: ResultTable) -> dict[str, Any] | None:
    """Return each notice once, with its text in the reader's language and its groups."""
    if not {"notice", "text"} <= set(result.variables):
        return None
    notices = [_item(result, rows, "notice") for _, rows in result.grouped("notice")]
    return {"notices": notices} if notices else None


def opening(result: ResultTable) -> dict[str, Any] | None:
    """Return what is said and the facts; None where there is no title, or more than one."""
    titles = list(result.grouped("title"))
    one_thing = len(titles) == 1 or all(row["title"]["type"] == "literal" for row in result.rows)
    if not titles or not one_thing:
        return None
    rows = result.rows
    title = result.named(rows[0], "title")
    text = result.text(rows, "title")
    if title and text and title.href is None:
        title = title._replace(phrase=text)
    facts = [
        (result.heading(v), found)
        for v in result.columns
        if v not in OPENING and (found := result.all_named(rows, v))
    ]
    answers = [own for _, own in result.grouped("answer")]
    return {
        "title": title,
        "answer": result.named(answers[0][0], "answer") if answers else None,
        "answer_text": result.text(answers[0], "answerText") if answers else None,
        "text": result.text(rows, "text"),
        "facts": facts,
    }


def places(result: ResultTable) -> dict[str, Any] | None:
    """Return the places in order, None where the answer does not say where they are."""
    if not {"place", "start", "end"} <= set(result.variables):
        return None
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in result.rows:
        if {"place", "start", "end"} <= row.keys() and row["start"]["value"].isdigit():
            key = (row["place"]["value"], row["start"]["value"])
            found.setdefault(key, _place(result, row))
    return {"places": sorted(found.values(), key=lambda p: p["start"])}


def _place(result: ResultTable, row: Row) -> dict[str, Any]:
    start, end = int(row["start"]["value"]), int(row["end"]["value"])
    length = row.get("length", {}).get("value", "")
    page = row.get("page", {}).get("value", "")
    text = row.get("text")
    return {
        "label": result.phrase(row, "place"),
        "href": address(row["place"]["value"]),
        "start": start,
        "end": end,
        "count": end - start,
        "text": result.phrase(row, "text") if text else None,
        "text_href": address(text["value"]) if text and text["type"] == "uri" else None,
        "length": int(length) if length.isdigit() else None,
        "checksum": row.get("checksum", {}).get("value"),
        "page": page if is_web(page) else None,
    }
