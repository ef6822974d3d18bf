"""A picture of what leads to what: ``?cause ?effect``, and what is known of each link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from samgraf.site.context import subject
from samgraf.site.graph import NamedTerm, Row
from samgraf.site.result_views.drawing import DrawnNode, Link, Picture, draw, layers_of
from samgraf.site.result_views.result import ResultTable

_MOST_NODES = 40
_LINES = ("solid", "dashed", "dotted", "dashdot")
#: Columns that are no grounds of a link; what group a row is of, the table tells.
_OWN = ("cause", "causeKind", "effect", "effectKind", "group", "linkKind", "weakest")


def causal(result: ResultTable) -> dict[str, Any] | None:
    """Return the picture, its key, and what the links rest on by number.

    ``weakest`` is how sure the weakest link of a chain in it is, with what the column is called.
    """
    if not {"cause", "effect"} <= set(result.variables):
        return None
    rows = [row for row in result.rows if "cause" in row and "effect" in row]
    nodes = _nodes(result, rows)
    if not 1 < len(nodes) <= _MOST_NODES:
        return None
    rows = _from_the_first(rows, nodes)
    kinds = result.all_named(rows, "linkKind")
    lines = _lines(result, rows, kinds)
    grounds = [v for v in result.columns if v not in _OWN]
    evidence: dict[NamedTerm, dict[str, Any]] = {}
    # a link that is stated with different certainty in different places is drawn once for each
    links: dict[tuple[str, str, NamedTerm | None], Link] = {}
    for row in rows:
        pair = (row["cause"]["value"], row["effect"]["value"])
        kind = result.named(row, "linkKind")
        pointed = row.get("linkEnd", {}).get("value") != "none"
        line = lines.get(kind, _LINES[0])
        link = links.setdefault((*pair, kind), Link(*pair, line, [], pointed))
        for ground in filter(None, (result.named(row, v) for v in grounds)):
            # a name that holds the kind already tells it
            told = kind if kind and kind.text.casefold() not in ground.text.casefold() else None
            known = evidence.setdefault(
                ground, {"number": len(evidence) + 1, "name": ground, "kind": told}
            )
            mark = (known["number"], ground)
            if mark not in link.marks:
                link.marks.append(mark)
    picture = Picture(list(nodes.values()), list(links.values()))
    return {
        "picture": draw(picture),
        "here": subject(),
        "key": [(lines[kind], kind) for kind in kinds],
        "weakest": [
            (result.heading("weakest"), found) for found in result.all_named(rows, "weakest")
        ],
        "evidence": list(evidence.values()),
        "nodes": len(nodes),
        "links": len({pair[:2] for pair in links}),
    }


def _nodes(result: ResultTable, rows: Sequence[Row]) -> dict[str, DrawnNode]:
    """Return the things that lead or are led to, each with its kind where one is told."""
    nodes: dict[str, DrawnNode] = {}
    for row in rows:
        for end in ("cause", "effect"):
            key, kind = row[end]["value"], result.named(row, f"{end}Kind")
            if key not in nodes or (kind and not nodes[key].kind):
                nodes[key] = DrawnNode(
                    key, result.named(row, end), kind, result.tone(row, f"{end}Tone")
                )
    return nodes


def _from_the_first(rows: Sequence[Row], nodes: dict[str, DrawnNode]) -> list[Row]:
    """Return ``rows`` in the order in which one reads the picture."""
    pairs = [(row["cause"]["value"], row["effect"]["value"]) for row in rows]
    layer = layers_of(list(nodes), pairs)
    return sorted(rows, key=lambda row: layer[row["cause"]["value"]])


def _lines(
    result: ResultTable, rows: Sequence[Row], kinds: Sequence[NamedTerm]
) -> dict[NamedTerm, str]:
    """Return the line of each kind of link: the one that the answer names, else one not named."""
    lines: dict[NamedTerm, str] = {}
    for row in rows:
        asked = row.get("linkLine", {}).get("value")
        if asked in _LINES and (kind := result.named(row, "linkKind")):
            lines[kind] = asked
    free = [line for line in _LINES if line not in lines.values()] or _LINES
    others = [kind for kind in kinds if kind not in lines]
    return lines | {kind: free[i % len(free)] for i, kind in enumerate(others)}
