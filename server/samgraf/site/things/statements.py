"""The statements about a thing and those that point at it: read, and arranged into sections.

A fixed number of queries reads them. Lists that are long are counted, and one page of one of them
is read where the reader asks. Lenses of the thing's classes say which lists stand where; what no
lens names stands under *more*. What is inferred and says no more than an asserted statement
between the same two things is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from samgraf.limits import THING_LIST, THING_PAGE, THING_SHORT_LIST, THING_STATEMENTS
from samgraf.site.graph import (
    LabelLookup,
    Row,
    Term,
    ask,
    graphs_apart,
    inferred_graph,
    plain_term,
    term_in_order,
)
from samgraf.site.language import reader_language
from samgraf.site.things.display import HIDE, HIDE_INVERSE, SHOW, SHOW_INVERSE, Lens
from samgraf.vocab import RDF, RDFS, SKOS

OUT, IN = "out", "in"

#: A list of statements: which way they go, and their property.
Key = tuple[str, str]


@dataclass
class Statement:
    """One statement beside the thing itself: which way it goes, and the graphs that assert it."""

    way: str
    property: str
    node: Term
    graphs: list[str] = field(default_factory=list)

    @property
    def is_inferred(self) -> bool:
        """Return whether it stands nowhere but in the graph of what is inferred."""
        return not self.graphs

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells the node apart from others."""
        node = self.node
        return (node["type"], node["value"], node.get("datatype", ""), node.get("xml:lang", ""))


@dataclass(frozen=True)
class Wanted:
    """The list that the reader has opened: way, property and number of the page, from 1."""

    way: str
    property: str
    page: int


@dataclass
class Statements:
    """What was read: how many statements there are by way and property, and those read.

    Of the list ``opened`` that is ``page``, the last one where a later was asked for.
    """

    counts: dict[Key, int]
    read: dict[Key, list[Statement]]
    opened: Key | None = None
    page: int = 1

    def of(self, way: str, name: str) -> list[Statement]:
        """Return the statements of a list as far as they were read."""
        return self.read.get((way, name), [])

    def is_open(self, key: Key) -> bool:
        """Return whether the list ``key`` is the one of which the reader sees a page."""
        return key == self.opened

    def __bool__(self) -> bool:
        """Return whether the graph knows the thing."""
        return bool(self.counts)


def read_statements(this: ox.NamedNode, wanted: Wanted | None) -> Statements:
    """Return the statements about ``this``, with the page ``wanted`` of one long list.

    One query reads them where there are not too many. Where there are more, they are counted, and
    the short lists and the page wanted are read.
    """
    left_out = graphs_apart()
    opened = (wanted.way, wanted.property) if wanted else None
    rows = ask(__package__, "around.rq", this=this, apart=left_out, most=THING_STATEMENTS + 1)
    if len(rows) <= THING_STATEMENTS:
        read = _with_long_lists_by_name(_by_list(rows))
        counts = {key: len(statements) for key, statements in read.items()}
        page = _page_of(counts, wanted)
        if opened in read:
            read[opened] = read[opened][(page - 1) * THING_PAGE :][:THING_PAGE]
        return Statements(counts, read, opened, page)
    counts = {
        (row["way"]["value"], row["property"]["value"]): int(row["count"]["value"])
        for row in ask(__package__, "counts.rq", this=this)
        if "property" in row
    }
    chosen = _few(counts, wanted)
    out, into = ([ox.NamedNode(p) for w, p in chosen if w == way] for way in (OUT, IN))
    rows = ask(__package__, "statements.rq", this=this, apart=left_out, **{"out": out, "in": into})
    read = _with_long_lists_by_name(_by_list(rows))
    page = _page_of(counts, wanted)
    if wanted and opened in counts:
        read[opened] = _read_page(this, replace(wanted, page=page), left_out)
    return Statements(counts, read, opened, page)


