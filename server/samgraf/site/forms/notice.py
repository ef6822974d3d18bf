"""A notice: what must be said in plain sight, ``?notice ?text``."""

from __future__ import annotations

from typing import Any

from samgraf.site.forms.result import Result


def shape(result: Result) -> dict[str, Any] | None:
    """Return each notice once, with its text in the reader's language."""
    if not {"notice", "text"} <= set(result.variables):
        return None
    notices = [
        {"name": result.named(rows[0], "notice"), "text": result.text(rows, "text")}
        for _, rows in result.grouped("notice")
    ]
    return {"notices": notices} if notices else None
