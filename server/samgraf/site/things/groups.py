"""What a page about a thing is made of: statements by property, each value as it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from samgraf.limits import THING_PAGE
from samgraf.release.licences import text_and_name
from samgraf.site.cells import bare, leads_on
from samgraf.site.context import the_service
from samgraf.site.graph import Term, address, is_foreign, term_in_order
from samgraf.site.language import Phrase, in_order, interface_text
from samgraf.site.things.display import EXPLAIN, SHOW, STATUS, Display, Lens
from samgraf.site.things.kind import Subject
from samgraf.site.things.named import LICENCE, MODIFIED, ORIGIN, NamedThings, in_place, on_page
from samgraf.site.things.statements import (
    IN,
    OUT,
    Key,
    Statement,
)
from samgraf.site.things.values import Literal, in_one_language, literal
from samgraf.site.units import with_unit
from samgraf.vocab import RDF


@dataclass(frozen=True)
class GraphSource:
    """A graph that statements of the page stand in, and its number on the page."""

    number: int
    iri: str
    label: Phrase
    href: str
    licence: ShownValue | None = None
    modified: Literal | None = None
    origins: list[ShownValue] = field(default_factory=list)


@dataclass
class ShownValue:
    """One value as shown: a thing by its label, or a literal; never both.

    ``inside`` are the statements of a thing without an IRI, which has no page of its own;
    ``members`` are those of a list, in order.
    """

    label: Phrase | None = None
    href: str | None = None
    outside: str | None = None
    literal: Literal | None = None
    explanation: Phrase | None = None
    inferred: bool = False
    sources: list[GraphSource] = field(default_factory=list)
    cells: list[list[ShownValue]] = field(default_factory=list)
    inside: list[PropertyGroup] = field(default_factory=list)
    members: list[ShownValue] = field(default_factory=list)


@dataclass
class Pager:
    """Where the reader stands in a long list, and the ways on."""

    first: int
    last: int
    total: int
    before: str | None
    after: str | None
    back: str


@dataclass
class PropertyGroup:
    """A property with its values, as a list or, with ``columns``, as a table.

    ``status`` says how complete it is.
    """

    id: str
    property: str
    label: Phrase
    href: str | None
    values: list[ShownValue]
    total: int
    columns: list[Phrase] = field(default_factory=list)
    more: str | None = None
    pager: Pager | None = None
    status: list[ShownValue] = field(default_factory=list)


_DEEPEST = 2  # blank nodes within blank nodes that are shown in place


def _order(said: Mapping[str, list[Term]]) -> list[str]:
    """Return the properties of a thing, its classes first."""
    return sorted(said, key=lambda name: (name != RDF + "type", name))


class Groups:
    """Make the groups of one page, and remember the graphs that their statements are from."""

    def __init__(self, subject: Subject, display: Display, named: NamedThings):
        self._iri, self._statements = subject.iri, subject.statements
        self._display, self._named, self._language = display, named, subject.language
        self._sources: dict[str, GraphSource] = {}
        self.has_inferred = False

    def all(self, keys: Iterable[Key], lens: Lens | None = None) -> list[PropertyGroup]:
        """Return the groups of the lists ``keys``, as ``lens`` wants them."""
        return [self._group(key, lens) for key in keys]

    def take_sources(self, keys: Iterable[Key]) -> None:
        """Remember the graphs of the lists ``keys``, which another part of the page shows."""
        for key in keys:
            for statement in self._statements.of(*key):
                for graph in sorted(statement.graphs):
                    self._source(graph)

    def sources(self) -> list[GraphSource]:
        """Return the graphs that the statements shown are from, in order of their numbers."""
        return list(self._sources.values())

    def _group(self, key: Key, lens: Lens | None) -> PropertyGroup:
        way, name = key
        explained = lens is not None and name in lens.named(EXPLAIN)
        shown = on_page(self._statements, key)
        total = self._statements.counts[key]
        texts = in_one_language([s.node for s in shown], self._language)
        dropped = len(shown) - len(texts)
        shown = [s for s in shown if s.node in texts]
        if not self._statements.is_open(key):
            shown.sort(key=lambda s: term_in_order(s.node, self._named.labels))
        columns, values = self._table(shown) or ([], [self._value(s, explained) for s in shown])
        group = PropertyGroup(
            id=f"{way}-{_slug(name)}",
            property=name,
            label=self._named.label_of(way, name, self._display),
            # what the graph does not name it says nothing of
            href=address(name) if name in self._named.labels else None,
            values=values,
            total=total - dropped,
            columns=columns,
            status=self._status(lens) if lens is not None and way == IN else [],
        )
        if self._statements.is_open(key):
            group.pager = self._pager(key, total)
        elif total - dropped > len(values):
            group.more = self._address(key, 1)
        return group

    def _status(self, lens: Lens) -> list[ShownValue]:
        """Return what the content says of how complete the lists of ``lens`` are."""
        said = [s for name in lens.named(STATUS) for s in self._statements.of(OUT, name)]
        return [self._value(statement, explained=True) for statement in said]

    def _table(self, shown: list[Statement]) -> tuple[list[Phrase], list[ShownValue]] | None:
        """Return columns and rows where all that is ``shown`` has one lens for its place."""
        if not shown or any(s.node["type"] != "uri" for s in shown):
            return None
        lenses = [in_place(self._display, self._named, s.node["value"]) for s in shown]
        if lenses[0] is None or any(lens is not lenses[0] for lens in lenses):
            return None
        names = [
            name
            for name in lenses[0].named(SHOW)
            if any(self._other_values(s, name) for s in shown)
        ]
        by_first = self._name_by(shown, names)
        if by_first:
            names = [by_first, *(name for name in names if name != by_first)]
        rows = []
        for statement in shown:
            row = self._value(statement, explained=False)
            row.cells = [
                [self._of_term(term, name) for term in self._other_values(statement, name)]
                for name in names
            ]
            if by_first:
                [[first], *row.cells] = row.cells
                if first.literal:
                    row.label = Phrase(first.literal.text, first.literal.language)
            rows.append(row)
        heads = [self._named.labels[name].capital for name in names]
        if by_first:
            return heads, sorted(
                rows, key=lambda row: in_order(row.label.text if row.label else "")
            )
        text = str(interface_text(self._language, "things_name"))
        return [Phrase(text, self._language), *heads], rows

    def _name_by(self, shown: list[Statement], names: list[str]) -> str | None:
        """Return the property whose values stand for the names that none of ``shown`` has."""
        if any(s.node["value"] in self._named.labels for s in shown):
            return None
        for name in names:
            values = [self._other_values(s, name) for s in shown]
            if all(len(v) == 1 and v[0]["type"] == "literal" for v in values):
                return name
        return None

    def _other_values(self, statement: Statement, name: str) -> list[Term]:
        """Return the values of ``name`` without the very thing that the page is about."""
        found = self._named.values(statement.node["value"], name)
        others = [t for t in found if t["value"] != self._iri]
        return self._in_order(in_one_language(others, self._language))

    def _in_order(self, terms: Iterable[Term]) -> list[Term]:
        return sorted(terms, key=lambda term: term_in_order(term, self._named.labels))

    def _value(self, statement: Statement, explained: bool) -> ShownValue:
        value = self._of_term(statement.node, statement.property)
        value.inferred = statement.is_inferred
        self.has_inferred |= value.inferred
        value.sources = [self._source(graph) for graph in sorted(statement.graphs)]
        if explained and statement.node["type"] == "uri":
            value.explanation = self._named.explanation(statement.node["value"])
        return value

    def _members(self, cell: str) -> list[Term]:
        """Return the members of the list at ``cell``; none where it is no whole list."""
        members: list[Term] = []
        seen: set[str] = set()
        while cell not in seen:
            seen.add(cell)
            said = self._named.inside.get(cell, {})
            first, rest = said.get(RDF + "first", []), said.get(RDF + "rest", [])
            if len(said) != 2 or len(first) != 1 or len(rest) != 1:
                return []
            members += first
            if rest[0]["value"] == RDF + "nil":
                return members
            cell = rest[0]["value"]
        return []

    def _inside(self, name: str, terms: list[Term], depth: int) -> PropertyGroup:
        texts = in_one_language(terms, self._language)
        values = [self._of_term(term, name, depth + 1) for term in texts]
        label = self._named.label_of(OUT, name, self._display)
        return PropertyGroup(
            f"{OUT}-{_slug(name)}", name, label, address(name), values, len(values)
        )

    def _of_term(self, term: Term, name: str = "", depth: int = 0) -> ShownValue:
        """Return ``term``, a value of the property ``name``, as it is shown."""
        if term["type"] == "uri":
            return self._thing(term["value"])
        if term["type"] == "literal":
            shown = literal(term, self._language)
            if shown.form == "number":
                shown = shown._replace(text=with_unit(shown.text, name, self._language))
            return ShownValue(literal=shown)
        if term["type"] == "triple":
            return ShownValue(label=Phrase(term["value"], ""))
        if depth < _DEEPEST and (said := self._named.inside.get(term["value"])):
            if members := self._members(term["value"]):
                return ShownValue(
                    members=[self._of_term(member, name, depth + 1) for member in members]
                )
            return ShownValue(
                inside=[self._inside(name, said[name], depth) for name in _order(said)]
            )
        text = str(interface_text(self._language, "things_unnamed"))
        return ShownValue(label=Phrase(text, self._language))

    def _thing(self, iri: str) -> ShownValue:
        labels = self._named.labels
        text, name = text_and_name(iri)
        if name != iri:
            return ShownValue(Phrase(name, ""), outside=text)
        if not is_foreign(iri) or self._named.types(iri):
            return ShownValue(labels[iri], address(iri))
        if not leads_on(iri):
            return ShownValue(Phrase(iri, ""))
        return ShownValue(labels[iri] if iri in labels else Phrase(bare(iri)), outside=iri)

    def _source(self, graph: str) -> GraphSource:
        if graph not in self._sources:
            licence = next((t["value"] for t in self._named.values(graph, LICENCE)), None)
            modified = next(iter(self._named.values(graph, MODIFIED)), None)
            self._sources[graph] = GraphSource(
                number=len(self._sources) + 1,
                iri=graph,
                label=self._named.labels[graph],
                href=address(graph),
                licence=self._thing(licence) if licence else None,
                modified=literal(modified, self._language) if modified else None,
                origins=[
                    self._thing(term["value"])
                    for term in self._in_order(self._named.values(graph, ORIGIN))
                    if term["type"] == "uri" and term["value"] != the_service().base
                ],
            )
        return self._sources[graph]

    def _pager(self, key: Key, total: int) -> Pager:
        page = self._statements.page
        last = min(page * THING_PAGE, total)
        return Pager(
            first=(page - 1) * THING_PAGE + 1,
            last=last,
            total=total,
            before=self._address(key, page - 1) if page > 1 else None,
            after=self._address(key, page + 1) if last < total else None,
            back=f"{address(self._iri)}#{key[0]}-{_slug(key[1])}",
        )

    def _address(self, key: Key, page: int) -> str:
        way, name = key
        return address(self._iri, **{way: name, "page": str(page)}) + f"#{way}-{_slug(name)}"


def _slug(iri: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", iri.partition("://")[2])
