"""What changed between two releases: thing by thing, property by property.

Both files of quads are sorted, so that they are read side by side, line by line; only what differs
is kept, up to a bound. Statements of the content are told in full, and what follows from them
apart; of what the build makes besides, and of nodes without a name, the numbers are told.

``python -m samgraf.release.diff OLD NEW`` writes the document that ``compare_releases`` returns.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from io import BytesIO
from itertools import groupby, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from samgraf import limits
from samgraf.errors import SamgrafError
from samgraf.release import names
from samgraf.release.canonical import canonical_rows, json_of
from samgraf.release.labels import Labels
from samgraf.release.manifest import apart, read_manifest
from samgraf.release.store import checked_quads, read_quads

INFERRED = "graph/inferred"
_NAMELESS = b"_:"


@dataclass
class _Side:
    """What one of the two releases has that the other has not."""

    lines: list[bytes] = field(default_factory=list)
    nameless: list[bytes] = field(default_factory=list)
    count: int = 0

    def add(self, line: bytes) -> None:
        self.count += 1
        if len(self.lines) < limits.DIFF_STATEMENTS:
            self.lines.append(line)


def compare_releases(old: Path, new: Path) -> dict[str, Any]:
    """Return what changed from the release in the folder ``old`` to that in ``new``.

    ``things`` and ``inferences`` are lists of things, each with what became of it (added, removed,
    changed) and its changes by property. Raise SamgrafError where a folder holds no release, or one
    that is not as it was written.
    """
    before, after = read_manifest(old), read_manifest(new)
    kinds = _kinds(before) | _kinds(after)
    removed, added, lasting = _side_by_side(checked_quads(old), checked_quads(new))
    told: dict[str, Any] = {
        "old": _about(before),
        "new": _about(after),
        "statements": {"added": added.count, "removed": removed.count},
        "is_whole": max(added.count, removed.count) <= limits.DIFF_STATEMENTS,
        "unnamed": _nameless(removed.nameless, added.nameless),
        "questions": _questions(before, after),
    }
    gone, come = _by_kind(removed.lines, kinds), _by_kind(added.lines, kinds)
    moved = _without_moved(gone["content"], come["content"])
    told["moved"] = moved
    needed: dict[str, None] = {}
    for name, kind in (("things", "content"), ("inferences", "inferred")):
        things = _things(gone[kind], come[kind], lasting)
        told[name] = things[: limits.DIFF_THINGS]
        told[f"{name}_count"] = {
            what: sum(thing["what"] == what for thing in things)
            for what in ("added", "removed", "changed")
        }
        told[f"{name}_statements"] = {"added": len(come[kind]), "removed": len(gone[kind])}
        needed |= dict.fromkeys(_named_in(told[name]))
    told["made"] = _made(gone["made"], come["made"])
    base = after.get("base") or ""
    needed |= dict.fromkeys(f"{base}questions/{entry['id']}" for entry in told["questions"])
    needed |= dict.fromkeys(entry["graph"] for entry in told["made"])
    told["labels"] = _labels((new, old), needed)
    return told


def _about(manifest: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("release", "version", "date", "statements")
    return {name: manifest.get(name) or ("" if name != "statements" else None) for name in kept}


def _kinds(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return of each graph whether it is of the content, inferred, or made by the build."""
    base, left_out = manifest.get("base") or "", set(apart(manifest))
    found = {}
    for entry in manifest["graphs"]:
        iri = entry["iri"]
        is_content = entry.get("file") and iri not in left_out and iri != base + names.GRAPH
        found[iri] = "content" if is_content else "made"
        if iri == base + INFERRED:
            found[iri] = "inferred"
    return found


def _side_by_side(old: bytes, new: bytes) -> tuple[_Side, _Side, set[bytes]]:
    """Return what is in ``old`` alone, in ``new`` alone, and which of their subjects are in both.

    Lines with nodes without a name are put aside: their names differ from release to release.
    """
    removed, added = _Side(), _Side()
    sides = {1: removed, 2: added}
    lasting: set[bytes] = set()
    olds = zip(_lines(BytesIO(old), removed), repeat(1))
    news = zip(_lines(BytesIO(new), added), repeat(2))
    for subject, block in groupby(merge(olds, news), lambda pair: _subject(pair[0])):
        seen = 0  # in which of the two: 3 is both
        for line, pairs in groupby(block, itemgetter(0)):
            where = sum({which for _, which in pairs})
            seen |= where
            if where in sides:
                sides[where].add(line)
        if seen == 3:
            lasting.add(subject)
    return removed, added, lasting


def _lines(file: Iterable[bytes], side: _Side) -> Iterator[bytes]:
    for line in file:
        if _NAMELESS in line and len(side.nameless) < limits.DIFF_STATEMENTS:
            side.nameless.append(line)
        elif line != b"\n":
            yield line


def _subject(line: bytes) -> bytes:
    return line.split(b" ", 1)[0]


