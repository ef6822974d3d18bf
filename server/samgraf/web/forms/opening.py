"""The opening of the front page: ``?title ?text``, and facts in further columns."""

from __future__ import annotations

from typing import Any

from samgraf.web.forms.result import Result

_OWN = ("title", "text")


def shape(result: Result) -> dict[str, Any] | None:
    """Return title, text and facts; None where there is no title, or more than one."""
    titles = list(result.grouped("title"))
    one_thing = len(titles) == 1 or all(row["title"]["type"] == "literal" for row in result.rows)
    if not titles or not one_thing:
        return None
    rows = result.rows
    title = result.named(rows[0], "title")
    if title.href is None:
        title = title._replace(phrase=result.text(rows, "title"))
    facts = [
        (result.heading(v), found)
        for v in result.columns
        if v not in _OWN and (found := result.all_named(rows, v))
    ]
    return {"title": title, "text": result.text(rows, "text"), "facts": facts}
