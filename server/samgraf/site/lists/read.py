"""The list of the things of a class: in order, filtered, with columns.

A fixed number of queries reads it, whatever its length. The columns are those of the content's view
of the form ``list`` for the class or one above it, else what the lenses of the class show, else
what most of the things have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.limits import LIST_CELL, LIST_COLUMNS, LIST_PAGE, LIST_PROPERTIES, LIST_SORTED
from samgraf.site.cells import Cell, cell, literal_text
from samgraf.site.context import the_service
from samgraf.site.graph import (
    Definitions,
    LabelLookup,
    Said,
    Term,
    address,
    ask,
    ask_whole,
    compact,
    graphs,
    list_address,
    plain_term,
    said_of,
    term_in_order,
    thing_cell,
)
from samgraf.site.language import Phrase, in_order
from samgraf.site.lists.classes import (
    ListedClass,
    class_name,
    count_things,
    tree,
)
from samgraf.site.result_views import ResultTable
from samgraf.site.things.display import SHOW, Display, the_display
from samgraf.site.things.values import in_one_language
from samgraf.vocab import DCT, FOAF, GEO, OWL, RDF, RDFS, SCHEMA, SKOS

#: The form of a view that gives the columns of a list: ``$this`` are the things, ``?thing`` is one.
LIST = "list"
_THING = "thing"
#: What stands beside the name of a thing in any case, or is no more than a long text or an address.
_NO_COLUMNS = frozenset(
    (
        *(RDF + "type", OWL + "sameAs", RDFS + "label", RDFS + "comment", RDFS + "seeAlso"),
        *(RDFS + "isDefinedBy", SKOS + "prefLabel", SKOS + "definition", SCHEMA + "description"),
        *(DCT + "description", DCT + "title", SCHEMA + "sameAs", GEO + "asWKT"),
        *(GEO + "hasGeometry", GEO + "hasDefaultGeometry", FOAF + "name", SCHEMA + "name"),
    )
)


@dataclass(frozen=True)
class ListColumn:
    """A column: the variable or the property, short, that files name it by; and its heading."""

    name: str
    heading: Phrase


@dataclass
class Member:
    """A thing of the list: its name and classes, whether only a rule puts it here, its cells."""

    iri: str
    label: Phrase
    href: str
    classes: list[tuple[Phrase, str]] = field(default_factory=list)
    by_rule: bool = False
    terms: list[list[Term]] = field(default_factory=list)
    cells: list[list[Cell]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all that the row says, to be looked through."""
        return " ".join((self.label.text, *(c.text for cells in self.cells for c in cells)))


@dataclass
class ThingList:
    """The things of a class that are shown, of how many, and what leads on from them.

    ``is_sorted`` is False where there are too many to sort them as the reader's language does.
    """

    listed: ListedClass
    one: Phrase
    definition: Phrase | None
    columns: list[ListColumn]
    members: list[Member]
    found: int | None
    first: int
    has_more: bool
    is_sorted: bool
    has_place: bool
    below: list[ListedClass]


def read_list(iri: str, language: str, word: str = "", page: int | None = 1) -> ThingList | None:
    """Return the things of the class ``iri``, None where it has none.

    ``word`` is what their rows hold; ``page`` is None for all of them. Raise ValueError where all
    are wanted of a list that is too long for that.
    """
    display = the_display()
    under = [c for c, over in display.above.items() if iri in over and c != iri]
    counted = count_things([iri, *under])
    if iri not in counted:
        return None
    listed = counted.pop(iri)
    is_sorted = listed.count <= LIST_SORTED
    if page is None and not is_sorted:
        raise ValueError(listed.count)
    node, start = ox.NamedNode(iri), ((page or 1) - 1) * LIST_PAGE
    if is_sorted:
        rows = ask(__package__, "members.rq", **{"class": node}, most=LIST_SORTED)
    else:
        asked = {"class": node, "word": ox.Literal(word.casefold())}
        rows = ask(__package__, "by_name.rq", **asked, size=LIST_PAGE + 1, start=start)
    things = [row["thing"]["value"] for row in rows if "thing" in row]
    names = LabelLookup([iri, *counted, *things], language)
    if is_sorted:
        things.sort(key=lambda thing: in_order(names[thing].text))
    has_more = len(things) > (start if is_sorted else 0) + LIST_PAGE and page is not None
    if is_sorted and page is not None and not word:
        things = things[start : start + LIST_PAGE]
    elif not is_sorted:
        things = things[:LIST_PAGE]
    reader = _Reader(iri, things, display, language)
    members = [reader.member(thing, names) for thing in things]
    found: int | None = listed.count
    if word and is_sorted:
        members = [m for m in members if _holds(m.text, word)]
        found, has_more = len(members), len(members) > start + LIST_PAGE and page is not None
        members = members if page is None else members[start : start + LIST_PAGE]
    elif word:
        found = None
    for each in (listed, *counted.values()):
        each.label = class_name(each.iri, names, display, language)
    below = sorted(counted.values(), key=lambda c: in_order(c.label.text))
    return ThingList(
        listed=listed,
        one=names[iri],
        definition=Definitions([iri], language).get(iri),
        columns=reader.columns,
        members=members,
        found=found,
        first=start + 1,
        has_more=has_more,
        is_sorted=is_sorted,
        has_place=bool(ask(__package__, "has_place.rq", **{"class": node})),
        below=tree(below, display.above),
    )


def _holds(text: str, word: str) -> bool:
    text = text.casefold()
    return all(part in text for part in word.casefold().split())


