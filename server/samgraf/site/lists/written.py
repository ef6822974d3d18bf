"""Lists for programs and tables: CSV (https://www.rfc-editor.org/rfc/rfc4180), JSON and GeoJSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from samgraf.site.context import absolute
from samgraf.site.geo.geojson import collection
from samgraf.site.lists.classes import Contents
from samgraf.site.lists.read import Member, ThingList
from samgraf.site.representations import json_text
from samgraf.site.result_views import ResultTable
from samgraf.site.result_views.maps import places_of

#: Between several values of one cell.
_BETWEEN = "; "


def csv_of(rows: Iterable[Iterable[object]]) -> str:
    """Return ``rows`` as CSV."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def table_of(found: ThingList) -> str:
    """Return the list as CSV: IRI, name, and each column; of things the names, then the IRIs.

    Numbers and dates stand as in the graph; several values of one cell stand between semicolons.
    """
    holds_things = [
        any(t["type"] == "uri" for m in found.members for t in m.terms[at])
        for at in range(len(found.columns))
    ]
    heads = ["iri", "name"]
    for column, has_iris in zip(found.columns, holds_things, strict=True):
        heads += [column.name, f"{column.name}_iri"] if has_iris else [column.name]
    return csv_of([heads, *(_row(member, holds_things) for member in found.members)])


def _row(member: Member, holds_things: list[bool]) -> list[str]:
    row = [member.iri, member.label.text]
    for terms, cells, has_iris in zip(member.terms, member.cells, holds_things, strict=True):
        texts = (
            cell.text if term["type"] == "uri" else term["value"]
            for term, cell in zip(terms, cells, strict=True)
        )
        row.append(_BETWEEN.join(texts))
        if has_iris:
            row.append(_BETWEEN.join(t["value"] for t in terms if t["type"] == "uri"))
    return row


def json_of(found: ThingList) -> str:
    """Return the list as JSON: the class, the number of its things, and each with its columns."""
    things = []
    for member in found.members:
        thing: dict[str, Any] = {"iri": member.iri, "name": member.label.text}
        thing["page"] = absolute(member.href)
        thing["columns"] = {
            column.name: [
                {"iri": term["value"], "name": cell.text}
                if term["type"] == "uri"
                else {"value": term["value"]}
                for term, cell in zip(terms, cells, strict=True)
            ]
            for column, terms, cells in zip(found.columns, member.terms, member.cells, strict=True)
        }
        things.append(thing)
    told = {
        "class": found.listed.iri,
        "name": found.listed.label.text,
        "count": found.listed.count,
        "things": things,
    }
    return json_text(told)


def geojson_of(found: ThingList, language: str) -> str:
    """Return the things of the list that have a place as GeoJSON."""
    rows = [{"feature": {"type": "uri", "value": member.iri}} for member in found.members]
    placed = places_of(ResultTable(["feature"], rows, language))
    told = collection(placed.places, (), placed.left_out)
    return json_text(told)


def contents_of(contents: Contents) -> list[dict[str, Any]]:
    """Return the classes with the numbers of their things."""
    return [
        {"class": c.iri, "name": c.label.text, "things": c.count, "list": absolute(c.href)}
        for c in contents
    ]
