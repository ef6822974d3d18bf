"""Small helpers for pyoxigraph's terms, which the modules of the build share."""

from __future__ import annotations

from typing import Any, cast

import pyoxigraph as ox

#: What stands as the object of a triple; a subject is a NamedNode or a BlankNode. (RDF 1.2 has
#: triples as terms, too: a content that holds one is refused when it is loaded.)
Term = ox.NamedNode | ox.BlankNode | ox.Literal
Subject = ox.NamedNode | ox.BlankNode


def value_of(term: object) -> str:
    """Return the IRI, the label or the lexical form of ``term``; a triple in N-Triples."""
    if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal):
        return term.value
    return str(term)


def subject_of(triple: ox.Triple) -> Subject:
    """Return the subject of ``triple``, which is no triple itself."""
    return cast("Subject", triple.subject)


def object_of(triple: ox.Triple) -> Term:
    """Return the object of ``triple``, which is no triple itself."""
    return cast("Term", triple.object)


def solutions_of(store: ox.Store, query: str, **options: Any) -> ox.QuerySolutions:
    """Return the solutions of ``query``, which is a SELECT; ``options`` are those of the store."""
    return cast("ox.QuerySolutions", store.query(query, **options))
