"""What is known of each named graph before it is described: its triples, and what they say."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from samgraf.build.catalogue.terms import TYPE, dct, prov
from samgraf.build.content import Loaded
from samgraf.release import names

_HEADS = frozenset(
    (
        ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology"),
        ox.NamedNode("http://www.w3.org/2004/02/skos/core#ConceptScheme"),
    )
)
#: The graphs that are made at the build, and their kinds.
_MADE = {
    f"graph/{name}": name
    for name in ("inferred", "questions", "federated", "views", "vocabulary", "report")
}


@dataclass(frozen=True)
class Part:
    """Hold a named graph: what its data set is called, what kind of content it is, its triples.

    ``head`` is the thing in it whose description is the graph's: the graph itself, else the one
    ontology or concept scheme that it holds; nothing where there is none. ``told`` is what stands
    of it in other graphs, where it may not describe itself.
    """

    graph: ox.NamedNode
    stem: str
    kind: str
    triples: list[ox.Triple]
    head: ox.NamedNode | None
    told: tuple[ox.Triple, ...] = ()

    def said(self, *predicates: ox.NamedNode) -> list[ox.NamedNode | ox.Literal]:
        """Return what the graph says of itself by the first of ``predicates`` that it uses."""
        for predicate in predicates:
            found = [
                t.object
                for t in (*self.triples, *self.told)
                if (t.subject, t.predicate) == (self.head, predicate)
            ]
            if found:
                return found
        return []

    def titles(self) -> list[ox.Literal]:
        """Return the titles, else those of its kind with its name, one in each language."""
        found = [t for t in self.said(dct("title")) if isinstance(t, ox.Literal)]
        name = self.stem.rpartition("/")[2]
        return found or list(words(self.kind, "title", name=name))

    def descriptions(self) -> list[ox.Literal]:
        """Return the descriptions, else what is so of all graphs of the kind."""
        found = [t for t in self.said(dct("description")) if isinstance(t, ox.Literal)]
        return found or list(words(self.kind, "description"))

    def sources(self) -> list[ox.NamedNode]:
        """Return what the graph was made from."""
        found = [*self.said(dct("source")), *self.said(prov("wasDerivedFrom"))]
        return [t for t in dict.fromkeys(found) if isinstance(t, ox.NamedNode)]


def parts_of(loaded: Loaded, quads: Iterable[ox.Quad]) -> list[Part]:
    """Return the graphs that ``quads`` fill, by name; without that of the catalogue."""
    base = loaded.header.base
    kinds = {f.graph.value: f.file.kind.value for f in loaded.files}
    graphs: dict[ox.NamedNode, dict[ox.Triple, None]] = defaultdict(dict)
    for q in quads:
        graphs[q.graph_name][ox.Triple(q.subject, q.predicate, q.object)] = None
    of_mirrors = graphs.get(ox.NamedNode(base + "graph/partners"), {})
    # an empty file fills a graph with nothing, and the report may be empty
    found = []
    for graph in sorted(graphs, key=lambda g: g.value):
        stem = names.stem_of(graph.value, base)
        if stem is not None and stem != names.GRAPH:
            kind = _MADE.get(stem) or kinds.get(graph.value, "data")
            triples = list(graphs[graph])
            told = tuple(t for t in of_mirrors if t.subject == graph) if kind == "mirror" else ()
            head = graph if told else _head(graph, triples)
            found.append(Part(graph, stem, kind, triples, head, told))
    return found


def _head(graph: ox.NamedNode, triples: list[ox.Triple]) -> ox.NamedNode | None:
    subjects = {t.subject for t in triples}
    if graph in subjects:
        return graph
    titled = {t.subject for t in triples if t.predicate == dct("title")}
    heads = {t.subject for t in triples if t.predicate == TYPE and t.object in _HEADS}
    chosen = [h for h in heads & titled if isinstance(h, ox.NamedNode)]
    return chosen[0] if len(chosen) == 1 else None


@cache
def _catalogue_words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((files("samgraf.build.catalogue") / "words.toml").read_text("utf-8"))


def words(kind: str, what: str, **values: str) -> Iterator[ox.Literal]:
    """Yield the program's own words for a kind of graph, in each language."""
    for language, text in _catalogue_words()[kind][what].items():
        yield ox.Literal(text.format(**values), language=language)
