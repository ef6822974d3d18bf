"""Count once what many ask for: the instances of classes, the statements of properties and graphs.

A release never changes, so that its counts are facts about it. They stand in a store of their own,
which nothing but a query that was rewritten for it (``QueryRequest.counted``) is asked of.
"""

from __future__ import annotations

import pyoxigraph as ox

NAMESPACE = "urn:x-samgraf:counts:"
#: What is counted of a class and of a graph.
INSTANCES, STATEMENTS = NAMESPACE + "instances", NAMESPACE + "statements"
#: Of a property.
TRIPLES, SUBJECTS, OBJECTS = (NAMESPACE + n for n in ("triples", "subjects", "objects"))
#: Of all there is, which has the name ALL.
ALL = NAMESPACE + "all"
ALL_TRIPLES, ALL_SUBJECTS, ALL_PROPERTIES, ALL_OBJECTS = (
    f"{NAMESPACE}all-{n}" for n in ("triples", "subjects", "properties", "objects")
)

_QUERIES = {
    "SELECT ?of (COUNT(*) AS ?n) WHERE { ?s a ?of } GROUP BY ?of": (INSTANCES,),
    "SELECT ?of (COUNT(*) AS ?n) WHERE { GRAPH ?of { ?s ?p ?o } } GROUP BY ?of": (STATEMENTS,),
    "SELECT ?of (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ns) (COUNT(DISTINCT ?o) AS ?no) "
    "WHERE { ?s ?of ?o } GROUP BY ?of": (TRIPLES, SUBJECTS, OBJECTS),
    f"SELECT (<{ALL}> AS ?of) (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ns) "
    "(COUNT(DISTINCT ?p) AS ?np) (COUNT(DISTINCT ?o) AS ?no) WHERE { ?s ?p ?o }": (
        ALL_TRIPLES,
        ALL_SUBJECTS,
        ALL_PROPERTIES,
        ALL_OBJECTS,
    ),
}


def counts_of(store: ox.Store) -> ox.Store | None:
    """Return the counts of ``store``, None where they cannot be told (a class is a literal)."""
    found: list[ox.Quad] = []
    for query, properties in _QUERIES.items():
        for of, *numbers in store.query(query):
            if isinstance(of, ox.Literal):
                return None
            found += [
                ox.Quad(of, ox.NamedNode(property_), number)
                for property_, number in zip(properties, numbers, strict=True)
            ]
    counts = ox.Store()
    # in an order of their own, so that rows come in the same order from every process
    counts.extend(sorted(found, key=str))
    return counts
