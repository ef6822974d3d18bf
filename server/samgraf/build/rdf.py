"""Small helpers for pyoxigraph's terms, and the build's own RDF and queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, cast

import pyoxigraph as ox

from samgraf.vocab import RDF

#: What stands as the object of a triple; a subject is a NamedNode or a BlankNode. (RDF 1.2 has
#: triples as terms, too: a content that holds one is refused when it is loaded.)
Term = ox.NamedNode | ox.BlankNode | ox.Literal
Subject = ox.NamedNode | ox.BlankNode
RDF_TYPE = ox.NamedNode(RDF + "type")


def value_of(term: object) -> str:
    """Return the IRI, the label or the lexical form of ``term``; a triple in N-Triples."""
    if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal):
        return term.value
    return str(term)


def subject_of(triple: ox.Triple | ox.Quad) -> Subject:
    """Return the subject of ``triple``, which is no triple itself."""
    return cast("Subject", triple.subject)


def object_of(triple: ox.Triple) -> Term:
    """Return the object of ``triple``, which is no triple itself."""
    return cast("Term", triple.object)


def solutions_of(store: ox.Store, query: str, **options: Any) -> ox.QuerySolutions:
    """Return the solutions of ``query``, which is a SELECT; ``options`` are those of the store."""
    return cast("ox.QuerySolutions", store.query(query, **options))


def table_of(
    result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return an answer of any form as columns and rows of terms, None for what is not bound."""
    if isinstance(result, ox.QueryBoolean):
        return ("result",), [(ox.Literal(bool(result)),)]
    if isinstance(result, ox.QueryTriples):
        return ("subject", "predicate", "object"), [tuple(triple) for triple in result]
    return tuple(v.value for v in result.variables), [tuple(row) for row in result]


def in_graph(triples: Iterable[ox.Triple], graph: str) -> Iterator[ox.Quad]:
    """Yield ``triples`` as quads of the graph with the IRI ``graph``."""
    name = ox.NamedNode(graph)
    return (ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)


@cache
def own_triples(package: str, name: str, base: str | None = None) -> tuple[ox.Triple, ...]:
    """Return the triples, each once, of the Turtle file ``name`` in ``package``."""
    text = (files(package) / name).read_bytes()
    parsed = ox.parse(input=text, format=ox.RdfFormat.TURTLE, base_iri=base)
    return tuple(dict.fromkeys(q.triple for q in parsed))


def own_queries(package: str, folder: str = ".") -> Iterator[tuple[str, str]]:
    """Yield name and text of each query (``*.rq``) in ``package``, one of ours, by name."""
    for file in sorted((files(package) / folder).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".rq"):
            yield file.name.removesuffix(".rq"), file.read_text("utf-8")