def _page_of(counts: Mapping[Key, int], wanted: Wanted | None) -> int:
    """Return the page that is wanted, the last one where there are not so many."""
    if wanted is None:
        return 1
    total = counts.get((wanted.way, wanted.property), 0)
    return min(wanted.page, max(1, -(-total // THING_PAGE)))


def _with_long_lists_by_name(read: dict[Key, list[Statement]]) -> dict[Key, list[Statement]]:
    """Return the lists ``read``, those sorted by name of which a page shows a part only."""
    long = {key for key, statements in read.items() if len(statements) > THING_SHORT_LIST}
    nodes = [s.node for key in long for s in read[key] if s.node["type"] == "uri"]
    if not nodes:
        return read
    labels = LabelLookup((node["value"] for node in nodes), reader_language())
    for key in long:
        read[key].sort(key=lambda statement: term_in_order(statement.node, labels))
    return read


def _few(counts: Mapping[Key, int], wanted: Wanted | None) -> list[Key]:
    """Return the lists that are short enough to be read, the shortest first."""
    chosen, total = [], 0
    for key, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        if wanted and key == (wanted.way, wanted.property):
            continue
        total += count
        if count > THING_LIST or total > THING_STATEMENTS:
            break
        chosen.append(key)
    return chosen


def _read_page(this: ox.NamedNode, wanted: Wanted, left_out: list[ox.NamedNode]) -> list[Statement]:
    rows = ask(
        __package__,
        f"page_{wanted.way}.rq",
        this=this,
        property=ox.NamedNode(wanted.property),
        size=THING_PAGE,
        start=(wanted.page - 1) * THING_PAGE,
        apart=left_out,
    )
    name = {"way": {"value": wanted.way}, "property": {"value": wanted.property}}
    return _by_list([{**name, **row} for row in rows]).get((wanted.way, wanted.property), [])


def _by_list(rows: Iterable[Row]) -> dict[Key, list[Statement]]:
    """Return each statement once, with the graphs that assert it, by way and property."""
    lists: dict[Key, dict[tuple[str, ...], Statement]] = {}
    inferred = inferred_graph()
    for row in rows:
        way, name = row["way"]["value"], row["property"]["value"]
        statement = Statement(way, name, plain_term(row["node"]))
        known = lists.setdefault((way, name), {}).setdefault(statement.key, statement)
        if (graph := row["graph"]["value"]) != inferred:
            known.graphs.append(graph)
    return {
        key: sorted(statements.values(), key=lambda s: s.key) for key, statements in lists.items()
    }


#: What the head of the page shows already.
HEAD = (RDF + "type", RDFS + "label", SKOS + "prefLabel")


@dataclass
class Arranged:
    """Which lists stand in which lens's section, and what is left over."""

    sections: list[tuple[Lens, list[Key]]] = field(default_factory=list)
    more: list[Key] = field(default_factory=list)
    pointing: list[Key] = field(default_factory=list)
    inferred: list[Key] = field(default_factory=list)
    elsewhere: list[Key] = field(default_factory=list)
    hidden: list[Key] = field(default_factory=list)


def arrange(
    statements: Statements, lenses: Iterable[Lens], elsewhere: Iterable[Key] = ()
) -> Arranged:
    """Return the lists of ``statements`` in their places; other parts show those ``elsewhere``."""
    left = dict.fromkeys(sorted(statements.counts, key=lambda k: (k[0] == IN, k[1])))
    given = set(elsewhere)
    found = Arranged(elsewhere=[key for key in left if key in given])  # in an order of its own
    for key in (*((OUT, name) for name in HEAD), *found.elsewhere):
        left.pop(key, None)
    lenses = list(lenses)
    for lens in lenses:
        named = [(OUT, p) for p in lens.named(SHOW)]
        named += [(IN, p) for p in lens.named(SHOW_INVERSE)]
        taken = [key for key in named if key in left]
        for key in taken:
            left.pop(key)
        if taken:
            found.sections.append((lens, taken))
    for lens in lenses:
        for way, says in ((OUT, HIDE), (IN, HIDE_INVERSE)):
            for name in lens.named(says):
                if (way, name) in left:
                    left.pop((way, name))
                    found.hidden.append((way, name))
    for key in left:
        read = statements.read.get(key)
        if read and all(s.is_inferred for s in read):
            found.inferred.append(key)
        elif key[0] == OUT:
            found.more.append(key)
        else:
            found.pointing.append(key)
    return found


def without_repeats(statements: Statements, groups: Iterable[Iterable[Key]]) -> Statements:
    """Return ``statements`` less what is inferred of a pair that an asserted one is on.

    The two must stand in lists of one of ``groups``.
    """
    counts, read = dict(statements.counts), dict(statements.read)
    for keys in groups:
        keys = [key for key in keys if key in read]
        asserted = {(key[0], s.key) for key in keys for s in read[key] if not s.is_inferred}
        for key in keys:
            kept = [s for s in read[key] if not s.is_inferred or (key[0], s.key) not in asserted]
            counts[key] -= len(read[key]) - len(kept)
            read[key] = kept
    return replace(statements, counts=counts, read=read)