def _nameless(old: list[bytes], new: list[bytes]) -> dict[str, int]:
    """Return how many statements about nodes without a name were added and removed."""
    before, after = (Counter(canonical_rows(_rows(lines))) for lines in (old, new))
    return {"added": (after - before).total(), "removed": (before - after).total()}


def _rows(lines: list[bytes]) -> Iterator[tuple[Any, ...]]:
    for quad in ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS):
        yield quad.subject, quad.predicate, quad.object, quad.graph_name


def _by_kind(lines: list[bytes], kinds: Mapping[str, str]) -> dict[str, list[ox.Quad]]:
    found: dict[str, list[ox.Quad]] = {"content": [], "inferred": [], "made": []}
    for quad in ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS):
        found[kinds.get(getattr(quad.graph_name, "value", ""), "made")].append(quad)
    return found


def _without_moved(gone: list[ox.Quad], come: list[ox.Quad]) -> int:
    """Take out of both what only moved from one graph to another; return how much that is."""
    there = Counter(q.triple for q in gone)
    both = there & Counter(q.triple for q in come)
    for quads in (gone, come):
        left = Counter(both)
        kept = []
        for quad in quads:
            if left[quad.triple]:
                left[quad.triple] -= 1
            else:
                kept.append(quad)
        quads[:] = kept
    return both.total()


def _things(gone: list[ox.Quad], come: list[ox.Quad], lasting: set[bytes]) -> list[dict[str, Any]]:
    """Return the things of which statements came or went, by IRI."""
    changes: dict[str, dict[str, dict[str, list[Any]]]] = defaultdict(dict)
    for way, quads in (("removed", gone), ("added", come)):
        for triple in dict.fromkeys(q.triple for q in quads):
            if isinstance(triple.subject, ox.NamedNode):
                by_property = changes[triple.subject.value]
                values = by_property.setdefault(
                    triple.predicate.value, {"removed": [], "added": []}
                )
                values[way].append(_value(triple.object))
    found = []
    for iri, by_property in sorted(changes.items()):
        ways = {way for values in by_property.values() for way in values if values[way]}
        is_new_or_gone = f"<{iri}>".encode() not in lasting and len(ways) == 1
        found.append(
            {
                "iri": iri,
                "what": next(iter(ways)) if is_new_or_gone else "changed",
                "changes": [
                    {
                        "property": name,
                        "removed": values["removed"][: limits.DIFF_VALUES],
                        "added": values["added"][: limits.DIFF_VALUES],
                        "count": len(values["removed"]) + len(values["added"]),
                    }
                    for name, values in sorted(by_property.items())
                ],
            }
        )
    return found


def _value(term: Any) -> dict[str, Any]:
    """Return a term as SPARQL results in JSON have it, a long text cut."""
    if not isinstance(term, ox.NamedNode | ox.Literal):
        return {"type": "literal", "value": str(term)[: limits.DIFF_TEXT]}
    found = json_of(term)
    if found["type"] == "literal" and len(found["value"]) > limits.DIFF_TEXT:
        found["value"] = found["value"][: limits.DIFF_TEXT] + "…"
    return found


def _made(gone: list[ox.Quad], come: list[ox.Quad]) -> list[dict[str, Any]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for way, quads in (("removed", gone), ("added", come)):
        for quad in quads:
            counts[getattr(quad.graph_name, "value", "")][way] += 1
    return [
        {"graph": iri, "added": count["added"], "removed": count["removed"]}
        for iri, count in sorted(counts.items())
    ]


def _questions(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the questions whose answers differ, as far as the manifests tell."""
    old, new = ({q["id"]: q for q in m.get("questions", ())} for m in (before, after))
    found = []
    for name in sorted({*old, *new}):
        one, other = old.get(name), new.get(name)
        if one is None or other is None:
            what = "added" if one is None else "removed"
        elif not (one.get("sha256") and other.get("sha256")):
            if one["rows"] == other["rows"]:
                continue  # nothing tells whether they differ
            what = "changed"
        elif one["sha256"] == other["sha256"]:
            continue
        else:
            what = "changed"
        entry: dict[str, Any] = {"id": name, "what": what}
        for key, question in (("old", one), ("new", other)):
            entry[key] = question and {k: question.get(k) for k in ("rows", "sha256")}
        found.append(entry)
    return found


def _named_in(things: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for thing in things:
        yield thing["iri"]
        for change in thing["changes"]:
            yield change["property"]
            for value in (*change["removed"], *change["added"]):
                if value["type"] == "uri":
                    yield value["value"]


def _labels(folders: Iterable[Path], needed: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return what the things ``needed`` are called in the first of ``folders`` that names them."""
    left, found = set(needed), {}
    for folder in folders:
        told = (q.triple for q in read_quads(folder))
        labels = Labels(t for t in told if getattr(t.subject, "value", "") in left)
        found |= {iri: texts for iri in left if (texts := labels.texts(iri))}
        left -= found.keys()
    return found


if __name__ == "__main__":
    try:
        json.dump(compare_releases(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
    except (SamgrafError, OSError) as error:
        sys.exit(f"The releases could not be compared: {error}")
