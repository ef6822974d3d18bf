"""What a page knows of the things that it names.

One query reads what is said of them, one what tables of things show of them, and one the statements
of those without an IRI: their number does not grow with the page.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.limits import THING_SHORT_LIST, THING_STATEMENTS
from samgraf.site.graph import (
    LabelLookup,
    Said,
    Term,
    ask,
    by_thing,
    graphs_apart,
    inferred_graph,
    said_of,
)
from samgraf.site.language import Phrase, interface_text, phrase_of, pick
from samgraf.site.things.display import SHOW, Display, Lens
from samgraf.site.things.kind import Subject
from samgraf.site.things.statements import (
    IN,
    Arranged,
    Key,
    Statement,
    Statements,
)
from samgraf.vocab import DCT, PROV, RDF, RDFS, SKOS

LICENCE, MODIFIED, ORIGIN = DCT + "license", DCT + "modified", DCT + "source"
_EXPLAIN = (SKOS + "definition", DCT + "description", RDFS + "comment")
#: What is read of everything that is named.
_OF_ALL = {RDF + "type", LICENCE, MODIFIED, ORIGIN, *_EXPLAIN}

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

    said: Said
    names: Collection[str]
    labels: LabelLookup
    language: str
    inside: Said = field(default_factory=dict)

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


def look_up(subject: Subject, arranged: Arranged, display: Display) -> NamedThings:
    """Return what is known of all that the page of ``subject`` names, but for the labels."""
    iri, statements, language = subject.iri, subject.statements, subject.language
    keys = [key for _, keys in arranged.sections for key in keys]
    keys += [*arranged.more, *arranged.pointing, *arranged.inferred, *arranged.elsewhere]
    shown = [s for key in keys for s in on_page(statements, key)]
    inside = _read_inside(iri) if any(s.node["type"] == "bnode" for s in shown) else {}
    within = [term for by_name in inside.values() for terms in by_name.values() for term in terms]
    nodes = [*(s.node for s in shown), *within]
    things = {node["value"] for node in nodes if node["type"] == "uri"}
    graphs = {graph for s in shown for graph in s.graphs}
    # what lenses hide, views may show
    graphs |= {graph for key in arranged.hidden for s in statements.of(*key) for graph in s.graphs}
    said = said_of(things | graphs, _OF_ALL)
    named = NamedThings(said, (), LabelLookup((), language), language, inside)
    lenses = {t: lens for t in things if (lens := in_place(display, named, t))}
    columns = {p for lens in lenses.values() for p in lens.named(SHOW)}
    for thing, more in said_of(lenses, columns - _OF_ALL).items():
        said.setdefault(thing, {}).update(more)
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
    every = (
        {iri, *subject.types} | things | graphs | used | in_cells | names | backwards | datatypes
    )
    named.names = sorted(every)
    return named


def _read_inside(iri: str) -> Said:
    """Return what is asserted of the blank nodes that stand at ``iri``, and of those at them.

    Nothing where that is too much for a page: part of a description would mislead.
    """
    left_out = [*graphs_apart(), ox.NamedNode(inferred_graph())]
    most = THING_STATEMENTS + 1
    rows = ask(__package__, "inside.rq", this=ox.NamedNode(iri), apart=left_out, most=most)
    return by_thing(rows) if len(rows) <= THING_STATEMENTS else {}


def in_place(display: Display, named: NamedThings, iri: str) -> Lens | None:
    """Return the lens by which ``iri`` is shown in place of a mere link."""
    return display.in_place_for(named.types(iri))
