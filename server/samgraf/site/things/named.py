"""Look up what a page says of the things that it names: three queries, however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.site.graph import Labels, ask
from samgraf.site.language import Phrase, pick
from samgraf.site.things.arrange import RDF_TYPE, Arranged, Key
from samgraf.site.things.display import SHOW, Lens, Structure
from samgraf.site.things.statements import IN, Statement, Statements

SHORT = 25  # values of one list that stand on the page before the reader opens it
LICENCE = "http://purl.org/dc/terms/license"
MODIFIED = "http://purl.org/dc/terms/modified"
_EXPLAIN = (
    "http://www.w3.org/2004/02/skos/core#definition",
    "http://purl.org/dc/terms/description",
    "http://www.w3.org/2000/01/rdf-schema#comment",
)

Term = Mapping[str, str]


@dataclass
class Named:
    """Hold what is known of the things that a page names."""

    said: Mapping[str, Mapping[str, list[Term]]]
    labels: Labels
    language: str

    def values(self, iri: str, name: str) -> list[Term]:
        """Return the values of the property ``name`` of ``iri``."""
        return self.said.get(iri, {}).get(name, [])

    def types(self, iri: str) -> list[str]:
        """Return the classes of ``iri``."""
        return [t["value"] for t in self.values(iri, RDF_TYPE)]

    def explanation(self, iri: str) -> Phrase | None:
        """Return the text that says what ``iri`` is."""
        for name in _EXPLAIN:
            texts = (Phrase(t["value"], t.get("xml:lang", "")) for t in self.values(iri, name))
            if found := pick(texts, self.language):
                return found
        return None


def on_page(statements: Statements, key: Key) -> list[Statement]:
    """Return the statements of a list that stand on the page: all of an opened one."""
    read = statements.read.get(key, [])
    return read if statements.is_open(key) else read[:SHORT]


def look_up(
    iri: str,
    types: Iterable[str],
    statements: Statements,
    arranged: Arranged,
    structure: Structure,
    language: str,
) -> Named:
    """Return what is known of all that the page about ``iri`` names."""
    keys = [key for _, keys in arranged.sections for key in keys]
    keys += [*arranged.more, *arranged.pointing, *arranged.inferred, *arranged.elsewhere]
    shown = [s for key in keys for s in on_page(statements, key)]
    things = {s.node["value"] for s in shown if s.node["type"] == "uri"}
    graphs = {graph for s in shown for graph in s.graphs}
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    _read(said, things | graphs, {RDF_TYPE, LICENCE, MODIFIED, *_EXPLAIN})
    lenses = {
        thing: lens
        for thing in things
        if (lens := structure.in_place_for(t["value"] for t in said[thing][RDF_TYPE]))
    }
    columns = {p for lens in lenses.values() for p in lens.named(SHOW)}
    _read(said, lenses, columns - {RDF_TYPE, LICENCE, MODIFIED, *_EXPLAIN})
    used = {name for by_name in said.values() for name in by_name if name in columns}
    inside = {
        term["value"]
        for by_name in said.values()
        for name, terms in by_name.items()
        if name in columns or name == LICENCE
        for term in terms
        if term["type"] == "uri"
    }
    names = {name for _, name in keys}
    backwards = {structure.inverses[p] for w, p in keys if w == IN and p in structure.inverses}
    datatypes = {s.node["datatype"] for s in shown if "datatype" in s.node}
    every = {iri, *types} | things | graphs | used | inside | names | backwards | datatypes
    return Named(said, Labels(sorted(every), language), language)


def in_place(structure: Structure, named: Named, iri: str) -> Lens | None:
    """Return the lens by which ``iri`` is shown in place of a mere link."""
    return structure.in_place_for(named.types(iri))


def _read(
    said: dict[str, dict[str, list[Term]]], things: Iterable[str], properties: Iterable[str]
) -> None:
    nodes, names = _nodes(things), _nodes(properties)
    if nodes and names:
        for row in ask(__package__, "nodes.rq", nodes=nodes, properties=names):
            said[row["node"]["value"]][row["property"]["value"]].append(row["value"])


def _nodes(iris: Iterable[str]) -> list[ox.NamedNode]:
    nodes = []
    for iri in sorted(iris):
        try:
            nodes.append(ox.NamedNode(iri))
        except ValueError:
            continue
    return nodes
