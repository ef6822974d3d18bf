"""Places in texts: where each begins and ends, of which text, and the way there.

Columns: ``place``, ``start``, ``end``; where known ``text``, ``length``, ``checksum`` and ``page``,
an address that leads to the place (https://wicg.github.io/scroll-to-text-fragment/).
"""

from __future__ import annotations

import re
from typing import Any

from samgraf.site.forms.result import Result
from samgraf.site.graph import Row, address

_WEB = re.compile(r"https?://[^\x00-\x20\x7f]+\Z", re.IGNORECASE)


def shape(result: Result) -> dict[str, Any] | None:
    """Return the places in order, None where the answer does not say where they are."""
    if not {"place", "start", "end"} <= set(result.variables):
        return None
    places: dict[tuple[str, str], dict[str, Any]] = {}
    for row in result.rows:
        if {"place", "start", "end"} <= row.keys() and row["start"]["value"].isdigit():
            key = (row["place"]["value"], row["start"]["value"])
            places.setdefault(key, _place(result, row))
    return {"places": sorted(places.values(), key=lambda p: p["start"])}


def _place(result: Result, row: Row) -> dict[str, Any]:
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
        "page": page if _WEB.match(page) else None,
    }
