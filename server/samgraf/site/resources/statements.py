"""Read the statements of a thing and those that point at it: a fixed number of queries.

Lists that are long are counted, and one page of one of them is read where the reader asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.release import apart
from samgraf.site.context import the_service
from samgraf.site.graph import ask
from samgraf.site.graph.ask import Row

OUT, IN = "out", "in"
MOST_OF_ONE = 300  # statements of one property that are read at once
MOST_IN_ALL = 2000
PAGE = 50

Term = Mapping[str, str]


@dataclass
class Statement:
    """Hold one statement beside the thing itself: which way it goes, and the graphs it is in."""

    way: str
    property: str
    node: Term
    graphs: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells the node apart from others."""
        node = self.node
        return (node["type"], node["value"], node.get("datatype", ""), node.get("xml:lang", ""))


@dataclass(frozen=True)
class Wanted:
    """Hold the list that the reader has opened: way, property and number of the page, from 1."""

    way: str
    property: str
    page: int


@dataclass
class Statements:
    """Hold what was read: how many statements there are by way and property, and those read."""

    counts: dict[tuple[str, str], int]
    read: dict[tuple[str, str], list[Statement]]
    opened: tuple[str, str] | None = None

    def is_open(self, key: tuple[str, str]) -> bool:
        """Say whether the list ``key`` is the one of which the reader sees a page."""
        return key == self.opened

    def __bool__(self) -> bool:
        """Say whether the graph knows the thing."""
        return bool(self.counts)


def read_statements(this: ox.NamedNode, wanted: Wanted | None) -> Statements:
    """Return the statements about ``this``, with the page ``wanted`` of one long list."""
    rows = ask(__package__, "counts.rq", this=this)
    counts = {
        (row["way"]["value"], row["property"]["value"]): int(row["count"]["value"])
        for row in rows
        if "property" in row
    }
    chosen = _few(counts, wanted)
    left_out = [ox.NamedNode(iri) for iri in apart(the_service().manifest)]
    read: dict[tuple[str, str], list[Statement]] = {}
    if counts:
        out, into = ([ox.NamedNode(p) for w, p in chosen if w == way] for way in (OUT, IN))
        values = {"in": into}
        for row in ask(__package__, "statements.rq", this=this, out=out, apart=left_out, **values):
            way, name = row["way"]["value"], row["property"]["value"]
            _add(read.setdefault((way, name), []), way, name, row)
    for statements in read.values():
        statements.sort(key=lambda s: s.key)
    opened = (wanted.way, wanted.property) if wanted else None
    if wanted and opened in counts:
        read[opened] = _page(this, wanted, left_out)
    return Statements(counts, {key: _once(found) for key, found in read.items()}, opened)


def _few(counts: Mapping[tuple[str, str], int], wanted: Wanted | None) -> list[tuple[str, str]]:
    """Return the lists that are short enough to be read, the shortest first."""
    chosen, total = [], 0
    for key, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        if wanted and key == (wanted.way, wanted.property):
            continue
        total += count
        if count > MOST_OF_ONE or total > MOST_IN_ALL:
            break
        chosen.append(key)
    return chosen


def _page(this: ox.NamedNode, wanted: Wanted, left_out: list[ox.NamedNode]) -> list[Statement]:
    found: list[Statement] = []
    rows = ask(
        __package__,
        f"page_{wanted.way}.rq",
        this=this,
        property=ox.NamedNode(wanted.property),
        size=PAGE,
        start=(wanted.page - 1) * PAGE,
        apart=left_out,
    )
    for row in rows:
        _add(found, wanted.way, wanted.property, row)
    return sorted(found, key=lambda s: s.key)


def _add(found: list[Statement], way: str, name: str, row: Row) -> None:
    found.append(Statement(way, name, row["node"], [row["graph"]["value"]]))


def _once(found: Iterable[Statement]) -> list[Statement]:
    """Return each statement once, with all the graphs that hold it."""
    by_key: dict[tuple[str, ...], Statement] = {}
    for statement in found:
        kept = by_key.setdefault(statement.key, statement)
        if kept is not statement:
            kept.graphs += statement.graphs
    return list(by_key.values())
