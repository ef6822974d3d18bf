"""Count once what many ask for: the instances of classes, the statements of properties and graphs.

A release never changes, so that its counts are facts about it. They stand in a store of their own,
which nothing but a query that was rewritten for it (``QueryRequest.counted``) is asked of.
"""

from __future__ import annotations

from importlib.resources import files

import pyoxigraph as ox

NAMESPACE = "urn:x-samgraf:counts:"
#: What is counted of a class and of a graph.
INSTANCES, STATEMENTS = NAMESPACE + "instances", NAMESPACE + "statements"
#: Of a property.
TRIPLES, SUBJECTS, OBJECTS = (NAMESPACE + n for n in ("triples", "subjects", "objects"))
#: Of all there is, which has the name ALL.
ALL = NAMESPACE + "all"
ALL_TRIPLES, ALL_SUBJECTS, ALL_PROPERTIES, ALL_OBJECTS = (
    f"{NAMESPACE}all_{n}" for n in ("triples", "subjects", "properties", "objects")
)


def counts_of(store: ox.Store) -> ox.Store | None:
    """Return the counts of ``store``, None where they cannot be told (a class is a literal).

    Each query in ``facts`` tells, beside ``?of``, numbers by the names that they have above.
    """
    found: list[ox.Quad] = []
    for file in (files("samgraf.sparql") / "facts").iterdir():
        answer = store.query(file.read_text("utf-8"))
        names = [ox.NamedNode(NAMESPACE + variable.value) for variable in answer.variables[1:]]
        for of, *numbers in answer:
            if isinstance(of, ox.Literal):
                return None
            found += [ox.Quad(of, name, n) for name, n in zip(names, numbers, strict=True)]
    counts = ox.Store()
    # in an order of their own, so that rows come in the same order from every process
    counts.extend(sorted(found, key=str))
    return counts