class _Reader:
    """What is said of the things of a list: their classes, and what stands in their columns."""

    def __init__(self, iri: str, things: Sequence[str], display: Display, language: str):
        self._iri, self._display, self._language = iri, display, language
        nodes = [ox.NamedNode(thing) for thing in things]
        self._types: dict[str, dict[str, bool]] = defaultdict(dict)
        for row in ask(__package__, "types.rq", things=nodes, **graphs()):
            types = self._types[row["thing"]["value"]]
            inferred = row["inferred"]["value"] == "true"
            types[row["type"]["value"]] = types.get(row["type"]["value"], True) and inferred
        view = self._view()
        self._has_view = view is not None
        if view is None:
            names, self._values = self._by_properties(things, nodes)
        else:
            names, self._values = self._by_view(view, nodes)
        shown = [t for by in self._values.values() for terms in by.values() for t in terms]
        types = {t for by_type in self._types.values() for t in by_type}
        iris = {t["value"] for t in shown if t["type"] == "uri"} | types
        headings = [] if view is None else [i for n in names for i in _column_terms(n)]
        self.labels = LabelLookup([*sorted(iris), *names, *headings], language)
        self._names = names
        self.columns = [self._column(name) for name in names]

    def member(self, iri: str, names: LabelLookup) -> Member:
        """Return the row of the thing ``iri``."""
        terms = [
            in_one_language(self._values.get(iri, {}).get(name, ()), self._language)
            for name in self._names
        ]
        if not self._has_view:  # which has an order of its own
            terms = [
                sorted(these, key=lambda term: term_in_order(term, self.labels)) for these in terms
            ]
        types = self._types.get(iri, {})
        stated = [t for t, inferred in types.items() if not inferred]
        special = self._display.most_special(stated)
        return Member(
            iri=iri,
            label=names[iri],
            href=address(iri),
            classes=[(self.labels[t], list_address(t)) for t in special if t != self._iri],
            by_rule=not any(self._is_below(t) for t in stated),
            terms=terms,
            cells=[[self._cell(term) for term in these] for these in terms],
        )

    def _is_below(self, type: str) -> bool:
        return type == self._iri or self._iri in self._display.above.get(type, ())

    def _view(self) -> str | None:
        """Return the query of the view that lists the class, or the nearest one above it."""
        views = {v.on: v for v in self._display.views if v.form == LIST}
        above = self._display.above
        fitting = [c for c in (self._iri, *above.get(self._iri, ())) if c in views]
        # the nearest has most classes above it
        best = max(fitting, key=lambda c: (c == self._iri, len(above.get(c, ()))), default=None)
        return views[best].query if best else None

    def _by_view(self, query: str, nodes: Sequence[ox.NamedNode]) -> tuple[list[str], Said]:
        values: Said = {}
        variables, rows = ask_whole(query, this=nodes)
        for row in rows:
            of_thing = values.setdefault(row[_THING]["value"], {}) if _THING in row else {}
            for name, term in row.items():
                known = of_thing.setdefault(name, [])
                if (plain := plain_term(term)) not in known:
                    known.append(plain)
        return [name for name in variables if name != _THING], values

    def _by_properties(
        self, things: Sequence[str], nodes: Sequence[ox.NamedNode]
    ) -> tuple[list[str], Said]:
        classes = {self._iri, *self._display.above.get(self._iri, ())}
        # of a class above others the columns of those that most things are of
        for by_type in self._types.values():
            classes |= {t for t in by_type if self._is_below(t)}
        first = self._display.in_place_for(classes)
        lenses = [*([first] if first else []), *self._display.sections_for(classes)]
        wanted = dict.fromkeys(name for lens in lenses for name in lens.named(SHOW))
        if not wanted and nodes:
            rows = ask(__package__, "properties.rq", things=nodes, most=LIST_PROPERTIES)
            wanted = dict.fromkeys(r["property"]["value"] for r in rows if "property" in r)
        names = [name for name in wanted if name not in _NO_COLUMNS][:LIST_PROPERTIES]
        values = {
            thing: {name: [t for t in terms if _is_short(t)] for name, terms in by_name.items()}
            for thing, by_name in said_of(things, names).items()
        }
        return [n for n in names if _tells(n, things, values)][:LIST_COLUMNS], values

    def _column(self, name: str) -> ListColumn:
        if not self._has_view:
            short = compact(name).rpartition(":")[2]
            alike = sum(compact(other).rpartition(":")[2] == short for other in self._names)
            is_taken = alike > 1 or short in ("iri", "name")
            return ListColumn(compact(name) if is_taken else short, self.labels[name])
        known = next((iri for iri in _column_terms(name) if iri in self.labels), None)
        return ListColumn(name, self.labels[known] if known else Phrase(name, ""))

    def _cell(self, term: Term) -> Cell:
        if term["type"] == "uri":
            return thing_cell(term["value"], self.labels)
        if term["type"] == "triple":
            return Cell(term["value"])
        plain = cell(term, the_service().prefixes)
        if term["type"] == "literal":
            return plain._replace(text=literal_text(term, self._language))
        return plain


def _is_short(term: Term) -> bool:
    is_geometry = term.get("datatype", "").startswith(GEO)
    return term["type"] == "uri" or (not is_geometry and len(term["value"]) <= LIST_CELL)


def _tells(name: str, things: Sequence[str], values: Said) -> bool:
    """Return whether a column says something of a fair part of the things, and tells them apart."""
    found = [t for thing in things if (t := values.get(thing, {}).get(name))]
    if 5 * len(found) < len(things) or not found:
        return False
    alike = {tuple(sorted(t["value"] for t in terms)) for terms in found}
    return len(alike) > 1 or len(things) <= 2 or len(found) < len(things)


def _column_terms(variable: str) -> Iterable[str]:
    return ResultTable([variable], [], "").iris
