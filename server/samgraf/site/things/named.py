"""What a page knows of the things that it names.

One query reads what is said of them, one what tables of things show of them, and one the statements
of those without an IRI: their number does not grow with the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.limits import THING_SHORT_LIST, THING_STATEMENTS
from samgraf.site.graph import LabelLookup, ask, graphs_apart, nodes_of
from samgraf.site.language import Phrase, interface_text, phrase_of, pick
from samgraf.site.things.display import SHOW, Display, Lens
from samgraf.site.things.statements import (
    IN,
    Arranged,
    Key,
    Statement,
    Statements,
    Term,
    plain_term,
)
from samgraf.vocab import DCT, PROV, RDF, RDFS, SKOS

LICENCE, MODIFIED, ORIGIN = DCT + "license", DCT + "modified", DCT + "source"
_EXPLAIN = (SKOS + "definition", DCT + "description", RDFS + "comment")

#: What properties are called that hardly any graph has a label for, by the key of the text.
NAMES = {
    DCT + "created": "ontology_created",
    DCT + "creator": "ontology_creator",
    DCT + "issued": "ontology_issued",
    DCT + "license": "ontology_licence",
    DCT + "modified": "ontology_modified",
    DCT + "publisher": "ontology_publisher",
    DCT + "relation": "things_relation",
    DCT + "rights": "things_rights",
    DCT + "source": "ontology_source",
    PROV + "wasDerivedFrom": "ontology_source",
    RDFS + "seeAlso": "things_see_also",
}


@dataclass
class NamedThings:
    """What is known of the things that a page names; ``names`` are those that need a label.

    ``inside`` has the statements of blank nodes, by their labels: property to values.
    """

    said: Mapping[str, Mapping[str, list[Term]]]
    names: Collection[str]
    labels: LabelLookup
    language: str
    inside: Mapping[str, Mapping[str, list[Term]]] = field(default_factory=dict)

    def values(self, iri: str, name: str) -> list[Term]:
        """Return the values of the property ``name`` of ``iri``."""
        return self.said.get(iri, {}).get(name, [])

    def types(self, iri: str) -> list[str]:
        """Return the classes of ``iri``."""
        return [t["value"] for t in self.values(iri, RDF + "type")]

    def explanation(self, iri: str) -> Phrase | None:
        """Return the text that says what ``iri`` is."""
        for name in _EXPLAIN:
            texts = (phrase_of(t) for t in self.values(iri, name))
            if found := pick(texts, self.language):
                return found
        return None

    def label_of(self, way: str, name: str, display: Display) -> Phrase:
        """Return what the property ``name`` is called, or what it is called backwards."""
        label = self.labels[name]
        if name in NAMES and name not in self.labels:
            label = Phrase(str(interface_text(self.language, NAMES[name])), self.language)
        if way != IN:
            return label
        if said := pick(display.headings.get(name, ()), self.language):
            return said
        if (other := display.inverses.get(name)) and other in self.labels:
            return self.labels[other]
        text = interface_text(self.language, "things_backwards", property=label.text)
        return Phrase(text.unescape(), self.language)


def on_page(statements: Statements, key: Key) -> list[Statement]:
    """Return the statements of a list that stand on the page: all of an opened one."""
    read = statements.read.get(key, [])
    return read if statements.is_open(key) else read[:THING_SHORT_LIST]


def look_up(
    iri: str,
    types: Iterable[str],
    statements: Statements,
    arranged: Arranged,
    display: Display,
    inferred: str,
    language: str,
) -> NamedThings:
    """Return what is known of all that the page about ``iri`` names, but for the labels."""
    keys = [key for _, keys in arranged.sections for key in keys]
    keys += [*arranged.more, *arranged.pointing, *arranged.inferred, *arranged.elsewhere]
    shown = [s for key in keys for s in on_page(statements, key)]
    inside = _read_inside(iri, inferred) if any(_is_blank(s.node) for s in shown) else {}
    within = [term for by_name in inside.values() for terms in by_name.values() for term in terms]
    nodes = [*(s.node for s in shown), *within]
    things = {node["value"] for node in nodes if node["type"] == "uri"}
    graphs = {graph for s in shown for graph in s.graphs}
    # what lenses hide, views may show
    graphs |= {graph for key in arranged.hidden for s in statements.of(*key) for graph in s.graphs}
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    _read(said, things | graphs, {RDF + "type", LICENCE, MODIFIED, ORIGIN, *_EXPLAIN})
    lenses = {
        thing: lens
        for thing in things
        if (lens := display.in_place_for(t["value"] for t in said[thing][RDF + "type"]))
    }
    columns = {p for lens in lenses.values() for p in lens.named(SHOW)}
    _read(said, lenses, columns - {RDF + "type", LICENCE, MODIFIED, ORIGIN, *_EXPLAIN})
    used = {name for by_name in said.values() for name in by_name if name in columns}
    in_cells = {
        term["value"]
        for by_name in said.values()
        for name, terms in by_name.items()
        if name in columns or name in (LICENCE, ORIGIN)
        for term in terms
        if term["type"] == "uri"
    }
    names = {name for _, name in keys}
    backwards = {display.inverses[p] for w, p in keys if w == IN and p in display.inverses}
    names |= {name for by_name in inside.values() for name in by_name}
    datatypes = {node["datatype"] for node in nodes if "datatype" in node}
    every = {iri, *types} | things | graphs | used | in_cells | names | backwards | datatypes
    return NamedThings(said, sorted(every), LabelLookup((), language), language, inside)


def _is_blank(term: Term) -> bool:
    return term["type"] == "bnode"


def _read_inside(iri: str, inferred: str) -> dict[str, dict[str, list[Term]]]:
    """Return what is asserted of the blank nodes that stand at ``iri``, and of those at them.

    Nothing where that is too much for a page: part of a description would mislead.
    """
    left_out = [*graphs_apart(), ox.NamedNode(inferred)]
    most = THING_STATEMENTS + 1
    rows = ask(__package__, "inside.rq", this=ox.NamedNode(iri), apart=left_out, most=most)
    found: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    if len(rows) <= THING_STATEMENTS:
        for row in rows:
            found[row["node"]["value"]][row["property"]["value"]].append(plain_term(row["value"]))
    return found


def in_place(display: Display, named: NamedThings, iri: str) -> Lens | None:
    """Return the lens by which ``iri`` is shown in place of a mere link."""
    return display.in_place_for(named.types(iri))


def _read(
    said: dict[str, dict[str, list[Term]]], things: Iterable[str], properties: Iterable[str]
) -> None:
    nodes, names = nodes_of(sorted(things)), nodes_of(sorted(properties))
    if nodes and names:
        for row in ask(__package__, "nodes.rq", nodes=nodes, properties=names):
            said[row["node"]["value"]][row["property"]["value"]].append(plain_term(row["value"]))
